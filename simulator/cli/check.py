"""`wxsim check`: validate scenario and backend files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.program import UseError


if TYPE_CHECKING:
    from simulator.ports import SimulatorError


@click.command("check")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE...",
)
@click.option(
    "--backend",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Whose calls the scenarios use. Default: the one among the files.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Say on standard output what is wrong where, as JSON, for programs.",
)
def check_command(
    files: tuple[Path, ...], backend: Path | None, *, as_json: bool
) -> None:
    """Validate scenario and backend files, or folders of them.

    Everything that is wrong is told with file, line and the word that was probably
    meant. With one backend file, the calls that scenarios make are checked too.

    Example: wxsim check my.backend.yaml login.scenario.yaml

    Exit status: 0 all are right, 1 one is not.
    """
    from simulator.playing import problems
    from simulator.ports import SimulatorError

    try:
        errors = problems(files, backend=backend)
    except SimulatorError as error:
        raise UseError(error) from error
    if as_json:
        click.echo(_json(errors))
    else:
        for each in errors:
            click.echo(each.message, err=True)
            click.echo(each.zh, err=True)
        if not errors:
            click.echo("ok")
    sys.exit(1 if errors else 0)


def _json(errors: Sequence[SimulatorError]) -> str:
    import json

    from simulator.scenario.source import FileError

    found: list[dict[str, object]] = []
    for error in errors:
        if isinstance(error, FileError):
            found += [each.as_json() for each in error.problems]
        else:
            said = {"en": error.message, "zh": error.zh}
            found.append({"file": None, "line": None, "message": said})
    told = {"ok": not found, "problems": found}
    return json.dumps(told, ensure_ascii=False, indent=2)
