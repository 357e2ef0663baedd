"""Scenario files as tests, and the phone as a fixture."""

import xml.etree.ElementTree as ET

import pytest

# Loaded out here, so that not every session in a test loads them anew.
from mockwx import MockServer
from simulator import playing
from tests.plugins import plugin_options


pytestmark = pytest.mark.slow


APP = """
import json, urllib.request

APP = "appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"

def create_app(wechat_api):
    def app(environ, start_response):
        code = json.loads(environ["wsgi.input"].read())["code"]
        query = f"{APP}&js_code={code}&grant_type=authorization_code"
        with urllib.request.urlopen(
            f"{wechat_api}/sns/jscode2session?{query}"
        ) as answer:
            errcode = json.load(answer).get("errcode", 0)
        status = "401 Unauthorized" if errcode else "200 OK"
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps({"errcode": errcode}).encode()]
    return app
"""
BACKEND = """
base_url: wsgi:wsgi_app:create_app
factory: {wechat_api: "${mock.url}"}
message: data
calls: {login: {path: /login, json: {code: "${code}"}}}
"""
STORY = """
name: A code works once
steps:
- wx.login:
  save: login
- backend.login: {code: "${login.code}"}
- backend.login: {code: "${login.code}"}
  name: the same code again
- wx.checkSession
"""
LOADED = (MockServer, playing)
GOOD = STORY.replace("again\n", "again\n  expect: {fail: {data.errcode: 40163}}\n")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a backend file in its configuration; a warning fails a test."""
    pytester.makeini("[pytest]\nfilterwarnings = error\nwx_backend = x.backend.yaml\n")
    pytester.makepyfile(wsgi_app=APP)
    pytester.path.joinpath("x.backend.yaml").write_text(BACKEND, "utf-8")
    pytester.syspathinsert()
    return pytester


def run(project: pytest.Pytester, *options: str, **stories: str) -> pytest.RunResult:
    """Run stories, by the names of their files, and what tests there are."""
    for name, story in stories.items():
        project.path.joinpath(f"{name}.scenario.yaml").write_text(story, "utf-8")
    return project.runpytest_inprocess("-q", *plugin_options(), *options)


def test_each_step_is_a_test(project: pytest.Pytester) -> None:
    ran = run(project, "-vv", good=GOOD)

    ran.assert_outcomes(passed=4)
    ran.stdout.fnmatch_lines(
        [
            "good.scenario.yaml::01 wx.login PASSED*",
            "good.scenario.yaml::02 backend.login PASSED*",
            "good.scenario.yaml::03 the same code again PASSED*",
            "good.scenario.yaml::04 wx.checkSession PASSED*",
        ]
    )


def test_failed_step_shows_evidence_and_no_traceback(
    project: pytest.Pytester,
) -> None:
    ran = run(project, bad=STORY)

    ran.assert_outcomes(passed=2, failed=1, skipped=1)
    ran.stdout.fnmatch_lines(
        [
            "✗ the same code again",
            "statusCode should be less than 400 and is 401",
            "cause *code_used_twice: *",
            "sent *POST http://localhost/login",
            "got *401",
            "WeChat *GET /sns/jscode2session → errcode 40163*",
            "FAILED bad.scenario.yaml::03*- statusCode should be*",
        ]
    )
    ran.stdout.no_fnmatch_line("*Traceback*")
    ran.stdout.no_fnmatch_line("*pytest_plugin.py*Error*")


def test_junit_has_a_case_for_each_step(project: pytest.Pytester) -> None:
    run(project, "--junitxml=junit.xml", bad=STORY)

    cases = list(ET.parse(project.path / "junit.xml").iter("testcase"))
    assert [case.get("name") for case in cases] == [
        "01 wx.login",
        "02 backend.login",
        "03 the same code again",
        "04 wx.checkSession",
    ]
    outcomes = [[each.tag for each in case] for case in cases]
    assert outcomes == [[], [], ["failure"], ["skipped"]]
    skipped = cases[3].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "not played: an earlier step failed"


def test_step_alone_plays_what_comes_before_it(project: pytest.Pytester) -> None:
    ran = run(project, "-k", "again", good=GOOD)

    ran.assert_outcomes(passed=1, deselected=3)


def test_step_whose_story_fails_before_it_does_not_pass(
    project: pytest.Pytester,
) -> None:
    ran = run(project, "-k", "checkSession", bad=STORY)

    ran.assert_outcomes(failed=1, deselected=3)
    ran.stdout.fnmatch_lines(["✗ the same code again"])


def test_story_is_played_anew_when_a_step_is_run_twice(
    project: pytest.Pytester,
) -> None:
    project.makeconftest(
        """
def pytest_collection_modifyitems(items):
    items.extend(list(items))
"""
    )

    ran = run(project, good=GOOD)

    ran.assert_outcomes(passed=8)


def test_each_story_has_a_world_of_its_own(project: pytest.Pytester) -> None:
    later = GOOD.replace("steps:", "steps:\n- clock.advance: {seconds: 9999}")

    ran = run(project, first=later, second=GOOD)

    ran.assert_outcomes(passed=9)


def test_wrong_file_names_its_line(project: pytest.Pytester) -> None:
    ran = run(project, wrong=GOOD.replace("wx.login", "wx.logn"))

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*wrong.scenario.yaml:4: *did you mean 'wx.login'*"])
    ran.stdout.no_fnmatch_line("*Traceback*")


def test_call_the_backend_file_lacks_is_told_at_collection(
    project: pytest.Pytester,
) -> None:
    ran = run(project, wrong=GOOD.replace("backend.login", "backend.logn"))

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*no call 'logn'; did you mean 'login'*"])


def test_story_without_backend_says_how_to_give_one(project: pytest.Pytester) -> None:
    ran = run(project, "-o", "wx_backend=", good=GOOD)

    ran.assert_outcomes(failed=1, skipped=3)
    ran.stdout.fnmatch_lines(["wxsim: *--wx-backend FILE*", "wxsim：*"])


def test_backend_file_that_is_not_there_is_named(project: pytest.Pytester) -> None:
    ran = run(project, "--wx-backend=y.backend.yaml", good=GOOD)

    ran.stdout.fnmatch_lines(["wxsim: y.backend.yaml cannot be read*"])
    ran.stdout.no_fnmatch_line("*During handling*")


def test_address_that_cannot_know_the_mock_is_refused(
    project: pytest.Pytester,
) -> None:
    ran = run(project, "--wx-backend-url=http://127.0.0.1:1", good=GOOD)

    ran.assert_outcomes(errors=4)
    ran.stdout.fnmatch_lines(["*http://127.0.0.1:1 cannot know a mock*--mockwx-url*"])


def test_backend_is_what_the_projects_fixture_gives(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
import pytest
from wsgi_app import create_app

@pytest.fixture(scope="session")
def wx_backend(mockwx_server):
    return create_app(mockwx_server.url)
"""
    )

    ran = run(project, "--wx-backend-url=http://127.0.0.1:1", good=GOOD)

    ran.assert_outcomes(passed=4)


def test_phone_is_alices_unless_the_marker_says_more(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(
        """
import pytest

def test_alice(wx, mockwx):
    wx.login()
    assert [each["user"] for each in mockwx.journal.exchanges(kind="phone")] == [
        "alice"
    ]

@pytest.mark.wx("bob", platform="android")
def test_bob(wx, wx_device, mockwx):
    wx.login()
    wx_device("carol").wx.login()
    told = mockwx.journal.exchanges(kind="phone")
    assert [each["user"] for each in told] == ["bob", "carol"]
    assert '"platform":"android"' in told[0]["request"]["body"]
"""
    )

    ran = run(project, "--strict-markers")

    ran.assert_outcomes(passed=2)


def test_phone_asks_the_backend(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
def test_login(wx):
    sent = {"code": wx.login().code}
    answer = wx.request("http://localhost/login", method="POST", data=sent)
    assert answer.data == {"errcode": 0}
"""
    )

    run(project).assert_outcomes(passed=1)


def test_phone_knows_the_mini_program_of_the_backend_file(
    project: pytest.Pytester,
) -> None:
    app = f"appid: wx{'1' * 16}\nsecret: '{'2' * 32}'\n"
    project.path.joinpath("x.backend.yaml").write_text(app + BACKEND, "utf-8")
    project.makepyfile("def test_login(wx):\n    assert wx.login().code")

    run(project).assert_outcomes(passed=1)


def test_stories_are_left_alone_without_the_plugin(project: pytest.Pytester) -> None:
    project.makeini("")

    ran = run(project, "-p", "no:wxsim", "-p", "no:simulator.pytest_plugin", good=GOOD)

    ran.assert_outcomes()


def test_modules_may_be_imported_by_importlib(project: pytest.Pytester) -> None:
    project.makepyfile("def test_x(wx):\n    wx.login()\n")

    ran = run(project, "--import-mode=importlib", good=GOOD)

    ran.assert_outcomes(passed=5)


@pytest.mark.parametrize("how", ["load", "loadfile", "worksteal"])
def test_steps_of_a_story_stay_on_one_worker(
    project: pytest.Pytester, how: str
) -> None:
    project.makeconftest(
        """
import os

def pytest_runtest_logreport(report):
    worker = getattr(report, "worker_id", None) or os.environ["PYTEST_XDIST_WORKER"]
    if report.when == "call":
        with open("ran", "a") as out:
            print(report.nodeid.split("::")[0], worker, file=out)
"""
    )
    stories = {f"story{number}": GOOD for number in range(5)}
    for name, story in stories.items():
        project.path.joinpath(f"{name}.scenario.yaml").write_text(story, "utf-8")

    ran = project.runpytest_subprocess("-q", *plugin_options(), "-n2", "--dist", how)

    ran.assert_outcomes(passed=20)
    places = set(project.path.joinpath("ran").read_text().splitlines())
    workers = {place.split()[1] for place in places if "gw" in place}
    assert len(workers) == 2
    if how != "worksteal":
        assert len({p for p in places if "gw" in p}) == 5


def test_block_is_one_test_that_tells_every_failure(project: pytest.Pytester) -> None:
    block = """
name: Two at once
devices: {hers: {person: alice}, his: {person: bob}}
steps:
- parallel:
    - {backend.login: {code: never-made}, device: hers, name: her login}
    - {backend.login: {code: not-either}, device: his, name: his login}
- wx.login
"""

    ran = run(project, block=block)

    ran.assert_outcomes(failed=1, skipped=1)
    ran.stdout.fnmatch_lines(["✗ her login", "✗ his login"])
