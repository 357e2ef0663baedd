"""`mockwx run`: a command whose calls to WeChat reach a mock of its own."""

import json
from typing import Any
from typing import TextIO

import click

from mockwx.cli.options import port_refused
from mockwx.cli.options import read_settings
from mockwx.cli.options import setting
from mockwx.cli.options import with_token
from mockwx.cli.options import world_options
from mockwx.cli.program import tell
from mockwx.cli.report_file import ReportFile
from mockwx.config import MEMORY
from mockwx.domain.refusal import RefusalError


def _read_workers(
    context: click.Context, option: click.Parameter, workers: int
) -> None:
    if workers != 1:
        raise RefusalError(
            f"--workers {workers} is for mockwx serve, mockwx run answers by itself; "
            "start mockwx serve --tls --proxy with it, and see mockwx env.",
            f"--workers {workers} 用于 mockwx serve，mockwx run 由自己应答；"
            "请用它启动 mockwx serve --tls --proxy，并参见 mockwx env。",
        )


@click.command("run", context_settings={"allow_interspersed_args": False})
@setting("--host", help="Address to listen on.")
@setting("--port", type=int, default=0, help="0 takes any free port.")
@setting("--tls-port", type=int, default=0, help="The port of HTTPS.")
@setting("--proxy-port", type=int, default=0, help="The port of the proxy.")
@click.option(
    "--tls",
    "--proxy",
    is_flag=True,
    expose_value=False,
    help="Both are there in any case.",
)
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
@setting("--token", help="For the control API, when others can reach the mock.")
@setting(
    "--store",
    help="Where state lives: memory:, sqlite:///FILE or redis://HOST:PORT/DATABASE.",
)
@click.option(
    "--workers",
    type=int,
    default=1,
    callback=_read_workers,
    expose_value=False,
    help="One alone; for more, start mockwx serve and see mockwx env.",
)
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
    settings = read_settings(context, world, {**chosen, "tls": True, "proxy": True})
    settings, made_token = with_token(settings)
    if made_token is not None:
        tell(f"control API token: {made_token}", f"控制接口的 token：{made_token}")
    if settings.store != MEMORY:
        from mockwx.front import check_store

        check_store(settings)
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
