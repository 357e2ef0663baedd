"""`wxsim schema`: the JSON Schema of a kind of file."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("kind", type=click.Choice(["scenario", "backend"]))
def schema_command(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for your editor.

    Example: wxsim schema scenario > scenario.schema.json
    """
    import json

    from simulator.scenario.loader import json_schema

    click.echo(json.dumps(json_schema(kind), indent=2))
