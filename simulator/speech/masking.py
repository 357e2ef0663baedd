"""Hide WeChat's secrets before anything is printed or written to a report."""

from __future__ import annotations

from collections.abc import Mapping

from mockwx.secrecy.lookout import LOOKOUT
from mockwx.secrecy.looks import covered
from mockwx.secrecy.looks import sights
from mockwx.secrecy.named import is_secret
from mockwx.secrecy.named import mask as shortened
from mockwx.secrecy.named import masked_text


# What is nested deeper says nothing to a reader, and would exhaust the stack.
_DEEPEST = 50


def mask(value: object, depth: int = 0) -> object:
    """Return the same value with every secret shortened to its first letters."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {
            str(key): _mask_member(str(key), member, depth + 1)
            for key, member in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [mask(member, depth + 1) for member in value]
    return mask_text(value) if isinstance(value, str) else value


def mask_text(text: str) -> str:
    """Shorten secrets that stand inside JSON text, a form, a query, or by themselves.

    What no mock has made is known by its looks, under whatever name.
    """
    return masked_text(covered(LOOKOUT.cover_known(text)))


def is_real(name: str, value: object) -> bool:
    """Say whether a value is a real secret of somebody's, and no mock's."""
    return isinstance(value, str) and any(sights(f"{name}: {value}"))


def warn_of_real_secrets(text: str, where: str) -> None:
    """Warn once of each real secret in a file, with its line; mask it from now on."""
    LOOKOUT.look(text, where)


def warn_of_recorded_secrets(text: str, where: str) -> None:
    """Warn so of WeChat's alone: how a backend knows people is part of a recording."""
    LOOKOUT.look(text, where, credentials=False)


def warn_of_a_real_secret(text: str, where: str) -> None:
    """Warn once of each real secret in what was given, which has no lines."""
    LOOKOUT.cover(text, where)


def _mask_member(name: str, value: object, depth: int) -> object:
    if is_secret(name) and isinstance(value, str):
        return shortened(value)
    return mask(value, depth)
