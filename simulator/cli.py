"""wxsim: a simulated phone on the command line. Imports click alone until it must."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import TextIO

import click


if TYPE_CHECKING:
    from simulator.playing import Reporter
    from simulator.ports import SimulatorError


class Program(click.Group):
    """A program that says in one sentence of each language how it was misused."""

    def main(
        self,
        args: Sequence[str] | None = None,
        *others: Any,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; click's own errors take three lines, and one language."""
        given = list(sys.argv[1:] if args is None else args) or ["--help"]
        extra["standalone_mode"] = False
        if not standalone_mode:
            return super().main(given, *others, **extra)
        try:
            sys.exit(super().main(given, *others, **extra) or 0)
        except click.UsageError as error:
            program = error.ctx.command_path if error.ctx else "wxsim"
            # Click lists the choices of an argument a line each.
            said = " ".join(error.format_message().split()).rstrip(".")
            click.echo(f"wxsim: {said}; see `{program} --help`.", err=True)
            click.echo(f"wxsim：用法有误；请看 `{program} --help`。", err=True)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)


class UseError(click.ClickException):
    """Wrong use: said in both languages, exit status 2."""

    exit_code = 2

    def __init__(self, error: SimulatorError) -> None:
        super().__init__(error.message)
        self.zh = error.zh
        self.located = error.located

    def show(self, file: object = None) -> None:
        """Print one sentence in each language."""
        click.echo(self.message if self.located else f"wxsim: {self.message}", err=True)
        if self.zh:
            click.echo(f"wxsim：{self.zh}", err=True)


def _read_world(
    context: click.Context, option: click.Parameter, name: str
) -> str | None:
    if not re.fullmatch(r"[A-Za-z0-9._:@/-]{1,60}", name):
        raise click.BadParameter("use 1 to 60 letters, digits or ._:@/- (no blanks).")
    return None if name == "none" else name


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Play login stories on a simulated phone against your backend.

    Example: wxsim run fixtures/scenarios --backend my.backend.yaml --mock URL
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show 中文 or ✓ gets a question mark, not a traceback.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


@main.command("run")
@click.argument(
    "scenarios",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="SCENARIO...",
)
@click.option(
    "--backend",
    envvar="WXSIM_BACKEND",
    metavar="FILE|URL",
    help="How to talk to the backend: a *.backend.yaml, or only its address.",
)
@click.option(
    "--backend-url",
    envvar="WXSIM_BACKEND_URL",
    metavar="URL",
    help="Where the backend runs now, instead of the file's base_url.",
)
@click.option(
    "--mock",
    envvar="WXSIM_MOCK",
    metavar="URL",
    help="A running mock. Default: one of our own on a free port.",
)
@click.option(
    "--token",
    envvar="WXSIM_TOKEN",
    help="The token of a mock that listens beyond this machine.",
)
@click.option(
    "--junit",
    envvar="WXSIM_JUNIT",
    type=click.File("w", encoding="utf-8", lazy=False),
    help="Write JUnit XML there.",
)
@click.option(
    "--jsonl",
    envvar="WXSIM_JSONL",
    type=click.File("w", encoding="utf-8", lazy=False),
    help="Write every event there as a line of JSON; - is standard output.",
)
@click.option(
    "-n",
    "at_a_time",
    envvar="WXSIM_N",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many stories to play at a time.",
)
@click.option(
    "--world",
    envvar="WXSIM_WORLD",
    metavar="NAME|none",
    default="wxsim",
    show_default=True,
    callback=_read_world,
    help="Each story has a world of its own, named so; none: all share one.",
)
def run_command(  # noqa: PLR0913 - one parameter for each option
    scenarios: tuple[Path, ...],
    backend: str | None,
    backend_url: str | None,
    mock: str | None,
    token: str | None,
    junit: TextIO | None,
    jsonl: TextIO | None,
    at_a_time: int,
    world: str | None,
) -> None:
    """Play scenario files, or folders of them.

    Example: wxsim run login.scenario.yaml --backend my.backend.yaml
    --mock http://127.0.0.1:7778

    Exit status: 0 all as expected, 1 a step failed, 2 wrong use.
    """
    from simulator.playing import Order
    from simulator.playing import play
    from simulator.ports import SimulatorError

    order = Order(scenarios, backend, backend_url, mock, token, at_a_time, world)
    try:
        ok = play(order, _reporters(junit, jsonl))
    except SimulatorError as error:
        raise UseError(error) from error
    sys.exit(0 if ok else 1)


@main.command("check")
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


@main.command("schema")
@click.argument("kind", type=click.Choice(["scenario", "backend"]))
def schema_command(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for your editor.

    Example: wxsim schema scenario > scenario.schema.json
    """
    import json

    from simulator.scenario.loader import json_schema

    click.echo(json.dumps(json_schema(kind), indent=2))


def _reporters(junit: TextIO | None, jsonl: TextIO | None) -> list[Reporter]:
    from simulator.reporters.console import Console
    from simulator.reporters.jsonl import JsonLines
    from simulator.reporters.junit import JUnit

    reporters: list[Reporter] = []
    if jsonl is not None:
        reporters.append(JsonLines(jsonl))
    if jsonl is None or jsonl.name not in ("-", "<stdout>"):
        reporters.append(Console())
    if junit is not None:
        reporters.append(JUnit(junit))
    return reporters
