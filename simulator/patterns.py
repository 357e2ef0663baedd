"""Regular expressions of story files: bounded in time, whatever they are.

Some take longer than the world will last, such as `(a|aa)+$`. Whatever might is
searched for in a process of its own, which ends when its second is over.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

from simulator.ports import SimulatorError


SECONDS = 1
"""Of processor time: a busy machine alone fails no step."""

# Where processor time cannot be limited, the clock on the wall ends it.
_PATIENCE = 10
_FOUND, _NOT_FOUND = 10, 11
_SEARCH = f"""
import json, re, signal, sys
pattern, text, seconds = json.load(sys.stdin.buffer)
if hasattr(signal, "setitimer"):
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
sys.exit({_FOUND} if re.search(pattern, text) else {_NOT_FOUND})
"""

# Steps that a search may take at most; some ten million take a second.
_FEW = 1_000_000
_ESCAPED = re.compile(r"\\[^1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_REPEAT = re.compile(r"[*+?{]")
# A group that is repeated may be so in ever more ways, and so may what refers to one;
# what is written with blanks may hide either.
_NESTED = re.compile(r"\)[*+?{]|\\[1-9]|\(\?P=|\(\?[a-zA-Z]*x")


class UndecidedError(SimulatorError):
    """Nobody can say whether a text matches: it takes too long."""


def found(pattern: str, text: str) -> bool:
    """Say whether a pattern is in a text; raises re.error and UndecidedError."""
    compiled = checked(pattern)
    if _takes_few_steps(pattern, text):
        return compiled.search(text) is not None
    status: int | None
    try:
        status = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _SEARCH],
            input=json.dumps([pattern, text, SECONDS]).encode(),
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        status = None
    if status not in (_FOUND, _NOT_FOUND):
        raise UndecidedError(
            f"took longer than {SECONDS} s to match {pattern}: "
            "write it without repeats inside of repeats, or match a shorter text",
            f"匹配 {pattern} 超过 {SECONDS} 秒：请不要在重复里再写重复，"
            "或匹配更短的文本",
        )
    return status == _FOUND


def checked(pattern: str) -> re.Pattern[str]:
    """Compile a pattern; raises re.error, also for what is beyond all bounds."""
    try:
        return re.compile(pattern)
    except (RecursionError, OverflowError) as error:
        raise re.error(f"too large or too deep ({error})") from None


def _takes_few_steps(pattern: str, text: str) -> bool:
    """Say whether even the worst search is short.

    Each repeat may try every length, and each alternative doubles what comes after.
    """
    bare = _ESCAPED.sub("x", pattern)
    if _NESTED.search(bare):
        return False
    repeats = len(_REPEAT.findall(bare))
    steps: int = (len(text) + 1) ** (repeats + 1)
    return steps << bare.count("|") <= _FEW
