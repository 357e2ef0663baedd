"""A file for a report, which takes the last one's place in one piece, at the end."""

import errno
import os
from pathlib import Path
from typing import IO
from typing import Any

import click


class ReportFile(click.File):
    """Refuses at once what cannot be written; opens nothing before it is written."""

    def __init__(self) -> None:
        super().__init__("w", encoding="utf-8", lazy=True)

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
        self.atomic = _replaceable(path)
        return super().convert(value, param, ctx)


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


def _replaceable(path: Path) -> bool:
    """Tell whether another file may take its place: no terminal's, no pipe's."""
    ordinary = path.is_file() or not path.exists()
    return ordinary and os.access(path.resolve().parent, os.W_OK)
