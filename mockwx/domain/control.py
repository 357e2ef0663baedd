"""What the control API asks of its callers: typed fields, and errors that name them.

The control API is ours, not WeChat's, so its errors are ours too: an HTTP status, a
code for programs, and a sentence in English and Chinese for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic
from typing import NoReturn
from typing import TypeAlias
from typing import TypeVar

from mockwx.domain.refusal import RefusalError


STATUS = {
    "bad_request": 400,
    "forbidden": 403,
    "not_found": 404,
    "timeout": 408,
    "conflict": 409,
    "unprocessable": 422,
}

_LONGEST_SHOWN = 64

Schema: TypeAlias = dict[str, object]
"""What a JSON value may be, in the words of JSON Schema 2020-12."""

Read = TypeVar("Read")
Read_co = TypeVar("Read_co", covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class ReaderOf(Generic[Read_co]):
    """Reads a field, or refuses it; the schema says the same to editors and tools."""

    read: Callable[[str, object], Read_co]
    schema: Schema

    def __call__(self, field: str, value: object) -> Read_co:
        """Read the value of a field; raise ControlError if it cannot be that."""
        return self.read(field, value)


Reader: TypeAlias = ReaderOf[object]
Spec: TypeAlias = Mapping[str, Reader]
"""The fields of an object, each with its reader."""


class ControlError(RefusalError):
    """A control call that cannot be done; `field` names the culprit if there is one."""

    def __init__(
        self, code: str, message: str, message_zh: str, *, field: str | None = None
    ) -> None:
        super().__init__(message, message_zh)
        self.code = code
        self.field = field

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return STATUS[self.code]

    def as_json(self) -> dict[str, object]:
        """Shape the error as the control API answers it."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "message_zh": self.message_zh,
                "field": self.field,
            }
        }


def unknown_field(name: str, known: Iterable[str]) -> ControlError:
    """Refuse a field by name, with the nearest right word."""
    known = sorted(known)
    name = printable(name)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}."
    hint_zh = f"是否想写 {near[0]!r}？" if near else f"可用字段：{'、'.join(known)}。"
    if not known:
        hint, hint_zh = "none is taken here.", "此处不接受任何字段。"
    return ControlError(
        "bad_request",
        f"unknown field {name!r}; {hint}",
        f"未知字段 {name!r}；{hint_zh}",
        field=name,
    )


def printable(name: str) -> str:
    """Cut a name that anybody may have sent to what can be shown anywhere."""
    shown = name.encode(errors="backslashreplace").decode()
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


def read_fields(
    body: Mapping[str, object],
    spec: Spec,
    *,
    required: Iterable[str] = (),
) -> dict[str, object]:
    """Read the fields of `spec` that are present; refuse every other one."""
    for name in body:
        if name not in spec:
            raise unknown_field(str(name), spec)
    for name in required:
        if name not in body:
            raise ControlError(
                "bad_request",
                f"field {name!r} is required.",
                f"缺少必填字段 {name!r}。",
                field=name,
            )
    return {name: spec[name](name, value) for name, value in body.items()}


def refuse(field: str, expected: str, expected_zh: str) -> NoReturn:
    """Raise for a field of the wrong type or value."""
    raise ControlError(
        "bad_request",
        f"field {field!r} must be {expected}.",
        f"字段 {field!r} 必须是{expected_zh}。",
        field=field,
    )


def reads(
    schema: Schema,
) -> Callable[[Callable[[str, object], Read]], ReaderOf[Read]]:
    """Make a function a reader, and say what it takes."""

    def declare(read: Callable[[str, object], Read]) -> ReaderOf[Read]:
        return ReaderOf(read, schema)

    return declare


def object_schema(spec: Spec, *, required: Iterable[str] = ()) -> Schema:
    """Say what `read_fields` takes with these arguments."""
    found: Schema = {
        "type": "object",
        "properties": {name: reader.schema for name, reader in spec.items()},
        "additionalProperties": False,
    }
    return {**found, "required": list(required)} if required else found


@reads({"type": "string"})
def text(field: str, value: object) -> str:
    """Read a string that any JSON writer and any file can carry."""
    if not isinstance(value, str):
        refuse(field, "a string", "字符串")
    try:
        value.encode()
    except UnicodeEncodeError:
        refuse(field, "valid Unicode (a lone surrogate is not)", "有效的 Unicode 文本")
    return value


@reads({"type": "boolean"})
def flag(field: str, value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        refuse(field, "true or false", "true 或 false")
    return value


def whole(*, at_least: int = 0, at_most: int = 2**53 - 1) -> ReaderOf[int]:
    """Read a whole number within bounds (a JSON true is not a number)."""

    @reads({"type": "integer", "minimum": at_least, "maximum": at_most})
    def read(field: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            refuse(field, "a whole number", "整数")
        if not at_least <= value <= at_most:
            refuse(
                field,
                f"between {at_least} and {at_most}",
                f" {at_least} 到 {at_most} 之间的整数",
            )
        return value

    return read


def one_of(*choices: str) -> ReaderOf[str]:
    """Read one of a few words."""

    @reads({"enum": list(choices)})
    def read(field: str, value: object) -> str:
        if value not in choices or not isinstance(value, str):
            listed = ", ".join(choices)
            refuse(field, f"one of: {listed}", f"其中之一：{listed}")
        return value

    return read


def matching(
    pattern: re.Pattern[str], expected: str, expected_zh: str
) -> ReaderOf[str]:
    """Read a string of a given shape."""
    # JavaScript, whose patterns these are, has no \Z; what is read as UTF-8 has no
    # surrogates.
    source = pattern.pattern.removesuffix(r"\Z").replace(r"\ud800-\udfff", "")

    @reads({"type": "string", "pattern": f"^(?:{source})$"})
    def read(field: str, value: object) -> str:
        found = text.read(field, value)
        if not pattern.fullmatch(found):
            refuse(field, expected, expected_zh)
        return found

    return read


def optional(reader: ReaderOf[Read]) -> ReaderOf[Read | None]:
    """Read null, or what `reader` reads."""

    @reads({"anyOf": [reader.schema, {"type": "null"}]})
    def read(field: str, value: object) -> Read | None:
        return None if value is None else reader(field, value)

    return read


def list_of(reader: ReaderOf[Read]) -> ReaderOf[tuple[Read, ...]]:
    """Read a list whose members `reader` reads."""

    @reads({"type": "array", "items": reader.schema})
    def read(field: str, value: object) -> tuple[Read, ...]:
        if not isinstance(value, list):
            refuse(field, "a list", "数组")
        return tuple(reader(f"{field}[{i}]", item) for i, item in enumerate(value))

    return read
