"""`mockwx demo`: every login flow, with nothing to set up."""

import click


@click.command("demo")
def demo_command() -> int:
    """Play every login flow: mock, sample backend and phone; no network needed.

    \b
    Example:
      mockwx demo
    """
    from mockwx.demo import play

    return play()
