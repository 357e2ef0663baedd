"""Values in the words of a file or a server: whole numbers as such, the rest as JSON.

Two values that are equal have the same words, except where Python calls different
things equal (1 and True) or a type has got a new field since: stores compare words
first, and values where the words differ.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from typing import Any
from typing import TypeAlias

from mockwx.store.base import StoreError
from mockwx.store.records import RecordError
from mockwx.store.records import Types
from mockwx.store.records import by_name
from mockwx.store.records import from_record
from mockwx.store.records import to_record


Words: TypeAlias = "int | str"

_LARGEST = 2**63
_KEPT = 2_000
_LONGEST_KEPT = 4_096


class Wording:
    """Writes values of known types, and reads them back.

    What was written or read lately is not read again: values are frozen, and most of
    what a call looks up was just written, or looked up by the call before.
    """

    def __init__(self, known: Types) -> None:
        self._known = known
        self._young: dict[str, object] = {}
        self._old: dict[str, object] = {}
        self._kinds = {bytes, *known.values()}
        encoder = json.JSONEncoder(separators=(",", ":"), default=self._record)
        plain = _Plain(encoder.encode)
        self._spell: dict[type, Callable[[Any], str]] = {
            kind: _spelling(kind, plain)
            for kind in known.values()
            # JSON would take the numbers among them for numbers.
            if not any(issubclass(each, Enum) for each in by_name(kind).values())
        }
        self._encode = encoder.encode

    def write(self, value: object) -> Words:
        """Return the words of a value, and remember them."""
        words = self.write_once(value)
        if type(words) is str:
            self._remember(words, value)
        return words

    def write_once(self, value: object) -> Words:
        """Return the words of a value that will hardly be read soon."""
        if value is None:
            raise ValueError("None means absent: delete the key instead")
        if type(value) is int and -_LARGEST <= value < _LARGEST:
            return value
        spell = self._spell.get(type(value))
        if spell is not None:
            return spell(value)
        return self._encode(to_record(value) if isinstance(value, Enum) else value)

    def read(self, words: object) -> object:
        """Return the value of some words, and remember it; raises StoreError."""
        if type(words) is not str:
            return self.read_once(words)
        value = self._young.get(words)
        if value is None:
            value = self._old.get(words)
            if value is None:
                value = self.read_once(words)
            self._remember(words, value)
        return value

    def read_once(self, words: object) -> object:
        """Return the value of some words; raises StoreError."""
        if type(words) is int:
            return words
        try:
            value: object = from_record(json.loads(str(words)), self._known)
        except (RecordError, ValueError, RecursionError) as error:
            raise StoreError(
                f"the store holds what this version cannot read ({error}); "
                "use the version that wrote it, or an empty store.",
                f"存储中有此版本无法读取的内容（{error}）；"
                "请使用写入它的版本，或换一个空的存储。",
            ) from None
        return value

    def _record(self, value: object) -> object:
        if type(value) not in self._kinds:
            # Nobody could read it again.
            raise TypeError(f"a {type(value).__name__} cannot be saved as data")
        return to_record(value)

    def _remember(self, words: str, value: object) -> None:
        if len(words) > _LONGEST_KEPT:
            return
        if len(self._young) >= _KEPT:
            self._old, self._young = self._young, {}
        self._young[words] = value


class _Plain(dict[type, Callable[[Any], str]]):
    """How each type is written that JSON has; all others are left to its encoder."""

    def __init__(self, encode: Callable[[Any], str]) -> None:
        super().__init__()
        self._encode = encode
        self[str] = encode_basestring_ascii
        self[int] = int.__repr__
        self[bool] = {True: "true", False: "false"}.__getitem__
        self[type(None)] = {None: "null"}.__getitem__
        self[bytes] = lambda value: f'{{"base64":"{b64encode(value).decode()}"}}'

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        return self._encode


def _spelling(kind: type, plain: _Plain) -> Callable[[Any], str]:
    """Return what writes a type as its record is encoded, only sooner."""
    names = [each.name for each in fields(kind)]
    told = ",".join(f'"{each}":%s' for each in names)
    form = f'{{"type":"{kind.__name__}","fields":{{{told}}}}}'
    # With a single name it returns no tuple.
    held = attrgetter(*names, names[0])

    def spell(value: object) -> str:
        found = held(value)[:-1]
        return form % tuple([plain[type(each)](each) for each in found])

    return spell
