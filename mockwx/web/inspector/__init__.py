"""/_mockwx/: the page for people, which uses only the control API."""

from mockwx.web.inspector.views import blueprint


__all__ = ["blueprint"]
