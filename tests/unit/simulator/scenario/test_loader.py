# ruff: noqa: E501 - tables, a row on a line
"""Files → model, and what is said about files that are wrong."""

import json
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from simulator.ports import SimulatorError
from simulator.scenario.loader import check_backend
from simulator.scenario.loader import check_calls
from simulator.scenario.loader import json_schema
from simulator.scenario.loader import kind_of
from simulator.scenario.loader import load_backend
from simulator.scenario.loader import load_scenario
from simulator.scenario.source import FileError
from simulator.scenario.source import Problem
from simulator.scenario.source import read_source


ROOT = Path(__file__).parents[4]
SCENARIOS = [
    *sorted(ROOT.glob("fixtures/scenarios/**/*.scenario.yaml")),
    *sorted(ROOT.glob("tests/e2e/shapes/*.scenario.yaml")),
]
BACKENDS = [
    *sorted(ROOT.glob("fixtures/backends/*.backend.yaml")),
    *sorted(ROOT.glob("tests/e2e/shapes/*.backend.yaml")),
]


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema(kind))


def said_in_chinese(problem: Problem) -> bool:
    said = problem.zh.removeprefix(f"{problem.file}:{problem.line}：")
    return said != problem.message and re.search("[\u4e00-\u9fff]", said) is not None


def scenario_problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "x.scenario.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_scenario(path)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    assert all(map(said_in_chinese, caught.value.problems))
    return [f"{each.line}: {each.message}" for each in caught.value.problems]


def backend_problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "x.backend.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_backend(path)
    assert all(map(said_in_chinese, caught.value.problems))
    return [f"{each.line}: {each.message}" for each in caught.value.problems]


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("wx.getUserinfo", "3: there is no step 'wx.getUserinfo'; did you mean 'wx.getUserInfo'?"),
        ("wx.login: {timout: 1}", "3: this step has no 'timout'; did you mean 'timeout'?"),
        ("wx.login: {timeout: soon}", "3: expected a whole number from 0, found 'soon'"),
        ("device.wait: {ms: 600001}", "3: expected a whole number from 0 to 600000, found 600001"),
        ("wx.login: [1]", "3: expected this step (a mapping), found a list"),
        ("wx.authorize", "3: this step needs 'scope'"),
        ("login", "3: expected a step such as wx.login, found login"),
        ("{}", "3: expected a step such as wx.login, found a mapping"),
        ("{wx.login: , wx.checkSession: }", "3: expected one action in a step, found wx.login and wx.checkSession; split it"),
        ("{wx.login: , exspect: ok}", "3: a step has no 'exspect'; did you mean 'expect'?"),
        ("{wx.login: , expect: okay}", "3: expected one of ok, fail, any, found 'okay'; did you mean 'ok'?"),
        ("{wx.login: , expect: {fail: 1}}", "3: expected rules by path (a mapping), found 1"),
        ("{wx.login: , expect: {ok: {}, fail: {}}}", "3: expected one of ok, fail and any, with its rules"),
        ("{wx.login: , expect: {code: {presnt: true}}}", "3: there is no matcher 'presnt'; did you mean 'present'?"),
        ("{wx.login: , expect: {code: {present: 1}}}", "3: expected true or false, found 1"),
        ("{wx.login: , expect: {code: {matches: '['}}}", "3: '[' is not a regular expression"),
        ("{wx.login: , expect: {code: {}}}", "3: expected a matcher"),
        ("{wx.login: , expect: {'a..b': 1}}", "3: 'a..b' is not a path"),
        ("{wx.login: , answer: maybe}", "3: expected one of allow, deny, cancel, found 'maybe'"),
        ("{wx.login: , tap: no}", "3: expected true or false, found 'no'"),
        ("{wx.login: , shared: true}", "3: wx.login is no act on the mock; leave it out"),
        ("{wx.login: , save: storage}", "3: 'storage' cannot be saved"),
        ("{wx.login: , save: {a b: code}}", "3: 'a b' cannot be saved"),
        ("{wx.login: , device: tablet}", "3: there is no device 'tablet'"),
        ("backend.login: {code: '${code}'}", "3: nothing was saved as 'code' before"),
        ("backend.login: {code: '${a b}'}", "3: 'a b' is not a path"),
        ("wx.getUserInfo: {lang: de}", "3: expected one of en, zh_CN, zh_TW, found 'de'"),
        ("wx.request: {url: /x, method: PATCH}", "3: expected one of OPTIONS"),
        ("mock.verify: {order: 1}", "3: expected a list of filters, found 1"),
        ("wx.login: {save: code}", "3: 'save' stands beside wx.login, not inside it: indent it as far as wx.login"),
        ("wx.getStorage: {key: '${device.persn}'}", "3: a device has no 'persn'; did you mean 'person'?"),
        ("backend.a.b: {}", "3: there is no step 'backend.a.b'"),
    ],
)  # fmt: skip
def test_wrong_step_is_named_with_line_and_cure(
    step: str, problem: str, tmp_path: Path
) -> None:
    (found,) = scenario_problems(tmp_path, f"name: x\nsteps:\n  - {step}\n")

    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("steps: [wx.login]", "1: a scenario needs 'name'"),
        ("name: x\n", "1: a scenario needs 'steps'"),
        ("name: x\nsteps: []", "1: a scenario needs at least one step"),
        ("name: x\nsteps: wx.login", "2: expected a list of steps, found 'wx.login'"),
        ("name: [x]\nsteps: [wx.login]", "1: expected text, found a list"),
        ("name: x\nstep: []\nsteps: [wx.login]", "2: a scenario has no 'step'; did you mean 'steps'?"),
        ("[1]", "1: expected a scenario (a mapping), found a list"),
        ("name: x\ndevice:\n  persn: a\nsteps: [wx.login]", "3: a device has no 'persn'; did you mean 'person'?"),
        ("name: x\ndevice: {base_library: 2.27}\nsteps: [wx.login]", "2: expected a version such as 2.27.1, found 2.27"),
        ("name: x\ndevice: {}\ndevices: {}\nsteps: [wx.login]", "1: a scenario takes only one of device, devices"),
        ("name: x\ndevice: {answers: {login: deny}}\nsteps: [wx.login]", "2: this step has no 'login'"),
    ],
)  # fmt: skip
def test_wrong_scenario_is_named_with_line_and_cure(
    text: str, problem: str, tmp_path: Path
) -> None:
    assert scenario_problems(tmp_path, text)[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: x\nsteps:\n- wx.login: {timeout: ${x}}", "3: not YAML: expected ',' or '}', but got '{'; put ${…} in quotes inside braces"),
        ("name: x\nsteps:\n\t- wx.login", "3: not YAML: found character '\\t' that cannot start any token; indent with spaces, not tabs"),
        ("name: x\nname: y\nname: z", "2: 'name' stands here twice, first in line 1"),
        ("name: 'x", "1: not YAML: found unexpected end of stream"),
        ("", "1: the file is empty"),
    ],
)  # fmt: skip
def test_what_is_no_yaml_is_told_with_what_it_probably_lacks(
    text: str, problem: str, tmp_path: Path
) -> None:
    assert scenario_problems(tmp_path, text)[0].startswith(problem)


def test_names_that_stand_twice_are_all_told(tmp_path: Path) -> None:
    text = "name: x\nname: y\nsteps:\n- wx.login: {timeout: 1, timeout: 2}\n"

    assert [each[0] for each in scenario_problems(tmp_path, text)] == ["2", "4"]


def test_argument_is_blamed_where_it_stands(tmp_path: Path) -> None:
    text = "name: x\nsteps:\n- wx.setStorage:\n    key: k\n    data: ${logn}\n"

    (found,) = scenario_problems(tmp_path, text)

    assert found.startswith("5: nothing was saved as 'logn' before")


def test_every_problem_of_a_file_is_told(tmp_path: Path) -> None:
    text = "name: x\nsteps:\n- wx.logn\n- wx.login\n- wx.checkSesion: {a: 1}\n"

    assert [each[0] for each in scenario_problems(tmp_path, text)] == ["3", "5"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: x", "1: a backend file needs 'base_url'"),
        ("base_url: localhost:5000", "1: expected http(s)://HOST or wsgi:MODULE"),
        ("base_url: http://h\ncalls: {login: {}}", "2: a call needs 'path'"),
        ("base_url: http://h\ncalls: {login: {path: login}}", "2: expected a path such as /login"),
        ("base_url: http://h\ncalls:\n login:\n  path: /\n  jsn: {}", "5: a call has no 'jsn'; did you mean 'json'?"),
        ("base_url: http://h\ncalls: {login: {path: /, json: {}, form: {}}}", "2: a call takes only one of json, form"),
        ("base_url: http://h\nsend: {headers: {}}", "2: what to send has no 'headers'; did you mean 'header'?"),
        ("base_url: http://h\nsuccess: {statusCode: {les_than: 4}}", "2: there is no matcher 'les_than'; did you mean 'less_than'?"),
        ("base_url: http://h\nsuccess: {data.user: '${storage.user}'}", "2: nothing can be looked up here; write the value"),
        ("base_url: http://h\nkeep: {token: 'a b'}", "2: 'a b' is not a path"),
        ("base_url: http://h\nappid: wx1", "2: expected an appid"),
    ],
)  # fmt: skip
def test_wrong_backend_file_is_named_with_line_and_cure(
    text: str, problem: str, tmp_path: Path
) -> None:
    assert backend_problems(tmp_path, text)[0].startswith(problem)


def test_scenario_is_checked_against_the_backends_calls(tmp_path: Path) -> None:
    scenario = tmp_path / "x.scenario.yaml"
    scenario.write_text("name: x\nsteps:\n- backend.logn\n- backend.login: {cod: 1}\n")
    backend = tmp_path / "x.backend.yaml"
    backend.write_text(
        "base_url: http://h\n"
        "calls: {login: {path: '/${code}', query: {a: '${a?}', t: '${storage.t}'}}}"
    )

    with pytest.raises(FileError) as caught:
        check_calls(load_scenario(scenario), load_backend(backend))

    assert [(each.line, each.message) for each in caught.value.problems] == [
        (3, "backend has no call 'logn'; did you mean 'login'?"),
        (4, "backend.login needs 'code'"),
        (4, "backend.login takes no 'cod'; did you mean 'code'?"),
    ]


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ("${storage.tokn}", "4: nothing keeps 'tokn' on the phone; did you mean 'token'?"),
        ("${storage.other}", "4: nothing keeps 'other' on the phone: add `keep: {other: …}` to a call, or write ${storage.other?} if it need not be there"),
        ("${device.apid}", "4: a device has no 'apid'; did you mean 'appid'?"),
    ],
)  # fmt: skip
def test_what_a_backend_file_looks_up_must_be_there(
    sent: str, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.backend.yaml"
    path.write_text(
        "base_url: http://h\nsend:\n header:\n  "
        f"X: '{sent}'\ncalls: {{login: {{path: /, keep: {{token: data.t}}}}}}"
    )

    with pytest.raises(FileError) as caught:
        check_backend(path)

    assert [f"{p.line}: {p.message}" for p in caught.value.problems] == [problem]
    assert all(map(said_in_chinese, caught.value.problems))


def test_what_a_story_stores_itself_may_be_looked_up(tmp_path: Path) -> None:
    backend, story = tmp_path / "x.backend.yaml", tmp_path / "x.scenario.yaml"
    backend.write_text("base_url: http://h\nsend: {query: {d: '${storage.device}'}}")
    story.write_text("name: x\nsteps: [wx.setStorage: {key: device, data: 1}]")

    check_backend(backend, [load_scenario(story)])


@pytest.mark.parametrize("path", SCENARIOS + BACKENDS, ids=lambda path: path.name)
def test_our_own_files_are_right_by_loader_and_by_schema(path: Path) -> None:
    kind = kind_of(path)
    load = load_scenario if kind == "scenario" else load_backend

    assert load(path).name
    validator(kind).validate(read_source(path).plain())


@pytest.mark.parametrize(
    "document",
    [
        {"name": "x"},
        {"name": "x", "steps": ["wx.logn"]},
        {"name": "x", "steps": [{"wx.login": {"timout": 1}}]},
        {"name": "x", "steps": ["wx.login"], "device": {"persn": "a"}},
        {"name": "x", "steps": [{"wx.login": None, "expect": {"a": {"presnt": True}}}]},
        {"name": "x", "steps": ["wx.login"], "device": {}, "devices": {}},
        {"name": "x", "steps": [{"parallel": []}]},
        {"name": "x", "steps": [{"parallel": ["wx.logn"]}]},
        {"name": "x", "steps": [{"parallel": ["wx.login"], "expect": "ok"}]},
        {"name": "x", "steps": [{"for_each": {"a": [1]}}]},
        {"name": "x", "steps": [{"for_each": {"a": [1]}, "steps": ["wx.logn"]}]},
        {"name": "x", "steps": [{"wx.login": None, "retry": {"every": 1}}]},
        {"name": "x", "steps": [{"fault.arm": {"effect": {}}}]},
        {"name": "x", "steps": [{"fault.arm": {"effect": {"payload": "stale"}}}]},
        {
            "name": "x",
            "steps": [{"fault.arm": {"effect": {"errcode": -1, "session": "rotate"}}}],
        },
    ],
)
def test_schema_refuses_what_the_loader_refuses(
    document: object, tmp_path: Path
) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validator("scenario").validate(document)
    assert scenario_problems(tmp_path, json.dumps(document))


@pytest.mark.parametrize("kind", ["scenario", "backend"])
def test_schema_is_a_valid_schema(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.scenario.yaml", "scenario"), ("a.scenario.yml", "scenario"), ("b.backend.yaml", "backend")],
)  # fmt: skip
def test_kind_is_told_by_the_name(name: str, kind: str) -> None:
    assert kind_of(Path(name)) == kind


def test_a_file_of_another_name_is_refused() -> None:
    with pytest.raises(
        SimulatorError, match=r"\*\.scenario\.yaml or \*\.backend\.yaml"
    ):
        kind_of(Path("a.yaml"))
