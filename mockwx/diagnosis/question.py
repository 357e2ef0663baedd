"""What the doctor is asked: any of the values a backend had in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockwx.domain import control


@dataclass(frozen=True, slots=True)
class Question:
    """The values as they were received; None for those not given."""

    session_key: str | None = None
    iv: str | None = None
    encrypted_data: str | None = None
    raw_data: str | None = None
    signature: str | None = None
    appid: str | None = None
    openid: str | None = None
    code: str | None = None
    error: str | None = None
    """The text of the exception the SDK raised."""
    sdk: str | None = None
    query: bool = False
    """Whether the payload is known to have travelled in a URL."""


# The control API's spelling → field of Question.
WORDS = {
    "session_key": "session_key",
    "iv": "iv",
    "encryptedData": "encrypted_data",
    "rawData": "raw_data",
    "signature": "signature",
    "appid": "appid",
    "openid": "openid",
    "code": "code",
    "error": "error",
    "sdk": "sdk",
}

FIELDS: control.Spec = {name: control.optional(control.text) for name in WORDS}


def read_question(body: Mapping[str, object]) -> Question:
    """Read a question; raises ControlError for a field that is none."""
    read = control.read_fields(body, FIELDS)
    return Question(**{WORDS[name]: value for name, value in read.items()})  # type: ignore[arg-type]  # read by FIELDS
