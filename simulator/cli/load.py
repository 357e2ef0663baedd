"""`wxsim load`: many people log in at a time, by Locust."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.program import UseError


def _read_time(context: click.Context, option: click.Parameter, text: str) -> str:
    if not re.fullmatch(r"(?=\d)(\d+h)?(\d+m)?(\d+s)?|\d+", text):
        raise click.BadParameter("write a time such as 30s, 5m or 1h30m.")
    return text


def _read_place(
    context: click.Context, option: click.Parameter, path: str | None
) -> str | None:
    """Refuse what Locust, which makes folders as they lack, could not write."""
    if path is None:
        return None
    place = Path(path).absolute().parent
    while not place.exists():
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise click.BadParameter(f"nothing can be written in '{place}'.")
    return path


@click.command("load", context_settings={"ignore_unknown_options": False})
@options.backend
@options.backend_url
@click.option(
    "--mock",
    metavar="URL",
    default="http://127.0.0.1:7778",
    show_default=True,
    help="The running mock that the backend asks as well.",
)
@options.token
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    type=click.Path(exists=True),
    help="What people play, in turn. Default: every login the file can do.",
)
@click.option(
    "-u",
    "--users",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="How many people there are at a time.",
)
@click.option(
    "-r",
    "--rate",
    type=click.FloatRange(0, min_open=True),
    default=10.0,
    show_default=True,
    help="How many of them come a second, until all are there.",
)
@click.option(
    "-t",
    "--time",
    metavar="TIME",
    callback=_read_time,
    default="30s",
    show_default=True,
    help="How long: 30s, 5m, 1h30m.",
)
@click.option(
    "--pause",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    help="The seconds each rests between stories.",
)
@click.option(
    "--fail-ratio",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Exit with 1 if more of the steps fail.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="HOST",
    help="A host beyond this machine that you may load.",
)
@click.option(
    "--worlds",
    type=click.IntRange(1, 1_000),
    default=1,
    show_default=True,
    help="Over how many worlds of the mock they are spread.",
)
@click.option(
    "--csv",
    metavar="PREFIX",
    callback=_read_place,
    help="Locust's tables as CSV files.",
)
@click.option(
    "--html", metavar="FILE", callback=_read_place, help="Locust's report as a page."
)
@click.option(
    "--web-port",
    type=click.IntRange(0, 65535),
    help="Show Locust's page there; the load begins when you say so.",
)
@click.option("--master", is_flag=True, help="Lead workers elsewhere.")
@click.option("--worker", is_flag=True, help="Be led by a master.")
@click.option(
    "--master-host",
    default="127.0.0.1",
    show_default=True,
    help="Where a worker finds the master; where the master listens.",
)
@click.option(
    "--master-port",
    type=click.IntRange(1, 65535),
    default=5557,
    show_default=True,
    help="The port of that.",
)
@click.option(
    "--expect-workers",
    type=click.IntRange(1),
    help="How many workers the master waits for.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="How many workers to start here, with a master.",
)
@click.argument("extra", nargs=-1, type=click.UNPROCESSED, metavar="[-- LOCUST...]")
def load_command(  # noqa: PLR0913 - one parameter for each option
    backend: str,
    backend_url: str | None,
    mock: str | None,
    token: str | None,
    scenarios: tuple[str, ...],
    allowed_hosts: tuple[str, ...],
    worlds: int,
    extra: tuple[str, ...],
    **order: object,
) -> None:
    """Let many people log in at a time; Locust counts and reports.

    Each is a person of their own with a code, a session_key and data that the
    backend must verify and decrypt. What follows -- goes to Locust as it is.

    First start the backend and the mock it asks, for example by
    mockwx run --port 7778 -- python manage.py runserver

    Example: wxsim load --backend my.backend.yaml --mock http://127.0.0.1:7778
    --users 500 --rate 50 --time 2m

    Exit status: 0 no more failed than --fail-ratio, 1 more did, 2 wrong use.
    """
    from simulator.ports import SimulatorError

    if find_spec("locust") is None:
        missing = SimulatorError(
            "A load needs Locust: run pip install 'mockwx[load]'.",
            "加压需要 Locust：请运行 pip install 'mockwx[load]'。",
        )
        raise UseError(missing)
    # Before all others: it makes sockets and threads cooperate.
    import locust  # noqa: F401

    from simulator.load import program
    from simulator.load.target import Target

    aims = (backend, backend_url, mock or "", token, scenarios, allowed_hosts)
    target = Target(*aims, worlds=worlds)
    try:
        program.load(target, *program.read(order), extra)
    except SimulatorError as error:
        raise UseError(error) from error
