"""`mockwx serve`: the mock until it is interrupted."""

from contextlib import suppress
from functools import partial
from typing import Any

import click

from mockwx.cli.options import port_refused
from mockwx.cli.options import read_settings
from mockwx.cli.options import setting
from mockwx.cli.options import with_token
from mockwx.cli.options import world_options
from mockwx.cli.program import tell
from mockwx.config import MEMORY
from mockwx.config import Settings
from mockwx.domain.refusal import RefusalError


MOST_WORKERS = 64


@click.command("serve")
@setting("--host", help="Address to listen on.")
@setting("--port", type=int, help="0 takes any free port.")
@setting("--tls/--no-tls", help="Answer WeChat's hosts by HTTPS too, see mockwx ca.")
@setting("--tls-port", type=int, help="The port of --tls.")
@setting("--proxy/--no-proxy", help="Be a proxy too, for which WeChat is the mock.")
@setting("--proxy-port", type=int, help="The port of --proxy.")
@world_options
@setting("--token", help="For the control API, when others can reach the mock.")
@setting(
    "--store",
    help="Where state lives: memory:, sqlite:///FILE or redis://HOST:PORT/DATABASE.",
)
@setting(
    "--workers",
    type=int,
    default=1,
    help="Processes; without --store they share a file for as long as they live.",
)
@click.pass_context
def serve_command(
    context: click.Context,
    /,
    workers: int,
    world: str | None,
    **chosen: Any,
) -> int:
    """Run the mock until it is interrupted.

    The first line on stdout, `mockwx ready on http://HOST:PORT`, comes once it answers.

    \b
    Example:
      mockwx serve --port 0 --seed 1
      mockwx serve --world shop.yaml
    """
    _check_workers(workers)
    return _serve(read_settings(context, world, chosen), workers)


def announce(made_token: str | None, url: str, *doors: str) -> None:
    """Print the ready line, further doors, and the token that nobody knows yet."""
    # Where nobody reads it, or it cannot be written, the mock answers all the same.
    with suppress(OSError):
        click.echo(f"mockwx ready on {url}")
        for door in doors:
            click.echo(door)
        if made_token is not None:
            click.echo(f"control API token: {made_token}")


def _check_workers(workers: int) -> None:
    if not 1 <= workers <= MOST_WORKERS:
        raise RefusalError(
            f"--workers must be from 1 to {MOST_WORKERS}, not {workers}.",
            f"--workers 必须在 1 到 {MOST_WORKERS} 之间，不能是 {workers}。",
        )


def _refuse_many(workers: int) -> None:
    if workers > 1:
        raise RefusalError(
            f"--workers {workers} needs granian; install it (pip install granian), "
            "or serve with one.",
            f"--workers {workers} 需要 granian；请安装它（pip install granian），"
            "或只用一个进程。",
        )


def _serve(settings: Settings, workers: int) -> int:
    from mockwx.listeners.http import has_granian
    from mockwx.listeners.http import serve as serve_http

    settings, made_token = with_token(settings)
    if not has_granian():
        _refuse_many(workers)
        tell(
            "granian is not installed; using waitress.",
            "未安装 granian；改用 waitress。",
        )
    if settings.store != MEMORY:
        from mockwx.front import check_store

        check_store(settings)
    try:
        return serve_http(settings, partial(announce, made_token), workers=workers)
    except OSError as error:
        raise port_refused(error, settings) from None
