"""What never reaches an interface of WeChat: a page of HTML, as its gateway sends."""

from functools import partial
from http import HTTPStatus

from flask import Response
from flask import request
from werkzeug.exceptions import HTTPException

from mockwx.web.call import Answer
from mockwx.web.call import Call
from mockwx.web.call import Reply
from mockwx.web.door import read_call
from mockwx.web.door import respond
from mockwx.web.hooks import give_rid
from mockwx.web.hooks import record
from mockwx.web.interfaces import Interface


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
    status = error.code or 500

    def page(_: Call) -> Reply:
        title = f"{status} {HTTPStatus(status).phrase}"
        body = _PAGE.format(title=title).encode()
        return Reply(status, "text/html", body, errcode=None)

    answer: Answer = partial(give_rid, partial(record, page))
    return respond(answer(read_call(_nowhere(request.path), b"")))


def _nowhere(path: str) -> Interface:
    return Interface(
        name="",
        method="GET",
        path=path,
        takes_access_token=False,
        announces_success=False,
    )
