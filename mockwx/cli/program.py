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


_WRONG_USE = 2
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
    _open_closed()
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        status = program.main(given, prog_name="mockwx", standalone_mode=False)
    except RefusalError as error:
        _refuse(error.message, error.message_zh, error.exit_status)
    except click.UsageError as error:
        see = f"`{error.ctx.command_path if error.ctx else 'mockwx'} --help`"
        english = error.format_message().rstrip(".")
        chinese = _misused(error)
        _refuse(f"{english}; see {see}.", f"{chinese}；请看 {see}。", error.exit_code)
    except click.FileError as error:
        _refuse_file(error.ui_filename, error.message)
    except click.Abort:
        sys.exit(130)
    except OSError as error:
        if error.filename is not None:
            _refuse_file(os.fsdecode(error.filename), error.strerror)
        if error.errno not in _LOST:
            raise
        _end_unread(error)
    sys.exit(status or 0)


def tell(message: str, message_zh: str) -> None:
    """Say to people one line in each language, whatever is quoted in them."""
    for said in (f"mockwx: {message}", f"mockwx：{message_zh}"):
        lines = (line.strip() for line in said.splitlines())
        click.echo(" ".join(lines), err=True)


def _open_closed() -> None:
    """Open to nowhere what our caller closed (`mockwx serve >&-`).

    Else our next file would have its number, and what is printed past Python.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8"))


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


def _refuse_file(name: str, reason: str | None) -> NoReturn:
    english = f"{name} cannot be opened ({reason})."
    _refuse(english, f"无法打开 {name}（{reason}）。", _WRONG_USE)


def _end_unread(error: OSError) -> NoReturn:
    """End where nobody reads us any more, or nothing can be written."""
    # Python would try once more at its end, and say so in words of its own.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        # `mockwx errcodes | head -1`.
        sys.exit(1)
    reason = os.strerror(error.errno or 0)
    english = f"the output cannot be written ({reason}); send it elsewhere."
    _refuse(english, f"无法写出结果（{reason}）；请输出到别处。", 1)


def _refuse(message: str, message_zh: str, status: int) -> NoReturn:
    tell(message, message_zh)
    sys.exit(status)
