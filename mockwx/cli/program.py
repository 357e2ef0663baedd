"""How mockwx finds its commands, and says in each language that it was misused."""

import errno
import os
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import MutableMapping
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from mockwx.domain.refusal import RefusalError


class Commands(MutableMapping[str, click.Command]):
    """Commands of a package by name, a module each, imported when asked for."""

    def __init__(self, package: str, summaries: Mapping[str, str]) -> None:
        """Know each name, and the first sentence of its help."""
        self.summaries = summaries
        self._package = package
        self._known: dict[str, click.Command | None] = dict.fromkeys(summaries)

    def __getitem__(self, name: str) -> click.Command:
        known = self._known[name]
        if known is None:
            module = import_module(f"{self._package}.{name}")
            known = self._known[name] = getattr(module, f"{name}_command")
        return known

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Program(click.Group):
    """A program whose help needs none of its commands."""

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands without importing them."""
        summaries = getattr(self.commands, "summaries", {})
        named = [click.Command(name, help=said) for name, said in summaries.items()]
        click.Group(commands=named).format_commands(ctx, formatter)


def play(program: click.Group, arguments: Sequence[str] | None) -> NoReturn:
    """Run a command; an error is a sentence in each language, never a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        status = program.main(given, prog_name="mockwx", standalone_mode=False)
    except RefusalError as error:
        _refuse(error.message, error.message_zh, error.exit_status)
    except click.UsageError as error:
        see = f"`{error.ctx.command_path if error.ctx else 'mockwx'} --help`"
        english = error.format_message().rstrip(".")
        _refuse(f"{english}; see {see}.", f"用法有误；请看 {see}。", error.exit_code)
    except click.FileError as error:
        name, reason = error.ui_filename, error.message
        english = f"{name} cannot be opened ({reason})."
        _refuse(english, f"无法打开 {name}（{reason}）。", error.exit_code)
    except click.Abort:
        sys.exit(130)
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        # Whoever read our output has gone: `mockwx errcodes | head -1`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(status or 0)


def _refuse(message: str, message_zh: str, status: int) -> NoReturn:
    """End with one line in each language, whatever is quoted in them."""
    for said in (f"mockwx: {message}", f"mockwx：{message_zh}"):
        lines = (line.strip() for line in said.splitlines())
        click.echo(" ".join(lines), err=True)
    sys.exit(status)
