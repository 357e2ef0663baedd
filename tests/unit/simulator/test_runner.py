"""A story told as events."""

from pathlib import Path
from typing import NoReturn

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.events import Event
from simulator.events import KeyUse
from simulator.events import ScenarioFinished
from simulator.events import ScenarioStarted
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.ports import RefusedError
from simulator.ports import Response
from simulator.ports import WeChat
from simulator.runner import needs_to_be_alone
from simulator.runner import run
from simulator.scenario.journal import Watch
from simulator.scenario.loader import load_backend
from simulator.scenario.loader import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.turn import Stage
from tests.unit.simulator.fakes import FakeBackend
from tests.unit.simulator.fakes import FakeWeChat
from tests.unit.simulator.fakes import exchange


CODE = {"errMsg": "login:ok", "code": "0abc"}
BACKEND = """
base_url: https://backend.example
appid: wx2222222222222222
calls:
  login: {path: /login, json: {code: "${code}"}, keep: {token: data.token}}
"""


def story(tmp_path: Path, steps: str, head: str = "") -> Scenario:
    path = tmp_path / "x.scenario.yaml"
    path.write_text(f"name: x\n{head}\nsteps:\n{steps}", encoding="utf-8")
    return load_scenario(path)


def play(
    scenario: Scenario,
    wechat: FakeWeChat | None = None,
    backend: FakeBackend | None = None,
    *,
    file: Path | None = None,
) -> list[Event]:
    spoken = load_backend(file) if file is not None else None
    stage = Stage(wechat or FakeWeChat({"login": CODE}), backend, spoken)
    return list(run(scenario, stage, timer=lambda: 0.0))


@pytest.fixture
def backend_file(tmp_path: Path) -> Path:
    path = tmp_path / "x.backend.yaml"
    path.write_text(BACKEND, encoding="utf-8")
    return path


def test_story_begins_plays_and_ends(tmp_path: Path) -> None:
    scenario = story(tmp_path, "- wx.login\n- wx.checkSession:\n  name: still there?")

    started, login, check, finished = play(scenario)

    assert started == ScenarioStarted("x", "", scenario.file, steps=2)
    assert isinstance(login, StepPassed)
    assert (login.step.title, login.step.line) == ("wx.login", 4)
    assert login.answered == CODE
    assert isinstance(check, StepPassed)
    assert check.step.title == "still there?"
    assert finished == ScenarioFinished("x", scenario.file, 2, 0, 0, 0.0)


def test_story_that_is_shown_to_nobody_keeps_what_it_saved_and_tells_its_end(
    tmp_path: Path,
) -> None:
    scenario = story(
        tmp_path,
        "- wx.login: {timeout: 9}\n  save: login\n"
        "- wx.checkSession:\n  expect: {errMsg: '${login.code}'}",
    )
    stage = Stage(FakeWeChat({"login": CODE}), shown=False)

    _, login, check, finished = run(scenario, stage)

    assert isinstance(login, StepPassed)
    assert isinstance(check, StepFailed)
    assert (login.asked, login.answered, check.answered) == ({}, {}, {})
    assert check.reasons
    assert isinstance(finished, ScenarioFinished)
    assert (finished.passed, finished.failed) == (1, 1)


def test_progress_is_told_of_each_step_before_it_is_played(tmp_path: Path) -> None:
    scenario = story(tmp_path, "- wx.login\n- wx.checkSession\n")
    begun: list[str] = []

    told = run(
        scenario,
        Stage(FakeWeChat({"login": CODE})),
        begin=lambda step: begun.append(step.title),
    )

    next(told)
    assert begun == []
    next(told)
    assert begun == ["wx.login"]


def test_story_ends_with_the_keys_its_codes_and_payloads_belong_to(
    tmp_path: Path,
) -> None:
    scenario = story(tmp_path, "- wx.login\n- wx.getUserInfo\n")

    told = list(run(scenario, Stage(local_mock())))

    login, tapped, finished = told[1:]
    assert isinstance(login, StepPassed)
    assert isinstance(tapped, StepPassed)
    assert isinstance(finished, ScenarioFinished)
    assert finished.keys == (
        KeyUse("alice", 1, str(login.answered["code"])),
        KeyUse("alice", 1, str(tapped.answered["encryptedData"])[:40]),
    )


def test_failure_ends_the_story_and_skips_the_rest(tmp_path: Path) -> None:
    scenario = story(
        tmp_path, "- wx.login:\n  expect: {code: other}\n- wx.checkSession\n"
    )

    _, failed, skipped, finished = play(scenario)

    assert isinstance(failed, StepFailed)
    assert failed.reasons == ('code should be "other" and is "0abc"',)
    assert isinstance(skipped, StepSkipped)
    assert isinstance(finished, ScenarioFinished)
    assert not finished.ok


@pytest.mark.parametrize(
    ("expect", "reasons"),
    [
        ("ok", ('should succeed, but: "login:fail no"',)),
        ("{errMsg: 'login:fail no'}", ('should succeed, but: "login:fail no"',)),
        ("fail", ()),
        ("{fail: {errMsg: 'login:fail no'}}", ()),
        ("{any: {errMsg: {contains: fail}}}", ()),
        ("{fail: {errno: 5}}", ("nothing is at errno",)),
    ],
)
def test_fail_branch_is_expected_or_not(
    expect: str, reasons: tuple[str, ...], tmp_path: Path
) -> None:
    scenario = story(tmp_path, f"- wx.login:\n  expect: {expect}\n")

    event = play(scenario, FakeWeChat({"login": {"errMsg": "login:fail no"}}))[1]

    found = event.reasons if isinstance(event, StepFailed) else ()
    assert len(found) == len(reasons)
    assert all(
        text.startswith(start) for text, start in zip(found, reasons, strict=True)
    )


def test_success_where_failure_is_expected_fails(tmp_path: Path) -> None:
    event = play(story(tmp_path, "- wx.login:\n  expect: fail\n"))[1]

    assert isinstance(event, StepFailed)
    assert event.reasons == ("should fail, but succeeds",)


def test_saved_values_travel_to_the_backend_and_its_answer_to_the_phone(
    tmp_path: Path, backend_file: Path
) -> None:
    scenario = story(
        tmp_path,
        "- wx.login:\n  save: login\n"
        "- backend.login: {code: '${login.code}'}\n  save: {t: data.token}\n"
        "- wx.getStorage: {key: token}\n  expect: {data: '${t}'}\n",
    )
    backend = FakeBackend(responses=[Response(200, (), b'{"token":"T"}')])
    wechat = FakeWeChat({"login": CODE})

    *_, finished = play(scenario, wechat, backend, file=backend_file)

    assert isinstance(finished, ScenarioFinished)
    assert finished.ok
    assert backend.requests[0].body == b'{"code":"0abc"}'
    assert wechat.calls[0][1]["appid"] == "wx2222222222222222"


OWN_APP = """
base_url: https://backend.example
appid: wx2222222222222222
secret: "22222222222222222222222222222222"
"""


def apps_of(wechat: WeChat) -> dict[str, str]:
    found = wechat.control("GET", "mini_programs")["mini_programs"]
    return {each["appid"]: each["secret"] for each in found}


def test_backends_own_app_is_made_known_to_the_mock(tmp_path: Path) -> None:
    scenario = story(tmp_path, "- mock.reset\n- wx.login\n")
    file = tmp_path / "own.backend.yaml"
    file.write_text(OWN_APP)
    wechat = local_mock()
    stage = Stage(wechat, None, load_backend(file))

    told = list(run(scenario, stage.in_world("w", shared=Watch(wechat))))

    assert all(isinstance(each, StepPassed) for each in told[1:-1])
    for world in (wechat, wechat.in_world("w")):
        assert apps_of(world)["wx2222222222222222"] == "2" * 32


def test_app_of_the_shared_world_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "own.backend.yaml"
    file.write_text(OWN_APP)
    wechat = local_mock()
    app = {"appid": "wx2222222222222222", "secret": "3" * 32}
    wechat.control("POST", "mini_programs", app)
    wechat.in_world("w").control("POST", "mini_programs", app)
    stage, scenario = (
        Stage(wechat, None, load_backend(file)),
        story(tmp_path, "- wx.login"),
    )

    list(run(scenario, stage))
    list(run(scenario, stage.in_world("w", shared=Watch(wechat))))

    assert apps_of(wechat)["wx2222222222222222"] == "3" * 32
    assert apps_of(wechat.in_world("w"))["wx2222222222222222"] == "2" * 32


def test_what_cannot_be_saved_fails_the_step(tmp_path: Path) -> None:
    event = play(story(tmp_path, "- wx.login:\n  save: {x: cod}\n"))[1]

    assert isinstance(event, StepFailed)
    assert event.reasons[0].startswith("cannot save 'x': nothing is at cod")


def test_failed_backend_step_shows_what_the_backend_asked_wechat(
    tmp_path: Path, backend_file: Path
) -> None:
    scenario = story(
        tmp_path, "- wx.login:\n  save: login\n- backend.login: {code: 1}\n"
    )
    wechat = FakeWeChat({"login": CODE}, exchanges=[exchange(7)])
    backend = FakeBackend(
        responses=[Response(500, (), b'{"session_key":"HyVFkGl5F5OQ"}')]
    )
    backend.on_request = lambda: wechat.exchanges.append(exchange(8, errcode=40029))

    failed = play(scenario, wechat, backend, file=backend_file)[2]

    assert isinstance(failed, StepFailed)
    (call,) = failed.wechat_calls
    assert (call.path, call.errcode) == ("/sns/jscode2session", 40029)
    assert failed.talk is not None
    assert failed.talk.status == 500
    assert "HyVFkGl5" not in str(failed)
    assert "0123456789abcdef" not in str(failed)


def test_failed_backend_step_tells_its_login_from_the_tap(
    tmp_path: Path, backend_file: Path
) -> None:
    scenario = story(
        tmp_path,
        "- wx.login:\n  save: first\n- wx.login:\n  device: other\n"
        "- backend.login: {code: '${first.code}'}\n",
        "devices: {one: {}, other: {}}",
    )
    wechat = local_mock()
    backend = FakeBackend(responses=[Response(500, (), b"{}")])
    stage = Stage(wechat, backend, load_backend(backend_file))
    wechat.control("POST", "mini_programs", {"appid": "wx2222222222222222"})

    failed = list(run(scenario, stage))[3]

    assert isinstance(failed, StepFailed)
    assert [(step.kind, step.asked) for step in failed.trace] == [
        ("phone", "wx.login"),
        ("backend", "POST /login"),
    ]


@pytest.mark.parametrize("step", ["backend.login: {code: 1}", "wx.request: {url: /}"])
def test_failed_step_without_a_code_tells_the_latest_login_of_its_phone(
    step: str, tmp_path: Path, backend_file: Path
) -> None:
    scenario = story(tmp_path, f"- wx.login\n- {step}\n  expect: {{data.a: 1}}\n")
    wechat = FakeWeChat({"login": CODE})

    play(scenario, wechat, FakeBackend(), file=backend_file)

    assert ("GET", "trace", {"code": "0abc"}) in wechat.controls


def test_calls_answered_in_the_shared_world_are_told_as_such(
    tmp_path: Path, backend_file: Path
) -> None:
    scenario = story(tmp_path, "- wx.request: {url: /phone}\n")
    own, default = FakeWeChat(), FakeWeChat(exchanges=[exchange(1)])
    shared = Watch(default)
    shared.skip()
    backend = FakeBackend()

    def ask() -> None:
        default.exchanges.append(exchange(2, "/cgi-bin/token"))
        own.exchanges.append(exchange(1, "/wxa/business/getuserphonenumber"))

    backend.on_request = ask
    stage = Stage(own, backend).in_world("w", shared=shared)

    passed = list(run(scenario, stage))[1]

    assert isinstance(passed, StepPassed)
    assert [(call.path, call.shared) for call in passed.wechat_calls] == [
        ("/cgi-bin/token", True),
        ("/wxa/business/getuserphonenumber", False),
    ]


def test_act_on_the_shared_world_is_done_there(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- clock.advance: {seconds: 5}\n"
        "- clock.advance: {seconds: 7}\n  shared: true\n"
        "- mock.exchanges: {path: /x}\n  shared: true\n"
        "- mock.reset:\n  shared: true\n"
        "- mock.reset:\n",
    )
    own, default = FakeWeChat(), FakeWeChat(exchanges=[exchange(3)])
    shared = Watch(default)
    shared.skip()

    list(run(scenario, Stage(own).in_world("w", shared=shared)))

    assert ("POST", "clock/advance", {"seconds": 5}) in own.controls
    assert ("POST", "reset", {"world": "w"}) in own.controls
    assert ("POST", "clock/advance", {"seconds": 7}) in default.controls
    assert ("GET", "exchanges", {"since": 3, "path": "/x"}) in default.controls
    assert ("POST", "reset", {"world": "default"}) in default.controls


def test_story_without_worlds_acts_where_it_is(tmp_path: Path) -> None:
    scenario = story(tmp_path, "- clock.advance: {seconds: 5}\n  shared: true\n")
    wechat = FakeWeChat()

    play(scenario, wechat)

    assert ("POST", "clock/advance", {"seconds": 5}) in wechat.controls


def test_journal_begins_with_the_story(tmp_path: Path) -> None:
    scenario = story(
        tmp_path, "- mock.exchanges: {path: /x}\n  expect: {exchanges: {length: 0}}\n"
    )
    wechat = FakeWeChat(exchanges=[exchange(1), exchange(2)])

    assert isinstance(play(scenario, wechat)[1], StepPassed)
    asked = ("GET", "exchanges", {"since": 2, "path": "/x"})
    assert asked in wechat.controls


def test_steps_choose_their_phone(tmp_path: Path) -> None:
    head = "devices: {one: {person: a}, two: {person: b, answers: {authorize: deny}}}"
    scenario = story(
        tmp_path,
        "- wx.login\n- wx.authorize: {scope: s}\n  device: two\n"
        "- wx.authorize: {scope: s}\n  device: two\n  answer: cancel\n",
        head,
    )
    wechat = FakeWeChat({"login": CODE})

    play(scenario, wechat)

    assert [(args["user"], args["device"]) for _, args in wechat.calls] == [
        ("a", "one"),
        ("b", "two"),
        ("b", "two"),
    ]
    assert [args.get("consent") for _, args in wechat.calls] == [None, "deny", "cancel"]


def test_conditions_decide_whether_a_step_is_played(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- wx.login:\n  if: {wanted: true}\n"
        "- wx.login:\n  if: {wanted: false}\n"
        "- wx.login:\n  unless: {wanted: true}\n"
        "- wx.login:\n  unless: {wanted: false}\n",
        "with: {wanted: true}",
    )

    kinds = [type(event) for event in play(scenario)[1:-1]]

    assert kinds == [StepPassed, StepSkipped, StepSkipped, StepPassed]


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("device.person: '${login.code}'", "nothing is at login.code"),
        ("device.person: {matches: '^(a|aa)+$'}", "person took longer than"),
    ],
)
def test_condition_that_nobody_can_decide_fails_its_step(
    condition: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.patterns.SECONDS", 0.05)
    scenario = story(
        tmp_path,
        "- wx.login:\n  if: {wanted: true}\n  save: login\n"
        f"- wx.checkSession:\n  if: {{{condition}}}\n",
        f"with: {{wanted: false}}\ndevice: {{person: {'a' * 60}b}}",
    )

    failed = play(scenario)[2]

    assert isinstance(failed, StepFailed)
    assert reason in failed.reasons[0]


def test_person_is_named_to_the_control_api(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- session.rotate\n- mini_program.patch: {policy: strict}\n"
        "- clock.advance: {seconds: 5}\n- mock.reset\n",
        "device: {person: bob}",
    )
    wechat = FakeWeChat()

    play(scenario, wechat)

    appid = "wx6d6f636b77780001"
    asked = [each for each in wechat.controls if each[0] != "GET"]
    assert asked == [
        ("POST", "sessions/rotate", {"appid": appid, "user": "bob"}),
        ("PATCH", f"mini_programs/{appid}", {"policy": "strict"}),
        ("POST", "clock/advance", {"seconds": 5}),
        ("POST", "reset", {"world": "default"}),
    ]


def test_refusal_of_the_mock_fails_the_step(tmp_path: Path) -> None:
    wechat = FakeWeChat(refusal=RefusedError("no field 'polcy'.", status=422))

    event = play(story(tmp_path, "- mini_program.patch: {polcy: x}\n"), wechat)[1]

    assert isinstance(event, StepFailed)
    assert event.reasons == ("no field 'polcy'.",)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("wx.login: {timeout: '${saved.word}'}", "expected a whole number from 0"),
        ("wx.setStorage: {key: '${saved.list}', data: 1}", "expected text"),
        ("wx.login: {timeout: '${saved.gone}'}", "nothing is at saved.gone"),
        ("wx.request: {url: '${saved.word}'}", 'request:fail invalid url "('),
        (
            "wx.login:\n  expect: {code: {matches: '${saved.word}'}}",
            "code cannot match (",
        ),
        ("wx.login:\n  expect: {code: '${saved.gone}'}", "nothing is at saved.gone"),
        ("wx.login:\n  expect: {code: {contains: '${saved.list}'}}", "code should"),
    ],
    ids=["number", "text", "nothing", "url", "pattern", "expected", "contained"],
)
def test_look_up_that_gives_the_wrong_thing_fails_the_step(
    step: str, reason: str, tmp_path: Path
) -> None:
    scenario = story(tmp_path, f"- {step}\n", "with: {saved: {word: '(', list: [1]}}")

    event = play(scenario)[1]

    assert isinstance(event, StepFailed)
    assert event.reasons[0].startswith(reason)


def test_saved_text_that_looks_like_a_template_is_only_text(tmp_path: Path) -> None:
    scenario = story(
        tmp_path,
        "- wx.login:\n  save: login\n"
        "- wx.setStorage: {key: k, data: '${login.code}'}\n"
        "- wx.getStorage: {key: k}\n  expect: {data: {equals: '${login.code}'}}\n",
    )
    wechat = FakeWeChat({"login": {"errMsg": "login:ok", "code": "${a b}"}})

    assert all(isinstance(each, StepPassed) for each in play(scenario, wechat)[1:-1])


def test_wx_call_that_the_mock_refuses_fails_the_step(tmp_path: Path) -> None:
    class Refusing(FakeWeChat):
        def call(self, api: str, arguments: object) -> NoReturn:
            raise RefusedError("no mini program 'wx1'.", status=404)

    event = play(story(tmp_path, "- wx.login\n"), Refusing())[1]

    assert isinstance(event, StepFailed)
    assert event.reasons == ("no mini program 'wx1'.",)
    assert event.answered["status"] == 404


def test_backend_step_without_backend_says_what_to_give(tmp_path: Path) -> None:
    event = play(story(tmp_path, "- backend.login\n"))[1]

    assert isinstance(event, StepFailed)
    assert "--backend" in event.reasons[0]


def test_request_step_may_name_a_path_only(tmp_path: Path) -> None:
    backend = FakeBackend()
    scenario = story(tmp_path, "- wx.request: {url: /me, data: {a: 1}}\n")

    event = play(scenario, backend=backend)[1]

    assert isinstance(event, StepPassed)
    assert backend.requests[0].url == "https://backend.example/me?a=1"


def test_gestures_are_taps_unless_the_story_says_no(tmp_path: Path) -> None:
    scenario = story(
        tmp_path, "- button.getPhoneNumber\n- button.getPhoneNumber:\n  tap: false\n"
    )

    _, tapped, untapped, _ = play(scenario)

    assert isinstance(tapped, StepPassed)
    assert isinstance(untapped, StepFailed)


@pytest.mark.parametrize(
    ("steps", "own_world", "alone"),
    [
        ("- wx.login\n- backend.x\n", False, False),
        ("- wx.login\n- mock.reset\n", False, True),
        ("- wx.login\n- mock.reset\n", True, False),
        ("- mock.reset:\n  shared: true\n", True, True),
        ("- mock.reset:\n  shared: false\n", True, False),
    ],
)
def test_story_that_touches_a_world_others_play_in_is_played_alone(
    steps: str, own_world: bool, alone: bool, tmp_path: Path
) -> None:
    scenario = story(tmp_path, steps)

    assert needs_to_be_alone(scenario, own_world=own_world) is alone
