"""The control API's errors: one shape for all of them, from Flask's too."""

import logging

from flask import Response
from flask import request
from werkzeug.exceptions import HTTPException

from mockwx.store.base import StoreError
from mockwx.web.context import current_worlds
from mockwx.web.control.reply import error_reply
from mockwx.web.door import respond
from mockwx.web.unavailable import stumbled
from mockwx.web.unavailable import unavailable


logger = logging.getLogger(__name__)

_SENTENCES = {
    404: (
        "no such call; the control API lives under /_mockwx/api/.",
        "没有这个调用；控制接口位于 /_mockwx/api/ 之下。",
    ),
    405: (
        "this call exists, but not with this method; see the header Allow.",
        "该调用存在，但不支持此方法；请看响应头 Allow。",
    ),
    413: (
        "the body is too large; see --max-body.",
        "请求体过大；参见 --max-body。",
    ),
}


def http_error_reply(error: HTTPException) -> Response:
    """Write an error of Flask's own."""
    status = error.code or 500
    # Werkzeug's name, since Python's own has changed between versions.
    message, message_zh = _SENTENCES.get(status, (f"{error.name}.", f"{error.name}。"))
    response = error_reply(
        status, error.name.lower().replace(" ", "_"), message, message_zh
    )
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def store_error_reply(error: StoreError) -> Response:
    """Write that what is kept cannot be reached now, and why."""
    return respond(unavailable(error, request.path, current_worlds().settings))


def bug_reply(error: Exception) -> Response:
    """Log a bug of ours with its traceback, and admit it without one."""
    logger.error("A bug in mockwx, answered as 500", exc_info=error)
    return respond(stumbled(request.path, current_worlds().settings))
