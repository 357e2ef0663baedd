"""wxsim: a simulated phone on the command line, a command a file.

Imports click alone until a command is asked for.
"""

from __future__ import annotations

import sys

import click

from simulator.cli.program import Commands
from simulator.cli.program import Program


@click.group(
    cls=Program,
    commands=Commands(
        __name__,
        {
            "audit": "Try a backend with abuse and bad weather, and judge what it "
            "does.",
            "check": "Validate scenario and backend files, or folders of them.",
            "init": "Write a first backend file and a first scenario.",
            "load": "Let many people log in at a time; Locust counts and reports.",
            "record": "Write down as a scenario file what somebody does on the "
            "inspector's phone.",
            "run": "Play scenario files, or folders of them.",
            "schema": "Print the JSON Schema of a kind of file, for your editor.",
        },
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="mockwx", message="%(prog)s %(version)s")
def main() -> None:
    """Play login stories on a simulated phone against your backend.

    Begin with wxsim init: it writes how your backend speaks and a first story, and
    says how to play it.

    Example: wxsim run shop.scenario.yaml --backend shop.backend.yaml --html report.html
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show 中文 or ✓ gets a question mark, not a traceback.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
