"""The command `mockwx`: options in, exit status out; a command a file.

Click alone is imported here, a command when it is asked for, and the rest when that
runs, so that `mockwx --help` answers at once.
"""

from collections.abc import Sequence
from typing import NoReturn

import click

from mockwx.cli import program
from mockwx.version import __version__


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command; an error is a sentence in each language, never a traceback."""
    program.play(cli, arguments)


@click.group(
    cls=program.Program,
    commands=program.Commands(
        __name__,
        {
            "ca": "Show or renew the authority that vouches for WeChat's hosts on this "
            "machine.",
            "demo": "Play every login flow: mock, sample backend and phone; no network "
            "needed.",
            "doctor": "Say why a decryption or a signature fails.",
            "env": "Print the settings that lead a runtime to a running mock.",
            "errcodes": "Explain one errcode, or list all that the mock knows.",
            "probe": "Ask a real service harmless questions, and tell where the mock "
            "differs.",
            "routes": "List the interfaces of WeChat that the mock answers.",
            "run": "Run a command whose calls to WeChat reach a mock of its own.",
            "serve": "Run the mock until it is interrupted.",
        },
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """WeChat's login servers on your own machine.

    \b
    Example:
      mockwx serve
      curl -X POST http://127.0.0.1:7778/_mockwx/api/wx/login
    """
