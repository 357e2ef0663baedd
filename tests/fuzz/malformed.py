"""Requests nobody should send: every route, with everything about it a little wrong."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from io import BytesIO
from itertools import islice
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.openapi import control_api
from tests.openapi import wechat


# A finite vocabulary: what a request may legally leave behind stays finite too.
WORDS = (
    "",
    " ",
    "alice",
    "张三",
    "👨‍👩‍👧",
    "x" * 64,
    "x" * 5_000,
    "\0",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "%",
    "%2F",
    "true",
    "null",
    "-1",
    "0",
    "1",
    "4294967296",
    "9" * 400,
    "1e999",
    "NaN",
    "٣",
    "'\"<script>",
    "${jndi}",
    "docs",
    "ios",
    "allow",
    "scope.userInfo",
    "2.27.1",
    "999.999.999",
    "authorization_code",
    "client_credential",
    "hmac_sha256",
    DEFAULT_APPID,
    DEFAULT_SECRET,
)
VALUES: tuple[Any, ...] = (
    *WORDS,
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**53,
    10**300,
    1.5,
    [],
    {},
    [[]],
    {"a": {"b": []}},
    ["x"] * 100,
    "\ud800",
    {"\udfff": "\ud800"},
)
NO_NAMES = ("", "\0", "é", "\ud800")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "X-Y")
BYTES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"a":NaN}',
    b'{"a":1,"a":2}',
    b"appid=x&secret=y",
    b"[" * 50_000,
    b'{"a":' * 5_000,
    b'{"seconds":' + b"9" * 5_000 + b"}",
    b"<xml></xml>",
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
)
HEADERS = (
    ("HTTP_HOST", "evil.example"),
    ("HTTP_HOST", "[::1"),
    ("HTTP_HOST", ""),
    ("HTTP_ORIGIN", "null"),
    ("HTTP_ORIGIN", "http://localhost"),
    ("HTTP_AUTHORIZATION", "Bearer \xff"),
    ("HTTP_X_MOCKWX_WORLD", "other"),
    ("HTTP_X_MOCKWX_WORLD", "\xff\x00"),
    ("HTTP_COOKIE", "session=\xff; ="),
    ("HTTP_LAST_EVENT_ID", "9" * 5_000),
    ("HTTP_X_FORWARDED_FOR", "'"),
    ("CONTENT_TYPE", "application/x-www-form-urlencoded"),
    ("CONTENT_TYPE", "multipart/form-data; boundary=b"),
    ("CONTENT_TYPE", "application/json; charset=nonsense"),
    ("CONTENT_LENGTH", "-1"),
    ("CONTENT_LENGTH", "many"),
    ("CONTENT_LENGTH", "5"),
    ("CONTENT_LENGTH", "99999999999"),
    ("REMOTE_ADDR", ""),
)
# A wait that is allowed would be waited for.
TIMEOUTS = ("0", "0.001", "-1", "61", "nan", "", "x")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as WSGI hands it over."""

    method: str
    path: bytes
    query: bytes
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def environ(self) -> dict[str, Any]:
        """Return it as the server would."""
        return {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path.decode("latin-1"),
            "QUERY_STRING": self.query.decode("latin-1"),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "7778",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost:7778",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
            **dict(self.headers),
        }


@dataclass(slots=True)
class Reply:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def send(app: Flask, request: Request) -> Reply:
    """Call the app as a WSGI server does."""
    reply = Reply()

    def start_response(
        status: str, headers: list[tuple[str, str]], _: Any = None
    ) -> Any:
        reply.status, reply.headers = int(status[:3]), dict(headers)

    chunks = app(request.environ(), start_response)
    # A stream of events has no end: its beginning is enough.
    endless = reply.headers.get("Content-Type", "").startswith("text/event-stream")
    reply.body = b"".join(islice(chunks, 1) if endless else chunks)
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
    return reply


def routes(app: Flask, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """List every (rule, method) of the app, and a few paths that are none."""
    known = [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
        if rule.rule not in without
    ]
    nowhere = ["/", "/_mockwx", "/_mockwx/api/x", "/sns/x", "/\xff", "*", "//a//b"]
    return known + [(path, "GET") for path in nowhere]


def names() -> tuple[str, ...]:
    """List what any route takes, by the OpenAPI files, and what none does."""
    described = {*_names_in(control_api()), *_names_in(wechat())}
    return (*sorted(described), *NO_NAMES)


def _names_in(part: Any) -> Iterator[str]:
    """Find the names of parameters and of fields, however deep."""
    if isinstance(part, list):
        for each in part:
            yield from _names_in(each)
    if isinstance(part, dict):
        yield from part.get("properties", ())
        if "in" in part and "name" in part:
            yield part["name"]
        for each in part.values():
            yield from _names_in(each)


def access_token(app: Flask) -> bytes:
    """Ask for a token, without which most of WeChat's doors stay shut."""
    query = (
        f"grant_type=client_credential&appid={DEFAULT_APPID}&secret={DEFAULT_SECRET}"
    )
    reply = send(app, Request("GET", b"/cgi-bin/token", query.encode(), b""))
    # There is none while the app is removed, frozen or changed.
    return str(json.loads(reply.body).get("access_token", "")).encode()


def malformed(
    chance: Random, known: list[tuple[str, str]], *, access_token: bytes = b""
) -> Request:
    """Draw a request: one of the routes, and then something wrong with it."""
    rule, method = chance.choice(known)
    if chance.random() < 0.15:
        method = chance.choice(METHODS)
    headers = [chance.choice(HEADERS)] if chance.random() < 0.2 else []
    return Request(
        method=method,
        path=_path(chance, rule),
        query=_query(chance, rule, access_token),
        body=_body(chance) if method in ("POST", "PUT", "PATCH") else b"",
        headers=tuple(headers),
    )


def _path(chance: Random, rule: str) -> bytes:
    before, open_, rest = rule.partition("<")
    if not open_:
        return rule.encode("latin-1", "replace")
    word = chance.choice(WORDS).encode()
    return before.encode() + word + rest.partition(">")[2].encode()


def _query(chance: Random, rule: str, access_token: bytes) -> bytes:
    pairs = [_pair(chance) for _ in range(chance.choice((0, 0, 1, 2, 4, 8)))]
    if rule.endswith("/wait"):
        pairs = [pair for pair in pairs if not pair.startswith(b"timeout")]
        pairs.append(b"timeout=" + chance.choice(TIMEOUTS).encode())
    if access_token and chance.random() < 0.5:
        pairs.insert(0, b"access_token=" + access_token)
    return b"&".join(pairs)


def _pair(chance: Random) -> bytes:
    name = chance.choice(_NAMES).encode("utf-8", "surrogatepass")
    value = chance.choice(WORDS).encode("utf-8", "surrogatepass")
    how = chance.random()
    if how < 0.7:
        return b"%s=%s" % (name, quote_from_bytes(value).encode())
    if how < 0.8:
        return name + b"=%ff%f"
    if how < 0.9:
        return name + b"=" + bytes(chance.randrange(128, 256) for _ in range(8))
    return name


def _body(chance: Random) -> bytes:
    how = chance.random()
    if how < 0.25:
        return chance.choice(BYTES)
    fields = {
        chance.choice(_NAMES): chance.choice(VALUES)
        for _ in range(chance.choice((0, 1, 1, 2, 4)))
    }
    body = json.dumps(fields, ensure_ascii=chance.random() < 0.5)
    encoded = body.encode("utf-8", "surrogatepass")
    return encoded[: chance.randrange(len(encoded))] if how < 0.35 else encoded


_NAMES = names()
