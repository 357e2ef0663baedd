"""wxsim: a simulated phone on the command line, a command a file.

Imports click alone until a command must do something.
"""

from __future__ import annotations

import sys

import click

from simulator.cli.audit import audit_command
from simulator.cli.check import check_command
from simulator.cli.init import init_command
from simulator.cli.load import load_command
from simulator.cli.program import Program
from simulator.cli.record import record_command
from simulator.cli.run import run_command
from simulator.cli.schema import schema_command


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
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


for _command in (
    init_command,
    run_command,
    record_command,
    audit_command,
    load_command,
    check_command,
    schema_command,
):
    main.add_command(_command)
