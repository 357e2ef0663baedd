"""Which call of a backend file a request was, and what it was given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from urllib.parse import unquote
from urllib.parse import urlsplit

from simulator.expressions import look_ups
from simulator.foreign_json import parsed
from simulator.mapping import ROOTS
from simulator.mapping import BackendFile
from simulator.mapping import Call


_LOOK_UP = re.compile(r"\$\{([^{}|?]+)\??\}")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A call, its arguments as they were, and those nothing tells of."""

    call: Call
    arguments: dict[str, object]
    missing: tuple[str, ...]


def recognise(
    file: BackendFile, *, method: str, path: str, query: str, body: str
) -> Recognised | None:
    """Find the call of a file that a request was; the most telling one wins."""
    prefix = urlsplit(file.base_url).path.rstrip("/")
    path = path.removeprefix(prefix) if file.base_url.startswith("http") else path
    found = [
        recognised
        for call in file.calls.values()
        if call.method == method
        and (recognised := _matched(call, path, query, body)) is not None
    ]
    best = sorted(found, key=lambda each: (len(each.missing), -len(each.arguments)))
    return best[0] if best else None


def exchanging(file: BackendFile) -> Call | None:
    """Return the call that takes a login code and nothing else, if one stands out."""
    calls = [each for each in file.calls.values() if each.arguments() == {"code"}]
    named = [each for each in calls if "login" in each.name.lower()]
    chosen = named or calls
    return chosen[0] if chosen else None


def read_body(text: str) -> object:
    """Read a body as JSON, else as a form, else as text."""
    try:
        return parsed(text)
    except ValueError:
        form = dict(parse_qsl(text, keep_blank_values=True))
        return form or text


def _matched(call: Call, path: str, query: str, body: str) -> Recognised | None:
    found: dict[str, object] = {}
    asked = dict(parse_qsl(query, keep_blank_values=True))
    sent = read_body(body) if body else None
    whole = (
        _fits_text(call.path, unquote(path), found)
        and _fits(dict(call.query), asked, found)
        and (call.body is None or _fits(call.body, sent, found))
    )
    if not whole:
        return None
    missing = tuple(sorted(call.arguments() - found.keys()))
    return Recognised(call, found, missing)


def _fits(template: Any, value: object, found: dict[str, object]) -> bool:
    """Tell whether a value could be a template filled in; note with what."""
    if isinstance(template, str):
        return _fits_text(template, value, found)
    if isinstance(template, Mapping):
        return isinstance(value, Mapping) and all(
            _fits(each, value[name], found) if name in value else _may_lack(each)
            for name, each in template.items()
        )
    if isinstance(template, (list, tuple)):
        return (
            isinstance(value, list)
            and len(value) == len(template)
            and all(_fits(*pair, found) for pair in zip(template, value, strict=True))
        )
    return bool(template == value)


def _may_lack(template: object) -> bool:
    paths = list(look_ups(template))
    return bool(paths) and all(
        optional or path.parts[0] in ROOTS for path, optional in paths
    )


def _fits_text(template: str, value: object, found: dict[str, object]) -> bool:
    whole = _LOOK_UP.fullmatch(template)
    if whole is not None:
        _note(whole[1].strip(), value, found)
        return True
    if not isinstance(value, (str, int, float)):
        return False
    parts = _LOOK_UP.split(template)
    pattern = "".join(
        "(.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    matched = re.fullmatch(pattern, str(value), re.DOTALL)
    if matched is None:
        return False
    for name, each in zip(parts[1::2], matched.groups(), strict=True):
        _note(name.strip(), each, found)
    return True


def _note(name: str, value: object, found: dict[str, object]) -> None:
    if "." not in name and "[" not in name and name not in ROOTS:
        found[name] = value
