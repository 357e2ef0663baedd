"""Login states that nobody was given."""

import base64
import json

from simulator.audit.identity import forgeries


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_plain_login_state_is_left_out_emptied_shortened_and_made_up() -> None:
    found = {what.en: storage for what, storage in forgeries({"token": "aZ9-x"})}

    assert found == {
        "absent": {},
        "empty": {"token": ""},
        "made up": {"token": "bA0-y"},
        "short": {"token": "1"},
    }


def test_jwt_loses_its_signature_too() -> None:
    body = part({"sub": "1"})
    token = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{body}.{part(b'signature')}"

    found = {what.en: storage for what, storage in forgeries({"token": token})}

    head, kept, signature = found["an unsigned JWT (alg none)"]["token"].split(".")
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {
        "alg": "none",
        "typ": "JWT",
    }
    assert (kept, signature) == (body, "")
    assert found["a JWT without its signature"]["token"].endswith(f".{body}.")


def test_three_words_with_points_are_no_jwt() -> None:
    found = [what.en for what, _ in forgeries({"token": "a.b.c"})]

    assert "an unsigned JWT (alg none)" not in found
