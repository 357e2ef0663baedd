"""`make bench`: ratios side by side, in one table."""

from __future__ import annotations

import sys
from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from tests.benchmarks import flows
from tests.benchmarks import in_process
from tests.benchmarks import layers
from tests.benchmarks import report
from tests.benchmarks import scale
from tests.benchmarks import speed
from tests.benchmarks import start
from tests.benchmarks import stores
from tests.benchmarks.goal import Goal
from tests.benchmarks.peers import BAR
from tests.benchmarks.peers import FLOOR
from tests.benchmarks.peers import OURS
from tests.benchmarks.peers import PEERS


CHAPTERS = ("speed", "start", "in a test", "simulator", "scale", "layers", "stores")
WRITABLE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--only", multiple=True, type=click.Choice(CHAPTERS))
@click.option("--peer", multiple=True, help="Only these beside ours and the bar.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--seconds", default=2, show_default=True, type=click.IntRange(1, 60))
@click.option("--json", "as_json", type=WRITABLE, help="Write everything there.")
@click.option("--page", is_flag=True, help="Put the tables into the documentation.")
def main(
    only: tuple[str, ...],
    peer: tuple[str, ...],
    rounds: int,
    seconds: int,
    as_json: Path | None,
    page: bool,
) -> None:
    """Measure ours and its peers side by side; exit 0 whatever was measured.

    Example: python -m tests.benchmarks --only speed --peer Express
    """
    chosen = only or CHAPTERS
    speeds: list[speed.Speed] = []
    goals: list[Goal] = []
    if "speed" in chosen:
        speeds, others = _speeds(peer, rounds=rounds, seconds=seconds)
        goals += speed.goals(speeds, others)
    further: dict[str, Callable[[], Iterator[Goal]]] = {
        "start": partial(start.goals, rounds=rounds),
        "in a test": in_process.goals,
        "scale": partial(scale.goals, rounds=rounds, seconds=seconds),
    }
    for chapter, measure in further.items():
        if chapter in chosen:
            click.echo(f"{chapter} …", err=True)
            goals += measure()
    logins: list[flows.Flow] = []
    if "simulator" in chosen:
        click.echo("simulator …", err=True)
        logins = flows.measure(rounds=rounds)
        goals += flows.goals(logins)
    found = report.Report(
        day=report.today(),
        machine=report.machine(),
        goals=goals,
        speeds=speeds,
        flows=logins,
        layers=layers.table(rounds=rounds) if "layers" in chosen else None,
        stores=(
            stores.measure(rounds=rounds, seconds=seconds) if "stores" in chosen else ()
        ),
    )
    click.echo(report.as_text(found))
    if as_json is not None:
        as_json.parent.mkdir(parents=True, exist_ok=True)
        as_json.write_text(report.as_json(found), encoding="utf-8")
    if page:
        report.write_pages(found)


def _speeds(
    only: tuple[str, ...], *, rounds: int, seconds: int
) -> tuple[list[speed.Speed], dict[str, float]]:
    """Load the servers asked for; ours and the bar are always among them."""
    click.echo("speed …", err=True)
    chosen = [
        each
        for each in PEERS
        if not only
        or each.name in (OURS, BAR, FLOOR)
        or any(word.lower() in each.name.lower() for word in only)
    ]
    return speed.measure(chosen, rounds=rounds, seconds=seconds)


if __name__ == "__main__":
    sys.exit(main())
