"""The benchmark reads what wrk says, and holds it against the goals."""

import pytest

from tests.benchmarks import flows
from tests.benchmarks.flows import Flow
from tests.benchmarks.goal import Goal
from tests.benchmarks.load import Load
from tests.benchmarks.load import read
from tests.benchmarks.report import Report
from tests.benchmarks.report import as_markdown
from tests.benchmarks.report import as_text
from tests.benchmarks.stores import StoreCost


WRK = """\
Running 2s test @ http://127.0.0.1:8000
  Latency Distribution
     50%  101.00us
     99%    1.20ms
  24000 requests in 2.00s, 7.00MB read
{refused}Requests/sec:  12000.50
Transfer/sec:      3.50MB
"""


@pytest.mark.parametrize(
    ("refused", "count"),
    [("", 0), ("  Non-2xx or 3xx responses: 7\n", 7)],
    ids=["all good", "some refused"],
)
def test_report_of_wrk_is_read(refused: str, count: int) -> None:
    assert read(WRK.format(refused=refused)) == Load(12000.5, 1.2, 24000, count)


def test_anything_else_is_no_report_of_wrk() -> None:
    with pytest.raises(ValueError, match="unable to connect"):
        read("unable to connect to 127.0.0.1:8000")


def test_what_stores_cost_is_told_in_ratios_to_memory() -> None:
    costs = [
        StoreCost("memory:", 1, pairs=4_000, p99_ms=2, wrong=0),
        StoreCost("sqlite:///FILE", 2, pairs=1_000, p99_ms=9, wrong=1),
    ]
    report = Report(day="2026-01-01", machine="2 cores", goals=[], stores=costs)

    assert "| sqlite:///FILE | 2 | 1000 | 0.25 × | 4.5 × | 1 |" in as_markdown(report)
    assert "1000 logins/s" in as_text(report)


@pytest.mark.parametrize(
    ("bound", "measured", "verdict"),
    [
        ("at least", 3.0, "met"),
        ("at least", 2.99, "missed"),
        ("at most", 3.0, "met"),
        ("at most", 3.01, "missed"),
    ],
)
def test_goal_is_met_up_to_its_bound(bound: str, measured: float, verdict: str) -> None:
    goal = Goal("speed", "something", measured, "×", bound, 3)
    report = Report(day="2026-01-01", machine="2 cores", goals=[goal])

    assert goal.verdict == verdict
    assert as_text(report).splitlines()[1].endswith(verdict)
    assert f"| {verdict} |" in as_markdown(report)


def test_logins_are_told_beside_those_of_one_session() -> None:
    players = [
        Flow("our phone, in process", 1, [90, 100, 300]),
        Flow("our phone", 1, [50]),
        Flow("our phone", 16, [120]),
        Flow("requests.Session", 1, [20]),
        Flow("requests.Session", 16, [30]),
    ]
    report = Report(day="2026-01-01", machine="2 cores", goals=[], flows=players)

    assert "| our phone, in process | one at a time | 5.00 × | 4.50 / 15.00 |" in (
        as_markdown(report)
    )
    assert "100 logins/s by our phone, in process, one at a time" in as_text(report)
    assert [each.measured for each in flows.goals(players)] == [5, 2.5, 6, 4]
