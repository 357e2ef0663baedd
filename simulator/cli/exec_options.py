"""`--exec` and what belongs to it, for every command that plays against a backend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeVar

import click


if TYPE_CHECKING:
    from simulator.adapters.backend_program import Command


Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--exec",
        "line",
        metavar="COMMAND",
        help="Start the backend by this, led to the mock as by `mockwx run`.",
    ),
    click.option(
        "--exec-timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        default=60,
        show_default=True,
        help="How long it may take to answer.",
    ),
    click.option(
        "--exec-log",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write there what it prints.",
    ),
)


def exec_options(command: Decorated) -> Decorated:
    """Declare them; read_program() reads them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_program(
    line: str | None, exec_timeout: float, exec_log: Path | None
) -> Command | None:
    """Read how the backend is started, if it is."""
    if line is None:
        return None
    from simulator.adapters.backend_program import Command

    return Command(line, exec_timeout, exec_log)
