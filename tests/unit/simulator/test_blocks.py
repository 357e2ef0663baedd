"""Steps side by side, again and again, tried again, sealed by a key of one's choice."""

import threading
from pathlib import Path

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.events import Event
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.pacing import Pacing
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import WeChat
from simulator.runner import needs_to_be_alone
from simulator.runner import run
from simulator.scenario.loader import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.source import FileError
from simulator.scenario.turn import Stage
from tests.unit.simulator.fakes import FakeBackend
from tests.unit.simulator.fakes import FakeWeChat
from tests.unit.simulator.fakes import exchange


def story(tmp_path: Path, steps: str, head: str = "") -> Scenario:
    path = tmp_path / "x.scenario.yaml"
    path.write_text(f"name: x\n{head}\nsteps:\n{steps}", encoding="utf-8")
    return load_scenario(path)


def play(
    scenario: Scenario,
    backend: FakeBackend | None = None,
    wechat: WeChat | None = None,
    pacing: Pacing | None = None,
) -> list[Event]:
    stage = Stage(wechat or local_mock(), backend, pacing=pacing or Pacing())
    return list(run(scenario, stage))[1:-1]


def titles(told: list[Event], kind: type = StepPassed) -> list[str]:
    return [each.step.title for each in told if isinstance(each, kind)]


class Meeting(FakeBackend):
    """Answers only when as many as are expected ask at the same time."""

    def __init__(self, expected: int) -> None:
        super().__init__()
        self.barrier = threading.Barrier(expected, timeout=20)

    def send(self, request: Request) -> Response:
        self.barrier.wait()
        return super().send(request)


# -- parallel -----------------------------------------------------------------------


def test_branches_are_played_at_the_same_time(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- parallel:\n"
        "    - wx.request: {url: /hers}\n"
        "      device: hers\n"
        "    - - wx.login\n"
        "      - wx.request: {url: /his}\n",
        "devices: {his: {person: bob}, hers: {person: alice}}",
    )
    backend = Meeting(2)

    told = play(scenario, backend)

    assert titles(told) == ["wx.request", "wx.login", "wx.request"]
    assert {each.url[-4:] for each in backend.requests} == {"hers", "/his"}


def test_what_branches_save_is_there_afterwards(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- parallel:\n"
        "    - wx.login:\n"
        "      save: {one: code}\n"
        "    - wx.login:\n"
        "      save: {two: code}\n"
        "- wx.setStorage: {key: both, data: '${one} ${two}'}\n",
    )

    assert all(isinstance(each, StepPassed) for each in play(scenario))


def test_branch_that_fails_stops_itself_and_what_follows_the_block(
    tmp_path: Path,
) -> None:
    scenario = story(
        tmp_path,
        "- parallel:\n"
        "    - - {wx.login: , expect: fail, name: wrong}\n"
        "      - {wx.login: , name: never}\n"
        "    - {wx.login: , name: beside}\n"
        "- {wx.login: , name: after}\n",
    )

    told = play(scenario)

    assert titles(told, StepFailed) == ["wrong"]
    assert titles(told) == ["beside"]
    assert titles(told, StepSkipped) == ["never", "after"]


def test_calls_to_wechat_are_told_by_the_branch_they_were_made_for(
    tmp_path: Path,
) -> None:
    scenario = story(
        tmp_path,
        "- parallel:\n"
        "    - {wx.request: {url: /hers}, device: hers}\n"
        "    - {wx.request: {url: /his}, device: his}\n"
        "- {wx.request: {url: /after}, device: his}\n",
        "devices: {hers: {person: alice}, his: {person: bob}}",
    )
    wechat = FakeWeChat()
    backend = Meeting(2)

    def ask() -> None:
        for number, user in enumerate(("alice", "bob", ""), start=1):
            wechat.exchanges.append(exchange(number, f"/{user}") | {"user": user})
        backend.on_request = lambda: None
        backend.barrier = threading.Barrier(1)

    backend.on_request = ask

    hers, his, after = play(scenario, backend, wechat)

    told = [
        [call.path for call in each.wechat_calls]
        for each in (hers, his, after)
        if isinstance(each, StepPassed)
    ]
    assert told == [["/alice", "/"], ["/bob", "/"], []]


def test_a_tap_in_one_branch_is_none_in_another(tmp_path: Path) -> None:
    backend = Meeting(2)
    scenario = story(
        tmp_path,
        "- parallel:\n"
        "    - - wx.request: {url: /a}\n"
        "      - button.getPhoneNumber\n"
        "    - - wx.request: {url: /b}\n"
        "      - {button.getPhoneNumber: , tap: false, expect: fail}\n",
    )
    wechat = local_mock()
    wechat.call("login", {})

    assert len(titles(play(scenario, backend, wechat))) == 4


# -- for_each -----------------------------------------------------------------------


def test_each_person_gets_a_phone(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- for_each: {person: [alice, bob]}\n"
        "  steps:\n"
        "    - wx.login:\n"
        "      save: {code: code}\n"
        "    - wx.setStorage: {key: who, data: '${person}'}\n"
        "    - device.state:\n"
        "      expect: {person: '${person}', storage.who: '${person}'}\n"
        "- wx.setStorage: {key: first, data: '${code[0]}'}\n"
        "- device.state:\n"
        "  expect: {person: carol, storage: {length: 1}}\n",
        "device: {person: carol}",
    )

    told = play(scenario)

    assert titles(told)[:4] == [
        "wx.login (alice)",
        "wx.setStorage (alice)",
        "device.state (alice)",
        "wx.login (bob)",
    ]
    assert len(titles(told)) == 8


def test_loop_may_go_over_phones_and_saved_lists(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- for_each: {phone: '${phones}'}\n"
        "  steps:\n"
        "    - device.state:\n"
        "      device: ${phone}\n"
        "      expect: {person: {matches: '^${phone}'}}\n",
        "devices: {al: {person: alice}, bo: {person: bob}}\nwith: {phones: [al, bo]}",
    )

    assert titles(play(scenario)) == ["device.state (al)", "device.state (bo)"]


def test_loop_may_play_all_at_once(tmp_path: Path) -> None:
    people = [f"person{number}" for number in range(12)]
    scenario = story(
        tmp_path,
        f"- for_each: {{person: [{', '.join(people)}]}}\n"
        "  at_once: true\n"
        "  steps:\n"
        "    - wx.request: {url: /me}\n",
    )

    assert len(titles(play(scenario, Meeting(12)))) == 12


def test_turn_that_fails_is_the_last(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- for_each: {person: [alice, bob, carol]}\n"
        "  steps:\n"
        "    - device.state:\n"
        "      expect: {person: alice}\n",
    )

    told = play(scenario)

    assert titles(told, StepFailed) == ["device.state (bob)"]
    assert titles(told, StepSkipped) == ["device.state (carol)"]


def test_phone_that_does_not_exist_fails_its_step(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- for_each: {phone: [tablet]}\n  steps: [{wx.login: , device: '${phone}'}]\n",
    )

    (failed,) = play(scenario)

    assert isinstance(failed, StepFailed)
    assert failed.reasons == ("there is no device 'tablet'",)


def test_loop_over_something_else_than_a_list_fails(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- for_each: {x: '${one}'}\n  steps: [wx.login]\n",
        "with: {one: 1}",
    )

    (failed,) = play(scenario)

    assert isinstance(failed, StepFailed)
    assert failed.reasons == ("'x' should go over a list",)


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ("- {wx.login: , device: '${saved.gone}'}\n", "there is no device ''"),
        (
            "- parallel: [{wx.request: {url: /x}, device: '${saved.gone}'}]\n",
            "there is no device ''",
        ),
        (
            "- {wx.getUserInfo: , key: '${saved.gone}'}\n",
            "nothing is at saved.gone: there is no 'gone'; it is empty",
        ),
        (
            "- {for_each: {x: '${saved.gone}'}, steps: [wx.login]}\n",
            "nothing is at saved.gone: there is no 'gone'; it is empty",
        ),
    ],
    ids=["device", "device in a branch", "key", "loop"],
)
def test_look_up_that_finds_nothing_fails_its_step(
    steps: str, reason: str, tmp_path: Path
) -> None:
    (failed,) = play(story(tmp_path, steps, "with: {saved: {}}"), FakeBackend())

    assert isinstance(failed, StepFailed)
    assert failed.reasons == (reason,)


def test_block_is_left_out_as_a_whole(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- parallel: [wx.login, wx.checkSession]\n  if: {wanted: true}\n"
        "- for_each: {x: [1]}\n  unless: {wanted: false}\n  steps: [wx.login]\n",
        "with: {wanted: false}",
    )

    assert titles(play(scenario), StepSkipped) == [
        "wx.login",
        "wx.checkSession",
        "wx.login",
    ]


def test_block_whose_condition_nobody_can_decide_fails(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- wx.login:\n  if: {wanted: true}\n  save: login\n"
        "- parallel: [wx.login]\n  if: {wanted: '${login.code}'}\n",
        "with: {wanted: false}",
    )

    skipped, failed = play(scenario)

    assert isinstance(skipped, StepSkipped)
    assert isinstance(failed, StepFailed)
    assert "nothing is at login.code" in failed.reasons[0]


# -- retry, within, key, state ------------------------------------------------------


def test_step_is_tried_again_until_it_is_as_expected(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- wx.request: {url: /ready}\n"
        "  retry: {times: 5, every: 200}\n"
        "  expect: {statusCode: 200}\n",
    )
    waited: list[float] = []
    backend = FakeBackend(responses=[Response(503), Response(503), Response(200)])

    told = play(scenario, backend, pacing=Pacing(pause=waited.append))

    assert titles(told) == ["wx.request"]
    assert waited == [0.2, 0.2]


def test_step_that_never_is_says_how_often_it_was_tried(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- wx.request: {url: /ready}\n"
        "  retry: {times: 3}\n"
        "  expect: {statusCode: 201}\n",
    )
    waited: list[float] = []

    (failed,) = play(scenario, FakeBackend(), pacing=Pacing(pause=waited.append))

    assert isinstance(failed, StepFailed)
    assert failed.reasons[-1] == "tried 3 times"
    assert waited == [1.0, 1.0]


def test_step_that_takes_too_long_fails(tmp_path: Path) -> None:
    scenario = story(tmp_path, "- wx.login:\n  within: 1500\n")
    ticks = iter(range(0, 100, 2))

    stage = Stage(local_mock())
    _, failed, _ = run(scenario, stage, timer=lambda: float(next(ticks)))

    assert isinstance(failed, StepFailed)
    assert failed.reasons == ("should take at most 1500 ms and takes 2000",)


def test_phone_waits(tmp_path: Path) -> None:
    waited: list[float] = []

    play(
        story(tmp_path, "- device.wait: {ms: 1500}\n"),
        pacing=Pacing(pause=waited.append),
    )

    assert waited == [1.5]


@pytest.mark.parametrize(
    ("key", "number"),
    [("latest", 2), ("older", 1), ("other_person", 0), ("wrong", 0)],
)
def test_step_chooses_the_key_that_seals(key: str, number: int, tmp_path: Path) -> None:
    wechat = local_mock()
    wechat.control("PATCH", "mini_programs/wx6d6f636b77780001", {"policy": "strict"})
    scenario = story(
        tmp_path,
        "- wx.login\n- wx.login\n"
        f"- button.getPhoneNumber:\n  key: {key}\n  save: tapped\n"
        "- button.getPhoneNumber:\n  save: next\n",
    )

    told = play(scenario, wechat=wechat)

    assert titles(told, StepFailed) == []
    assert sealed_by(wechat) == [number, 2]
    assert wechat.control("GET", "faults") == {"faults": []}


@pytest.mark.parametrize(
    ("key", "number"), [("older", 1), ("latest", 2), ("oldest", None)]
)
def test_key_may_be_looked_up(key: str, number: int | None, tmp_path: Path) -> None:
    wechat = local_mock()
    wechat.control("PATCH", "mini_programs/wx6d6f636b77780001", {"policy": "strict"})
    scenario = story(
        tmp_path,
        "- wx.login\n- wx.login\n- button.getPhoneNumber:\n  key: ${which}\n",
        f"with: {{which: {key}}}",
    )

    last = play(scenario, wechat=wechat)[-1]

    if number is None:
        assert isinstance(last, StepFailed)
        assert last.reasons[0].startswith("expected one of latest, older")
    else:
        assert sealed_by(wechat) == [number]


def sealed_by(wechat: WeChat) -> list[int]:
    """Tell which of alice's keys sealed her payloads; 0 is none of them."""
    whose = {"appid": "wx6d6f636b77780001", "user": "alice"}
    payloads = wechat.control("GET", "sessions", whose)["payloads"]
    return [each["key_number"] for each in payloads]


def test_permissions_and_storage_can_be_expected(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- wx.login\n"
        "- wx.authorize: {scope: scope.werun}\n"
        "- wx.setStorage: {key: token, data: stale}\n"
        "- device.relaunch: {scene: 1011}\n"
        "- device.state:\n"
        "  expect:\n"
        "    storage: {equals: {token: stale}}\n"
        '    permissions."scope.werun": true\n'
        "    launch.scene: 1011\n"
        "    network: online\n",
    )

    assert titles(play(scenario), StepFailed) == []


def test_story_that_chooses_keys_is_alone_in_a_shared_world(tmp_path: Path) -> None:
    scenario = story(tmp_path, "- parallel: [{wx.getUserInfo: , key: older}]\n")

    assert needs_to_be_alone(scenario)
    assert not needs_to_be_alone(scenario, own_world=True)


# -- what is wrong with a file ------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("parallel: wx.login", "expected a list of steps"),
        ("parallel: []", "parallel needs at least one step"),
        ("parallel: [[]]", "a branch needs at least one step"),
        ("parallel: [wx.logn]", "there is no step 'wx.logn'; did you mean 'wx.login'?"),
        ("{parallel: [wx.login], expect: ok}", "parallel has no 'expect'"),
        ("{for_each: {a: [1]}}", "for_each needs 'steps'"),
        ("{for_each: [1], steps: [wx.login]}", "expected one name with a list"),
        ("{for_each: {a: 1}, steps: [wx.login]}", "expected a list of values"),
        ("{for_each: {device: [1]}, steps: [wx.login]}", "a loop cannot call its"),
        ("{for_each: {a: [1]}, step: []}", "for_each has no 'step'; did you mean"),
        ("{wx.login: , key: older}", "wx.login seals nothing"),
        ("{wx.getUserInfo: , key: oldest}", "expected one of latest, older"),
        ("{wx.login: , timeout: 5}", "'timeout' stands with calls of the backend"),
        ("{wx.login: , retry: {every: 1}}", "a retry needs 'times'"),
        ("{wx.login: , device: '${phone}'}", "nothing was saved as 'phone' before"),
        ("{for_each: {a: '${b}'}, steps: [wx.login]}", "nothing was saved as 'b'"),
        ("{wx.getUserInfo: , key: '${b}'}", "nothing was saved as 'b'"),
        ("wx.setStorage: {key: a, data: '${device.persn}'}", "a device has no 'persn'"),
    ],
)  # fmt: skip
def test_wrong_block_is_named(step: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        story(tmp_path, f"- {step}\n")

    assert caught.value.problems[0].message.startswith(problem)


def test_value_of_a_loop_is_unknown_after_it(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="nothing was saved as 'a' before"):
        story(
            tmp_path,
            "- for_each: {a: [1]}\n  steps: [wx.login]\n"
            "- wx.setStorage: {key: a, data: '${a}'}\n",
        )


def test_branches_do_not_know_what_others_save(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="nothing was saved as 'x' before"):
        story(
            tmp_path,
            "- parallel:\n"
            "    - {wx.login: , save: x}\n"
            "    - wx.setStorage: {key: a, data: '${x.code}'}\n",
        )
