"""`mockwx probe`: where a real service and the mock differ."""

import json
from typing import Any

import click

from mockwx import config
from mockwx.cli.options import json_option


@click.command("probe")
@click.option(
    "--host", required=True, help="Whom to ask: https://HOST. Nobody is asked unnamed."
)
@click.option("--appid", help="Of an app of yours, with --secret.")
@click.option(
    "--secret",
    envvar=config.ENVIRONMENT_PREFIX + "PROBE_SECRET",
    show_envvar=True,
    help="Of that app; answers show it cut.",
)
@click.option(
    "--access-token",
    envvar=config.ENVIRONMENT_PREFIX + "PROBE_ACCESS_TOKEN",
    show_envvar=True,
    help="One that you have; none is ever fetched, as that would end yours.",
)
@click.option(
    "--with-stable-token",
    is_flag=True,
    help="Ask for the stable token in use too, without refreshing it.",
)
@click.option(
    "--lang", type=click.Choice(("en", "zh")), default="en", help="What to speak."
)
@json_option
def probe_command(*, host: str, lang: str, as_json: bool, **given: Any) -> int:
    """Ask a real service harmless questions, and tell where the mock differs.

    Nothing is changed and nothing spent. Exit status: 0 if every answer agrees, 1 if
    one differs or does not come, 2 for wrong usage.

    \b
    Example:
      mockwx probe --host http://127.0.0.1:7778
      mockwx probe --host http://127.0.0.1:7778 --lang zh --json
    """
    from mockwx.probe import asking
    from mockwx.probe import report

    asked = asking.Probe.checked(host, **given)
    found = []
    for each in asking.findings(asked):
        found.append(each)
        if not as_json:
            for line in report.lines(each, lang):
                click.echo(line)
    answer = report.answer(asked, found)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in report.summary(found, lang):
            click.echo(line)
    return 0 if answer["ok"] else 1
