"""The table: for the terminal, as JSON, and as a page of the documentation."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from datetime import datetime
from datetime import timezone
from os import cpu_count
from pathlib import Path

from tests.benchmarks import flows
from tests.benchmarks import stores
from tests.benchmarks.flows import Flow
from tests.benchmarks.goal import HEADINGS
from tests.benchmarks.goal import Goal
from tests.benchmarks.peers import BAR
from tests.benchmarks.speed import Speed
from tests.benchmarks.stores import StoreCost


MARKER = "<!-- make bench -->\n\n"
_REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES = (_REFERENCE / "benchmarks.md", _REFERENCE / "benchmarks.zh-CN.md")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run measured."""

    day: str
    machine: str
    goals: Sequence[Goal]
    speeds: Sequence[Speed] = ()
    flows: Sequence[Flow] = ()
    layers: Mapping[str, float] | None = None
    stores: Sequence[StoreCost] = ()


def machine() -> str:
    """Say what class of machine this is, not which one."""
    cores, python = cpu_count(), platform.python_version()
    return f"{cores} cores, {platform.system()} {platform.machine()}, Python {python}"


def today() -> str:
    """Return the day of the run."""
    return datetime.now(tz=timezone.utc).date().isoformat()


def as_json(report: Report) -> str:
    """Write everything as data."""
    goals = [asdict(each) | {"met": each.met} for each in report.goals]
    return json.dumps(asdict(report) | {"goals": goals}, indent=2) + "\n"


def as_text(report: Report) -> str:
    """Write the table of goals in columns."""
    rows = [HEADINGS, *(each.cells() for each in report.goals)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join([*lines, "", *_others(report)])


def as_markdown(report: Report) -> str:
    """Write every table as Markdown."""
    when = f"Measured on {report.day}; {report.machine}; one interleaved run."
    parts = [when, _table(HEADINGS, (each.cells() for each in report.goals))]
    if report.speeds:
        headings = ("server", "does", "connections", "requests", "p99", "MB")
        parts.append(_table(headings, _speed_rows(report.speeds)))
    if report.flows:
        parts.append(_table(flows.HEADINGS, flows.rows(report.flows)))
    if report.layers:
        rows = ((name, f"{took:.1f}") for name, took in report.layers.items())
        parts.append(_table(("layer, with all inside it", "µs of processor"), rows))
    if report.stores:
        parts.append(_table(stores.HEADINGS, stores.rows(report.stores)))
    return "\n\n".join(parts) + "\n"


def write_pages(report: Report) -> None:
    """Put the tables below the marker of the page, in each of its languages."""
    for page in PAGES:
        prose, marker, _ = page.read_text("utf-8").partition(MARKER)
        page.write_text(prose + marker + as_markdown(report), encoding="utf-8")


def _others(report: Report) -> Iterator[str]:
    for each in report.speeds:
        yield (
            f"{each.peer:20} {each.connections:3} connections "
            f"{each.rate:9.0f}/s  p99 {each.p99_ms:7.2f} ms  {each.resident_mb:5.0f} MB"
        )
    for flow in report.flows:
        yield f"{flow.rate:7.0f} logins/s by {flow}"
    for name, took in (report.layers or {}).items():
        yield f"{took:6.1f} µs  {name}"
    for cost in report.stores:
        yield (
            f"{cost.store:16} {cost.workers} workers {cost.pairs:8.0f} logins/s  "
            f"p99 {cost.p99_ms:7.2f} ms  {cost.wrong} wrong"
        )


def _speed_rows(speeds: Sequence[Speed]) -> Iterator[tuple[str, ...]]:
    bars = {each.connections: each for each in speeds if each.peer == BAR}
    for each in speeds:
        bar = bars[each.connections]
        yield (
            each.peer,
            each.does,
            str(each.connections),
            f"{each.rate / bar.rate:.2f} ×",
            f"{each.p99_ms / bar.p99_ms:.2f} ×",
            f"{each.resident_mb:.0f}",
        )


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
