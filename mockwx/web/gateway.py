"""What never reaches an interface of WeChat: a page of HTML, as its gateway sends."""

from difflib import get_close_matches
from functools import partial
from http import HTTPStatus

from flask import Response
from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import InternalServerError

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.store.base import StoreError
from mockwx.web.call import Answer
from mockwx.web.call import Call
from mockwx.web.call import Reply
from mockwx.web.context import current_worlds
from mockwx.web.door import read_call
from mockwx.web.door import respond
from mockwx.web.hooks import give_rid
from mockwx.web.hooks import record
from mockwx.web.interfaces import CODE2SESSION
from mockwx.web.interfaces import INTERFACES
from mockwx.web.interfaces import Interface
from mockwx.web.reply import failure
from mockwx.web.unavailable import system_error
from mockwx.web.unavailable import unavailable


_LOGIN = CODE2SESSION.path

# A slip of a few letters, and no longer than any path that there is.
_NEAR = 0.8
_LONGEST_NEAR = 100

_PAGE = """\
<html>
<head><title>{title}</title></head>
<body>
<center><h1>{title}</h1></center>
<hr><center>mockwx: the command "mockwx routes" lists what it answers</center>
</body>
</html>
"""


def refuse(error: HTTPException) -> Response:
    """Answer a path, method or size that no interface takes, and record it."""
    if isinstance(error, InternalServerError):
        return _system_error()
    try:
        return _recorded(error)
    except StoreError as away:
        settings = current_worlds().settings
        return respond(unavailable(away, request.path, settings))


def _recorded(error: HTTPException) -> Response:
    status = error.code or 400
    if status == HTTPStatus.NOT_FOUND and request.path.startswith(_LOGIN):
        return _mistyped()

    def page(call: Call) -> Reply:
        if status == HTTPStatus.NOT_FOUND:
            call.note = _nearest(call.interface.path)
        title = f"{status} {error.name}"
        body = _PAGE.format(title=title).encode()
        return Reply(status, "text/html", body, errcode=None)

    answer: Answer = partial(give_rid, partial(record, page))
    return respond(answer(read_call(_nowhere(request.path), b"")))


def _nearest(path: str) -> str:
    """Name the path that was meant: WxJava long asked for /wxa/checksessionkey."""
    known = [each.path for each in INTERFACES]
    near = get_close_matches(path[:_LONGEST_NEAR], known, n=1, cutoff=_NEAR)
    return f"WeChat has no such path; the nearest is {near[0]}" if near else ""


def _mistyped() -> Response:
    """Answer the path of the login with something behind it: 40066 (inferred)."""

    def invalid(call: Call) -> Reply:
        return failure(call, WeChatError(ErrCode.INVALID_URL))

    answer: Answer = partial(give_rid, partial(record, invalid))
    return respond(answer(read_call(_nowhere(request.path), b"")))


def _system_error() -> Response:
    """Answer a bug of ours outside every hook, which Flask has logged, as WeChat's -1.

    Nothing is known of the call, so it has no rid and is not recorded.
    """
    return respond(system_error(request.path, current_worlds().settings))


def _nowhere(path: str) -> Interface:
    return Interface(
        name="",
        method="GET",
        path=path,
        takes_access_token=False,
        announces_success=False,
    )
