"""`wxsim check`: validate scenario and backend files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from simulator.cli.program import UseError


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
    envvar="WXSIM_BACKEND",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Whose calls the scenarios use. Default: the one among the files.",
)
def check_command(files: tuple[Path, ...], backend: Path | None) -> None:
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
    for each in errors:
        click.echo(each.message, err=True)
        click.echo(each.zh, err=True)
    if errors:
        sys.exit(1)
    click.echo("ok")
