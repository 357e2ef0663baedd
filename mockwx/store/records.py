"""Stored values as plain JSON, and back: saved state is data, never code.

A dataclass becomes its type's name and its fields; on the way back only the types one
names are made, and every field must be of the type it is declared with.
"""

from __future__ import annotations

import base64
import types
from collections.abc import Mapping
from dataclasses import fields
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from typing import Any
from typing import Union
from typing import get_args
from typing import get_origin
from typing import get_type_hints


Types = Mapping[str, type]


class RecordError(ValueError):
    """A record that is none of ours; the text says where and what was expected."""


def by_name(*known: type) -> Types:
    """Return the types that may be made, and those their fields hold, by name."""
    found: dict[str, type] = {}
    waiting = list(known)
    while waiting:
        each = waiting.pop()
        if each.__name__ not in found:
            found[each.__name__] = each
            waiting.extend(_inside(each))
    return found


def to_record(value: object) -> object:
    """Return a value as JSON can write it."""
    if isinstance(value, Enum):
        return {"enum": type(value).__name__, "name": value.name}
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, tuple):
        return [to_record(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        shown = {
            each.name: to_record(getattr(value, each.name)) for each in fields(value)
        }
        return {"type": type(value).__name__, "fields": shown}
    raise TypeError(f"a {type(value).__name__} cannot be saved as data")


def from_record(record: object, known: Types, *, at: str = "record") -> Any:
    """Return the value a record stands for; raises RecordError."""
    if record is None or isinstance(record, (str, int, float)):
        return record
    if isinstance(record, list):
        return tuple(
            from_record(each, known, at=f"{at}[{i}]") for i, each in enumerate(record)
        )
    if isinstance(record, Mapping):
        for mark, read in _MARKS.items():
            if mark in record:
                return read(record, known, at)
    raise RecordError(f"{at}: expected a value, a list or a typed object.")


def _read_object(record: Mapping[str, object], known: Types, at: str) -> object:
    made, given = _type(record.get("type"), known, at), record.get("fields")
    if not isinstance(given, Mapping) or not is_dataclass(made):
        raise RecordError(f"{at}: expected a type and its fields.")
    plain = _plain_types(made)
    values: dict[str, object] = {}
    for name, value in given.items():
        if type(value) in plain.get(name, ()):
            # Most are, and stay what they are.
            values[name] = value
        else:
            values[str(name)] = _read_field(made, name, value, known, at)
    try:
        return made(**values)
    except TypeError:
        missing = sorted(_hints(made).keys() - values.keys())
        raise RecordError(f"{at}: missing {', '.join(missing)}.") from None


def _read_field(made: type, name: str, value: object, known: Types, at: str) -> object:
    hint = _hints(made).get(name)
    if hint is None:
        raise RecordError(f"{at}: {made.__name__} has no field {name!r}.")
    read = from_record(value, known, at=f"{at}.{name}")
    if not _fits(read, hint):
        raise RecordError(f"{at}.{name}: not of the type the field has.")
    return read


def _read_enum(record: Mapping[str, object], known: Types, at: str) -> object:
    made = _type(record.get("enum"), known, at)
    name = record.get("name")
    if not issubclass(made, Enum) or not isinstance(name, str):
        raise RecordError(f"{at}: no such member.")
    if name not in made.__members__:
        raise RecordError(f"{at}: no such member.")
    return made[name]


def _read_bytes(record: Mapping[str, object], known: Types, at: str) -> bytes:
    try:
        return base64.b64decode(str(record["base64"]), validate=True)
    except ValueError:
        raise RecordError(f"{at}: expected Base64.") from None


_PLAIN = ("", 0, 0.0, True, None)
_MARKS = {"type": _read_object, "enum": _read_enum, "base64": _read_bytes}


def _type(name: object, known: Types, at: str) -> type:
    if not isinstance(name, str) or name not in known:
        raise RecordError(f"{at}: no type {name!r} is kept here.")
    return known[name]


@cache
def _hints(made: type) -> Mapping[str, Any]:
    hints = get_type_hints(made)
    return {each.name: hints[each.name] for each in fields(made)}


@cache
def _plain_types(made: type) -> Mapping[str, frozenset[type]]:
    """Return the types of JSON's own that fit each field as they are."""
    return {
        name: frozenset(type(each) for each in _PLAIN if _fits(each, hint))
        for name, hint in _hints(made).items()
    }


def _inside(made: type) -> list[type]:
    """Return the types of ours that the fields of one hold."""
    if not is_dataclass(made):
        return []
    waiting, found = list(_hints(made).values()), []
    while waiting:
        hint = waiting.pop()
        waiting.extend(get_args(hint))
        if isinstance(hint, type) and (is_dataclass(hint) or issubclass(hint, Enum)):
            found.append(hint)
    return found


def _fits(value: object, hint: Any) -> bool:
    """Say whether a value is of a declared type: plain ones, unions, tuples, ours."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, each) for each in arguments)
    if origin is tuple:
        return isinstance(value, tuple) and _members_fit(value, arguments)
    if hint is None or hint is type(None):
        return value is None
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, hint)


def _members_fit(value: tuple[object, ...], hints: tuple[Any, ...]) -> bool:
    if len(hints) == 2 and hints[1] is Ellipsis:
        return all(_fits(each, hints[0]) for each in value)
    return len(value) == len(hints) and all(map(_fits, value, hints))
