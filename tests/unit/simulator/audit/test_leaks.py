"""Secrets are found in whatever form, and hidden."""

import base64
import json
import re
import zlib
from urllib.parse import quote

import pytest

from simulator.audit.leaks import Secrets
from simulator.audit.leaks import digests_of
from simulator.audit.leaks import forms_of
from simulator.audit.leaks import in_chinese


KEY = "tiihtNczf5v6AKRyjwEUh/+=="


@pytest.fixture
def secrets() -> Secrets:
    found = Secrets()
    found.learn("session_key", KEY)
    return found


def token_with(text: str) -> str:
    parts = (b'{"alg":"HS256"}', text.encode(), b"signature")
    return ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"key": KEY}),
        json.dumps({"key": KEY}).replace("/", "\\/"),
        quote(KEY, safe=""),
        base64.b64encode(KEY.encode()).decode(),
        KEY.encode().hex(),
        token_with(json.dumps({"sk": KEY})),
        base64.urlsafe_b64encode(
            zlib.compress(json.dumps({"k": KEY}).encode())
        ).decode(),
    ],
    ids=["plain", "escaped", "percent", "base64", "hex", "jwt", "flask-cookie"],
)
def test_key_is_found_in_every_form_and_hidden(secrets: Secrets, text: str) -> None:
    (first, *_) = secrets.leaks({"body": text})

    assert first.kind == "session_key"
    assert first.where == "body"
    assert first.fragment in text
    assert first.fragment not in secrets.hide(text)


NOT_CHINESE = re.compile(r"\bin\b|[a-z]{7,}")


@pytest.mark.parametrize("form", [*forms_of(KEY), "in hex, in a token"])
def test_form_has_a_name_in_chinese(form: str) -> None:
    assert in_chinese(form) != form
    assert not NOT_CHINESE.search(in_chinese(form))


@pytest.mark.parametrize(
    ("where", "chinese"),
    [
        ("body", "正文"),
        ("header X-Token", "X-Token 响应头"),
        ("cookie 2", "第 2 个 cookie"),
    ],
)
def test_place_has_a_name_in_chinese(
    secrets: Secrets, where: str, chinese: str
) -> None:
    (leak, *_) = secrets.leaks({where: KEY})

    assert (leak.where_zh, leak.form_zh) == (chinese, "原样")


def test_digest_is_called_so_in_chinese() -> None:
    names = {name: in_chinese(name) for name in digests_of("x")}

    assert names["sha256"] == "sha256"
    assert names["sha256 in Base64"] == "sha256 的 Base64 编码"
    assert all(" in " not in chinese for chinese in names.values())


def test_answer_without_the_key_holds_no_leak(secrets: Secrets) -> None:
    other = token_with(json.dumps({"openid": "o" * 28}))

    assert not list(secrets.leaks({"body": other, "header X": "0" * 40}))


def test_secrets_are_learnt_from_the_journal() -> None:
    secrets = Secrets()
    body = json.dumps({"openid": "o", "session_key": KEY})

    secrets.learn_from(
        {
            "request": {"query": "appid=wx&secret=0123456789abcdef&js_code=c"},
            "response": {"body": body},
        }
    )

    assert secrets.values == {"0123456789abcdef": "secret", KEY: "session_key"}
