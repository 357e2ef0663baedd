"""No secret of WeChat's and no code stands whole in a report.

Events are masked by the names of fields already. A backend may repeat a secret under
another name, though; it is found by how it begins and by its shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from simulator.audit.model import AuditEvent
from simulator.events import Event


# As masking leaves them: "session_key":"HyVF…", access_token=92_J…
_SHORTENED = re.compile(r"(?<![A-Za-z0-9+/_-])([A-Za-z0-9+/_-]{4})…")
_SESSION_KEY = 24
_CODES = re.compile(
    r"(?:js_code|\bcode)(?:\\*[\"'])?\s*[=:]\s*(?:\\*[\"'])?([\w-]{8,128})"
)
_LEAST = 8


class Cover:
    """Shortens every secret that events know of, and numbers every code."""

    def __init__(self, events: Iterable[Event | AuditEvent]) -> None:
        told = list(_texts([asdict(each) for each in events]))
        begins = sorted({each for one in told for each in _SHORTENED.findall(one)})
        codes = _codes(told)
        self._numbers = {code: number for number, code in enumerate(codes, 1)}
        # The longer first, where one holds another.
        named = "|".join(map(re.escape, sorted(codes, key=len, reverse=True)))
        self._named = re.compile(named or "(?!)")
        self._secrets = re.compile("|".join(map(_secret, begins)) or "(?!)")

    def __call__(self, text: str) -> str:
        """Return the text without secrets and codes."""
        shortened = self._secrets.sub(lambda found: f"{found[0][:4]}…", text)
        return self._named.sub(
            lambda found: f"‹code {self._numbers[found[0]]}›", shortened
        )


def _secret(begin: str) -> str:
    """Match what begins so and is a key, a token or a secret; escaped in any way."""
    slashes = r"(?:\\*/|%2[Ff])", r"(?:\+|%2[Bb])"
    letter = rf"(?:[A-Za-z0-9_-]|{slashes[0]}|{slashes[1]})"
    first = "".join(
        {"/": slashes[0], "+": slashes[1]}.get(each, re.escape(each)) for each in begin
    )
    rest = _SESSION_KEY - len(begin) - 2
    # A session_key ends in ==; a token or secret is longer than it.
    return (
        rf"(?<![A-Za-z0-9+_-]){first}"
        rf"(?:{letter}{{{rest}}}(?:==|%3[Dd]%3[Dd])|{letter}{{{rest},}})"
    )


def _codes(texts: list[str]) -> list[str]:
    """List codes in the order in which they come up."""
    found = (code for text in texts for code in _CODES.findall(text))
    return list(dict.fromkeys(filter(_is_code, found)))


def _is_code(text: str) -> bool:
    return len(text) >= _LEAST and any(each.isdigit() for each in text)


def _texts(value: object) -> Iterator[str]:
    """Walk through an event for all that it says; a member is told with its name."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, member in cast("Mapping[str, object]", value).items():
            if name == "code" and isinstance(member, str):
                yield f"code={member}"
            else:
                yield from _texts(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            yield from _texts(member)
