"""A file for a report, which replaces the last one only once there is something."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import IO
from typing import Any

import click


class ReportFile(click.File):
    """Refuses at once what cannot be written, and opens nothing before it is written.

    Whole, a report appears at the end, in one piece; else it grows line by line.
    """

    def __init__(self, *, whole: bool = True) -> None:
        super().__init__("w", encoding="utf-8", lazy=True)
        self._whole = whole

    def convert(
        self,
        value: str | os.PathLike[str] | IO[Any],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> IO[Any]:
        """Look whether it can be written."""
        if not isinstance(value, (str, os.PathLike)) or value == "-":
            return super().convert(value, param, ctx)
        path = Path(value)
        reason = _why_not(path)
        if reason:
            said = os.strerror(reason)
            self.fail(f"'{click.format_filename(path)}': {said}", param, ctx)
        self.atomic = self._whole and _replaceable(path)
        return super().convert(value, param, ctx)


def _replaceable(path: Path) -> bool:
    """Tell whether another file may take its place: no terminal's, no pipe's."""
    ordinary = path.is_file() or not path.exists()
    return ordinary and os.access(path.resolve().parent, os.W_OK)


def _why_not(path: Path) -> int:
    """Return the number of what is in the way, or 0."""
    if path.is_dir():
        return errno.EISDIR
    if not path.parent.exists():
        return errno.ENOENT
    if not path.parent.is_dir():
        return errno.ENOTDIR
    return (
        0
        if os.access(path if path.exists() else path.parent, os.W_OK)
        else errno.EACCES
    )
