"""`mockwx env`: the settings that lead a runtime to a running mock."""

from typing import Any

import click

from mockwx import config
from mockwx.cli.options import checked_settings
from mockwx.cli.options import setting
from mockwx.cli.program import tell


@click.command("env")
@click.option(
    "--shell",
    type=click.Choice(("sh", "fish", "powershell", "dotenv", "json")),
    default="sh",
    show_default=True,
    help="For whom it is written.",
)
@click.option(
    "--runtime",
    "runtimes",
    type=click.Choice(
        ("python", "node", "java", "go", "php", "dotnet", "ruby", "curl")
    ),
    multiple=True,
    help="For this one alone, and again for another; without, for all.",
)
@setting("--host", help="Address of the running mock.")
@setting("--port", type=int, help="Its port.")
@setting("--tls-port", type=int, help="Its port of --tls.")
@setting("--proxy-port", type=int, help="Its port of --proxy.")
def env_command(shell: str, runtimes: tuple[str, ...], **chosen: Any) -> None:
    """Print the settings that lead a runtime to a running mock.

    \b
    Example:
      mockwx serve --tls --proxy &
      eval "$(mockwx env)"
      mockwx env --shell dotenv --runtime node
    """
    from mockwx.launch import answers
    from mockwx.launch import locate
    from mockwx.redirection import shells
    from mockwx.redirection.authority import AuthorityFolder
    from mockwx.redirection.runtimes import RUNTIMES
    from mockwx.redirection.runtimes import environment

    settings = checked_settings(chosen)
    where = locate(settings, AuthorityFolder.of_user())
    told = environment(where, config.environ_with(), runtimes or RUNTIMES)
    click.echo(shells.write(shell, told))
    if not answers(where):
        tell(
            f"nothing answers on port {where.proxy_port} yet; start "
            "'mockwx serve --tls --proxy' before what these settings are for.",
            f"端口 {where.proxy_port} 上还没有应答；使用这些设置之前，"
            "请先运行 'mockwx serve --tls --proxy'。",
        )
