"""Send what this interpreter asks WeChat to the mock that MOCKWX_REDIRECT names.

Python imports a module of this name before it runs anything, so the program itself
stays as it is. It answers for host names alone: whatever asks, by whatever library, in
threads or coroutines, is led to the mock's own port instead. Libraries that resolve
names below Python, keep a port of their own, or trust nobody but certifi are changed as
they are imported. Old interpreters run it too, so it keeps to what they all know.
"""

import _socket
import json
import os
import sys
from importlib.machinery import PathFinder


# Importing typing would slow down every start of every interpreter.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def led(rules: "Any", host: "Any", port: "Any") -> "tuple[Any, Any]":
    """Return where a host and port are, the mock's own if they are WeChat's."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and name.lower().rstrip(".") in rules["hosts"]:
        return rules["to"], rules["ports"].get(str(port), port)
    return host, port


def leading(rules: "Any", resolve: "Any") -> "Any":
    """Return what resolves as ever, but knows where the mock is."""

    def getaddrinfo(host: "Any", port: "Any", *more: "Any", **named: "Any") -> "Any":
        return resolve(*led(rules, host, port), *more, **named)

    return getaddrinfo


def redirect(rules: "Any") -> None:
    """Let names of WeChat's hosts mean the mock."""
    # Where gevent asks too, which passes by socket.getaddrinfo.
    _socket.getaddrinfo = leading(rules, _socket.getaddrinfo)


def trust(rules: "Any", certifi: "Any") -> None:
    """Let certifi name the certificates that vouch for the mock too."""
    certifi.where = lambda: rules["bundle"]


def lead_aiohttp(rules: "Any", resolver: "Any") -> None:
    """Resolve names as Python does, where aiodns would ask a name server itself."""
    resolver.DefaultResolver = resolver.ThreadedResolver


def lead_anyio(rules: "Any", anyio: "Any") -> None:
    """Lead the connections of httpx, which keep their port whatever a name means."""
    connect = anyio.connect_tcp

    async def connect_tcp(
        remote_host: "Any", remote_port: "Any", **named: "Any"
    ) -> "Any":
        there = led(rules, remote_host, remote_port)
        if there[0] != remote_host and (named.get("tls") or named.get("ssl_context")):
            named["tls_hostname"] = named.get("tls_hostname") or remote_host
        return await connect(*there, **named)

    anyio.connect_tcp = connect_tcp


def lead_uvloop(rules: "Any", uvloop: "Any") -> None:
    """Lead a loop that asks for names below Python."""
    loop = uvloop.Loop
    connect, resolve = loop.create_connection, loop.getaddrinfo

    async def create_connection(
        self: "Any", made: "Any", host: "Any" = None, port: "Any" = None, **named: "Any"
    ) -> "Any":
        there = led(rules, host, port)
        if there[0] != host and named.get("ssl"):
            named["server_hostname"] = named.get("server_hostname") or host
        return await connect(self, made, *there, **named)

    async def getaddrinfo(
        self: "Any", host: "Any", port: "Any", **named: "Any"
    ) -> "Any":
        return await resolve(self, *led(rules, host, port), **named)

    loop.create_connection, loop.getaddrinfo = create_connection, getaddrinfo


def lead_eventlet(rules: "Any", greendns: "Any") -> None:
    """Lead a resolver that asks a name server itself."""
    greendns.getaddrinfo = leading(rules, greendns.getaddrinfo)


LATER = {
    "certifi": trust,
    "aiohttp.resolver": lead_aiohttp,
    "anyio": lead_anyio,
    "uvloop": lead_uvloop,
    "eventlet.support.greendns": lead_eventlet,
}


class Importer:
    """Finds a module of LATER where it is, and changes it once it has run."""

    def __init__(self, rules: "Any") -> None:
        self.rules = rules

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """Find what others would have found, if it is to be changed."""
        spec = PathFinder.find_spec(name, path) if name in LATER else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: "Any") -> None:
            execute(module)
            LATER[name](self.rules, module)

        setattr(spec.loader, "exec_module", exec_module)  # noqa: B010
        return spec


def go_on() -> None:
    """Import the sitecustomize that this one hides: the project's or the system's."""
    here = os.path.dirname(os.path.abspath(__file__))
    others = [each for each in sys.path if os.path.abspath(each) != here]
    found = PathFinder.find_spec("sitecustomize", others)
    if found is not None and found.loader is not None:
        from importlib.util import module_from_spec

        hidden = module_from_spec(found)
        sys.modules["sitecustomize"] = hidden
        found.loader.exec_module(hidden)


if "MOCKWX_REDIRECT" in os.environ:
    rules = json.loads(os.environ["MOCKWX_REDIRECT"])
    redirect(rules)
    sys.meta_path.insert(0, Importer(rules))
go_on()
