"""WeChat's secrets: learnt from the journal, looked for in answers, hidden in reports.

A secret is found as it is, escaped, in Base64, in hex and inside of tokens.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import re
import zlib
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Literal
from typing import TypeAlias
from urllib.parse import parse_qs
from urllib.parse import quote
from urllib.parse import unquote

from simulator.events import HttpTalk
from simulator.events import WeChatCall
from simulator.foreign_json import parsed


Secret: TypeAlias = Literal["session_key", "secret", "access_token"]

KINDS: tuple[Secret, ...] = ("session_key", "secret", "access_token")

_IN_CHINESE = {
    "as it is": "原样",
    "percent-encoded": "百分号编码",
    "percent-encoded twice": "两次百分号编码",
    "with escaped slashes": "斜杠被转义",
    "in Base64": "Base64 编码",
    "in hex": "十六进制",
    "URL-safe": "URL 安全的 Base64",
    "without padding": "去掉末尾的等号",
    "backwards": "倒序",
    "its bytes in hex": "其字节的十六进制",
    "in a token": "在 token 之中",
    "body": "正文",
}
_NAMED = (
    (re.compile("header (.+)"), r"\1 响应头"),
    (re.compile(r"cookie (\d+)"), r"第 \1 个 cookie"),
    (re.compile("(md5|sha1|sha256|sha512) in Base64"), r"\1 的 Base64 编码"),
)
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
# What is shorter would be found by chance.
_SHORTEST = 12
# A token inside of a token inside of a cookie is the deepest anybody has seen.
_DEEPEST = 3
_LARGEST = 1_000_000
_READABLE = 8192
_EDGE = 512


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that stood in an answer."""

    kind: Secret
    where: str
    form: str
    fragment: str
    """The piece of the answer that holds it."""

    @property
    def where_zh(self) -> str:
        """Say the same of the place in Chinese."""
        return in_chinese(self.where)

    @property
    def form_zh(self) -> str:
        """Say the same of the form in Chinese."""
        return in_chinese(self.form)


@dataclass(slots=True)
class Secrets:
    """What no client may ever see, as far as it is known by now."""

    values: dict[str, Secret] = field(default_factory=dict)
    fragments: set[str] = field(default_factory=set)
    """Pieces of answers that turned out to hold a secret."""
    _forms: list[tuple[Secret, str, str]] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    """Forms and fragments, the longest first; made anew when there are more."""

    def learn(self, kind: Secret, value: object) -> None:
        """Remember a secret."""
        if not isinstance(value, str) or len(value) < _SHORTEST:
            return
        if value not in self.values:
            self.values[value] = kind
            forms = forms_of(value).items()
            self._forms += [(kind, form, shape) for shape, form in forms]

    def learn_from(self, exchange: Mapping[str, object]) -> None:
        """Remember what a call to WeChat asked with and was answered."""
        request, response = exchange.get("request"), exchange.get("response")
        if isinstance(request, Mapping):
            asked = parse_qs(str(request.get("query", "")))
            for kind in KINDS:
                for value in asked.get(kind, ()):
                    self.learn(kind, value)
        if isinstance(response, Mapping):
            answer = _json(str(response.get("body", "")))
            for kind in KINDS:
                self.learn(kind, answer.get(kind))

    def leaks(self, parts: Mapping[str, str]) -> Iterator[Leak]:
        """Find secrets in the parts of an answer, by the name of the part."""
        for where, text in parts.items():
            for token, plain in _layers(text[:_LARGEST]):
                for kind, form, shape in self._forms:
                    if form in plain:
                        shown = f"{shape}, in a token" if token else shape
                        self.fragments.add(token or form)
                        yield Leak(kind, where, shown, token or form)

    def hide(self, text: str) -> str:
        """Shorten every secret in a text, whatever form it has."""
        for piece in self._longest_first():
            if piece in text:
                text = text.replace(piece, f"{piece[:4]}…")
        return text

    def hidden(self, talk: HttpTalk) -> HttpTalk:
        """Return a talk without secrets, and no longer than anybody reads."""
        hide = self._hide_and_cut
        return replace(
            talk,
            url=hide(talk.url),
            headers=tuple((name, hide(value)) for name, value in talk.headers),
            body=hide(talk.body),
            response_headers=tuple((n, hide(v)) for n, v in talk.response_headers),
            response_body=hide(talk.response_body),
        )

    def hidden_calls(self, calls: Iterable[WeChatCall]) -> tuple[WeChatCall, ...]:
        """Return calls to WeChat without secrets."""
        return tuple(
            replace(
                call,
                query=self.hide(call.query),
                body=self.hide(call.body),
                answer=self.hide(call.answer),
            )
            for call in calls
        )

    def _hide_and_cut(self, text: str) -> str:
        # A secret on the edge is whole in the longer piece, and so is hidden.
        hidden = self.hide(text[: _READABLE + _EDGE])
        if len(text) <= _READABLE:
            return hidden
        return f"{hidden[:_READABLE]}… ({len(text)} characters)"

    def _longest_first(self) -> list[str]:
        if len(self._pieces) != len(self._forms) + len(self.fragments):
            forms = [form for _, form, _ in self._forms]
            self._pieces = sorted([*forms, *self.fragments], key=len, reverse=True)
        return self._pieces


def forms_of(secret: str) -> dict[str, str]:
    """Write a secret in the forms that programs give it, by their names."""
    forms = {
        "as it is": secret,
        "percent-encoded": quote(secret, safe=""),
        "percent-encoded twice": quote(quote(secret, safe=""), safe=""),
        "with escaped slashes": secret.replace("/", "\\/"),
        "in Base64": base64.b64encode(secret.encode()).decode().rstrip("="),
        "in hex": secret.encode().hex(),
        "URL-safe": secret.replace("+", "-").replace("/", "_"),
        "without padding": secret.rstrip("="),
        "backwards": secret[::-1],
    }
    raw = _decoded(secret) if secret.endswith("=") else None
    if raw:
        forms["its bytes in hex"] = raw.hex()
    return {shape: form for shape, form in forms.items() if len(form) >= _SHORTEST}


def digests_of(text: str) -> dict[str, str]:
    """Hash a text in the ways that tokens are made, by their names."""
    found: dict[str, str] = {}
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, text.encode(), usedforsecurity=False)
        found[f"{name}"] = digest.hexdigest()
        found[f"{name} in Base64"] = base64.b64encode(digest.digest()).decode()
    return found


def in_chinese(name: str) -> str:
    """Say the name of a form or of a place in Chinese; a digest has one name alone."""
    return "，".join(_said(part) for part in name.split(", "))


def _said(part: str) -> str:
    for pattern, chinese in _NAMED:
        if found := pattern.fullmatch(part):
            return found.expand(chinese)
    return _IN_CHINESE.get(part, part)


def _layers(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text, and what is encoded in it behind the piece that holds it."""
    yield "", text
    unquoted = unquote(text)
    for found in _ENCODED.finditer(unquoted):
        for piece in {found[0], *re.split(r"[-_]{2,}", found[0])}:
            for plain in _opened(piece, _DEEPEST):
                yield piece, plain


def _opened(piece: str, depth: int) -> Iterator[str]:
    raw = _decoded(piece)
    if raw is None or depth == 0:
        return
    with contextlib.suppress(zlib.error):
        raw = zlib.decompressobj().decompress(raw, _LARGEST)
    plain = raw.decode("utf-8", "ignore")
    yield plain
    for found in _ENCODED.finditer(plain):
        yield from _opened(found[0], depth - 1)


def _decoded(piece: str) -> bytes | None:
    bare = piece.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return None


def _json(text: str) -> Mapping[str, object]:
    try:
        answer = parsed(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
