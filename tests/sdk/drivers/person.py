"""Alice in front of a page of WeChat's that asks who she is, for drivers."""

from urllib.error import HTTPError
from urllib.parse import parse_qs
from urllib.parse import urldefrag
from urllib.parse import urlencode
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler
from urllib.request import build_opener


class Stay(HTTPRedirectHandler):
    """The site that WeChat leads back to is elsewhere."""

    def redirect_request(self, *_):
        """Follow nobody."""


def led_back(page):
    """Allow what a page asks; return the address that WeChat leads back to."""
    answer = urlencode({"mockwx_user": "alice", "mockwx_consent": "allow"})
    try:
        with build_opener(Stay).open(f"{urldefrag(page).url}&{answer}") as shown:
            raise RuntimeError(f"WeChat led nowhere: {shown.read().decode()}")
    except HTTPError as answered:
        with answered:
            return answered.headers["Location"]


def allow(page):
    """Allow what a page asks; return the code."""
    return parse_qs(urlsplit(led_back(page)).query)["code"][0]
