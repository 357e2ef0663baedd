"""How the control API answers: JSON in UTF-8, errors with a sentence for people."""

import json
from collections.abc import Mapping

from flask import Response

from mockwx.domain.control import ControlError


DONE = {"status": "ok"}


def reply(answer: Mapping[str, object], status: int = 200) -> Response:
    """Write an answer."""
    return Response(
        _ENCODE(answer).encode(),
        status,
        [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
    )


def error_reply(
    status: int, code: str, message: str, message_zh: str, field: str | None = None
) -> Response:
    """Write an error in the shape of every error of this API."""
    error = {
        "code": code,
        "message": message,
        "message_zh": message_zh,
        "field": field,
    }
    return reply({"error": error}, status)


def control_error_reply(error: ControlError) -> Response:
    """Write what a service refused."""
    return reply(error.as_json(), error.status)


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
