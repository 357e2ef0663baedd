"""The command `mockwx`: options in, exit status out; a command a file.

Click alone is imported here; each command imports the rest when it runs, so that
`mockwx --help` answers at once.
"""

from collections.abc import Sequence
from typing import NoReturn

import click

from mockwx.cli import program
from mockwx.cli.ca import ca_command
from mockwx.cli.demo import demo_command
from mockwx.cli.doctor import doctor_command
from mockwx.cli.env import env_command
from mockwx.cli.errcodes import errcodes_command
from mockwx.cli.probe import probe_command
from mockwx.cli.routes import routes_command
from mockwx.cli.run import run_command
from mockwx.cli.serve import serve_command
from mockwx.version import __version__


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command; an error is a sentence in each language, never a traceback."""
    program.play(cli, arguments)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """WeChat's login servers on your own machine.

    \b
    Example:
      mockwx serve
      curl -X POST http://127.0.0.1:7778/_mockwx/api/wx/login
    """


for _command in (
    serve_command,
    run_command,
    env_command,
    routes_command,
    errcodes_command,
    demo_command,
    ca_command,
    doctor_command,
    probe_command,
):
    cli.add_command(_command)
