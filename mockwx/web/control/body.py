"""The body of a control call: one JSON object, read strictly."""

import json
from typing import NoReturn

from mockwx.domain.control import ControlError


def parse_body(body: bytes) -> dict[str, object]:
    """Read a body: a JSON object, or nothing, which counts as an empty one."""
    if not body:
        return {}
    try:
        value = _DECODER.decode(body.decode())
    except RecursionError:
        _refuse_body("nested too deeply", "嵌套过深")
    except ValueError as error:
        _refuse_body(
            f"not JSON in UTF-8 ({error})", f"不是 UTF-8 编码的 JSON（{error}）"
        )
    if not isinstance(value, dict):
        _refuse_body("not a JSON object", "不是 JSON 对象")
    return value


def _refuse_body(reason: str, reason_zh: str) -> NoReturn:
    raise ControlError(
        "bad_request",
        f"the body is {reason}; send a JSON object.",
        f"请求体{reason_zh}；请发送 JSON 对象。",
    )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _refuse_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field is given twice")
    return found


_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant, object_pairs_hook=_refuse_duplicates
)
