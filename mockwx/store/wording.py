"""Values in the words of a file or a server: whole numbers as such, the rest as JSON.

Two values that are equal have the same words, except where Python calls different
things equal (1 and True) or a type has got a new field since: stores compare words
first, and values where the words differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
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
        writers = {bytes: to_record, **{each: _writer(each) for each in known.values()}}

        def plain(value: object) -> object:
            write = writers.get(type(value))
            if write is None:
                # Nobody could read it again.
                raise TypeError(f"a {type(value).__name__} cannot be saved as data")
            return write(value)

        self._encode = json.JSONEncoder(separators=(",", ":"), default=plain).encode

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

    def _remember(self, words: str, value: object) -> None:
        if len(words) > _LONGEST_KEPT:
            return
        if len(self._young) >= _KEPT:
            self._old, self._young = self._young, {}
        self._young[words] = value


def _writer(kind: type) -> Callable[[object], object]:
    """Return what writes a type as `to_record` does, only sooner where it is simple."""
    # JSON would take the numbers among them for numbers.
    if any(issubclass(each, Enum) for each in by_name(kind).values()):
        return to_record
    name = kind.__name__
    names = [each.name for each in fields(kind)]

    def write(value: object) -> object:
        return {
            "type": name,
            "fields": {each: getattr(value, each) for each in names},
        }

    return write
