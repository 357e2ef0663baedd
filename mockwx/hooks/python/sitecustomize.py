"""Send what this interpreter asks WeChat to the mock that MOCKWX_REDIRECT names.

Python imports a module of this name before it runs anything, so the program itself
stays as it is. It answers for host names alone: whatever asks, by whatever library, in
threads or coroutines, is led to the mock's own port instead. Old interpreters run it
too, so it keeps to what they all know.
"""

import json
import os
import socket
import sys
from importlib.machinery import PathFinder


# Importing typing would slow down every start of every interpreter.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def redirect(rules: "Any") -> None:
    """Let names of WeChat's hosts mean the mock."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: "Any", port: "Any", *more: "Any", **named: "Any") -> "Any":
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and name.lower().rstrip(".") in rules["hosts"]:
            host, port = rules["to"], rules["ports"].get(str(port), port)
        return resolve(host, port, *more, **named)

    socket.getaddrinfo = getaddrinfo


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
    redirect(json.loads(os.environ["MOCKWX_REDIRECT"]))
go_on()
