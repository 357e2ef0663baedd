"""How well a login state can be guessed."""

import base64
import hashlib
import hmac
import uuid

import pytest

from simulator.audit.secrets import bits
from simulator.audit.secrets import signs


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@pytest.mark.parametrize(
    "tokens",
    [
        ["7"] * 8,
        [str(number) for number in range(1000, 1008)],
        [f"user-{number:06d}-token" for number in range(8)],
        [f"{1_700_000_000_000 + 137 * number}" for number in range(8)],
        [digest(number)[:8] for number in range(8)],
        [f"{digest(0)}{number}" for number in range(8)],
    ],
    ids=["one", "counter", "inside", "clock", "short", "long-but-shared"],
)
def test_login_states_with_a_pattern_are_guessed(tokens: list[str]) -> None:
    assert bits(tokens) < 64


@pytest.mark.parametrize(
    "tokens",
    [
        [digest(number) for number in range(8)],
        [str(uuid.UUID(hex=digest(number)[:32])) for number in range(8)],
        [
            base64.b64encode(digest(number)[:24].encode()).decode()
            for number in range(8)
        ],
        [f"head.{digest(number)}.tail" for number in range(8)],
    ],
    ids=["hex", "uuid", "base64", "inside"],
)
def test_random_login_states_are_not(tokens: list[str]) -> None:
    assert bits(tokens) >= 64


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_key_of_a_jwt_is_recognised(alg: str) -> None:
    signed = "eyJhbGciOiJIUzI1NiJ9.e30"
    made = hmac.new(b"secret", signed.encode(), f"sha{alg[2:]}").digest()
    token = f"{signed}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"

    assert signs(token, "secret", alg)
    assert not signs(token, "other", alg)
    assert not signs(token, "secret", "RS256")


@pytest.mark.parametrize("token", ["", "a", "a.b.签名", "a.\ud800.c", "eyJ9.e30."])
def test_any_text_is_a_token_that_nobody_signed(token: str) -> None:
    assert not signs(token, "secret", "HS256")
