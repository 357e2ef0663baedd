"""`wxsim check`: validate scenario and backend files."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("check")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)
def check_command(files: tuple[Path, ...]) -> None:
    """Validate scenario and backend files.

    Example: wxsim check *.scenario.yaml my.backend.yaml

    Exit status: 0 all are right, 1 one is not.
    """
    from simulator.playing import check
    from simulator.ports import SimulatorError

    bad = 0
    for file in files:
        try:
            check([file])
        except SimulatorError as error:
            bad += 1
            click.echo(error.message, err=True)
            click.echo(error.zh, err=True)
    if bad:
        sys.exit(1)
    click.echo("ok")
