"""网络 request: wx.request, byte for byte what a phone sends to the backend.

https://developers.weixin.qq.com/miniprogram/dev/api/network/request/wx.request.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Literal
from urllib.parse import SplitResult
from urllib.parse import quote
from urllib.parse import urljoin
from urllib.parse import urlsplit

from simulator.foreign_json import parsed
from simulator.ports import Headers
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError
from simulator.wx.errors import WxError
from simulator.wx.host import Api
from simulator.wx.host import Done
from simulator.wx.host import version_of
from simulator.wx.javascript import stringify
from simulator.wx.javascript import to_text
from simulator.wx.javascript import url_encoded


# No PATCH: wx.request does not know it.
METHODS = ("OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT")
# What proves to one host who asks is no business of another.
_FOR_ONE_HOST = frozenset({"authorization", "cookie"})

MAX_REDIRECTS = 20
MAX_TASKS = 10
_DEFAULT_TIMEOUT = 60_000
_LONGEST_TIMEOUT = 3_600_000
_DATA_IN_QUERY = ("GET", "HEAD")
_FORM = "application/x-www-form-urlencoded"
_REDIRECTS = (301, 302, 303, 307, 308)
# What may stand in a URL besides letters and digits; "%" is already an escape.
_URL_SAFE = "!#$%&'()*+,-./:;=?@[]_~"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# The base library that numbers its failures; older ones say them in fewer words.
_ERRNO_SINCE = (2, 24, 0)
# Chromium's names: WeChat's network stack is cronet.
_NET_ERRORS = {
    "refused": (-102, "ERR_CONNECTION_REFUSED"),
    "reset": (-101, "ERR_CONNECTION_RESET"),
    "empty": (-324, "ERR_EMPTY_RESPONSE"),
    "name": (-105, "ERR_NAME_NOT_RESOLVED"),
    "tls": (-202, "ERR_CERT_AUTHORITY_INVALID"),
    "broken": (-2, "ERR_FAILED"),
}


@dataclass(frozen=True, slots=True)
class RequestResult(Done):
    """A response of whatever status; ``redirects`` are the URLs left on the way."""

    data: object
    status_code: int
    header: Mapping[str, str]
    cookies: tuple[str, ...]
    text: str
    sent: Request
    redirects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The arguments of one wx.request."""

    url: str
    data: object = None
    method: str = "GET"
    header: Mapping[str, object] = field(default_factory=dict)
    timeout: float = _DEFAULT_TIMEOUT


class RequestApi(Api):
    """wx.request."""

    __slots__ = ()

    def request(  # noqa: PLR0913 - the parameters are WeChat's
        self,
        url: str,
        *,
        data: object = None,
        method: str = "GET",
        header: Mapping[str, object] | None = None,
        timeout: float | None = None,
        data_type: str = "json",
        response_type: Literal["text", "arraybuffer"] = "text",
        redirect: Literal["follow", "manual"] = "follow",
    ) -> RequestResult:
        """Call the backend; any HTTP status is a success."""
        if self._host.hidden:
            raise WxError("request:fail interrupted", 600003)
        question = Question(
            url, data, method.upper(), header or {}, timeout or _DEFAULT_TIMEOUT
        )
        referer = (
            f"https://servicewechat.com/{self._host.mini_program_id}"
            f"/{self._host.page_version}/page-frame.html"
        )
        sent = build_request(
            question, referer=referer, user_agent=self._host.user_agent
        )
        if not self._host.tasks.acquire():
            raise WxError("request:fail network exceed max task count", 600007)
        try:
            response, redirects = self._send(sent, follow=redirect == "follow")
        finally:
            self._host.tasks.release()
        body: object = response.body
        text = read_text(response.body)
        if response_type == "text":
            body = _parsed(text) if data_type == "json" else text
        answer = _answer(response, body)
        return RequestResult(
            answer,
            data=body,
            status_code=response.status,
            header=Headers(response.headers),
            cookies=response.values("set-cookie"),
            text=text,
            sent=sent,
            redirects=redirects,
        )

    def _send(
        self, request: Request, *, follow: bool
    ) -> tuple[Response, tuple[str, ...]]:
        left: list[str] = []
        while True:
            check_domain(request.url, self._host.check_domains)
            try:
                response = self._host.send(request)
            except SendError as error:
                raise _network_failure(error, self._host.base_library) from error
            location = Headers(response.headers).get("location")
            if not follow or response.status not in _REDIRECTS or not location:
                return response, tuple(left)
            left.append(request.url)
            if len(left) > MAX_REDIRECTS:
                raise WxError(
                    "request:fail network reach the max redirect count", 600008
                )
            request = _redirected(request, response.status, location)


def build_request(question: Question, *, referer: str, user_agent: str) -> Request:
    """Write a question as the HTTP request a phone sends."""
    if question.method not in METHODS:
        raise WxError(f'request:fail invalid method "{question.method}"', 600010)
    header = _header(question.header, referer=referer, user_agent=user_agent)
    try:
        url, body = _url_and_body(question, Headers(header)["content-type"])
    except (UnicodeEncodeError, TypeError, ValueError) as error:
        raise WxError(f"request:fail invalid request data: {error}", 600010) from error
    seconds = min(max(question.timeout, 1), _LONGEST_TIMEOUT) / 1000
    return Request(question.method, valid_url(url), header, body, seconds)


def valid_url(url: str) -> str:
    """Escape what a URL cannot hold; refuse what is no http(s) URL."""
    try:
        if _CONTROL.search(url) or not _is_web_address(urlsplit(url)):
            raise ValueError
        return quote(url.partition("#")[0], safe=_URL_SAFE)
    except ValueError as error:
        raise WxError(f'request:fail invalid url "{url}"', 600009) from error


def check_domain(url: str, domains: tuple[str, ...] | None) -> None:
    """Refuse what is not on the list of request domains; None checks nothing."""
    if domains is None or _is_listed(urlsplit(url), domains):
        return
    raise WxError("request:fail url not in domain list", 600002)


def read_text(body: bytes) -> str:
    """Decode a response, without its first byte order mark."""
    return body.decode("utf-8", "replace").removeprefix("\ufeff")


def _header(
    given: Mapping[str, object], *, referer: str, user_agent: str
) -> tuple[tuple[str, str], ...]:
    names = {name.lower() for name in given}
    header: list[tuple[str, str]] = []
    if "content-type" not in names:
        header.append(("content-type", "application/json"))
    if "user-agent" not in names:
        header.append(("User-Agent", user_agent))
    header.append(("Referer", referer))
    for name, value in given.items():
        text = to_text(value)
        if _CONTROL.search(name + text) or not re.fullmatch(
            r"[!#-'*+.0-9A-Z^-z|~-]+", name
        ):
            raise WxError(f"request:fail invalid header {name!r}", 600010)
        if name.lower() != "referer":
            header.append((name, text))
    return tuple(header)


def _url_and_body(question: Question, content_type: str) -> tuple[str, bytes]:
    data = question.data
    if question.method in _DATA_IN_QUERY:
        return _with_query(question.url, data), b""
    if data is None:
        return question.url, b""
    if isinstance(data, bytes):
        return question.url, data
    if isinstance(data, str):
        return question.url, data.encode()
    if _FORM in content_type.lower() and isinstance(data, Mapping):
        return question.url, url_encoded(data).encode()
    return question.url, stringify(data).encode()


def _with_query(url: str, data: object) -> str:
    if not data:
        return url
    query = url_encoded(data) if isinstance(data, Mapping) else to_text(data)
    bare = url.partition("#")[0]
    return f"{bare}{'&' if '?' in bare else '?'}{query}"


def _is_web_address(parts: SplitResult) -> bool:
    # Reading the port raises ValueError where it is no number.
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    )


def _is_listed(url: SplitResult, domains: tuple[str, ...]) -> bool:
    host = (url.hostname or "").lower()
    if url.scheme != "https" or host in ("localhost", "api.weixin.qq.com"):
        return False
    if _is_public_address(host):
        return False
    return any(_same_place(url, urlsplit(_as_url(domain))) for domain in domains)


def _same_place(url: SplitResult, listed: SplitResult) -> bool:
    # A domain listed without a port refuses every URL that names one, even :443.
    return (url.hostname, url.port) == (listed.hostname, listed.port)


def _as_url(domain: str) -> str:
    return domain if "://" in domain else f"https://{domain}"


def _is_public_address(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _redirected(request: Request, status: int, location: str) -> Request:
    url = valid_url(urljoin(request.url, location))
    if urlsplit(url)[:2] != urlsplit(request.url)[:2]:
        kept = (
            each for each in request.headers if each[0].lower() not in _FOR_ONE_HOST
        )
        request = replace(request, headers=tuple(kept))
    if status in (307, 308) or request.method in _DATA_IN_QUERY:
        return replace(request, url=url)
    return replace(request, url=url, method="GET", body=b"")


def _parsed(text: str) -> object:
    try:
        return parsed(text)
    except ValueError:
        return text


def _answer(response: Response, data: object) -> dict[str, object]:
    return {
        "data": data,
        "statusCode": response.status,
        "header": dict(Headers(response.headers)),
        "cookies": list(response.values("set-cookie")),
        "profile": {},
        "exception": {},
        "errMsg": "request:ok",
    }


def _network_failure(error: SendError, base_library: str | None) -> WxError:
    if base_library is not None and version_of(base_library) < _ERRNO_SINCE:
        return WxError(_without_errno(error), detail=error.detail)
    if error.reason == "timeout":
        return WxError("request:fail fail:time out", 5, detail=error.detail)
    number, name = _NET_ERRORS[error.reason]
    return WxError(
        f"request:fail errcode:{number} cronet_error_code:{number} "
        f"error_msg:net::{name}",
        600001,
        detail=error.detail,
    )


def _without_errno(error: SendError) -> str:
    if error.reason == "timeout":
        return "request:fail timeout"
    number, name = _NET_ERRORS[error.reason]
    return f"request:fail {number}:net::{name}"
