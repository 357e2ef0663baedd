"""`mockwx doctor`: why a decryption or a signature fails."""

import json

import click

from mockwx.cli.options import json_option


@click.command("doctor")
@click.option("--session-key", help="The key the backend used.")
@click.option("--iv", help="As the backend received it.")
@click.option("--encrypted-data", "encryptedData", help="As the backend received it.")
@click.option("--raw-data", "rawData", help="The string that was signed.")
@click.option("--signature", help="Of rawData; or, with --openid, of a login state.")
@click.option("--appid", help="The mini program the backend works for.")
@click.option("--code", help="The code the backend exchanged.")
@click.option("--openid", help="The person it was about.")
@click.option("--error", help="The text of the exception.")
@click.option("--sdk", help="Whose exception it is: wxjava, wechatpy, …")
@click.option("--file", "path", help="The same values as JSON: a file, or - for stdin.")
@click.option("--server", help="A running mock, which knows what it issued.")
@click.option("--world", help="The world of that mock, if not found by the values.")
@click.option("--token", help="Of the mock's control API, if it needs one.")
@click.option(
    "--lang", type=click.Choice(("en", "zh")), default="en", help="What to speak."
)
@json_option
def doctor_command(
    *,
    path: str | None,
    server: str | None,
    world: str | None,
    token: str | None,
    lang: str,
    as_json: bool,
    **values: str | None,
) -> int:
    """Say why a decryption or a signature fails.

    Exit status: 0 if what was given agrees, 1 if a cause is found, 2 for wrong usage.

    \b
    Example:
      mockwx doctor --session-key K --iv V --encrypted-data D
      mockwx doctor --file failed.json --server http://127.0.0.1:7778
    """
    from mockwx import consultation

    given = {name: value for name, value in values.items() if value is not None}
    door = consultation.Door.at(server, world, token)
    answer = consultation.consult(given, path=path, door=door)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in consultation.lines(answer, lang):
            click.echo(line)
    return 0 if answer["ok"] else 1
