"""What the mock says of itself when it is asked whether it is well."""

from mockwx.config import Settings
from mockwx.version import __version__


PATH = "/_mockwx/api/health"
OK = "ok"
STORE_UNAVAILABLE = "store_unavailable"
"""The mock lives, and can answer nothing else until its store is back."""


def health_of(settings: Settings) -> dict[str, object]:
    """Say that the mock answers, which version it is, and where its doors are."""
    return {
        "status": OK,
        "version": __version__,
        "https_port": (settings.tls_port or None) if settings.tls else None,
        "proxy_port": (settings.proxy_port or None) if settings.proxy else None,
    }
