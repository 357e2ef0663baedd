"""WeChat's login servers on your own machine."""

from typing import TYPE_CHECKING
from typing import Any

from mockwx.version import __version__


if TYPE_CHECKING:
    from mockwx.app import create_app
    from mockwx.config import Settings
    from mockwx.domain.errors import WeChatError
    from mockwx.server import MockServer
    from mockwx.wechat import WeChat

__all__ = [
    "MockServer",
    "Settings",
    "WeChat",
    "WeChatError",
    "__version__",
    "create_app",
]

_HOMES = {
    "MockServer": "mockwx.server",
    "Settings": "mockwx.config",
    "WeChat": "mockwx.wechat",
    "WeChatError": "mockwx.domain.errors",
    "create_app": "mockwx.app",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: `mockwx --help` needs none."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
