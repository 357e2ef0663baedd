"""The body of a control call: one JSON object, read strictly."""

import json
from collections import Counter
from json import JSONDecodeError
from typing import NoReturn

from mockwx.domain import control
from mockwx.domain.control import ControlError


def parse_body(body: bytes) -> dict[str, object]:
    """Read a body: a JSON object, or nothing, which counts as an empty one."""
    if not body:
        return {}
    try:
        value = _DECODER.decode(body.decode())
    except RecursionError:
        _refuse_body("nested too deeply", "嵌套过深")
    except (JSONDecodeError, UnicodeDecodeError) as error:
        _refuse_body(
            f"not JSON in UTF-8 ({error})", f"不是 UTF-8 编码的 JSON（{error}）"
        )
    except ValueError:
        # Python's own limit, against numbers that are slow to read.
        _refuse_body("holding a number of too many digits", "中有位数过多的数字")
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
    _refuse_body(f"not JSON ({name} is none)", f"不是 JSON（{name} 不属于 JSON）")


def _refuse_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = Counter(name for name, _ in pairs)
        ((twice, _),) = names.most_common(1)
        control.refuse(control.printable(twice), "given once", "只出现一次的字段")
    return found


_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant, object_pairs_hook=_refuse_duplicates
)
