"""What a control call asks: its query and its body, read strictly, refused by name."""

import re
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import TypeVar

from flask import Response
from flask import current_app
from flask import request

from mockwx.config import DEFAULT_APPID
from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.domain.handset import DEFAULT_USER
from mockwx.web.context import WORLD_HEADER
from mockwx.web.context import current_worlds
from mockwx.web.context import enter
from mockwx.web.control.body import parse_body


ViewFunction = TypeVar("ViewFunction", bound=Callable[..., Response])

BODY = "mockwx.body"
"""Where a request's environment keeps what was read, which nobody can read again."""

OWNER: control.Spec = {"appid": control.text, "user": control.text}
"""Whose session is meant: both have a default."""

_WHOLE = re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Question:
    """What a view takes: its query parameters and the fields of its body."""

    query: frozenset[str] = frozenset()
    fields: control.Spec = field(default_factory=dict)
    required: tuple[str, ...] = ()


def takes(
    *query: str, fields: control.Spec | None = None, required: tuple[str, ...] = ()
) -> Callable[[ViewFunction], ViewFunction]:
    """Declare what a view takes; everything not declared is refused."""
    question = Question(frozenset(query), fields or {}, required)

    def declare(view: ViewFunction) -> ViewFunction:
        view.question = question  # type: ignore[attr-defined]  # Flask's own habit
        return view

    return declare


def question_of(endpoint: str | None) -> Question:
    """Return what the view of an endpoint declared, which may be nothing."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "question", Question())


def refuse_unknown_query() -> None:
    """Refuse a query parameter the view does not take, or that is given twice."""
    if not _is_utf8(request.query_string):
        raise ControlError(
            "bad_request",
            "the query is not UTF-8; percent-encode it.",
            "查询字符串不是 UTF-8；请使用百分号编码。",
        )
    known = question_of(request.endpoint).query
    for name, values in request.args.lists():
        if name not in known:
            raise control.unknown_field(name, known)
        if len(values) > 1:
            control.refuse(name, "given once", "只出现一次的参数")


def enter_world() -> None:
    """Work in the world that X-Mockwx-World names, or in the default one."""
    name = request.headers.get(WORLD_HEADER)
    if name is not None:
        enter(current_worlds().named(name))


def read_body() -> dict[str, object]:
    """Read the body of the current request."""
    body = request.environ[BODY] = request.get_data(cache=False)
    return parse_body(body)


def read_fields() -> dict[str, object]:
    """Read the fields that the view declared, each by its reader."""
    asked = question_of(request.endpoint)
    return control.read_fields(read_body(), asked.fields, required=asked.required)


def refuse_fields() -> None:
    """Refuse any field: the call takes none."""
    control.read_fields(read_body(), {})


def read_owner() -> tuple[str, str]:
    """Read appid and user from the query or the body; both have a default."""
    if request.method == "GET":
        found: Mapping[str, object] = request.args
    else:
        found = read_fields()
    return str(found.get("appid", DEFAULT_APPID)), str(found.get("user", DEFAULT_USER))


def query_number(name: str) -> int | None:
    """Read a whole number of the query; None if it is not there."""
    text = request.args.get(name)
    if text is None:
        return None
    if not _WHOLE.fullmatch(text):
        control.refuse(name, "a whole number", "整数")
    return int(text)


def query_flag(name: str) -> bool:
    """Read 1 or 0 (true or false) of the query; absent is false."""
    text = request.args.get(name, "0")
    if text not in ("1", "0", "true", "false"):
        control.refuse(name, "1 or 0", "1 或 0")
    return text in ("1", "true")


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
