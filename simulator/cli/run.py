"""`wxsim run`: play scenario files against a backend."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import TextIO

import click

from simulator.cli import options
from simulator.cli.exec_options import exec_options
from simulator.cli.exec_options import read_program
from simulator.cli.program import UseError
from simulator.cli.report_file import ReportFile


if TYPE_CHECKING:
    from simulator.playing import Reporter
    from simulator.reporters.console import Console
    from simulator.speech.words import Language


def _read_world(
    context: click.Context, option: click.Parameter, name: str
) -> str | None:
    if not re.fullmatch(r"[A-Za-z0-9._:@/-]{1,60}", name):
        raise click.BadParameter("use 1 to 60 letters, digits or ._:@/- (no blanks).")
    return None if name == "none" else name


@click.command("run")
@click.argument(
    "scenarios",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="SCENARIO...",
)
@click.option(
    "--backend",
    metavar="FILE|URL",
    help="How to talk to the backend: a *.backend.yaml, or only its address. "
    "Default: the one in the folder of stories.",
)
@options.backend_url
@options.mock
@options.token
@exec_options
@options.junit
@options.html
@click.option(
    "--jsonl",
    type=ReportFile(whole=False),
    help="Write every event there as a line of JSON; - is standard output.",
)
@click.option(
    "-n",
    "at_a_time",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many stories to play at a time.",
)
@click.option(
    "--world",
    metavar="NAME|none",
    default="wxsim",
    show_default=True,
    callback=_read_world,
    help="Each story has a world of its own, named so; none: all share one.",
)
@click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="The language of what is printed, and in which a report opens.",
)
def run_command(  # noqa: PLR0913 - one parameter for each option
    scenarios: tuple[Path, ...],
    backend: str | None,
    backend_url: str | None,
    mock: str | None,
    token: str | None,
    junit: TextIO | None,
    html: TextIO | None,
    jsonl: TextIO | None,
    at_a_time: int,
    world: str | None,
    lang: Language,
    **program: Any,
) -> None:
    """Play scenario files, or folders of them.

    Example: wxsim run login.scenario.yaml --backend my.backend.yaml
    --exec "python manage.py runserver"

    Exit status: 0 all as expected, 1 a step failed, 2 wrong use.
    """
    from simulator.playing import Order
    from simulator.playing import play
    from simulator.ports import SimulatorError

    order = Order(scenarios, backend, backend_url, mock, token, at_a_time, world)
    order = replace(order, program=read_program(**program))
    console = _console(jsonl, lang)
    reporters = [*_files(junit, html, jsonl, lang), *([console] if console else [])]
    try:
        ok = play(order, reporters, begin=console.begin if console else None)
    except SimulatorError as error:
        raise UseError(error) from error
    sys.exit(0 if ok else 1)


def _console(jsonl: TextIO | None, lang: Language) -> Console | None:
    from simulator.reporters.console import Console

    if jsonl is not None and jsonl.name in ("-", "<stdout>"):
        return None
    return Console(language=lang)


def _files(
    junit: TextIO | None, html: TextIO | None, jsonl: TextIO | None, lang: Language
) -> list[Reporter]:
    reporters: list[Reporter] = []
    if jsonl is not None:
        from simulator.reporters.jsonl import JsonLines

        reporters.append(JsonLines(jsonl))
    if junit is not None:
        from simulator.reporters.junit import JUnit

        reporters.append(JUnit(junit, lang))
    if html is not None:
        # Jinja is loaded only for who wants a page.
        from simulator.reporters.html import Html

        reporters.append(Html(html, lang))
    return reporters
