"""`wxsim audit`: try a backend with abuse and bad weather, and judge it."""

from __future__ import annotations

import sys
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
    from simulator.audit.model import Severity
    from simulator.auditing import AuditReporter
    from simulator.speech.words import Language


def _list(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from simulator.audit.registry import CHECKS

    lang = context.params.get("lang", "en")
    for check in CHECKS:
        probe = check.probe
        title = probe.title.zh if lang == "zh" else probe.title.en
        click.echo(f"{probe.id:<26}{probe.chapter:<10}{probe.severity:<10}{title}")
    context.exit()


@click.command("audit")
@options.backend
@options.backend_url
@options.mock
@options.token
@exec_options
@click.option(
    "--only",
    multiple=True,
    metavar="PROBE|CHAPTER",
    help="Play only these probes; may be given several times.",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="PROBE|CHAPTER",
    help="Leave these probes out; may be given several times.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["critical", "high", "medium", "low"]),
    default="medium",
    show_default=True,
    help="The least severity of a failed probe that makes the exit status 1.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="HOST",
    help="A host beside this machine that may be abused, for it is yours.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="Ask the backend at most so many times a second. Default: no limit.",
)
@options.junit
@options.html
@click.option(
    "--jsonl",
    type=ReportFile(whole=False),
    help="Write every verdict there as a line of JSON; - is standard output.",
)
@click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    is_eager=True,
    help="The language of what is printed and written.",
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
    help="Name every probe and end.",
)
def audit_command(  # noqa: PLR0913 - one parameter for each option
    backend: str,
    backend_url: str | None,
    mock: str | None,
    token: str | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    fail_on: Severity,
    allowed_hosts: tuple[str, ...],
    rate: float | None,
    junit: TextIO | None,
    html: TextIO | None,
    jsonl: TextIO | None,
    lang: Language,
    **program: Any,
) -> None:
    """Try a backend with abuse and bad weather, and judge what it does.

    It abuses the backend: run it against one that you may break, with people
    who are not real. It takes a minute or two.

    Example: wxsim audit --backend my.backend.yaml --mock http://127.0.0.1:7778

    Exit status: 0 nothing that matters failed, 1 something did, 2 wrong use.
    """
    from simulator.audit.engine import Manner
    from simulator.auditing import AuditOrder
    from simulator.auditing import perform
    from simulator.ports import SimulatorError

    order = AuditOrder(
        backend,
        backend_url,
        mock,
        token,
        only,
        skip,
        allowed_hosts,
        Manner(fail_on=fail_on, pause=1 / rate if rate else 0.0),
        read_program(**program),
    )
    try:
        ok = perform(order, _reporters(junit, html, jsonl, lang))
    except SimulatorError as error:
        raise UseError(error) from error
    sys.exit(0 if ok else 1)


def _reporters(
    junit: TextIO | None, html: TextIO | None, jsonl: TextIO | None, lang: Language
) -> list[AuditReporter]:
    from simulator.reporters.audit_console import AuditConsole
    from simulator.reporters.audit_junit import AuditJUnit
    from simulator.reporters.jsonl import JsonLines

    reporters: list[AuditReporter] = []
    if jsonl is not None:
        reporters.append(JsonLines(jsonl))
    if jsonl is None or jsonl.name not in ("-", "<stdout>"):
        reporters.append(AuditConsole(language=lang))
    if junit is not None:
        reporters.append(AuditJUnit(junit, lang))
    if html is not None:
        # Jinja is loaded only for who wants a page.
        from simulator.reporters.html import Html

        reporters.append(Html(html, lang))
    return reporters
