"""`mockwx routes`: the interfaces of WeChat that the mock answers."""

import click

from mockwx.cli.options import json_option
from mockwx.cli.rows import print_rows


@click.command("routes")
@json_option
def routes_command(*, as_json: bool) -> None:
    """List the interfaces of WeChat that the mock answers.

    \b
    Example:
      mockwx routes --json
    """
    from mockwx.web.interfaces import INTERFACES

    rows = [
        {
            "method": each.method,
            "path": each.path,
            "name": each.name,
            "family": each.family,
        }
        for each in INTERFACES
    ]
    print_rows(rows, as_json=as_json)
