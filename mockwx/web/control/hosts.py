"""Which Host and Origin are the mock's own."""

from functools import lru_cache
from urllib.parse import urlsplit

from mockwx.config import Settings
from mockwx.config import is_loopback
from mockwx.config import is_wildcard


def is_own_host(host: str, settings: Settings) -> bool:
    """Tell whether a Host header names this server, on whatever port.

    Behind a wildcard address any name may be ours; there the token decides.
    """
    return _is_own_host(host, settings.host)


@lru_cache(maxsize=64)
def _is_own_host(host: str, own: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if is_loopback(name) or is_wildcard(own):
        return True
    return name == own.strip("[]").lower()


def is_own_origin(origin: str, host: str) -> bool:
    """Tell whether a page was served by this server: name and port agree."""
    return origin.lower() in (f"http://{host.lower()}", f"https://{host.lower()}")
