"""Acts on the mock: which call of the control API each becomes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from simulator.device import Device
from simulator.ports import JsonObject
from simulator.ports import RefusedError
from simulator.scenario.acts import ACTS
from simulator.scenario.turn import Played
from simulator.scenario.turn import Stage
from simulator.scenario.turn import Turn
from tests.unit.simulator.fakes import FakeWeChat


@dataclass
class Verdict(FakeWeChat):
    """A mock that has counted."""

    verdict: JsonObject | None = None

    def control(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> JsonObject:
        answer = super().control(method, path, body)
        return self.verdict if self.verdict is not None else answer


def play(word: str, wechat: FakeWeChat, since: int = 0, **arguments: object) -> Played:
    turn = Turn(Stage(wechat), Device(wechat), {}, since=since)
    return ACTS[word].play(turn, arguments)


@pytest.mark.parametrize(
    ("word", "arguments", "asked"),
    [
        (
            "fault.arm",
            {"effect": {"errcode": -1}},
            ("POST", "faults", {"effect": {"errcode": -1}}),
        ),
        ("fault.disarm", {"id": "fault-1"}, ("DELETE", "faults/fault-1", {})),
        ("fault.disarm", {}, ("DELETE", "faults", {})),
        ("fault.list", {}, ("GET", "faults", {})),
        ("mock.findings", {}, ("GET", "exchanges/findings", {})),
        ("mock.reset", {}, ("POST", "reset", {"world": "default"})),
        (
            "mock.verify",
            {"match": {"path": "/x"}, "count": 2},
            (
                "POST",
                "exchanges/verify",
                {"match": {"since": 4, "path": "/x"}, "count": 2},
            ),
        ),
        (
            "mock.verify",
            {"order": [{"errcode": 0}]},
            ("POST", "exchanges/verify", {"order": [{"since": 4, "errcode": 0}]}),
        ),
    ],
)
def test_act_is_a_call_of_the_control_api(
    word: str, arguments: dict[str, object], asked: tuple[str, str, JsonObject]
) -> None:
    wechat = FakeWeChat()

    assert play(word, wechat, since=4, **arguments).ok
    assert wechat.controls == [asked]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"count": 2}, "the journal holds 1 of these"),
        ({"order": [{}, {}]}, "the first 1 of these came in this order, and no more"),
    ],
)
def test_journal_that_does_not_hold_what_is_expected_fails_the_step(
    arguments: dict[str, object], reason: str
) -> None:
    played = play(
        "mock.verify", Verdict(verdict={"ok": False, "found": 1}), **arguments
    )

    assert (played.ok, played.reasons) == (False, (reason,))


def test_journal_that_holds_it_passes() -> None:
    assert play("mock.verify", Verdict(verdict={"ok": True, "found": 1}), count=1).ok


def test_fault_that_the_mock_refuses_fails_the_step() -> None:
    wechat = FakeWeChat(refusal=RefusedError("no fault 'x' is armed.", status=404))

    played = play("fault.disarm", wechat, id="x")

    assert played.reasons == ("no fault 'x' is armed.",)
