"""Which value came from where: codes and payloads become look-ups, secrets vanish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from simulator.speech.masking import mask_text


UNKNOWN = "unknown"
"""Stands for a value that came from nowhere in the recording, and is kept from view."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Shorter ones are as likely to be equal by chance.
_LONG_ENOUGH = 6
# An id, a key, a code or a token of whatever make; words have blanks or are short.
_OPAQUE = re.compile(r"(?=.*[0-9_+/=-])[A-Za-z0-9_+/=.-]{16,}")
# Everybody who uses a mini program can see its appid.
_APPID = re.compile(r"wx[0-9a-f]{16}")
_NOT_MEANT = ("errMsg",)


@dataclass(slots=True)
class KnownValues:
    """Every value that a step gave, by the look-up that gives it again."""

    sources: dict[str, str] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    """By field name, the look-up of the newest value of that name."""
    used: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    def learn(self, name: str, answer: object) -> None:
        """Remember what an answer holds, whatever its nesting."""
        for path, value in _leaves(answer):
            look_up = "${" + ".".join((name, *path)) + "}"
            if isinstance(value, str) and len(value) >= _LONG_ENOUGH:
                self.sources[value] = look_up
            if path:
                self.latest[path[-1]] = look_up

    def told(self, value: object, where: str = "") -> object:
        """Write a value for a file: by its look-up, without anything secret."""
        if isinstance(value, Mapping):
            return {str(key): self.told(each, str(key)) for key, each in value.items()}
        if isinstance(value, list):
            return [self.told(each, where) for each in value]
        return self._text(value, where) if isinstance(value, str) else value

    def newest(self, name: str) -> str:
        """Return the look-up of the newest value of this name."""
        found = self.latest.get(name)
        if found is None:
            self.unknown.append(name)
            return UNKNOWN
        return self._used(found)

    def source(self, value: object) -> str | None:
        """Return the look-up that gives a value, if it came from a step."""
        found = self.sources.get(value) if isinstance(value, str) else None
        return None if found is None else self._used(found)

    def _text(self, text: str, where: str) -> str:
        known = self.source(text)
        if known is not None:
            return known
        # The journal itself cuts secrets that it knows by their names.
        opaque = _OPAQUE.fullmatch(text) and not _APPID.fullmatch(text)
        if opaque or text.endswith("…"):
            self.unknown.append(where)
            return UNKNOWN
        return mask_text(text).replace("${", "$${")

    def _used(self, look_up: str) -> str:
        self.used.add(look_up[2:-1].partition(".")[0])
        return look_up


def _leaves(
    value: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            meant = name not in _NOT_MEANT
            if meant and isinstance(name, str) and _NAME.fullmatch(name):
                yield from _leaves(member, (*path, name))
    else:
        yield path, value
