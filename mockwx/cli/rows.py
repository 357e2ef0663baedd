"""Rows for people, aligned, or for programs, as JSON."""

import json
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import click


def print_rows(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print what was asked for, in the form that was asked for."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in _columns(rows):
        click.echo(line)


def _columns(rows: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Align all columns but the last, which may hold wide characters."""
    names = list(rows[0])
    widths = {name: max(len(str(row[name])) for row in rows) for name in names[:-1]}
    for row in rows:
        padded = [str(row[name]).ljust(widths[name]) for name in names[:-1]]
        yield "  ".join([*padded, str(row[names[-1]])]).rstrip()
