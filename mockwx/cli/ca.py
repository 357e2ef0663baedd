"""`mockwx ca`: the authority that vouches for WeChat's hosts on this machine."""

from typing import Any

import click


@click.group("ca", invoke_without_command=True)
@click.pass_context
def ca_command(context: click.Context) -> None:
    """Show or renew the authority that vouches for WeChat's hosts on this machine.

    It is made on first use, and good for nothing but WeChat's domains.

    \b
    Example:
      mockwx ca path
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


format_option = click.option(
    "--format",
    "form",
    type=click.Choice(("pem", "bundle", "p12")),
    default="pem",
    show_default=True,
    help="Ours alone, with the system's, or both for Java.",
)


@ca_command.command()
@format_option
def path(form: str) -> None:
    """Print the file to trust; it is written anew each time.

    \b
    Example:
      export NODE_EXTRA_CA_CERTS=$(mockwx ca path)
      export SSL_CERT_FILE=$(mockwx ca path --format bundle)
    """
    from mockwx.redirection.authority import AuthorityFolder

    click.echo(AuthorityFolder.of_user().path(form))


@ca_command.command()
@format_option
@click.option(
    "-o", "--output", type=click.File("wb"), default="-", help="A file; - is stdout."
)
def export(form: str, output: Any) -> None:
    """Write what is to be trusted elsewhere, in a container for example.

    \b
    Example:
      mockwx ca export --format p12 -o truststore.p12
    """
    from mockwx.redirection.authority import AuthorityFolder

    output.write(AuthorityFolder.of_user().content(form))


@ca_command.command()
def renew() -> None:
    """Make a new authority; nobody trusts what the old one vouched for.

    \b
    Example:
      mockwx ca renew
    """
    from mockwx.redirection.authority import AuthorityFolder

    folder = AuthorityFolder.of_user()
    folder.renew()
    click.echo(f"{folder.path('pem')} is new; restart the mock and its clients.")
