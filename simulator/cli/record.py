"""`wxsim record`: write down as a scenario what somebody did."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.program import UseError


@click.command("record")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option(
    "--mock",
    metavar="URL",
    default="http://127.0.0.1:7778",
    show_default=True,
    help="The running mock on which somebody plays.",
)
@click.option("--token", help="The token of an exposed mock.")
@click.option(
    "--world",
    metavar="NAME",
    help="In which of the mock's worlds; default: the one the inspector opens.",
)
@click.option(
    "--journal",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="JSON",
    help="A saved journal instead of a running mock.",
)
@click.option(
    "--backend",
    metavar="FILE",
    help="A *.backend.yaml: requests to the backend become its calls.",
)
@click.option(
    "--until-idle",
    type=click.FloatRange(0.1, 3600),
    metavar="SECONDS",
    help="End when nothing happened for so long; default: end at Ctrl-C.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Also what the journal holds already."
)
@click.option("--name", metavar="TEXT", help="What the story is called.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def record_command(  # noqa: PLR0913 - one parameter for each option
    file: Path,
    mock: str,
    token: str | None,
    world: str | None,
    journal: Path | None,
    backend: str | None,
    until_idle: float | None,
    everything: bool,
    name: str | None,
    force: bool,
) -> None:
    """Write down as a scenario file what somebody does on the inspector's phone.

    Example: wxsim record login.scenario.yaml --backend my.backend.yaml

    Exit status: 0 written, 2 wrong use or nothing happened.
    """
    from simulator.ports import SimulatorError
    from simulator.recording.recorder import Take
    from simulator.recording.recorder import listen
    from simulator.recording.recorder import write

    take = Take(file, name=name, backend=backend, force=force)
    try:
        take.check()
        if journal is None:
            found = listen(
                mock,
                token=token,
                world=world,
                idle=until_idle,
                everything=everything,
                ready=lambda: click.echo(
                    f"recording what happens on {mock}; Ctrl-C ends it", err=True
                ),
            )
        else:
            from simulator.recording.sources import read_file

            found = read_file(journal)
        notes, steps = write(take, found)
    except SimulatorError as error:
        raise UseError(error) from error
    for note in notes:
        click.echo(f"note: {note}", err=True)
    played = f"wxsim run {file}" + (f" --backend {backend}" if backend else "")
    count = f"{steps} step" + ("" if steps == 1 else "s")
    click.echo(f"{file}: {count}; play them with `{played}`")
