"""`mockwx run`: a command whose calls to WeChat reach a mock of its own."""

import json
from typing import Any
from typing import TextIO

import click

from mockwx.cli.options import port_refused
from mockwx.cli.options import read_settings
from mockwx.cli.options import setting
from mockwx.cli.options import world_options
from mockwx.cli.report_file import ReportFile


@click.command("run", context_settings={"allow_interspersed_args": False})
@setting("--port", type=int, default=0, help="0 takes any free port.")
@setting("--tls-port", type=int, default=0, help="The port of HTTPS.")
@setting("--proxy-port", type=int, default=0, help="The port of the proxy.")
@click.option(
    "--netns",
    "isolated",
    is_flag=True,
    help="Give it a network of its own, without any other host (Linux).",
)
@click.option(
    "--json",
    "report",
    type=ReportFile(),
    help="Write what is said at the end there too, as JSON.",
)
@world_options
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def run_command(
    context: click.Context,
    /,
    command: tuple[str, ...],
    isolated: bool,
    report: TextIO | None,
    world: str | None,
    **chosen: Any,
) -> int:
    """Run a command whose calls to WeChat reach a mock of its own.

    The command stays as it is: variables of its environment lead it here, whatever it
    is written in. Its exit status is ours.

    \b
    Example:
      mockwx run -- python manage.py test
      mockwx run --seed 1 -- npm start
    """
    settings = read_settings(context, world, chosen)
    from mockwx.launch import run

    try:
        status, account = run(command, settings, isolated=isolated)
    except OSError as error:
        raise port_refused(error, settings) from None
    for line in account.lines():
        click.echo(line, err=True)
    if report is not None:
        told = json.dumps(account.as_json(status), ensure_ascii=False, indent=2)
        report.write(f"{_spelt(told)}\n")
    return status


def _spelt(text: str) -> str:
    """Spell what Python could not read of a command line: it may be no UTF-8."""
    return text.encode(errors="surrogateescape").decode(errors="replace")
