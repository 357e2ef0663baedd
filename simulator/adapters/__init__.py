"""Choose the adapter by what is given: an address, a WSGI application, or nothing."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from urllib.parse import urlsplit

from simulator.adapters.backend_http import HttpBackend
from simulator.adapters.backend_wsgi import WsgiBackend
from simulator.adapters.mockwx_http import MockWx
from simulator.ports import Backend
from simulator.ports import SimulatorError


if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def connect_wechat(
    target: str | WSGIApplication | None = None, *, token: str | None = None
) -> MockWx:
    """Connect to the mock at an address, or make one in this process."""
    if target is None:
        # Flask and cryptography are loaded only if the mock is to run here.
        from simulator.adapters.mockwx_local import local_mock

        return local_mock()
    return MockWx(connect_backend(target), token=token)


def connect_backend(
    target: str | WSGIApplication, *, arguments: Mapping[str, object] | None = None
) -> Backend:
    """Connect to a server: ``http(s)://…``, ``wsgi:module:attribute``, or a callable.

    With ``arguments`` the attribute is a factory and is called with them.
    """
    if not isinstance(target, str):
        return WsgiBackend(target)
    scheme = target.partition(":")[0]
    if scheme in ("http", "https") and _has_host(target):
        return HttpBackend(target)
    if scheme == "wsgi":
        return WsgiBackend(_import_app(target, arguments))
    raise SimulatorError(
        f"'{target}' is not an address: "
        "write http://HOST:PORT or wsgi:MODULE:ATTRIBUTE.",
        f"“{target}” 不是地址：请写 http://主机:端口 或 wsgi:模块:属性。",
    )


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _import_app(target: str, arguments: Mapping[str, object] | None) -> WSGIApplication:
    _, _, name = target.partition(":")
    module_name, colon, attribute = name.partition(":")
    # Applications are imported from where the command runs, as WSGI servers do.
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module_name)
        for part in (attribute if colon else "app").split("."):
            found = getattr(found, part)
        app: WSGIApplication = found(**arguments) if arguments is not None else found
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise SimulatorError(
            f"{target} cannot be loaded: {error}.", f"无法加载 {target}：{error}。"
        ) from error
    return app
