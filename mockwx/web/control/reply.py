"""How the control API answers: JSON in UTF-8, errors with a sentence for people."""

from collections.abc import Mapping

from flask import Response

from mockwx.domain.control import ControlError
from mockwx.web.call import Reply
from mockwx.web.control.written import written


DONE = {"status": "ok"}


def reply(answer: Mapping[str, object], status: int = 200) -> Response:
    """Write an answer."""
    return sent(written(answer), status)


def sent(ready: Reply, status: int = 200) -> Response:
    """Send an answer that is in bytes already."""
    headers = [("Content-Type", ready.content_type), *ready.headers]
    return Response(ready.body, status, headers)


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
