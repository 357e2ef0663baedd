"""How mockwx says that it was misused: one sentence in each language."""

import errno
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from mockwx.domain.refusal import RefusalError


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
