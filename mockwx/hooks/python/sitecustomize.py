"""Send what this interpreter asks WeChat to the mock that MOCKWX_REDIRECT names.

Python imports a module of this name before it runs anything, so the program itself
stays as it is. It answers for host names alone: whatever asks, by whatever library, in
threads or coroutines, is led to the mock's own port instead. What heeds no variable and
trusts certifi, as requests does when it sends a prepared request, is told by certifi
whom to trust. Old interpreters run it too, so it keeps to what they all know.
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


def redirect(rules: "Any") -> None:
    """Let names of WeChat's hosts mean the mock."""
    # Where gevent asks too, which passes by socket.getaddrinfo.
    resolve = _socket.getaddrinfo

    def getaddrinfo(host: "Any", port: "Any", *more: "Any", **named: "Any") -> "Any":
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and name.lower().rstrip(".") in rules["hosts"]:
            host, port = rules["to"], rules["ports"].get(str(port), port)
        return resolve(host, port, *more, **named)

    _socket.getaddrinfo = getaddrinfo


class Certifi:
    """Finds certifi where it is, and lets it name the list of MOCKWX_REDIRECT."""

    def __init__(self, bundle: str) -> None:
        self.bundle = bundle

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """Find certifi alone; whoever imports it finds the other list there."""
        spec = PathFinder.find_spec(name, path) if name == "certifi" else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: "Any") -> None:
            execute(module)
            module.where = lambda: self.bundle

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
    sys.meta_path.insert(0, Certifi(rules["bundle"]))
go_on()
