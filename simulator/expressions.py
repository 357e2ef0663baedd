"""Look values up: paths such as ``data.list[0]."odd key"``, and ``${path}`` in text.

Nothing is ever evaluated. ``${path}`` alone gives the value itself, inside other text
its text; ``${path?}`` is left out if nothing is there; ``${path|json}``, ``|url`` and
``|base64`` rewrite the value; ``$${`` is a plain ``${``.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final
from urllib.parse import quote


_PART = re.compile(
    r"""(?P<dot>\.)?(?:
        \[(?P<index>-?\d+)\] | \["(?P<quoted>[^"]*)"\] | \['(?P<single>[^']*)'\]
      | "(?P<bare_quoted>[^"]*)" | (?P<name>[^\s.\[\]"'${}|?]+)
    )""",
    re.VERBOSE,
)
_LOOK_UP = re.compile(r"\$\$\{|\$\{([^{}]*)\}")


class ExpressionError(ValueError):
    """The text is no path or no template."""


class MissingError(LookupError):
    """Nothing stands at this path."""


class LeftOut:
    """What an optional look-up gives if nothing is there."""


LEFT_OUT: Final = LeftOut()


@dataclass(frozen=True, slots=True)
class Path:
    """A place inside an answer."""

    text: str
    parts: tuple[str | int, ...]

    def __str__(self) -> str:
        return self.text

    def look_up(self, value: object) -> object:
        """Follow the path; raise MissingError with the nearest name there is."""
        for part in self.parts:
            value = _step(value, part, self.text)
        return value


@lru_cache(maxsize=1024)
def parse_path(text: str) -> Path:
    """Read a path."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None or not _well_joined(found, first=not parts):
            raise ExpressionError(
                f"'{text}' is not a path; write names joined by dots, "
                'as in data.list[0] or header["X-Token"]'
            )
        parts.append(_part(found))
        position = found.end()
    if not parts:
        raise ExpressionError("a path is empty; name the value that is meant")
    return Path(text, tuple(parts))


def resolve(template: object, scope: Mapping[str, object]) -> object:
    """Fill in every look-up of a template of any nesting."""
    if isinstance(template, str):
        return _resolve_text(template, scope)
    if isinstance(template, Mapping):
        pairs = ((key, resolve(value, scope)) for key, value in template.items())
        return {key: value for key, value in pairs if value is not LEFT_OUT}
    if isinstance(template, (list, tuple)):
        values = (resolve(value, scope) for value in template)
        return [value for value in values if value is not LEFT_OUT]
    return template


def resolve_text(
    template: str,
    scope: Mapping[str, object],
    quoted: Callable[[str], str] = str,
) -> str:
    """Fill in look-ups and return text, each value passed through ``quoted``."""

    def fill(found: re.Match[str]) -> str:
        if found[1] is None:
            return "${"
        value = _value(found[1], scope)
        return "" if value is LEFT_OUT else quoted(as_text(value))

    return _LOOK_UP.sub(fill, template)


def look_ups(template: object) -> Iterator[tuple[Path, bool]]:
    """List each path a template names, and whether it is optional."""
    if isinstance(template, str):
        for found in _LOOK_UP.finditer(template):
            if found[1] is not None:
                path, optional, _ = _parse_look_up(found[1])
                yield path, optional
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from look_ups(value)
    elif isinstance(template, (list, tuple)):
        for value in template:
            yield from look_ups(value)


def as_text(value: object) -> str:
    """Write a value as it stands in a URL or a header: text bare, the rest JSON."""
    return value if isinstance(value, str) else _compact(value)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


FILTERS: Mapping[str, Callable[[object], str]] = {
    "json": _compact,
    "url": lambda value: quote(as_text(value), safe=""),
    "base64": lambda value: base64.b64encode(as_text(value).encode()).decode(),
}


def _resolve_text(text: str, scope: Mapping[str, object]) -> object:
    whole = _LOOK_UP.fullmatch(text)
    if whole is not None and whole[1] is not None:
        return _value(whole[1], scope)
    return resolve_text(text, scope)


def _value(inside: str, scope: Mapping[str, object]) -> object:
    path, optional, rewrite = _parse_look_up(inside)
    try:
        value = path.look_up(scope)
    except MissingError:
        if optional:
            return LEFT_OUT
        raise
    return value if rewrite is None else FILTERS[rewrite](value)


@lru_cache(maxsize=1024)
def _parse_look_up(inside: str) -> tuple[Path, bool, str | None]:
    text, bar, rewrite = inside.strip().partition("|")
    optional = text.endswith("?")
    rewrite = rewrite.strip()
    if bar and rewrite not in FILTERS:
        raise ExpressionError(
            f"'{rewrite}' in ${{{inside}}} is not known; "
            f"use one of {', '.join(FILTERS)}"
        )
    return parse_path(text.rstrip("?").strip()), optional, rewrite or None


def _well_joined(found: re.Match[str], *, first: bool) -> bool:
    bracketed = found[0].lstrip(".").startswith("[")
    if found["dot"]:
        return not first and not bracketed
    return first or bracketed


def _part(found: re.Match[str]) -> str | int:
    if found["index"] is not None:
        return int(found["index"])
    for group in ("quoted", "single", "bare_quoted", "name"):
        if found[group] is not None:
            return str(found[group])
    raise ExpressionError(f"'{found[0]}' is not a name")


def _step(value: object, part: str | int, path: str) -> object:
    if isinstance(part, int):
        return _member(value, part, path)
    if isinstance(value, Mapping) and part in value:
        return value[part]
    if isinstance(value, Mapping):
        names = [str(name) for name in value]
        near = get_close_matches(part, names, n=1)
        hint = f"did you mean '{near[0]}'?" if near else _there(names)
        raise MissingError(f"nothing is at {path}: there is no '{part}'; {hint}")
    raise MissingError(f"nothing is at {path}: '{part}' is asked of {_kind(value)}")


def _member(value: object, index: int, path: str) -> object:
    if not isinstance(value, (list, tuple)):
        raise MissingError(
            f"nothing is at {path}: [{index}] is asked of {_kind(value)}"
        )
    if not -len(value) <= index < len(value):
        raise MissingError(f"nothing is at {path}: the list has {len(value)} members")
    member: object = value[index]
    return member


def _there(names: list[str]) -> str:
    return f"there is {', '.join(names[:8])}" if names else "it is empty"


def _kind(value: object) -> str:
    kinds = {str: "text", bytes: "bytes", type(None): "null", list: "a list"}
    return kinds.get(type(value), as_text(value))
