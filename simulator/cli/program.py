"""How wxsim finds its commands, and says in each language that it was misused."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import MutableMapping
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING
from typing import Any
from typing import NoReturn

import click


if TYPE_CHECKING:
    from simulator.ports import SimulatorError


_LOST = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
"""What comes of writing where nobody reads, or where nothing more can be kept."""


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
            _give_twins(known)
        return known

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _give_twins(command: click.Command) -> None:
    """Let the environment say what an option says: WXSIM_MOCK for --mock."""
    for option in command.params:
        if isinstance(option, click.Option):
            longest = max(option.opts, key=len).lstrip("-")
            option.envvar = f"WXSIM_{longest.replace('-', '_').upper()}"
            option.show_envvar = True


class Program(click.Group):
    """A program that says in one sentence of each language how it was misused.

    Its help needs none of its commands.
    """

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands without importing them."""
        summaries = getattr(self.commands, "summaries", {})
        named = [click.Command(name, help=said) for name, said in summaries.items()]
        click.Group(commands=named).format_commands(ctx, formatter)

    def main(
        self,
        args: Sequence[str] | None = None,
        *others: Any,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; click's own errors take three lines, and one language."""
        _open_closed()
        given = list(sys.argv[1:] if args is None else args) or ["--help"]
        extra["standalone_mode"] = False
        if not standalone_mode:
            return super().main(given, *others, **extra)
        try:
            sys.exit(super().main(given, *others, **extra) or 0)
        except click.UsageError as error:
            _refuse_misuse(error)
        except click.FileError as error:
            _refuse_file(error.ui_filename, error.message)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)
        except OSError as error:
            _end_if_outside(error)
            raise


class UseError(click.ClickException):
    """Wrong use: said in both languages, exit status 2."""

    exit_code = 2

    def __init__(self, error: SimulatorError) -> None:
        super().__init__(error.message)
        self.zh = error.zh
        self.located = error.located
        self.output = error.output

    def show(self, file: object = None) -> None:
        """Print one sentence in each language."""
        click.echo(self.message if self.located else f"wxsim: {self.message}", err=True)
        if self.zh:
            click.echo(self.zh if self.located else f"wxsim：{self.zh}", err=True)
        for line in self.output.splitlines():
            click.echo(f"  | {line}", err=True)


def _open_closed() -> None:
    """Open to nowhere what our caller closed (`wxsim run >&-`).

    Else our next file would have its number, and what is printed past Python.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8"))


def _refuse_misuse(error: click.UsageError) -> NoReturn:
    """End with a sentence in each language about wrong use."""
    program = error.ctx.command_path if error.ctx else "wxsim"
    # Click lists the choices of an argument a line each.
    said = " ".join(error.format_message().split()).rstrip(".")
    click.echo(f"wxsim: {said}; see `{program} --help`.", err=True)
    click.echo(f"wxsim：{_misused(error)}；请看 `{program} --help`。", err=True)
    sys.exit(error.exit_code)


def _misused(error: click.UsageError) -> str:
    """Say in Chinese what click says in English."""
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}"
    if not isinstance(error, click.BadParameter) or error.param is None:
        return "用法有误"
    option = isinstance(error.param, click.Option)
    longest = max(error.param.opts, key=len)
    name = longest if option else error.param.human_readable_name
    if isinstance(error, click.MissingParameter):
        return f"缺少 {name}"
    return f"{name} 的值有误"


def _end_if_outside(error: OSError) -> None:
    """End with a sentence where not we are to blame, but a file or who reads us."""
    if error.filename is not None:
        _refuse_file(os.fsdecode(error.filename), error.strerror)
    if error.errno in _LOST:
        _end_unread(error)


def _refuse_file(name: str, reason: str | None) -> NoReturn:
    """End with a sentence in each language about a file that cannot be had."""
    click.echo(f"wxsim: {name} cannot be opened ({reason}).", err=True)
    click.echo(f"wxsim：无法打开 {name}（{reason}）。", err=True)
    sys.exit(2)


def _end_unread(error: OSError) -> NoReturn:
    """End where nobody reads us any more, or nothing can be written."""
    # Python would try once more at its end, and say so in words of its own.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno != errno.EPIPE:
        reason = os.strerror(error.errno or 0)
        english = f"the output cannot be written ({reason}); send it elsewhere."
        click.echo(f"wxsim: {english}", err=True)
        click.echo(f"wxsim：无法写出结果（{reason}）；请输出到别处。", err=True)
    sys.exit(1)
