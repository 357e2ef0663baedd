"""What the mock says of itself when it is asked whether it is well."""

from collections.abc import Mapping

from mockwx.config import Settings
from mockwx.version import __version__


def health_of(settings: Settings) -> Mapping[str, object]:
    """Say that the mock answers, which version it is, and where its doors are."""
    return {
        "status": "ok",
        "version": __version__,
        "https_port": (settings.tls_port or None) if settings.tls else None,
        "proxy_port": (settings.proxy_port or None) if settings.proxy else None,
    }
