"""JSON that somebody else wrote: read as far as it is sane, and never a traceback."""

from __future__ import annotations

import json


DEEPEST = 100
"""So many levels may lie inside one another; no login has ever needed ten."""


def parsed(text: str | bytes) -> object:
    """Return the value of a JSON text.

    Raises ValueError, also for what is nested so deeply that whoever walks through it
    would be lost: how deep Python itself can read differs between its versions.
    """
    try:
        value: object = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _may_be_deep(text) and _is_deep(value):
        raise ValueError("nested too deeply")
    return value


def _may_be_deep(text: str | bytes) -> bool:
    """Spare almost every text the walk."""
    if isinstance(text, bytes):
        return text.count(b"[") + text.count(b"{") > DEEPEST
    return text.count("[") + text.count("{") > DEEPEST


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        inside: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inside += each.values()
            elif isinstance(each, list):
                inside += each
        level = inside
        if not level:
            return False
    return True
