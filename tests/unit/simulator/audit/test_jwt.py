"""The head of a token, and what is none."""

import base64
import json

import pytest

from simulator.audit.jwt import head_of


def token(head: object) -> str:
    text = head if isinstance(head, str) else json.dumps(head)
    return f"{base64.urlsafe_b64encode(text.encode()).decode().rstrip('=')}.e30.sig"


def test_head_of_a_token_is_read() -> None:
    assert head_of(token({"alg": "HS256", "typ": "JWT"})) == {
        "alg": "HS256",
        "typ": "JWT",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c",
        "中.b.c",
        token([]),
        token({"typ": "JWT"}),
        token("[" * 3000 + "]" * 3000),
    ],
    ids=["nothing", "two", "no Base64", "Chinese", "a list", "no alg", "a deep head"],
)
def test_anything_else_has_none(text: str) -> None:
    assert head_of(text) is None
