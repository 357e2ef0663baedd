"""The fixtures a test gets from mockwx: a mock, and a world of it."""

import subprocess
import sys

import pytest

# Loaded out here, so that not every session in a test loads it anew.
from mockwx import MockServer
from mockwx.listeners.doors import open_doors
from tests.plugins import plugin_options


pytestmark = pytest.mark.slow

LOADED = (open_doors,)
BACKEND = """
import json
from urllib.request import urlopen

APP = "appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"

def ask(wechat, code):
    query = f"{APP}&js_code={code}&grant_type=authorization_code"
    with urlopen(f"{wechat}/sns/jscode2session?{query}") as answer:
        return json.load(answer)

def login(mockwx, **arguments):
    return mockwx.wx("login", **arguments)["code"]
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project whose tests may use our fixtures; a warning fails them."""
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.makepyfile(backend=BACKEND)
    return pytester


def run(project: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    """Run tests in this process."""
    project.makepyfile(test_it=f"from backend import ask, login\n{tests}")
    return project.runpytest_inprocess("-q", *plugin_options(), *options)


def test_clock_of_a_test_is_its_own(project: pytest.Pytester) -> None:
    ran = run(
        project,
        """
def test_later(mockwx):
    code = login(mockwx)
    mockwx.clock.advance(300)
    assert ask(mockwx.url, code)["errcode"] == 40029

def test_next(mockwx):
    code = login(mockwx)
    assert "openid" in ask(mockwx.url, code)
    assert [each["user"] for each in mockwx.journal.exchanges()] == ["alice"]
""",
    )

    ran.assert_outcomes(passed=2)


def test_faults_strike_and_end_with_their_test(project: pytest.Pytester) -> None:
    ran = run(
        project,
        """
def token(mockwx):
    import json
    from urllib.request import urlopen
    query = f"appid={mockwx.appid}&secret={mockwx.secret}"
    url = f"{mockwx.url}/cgi-bin/token?grant_type=client_credential&{query}"
    with urlopen(url) as answer:
        return json.load(answer)

def test_struck(mockwx):
    mockwx.faults.arm("/sns/jscode2session", errcode=45011)
    mockwx.shared.faults.arm("/cgi-bin/token", errcode=-1, times=None)
    assert ask(mockwx.url, login(mockwx))["errcode"] == 45011
    assert token(mockwx)["errcode"] == -1

def test_next(mockwx):
    assert mockwx.faults.list() == []
    assert "access_token" in token(mockwx)
""",
    )

    ran.assert_outcomes(passed=2)


def test_people_apps_and_sessions_are_turned(project: pytest.Pytester) -> None:
    ran = run(
        project,
        """
def test_all(mockwx):
    mockwx.people.change("bob", nickName="Bobby")
    assert mockwx.people.show("bob")["nickName"] == "Bobby"
    mockwx.mini_programs.change(policy="strict")
    mockwx.mini_programs.add(name="second")
    login(mockwx, user="bob")
    mockwx.sessions.rotate("bob")
    mockwx.sessions.expire("bob")
    keys = mockwx.sessions.show("bob")["session_keys"]
    assert [key["cause"] for key in keys] == ["login", "rotate"]
    assert not keys[-1]["live"]
    at = mockwx.clock.now
    mockwx.clock.freeze(at + 5)
    assert mockwx.clock.now == at + 5
    mockwx.clock.resume()
    assert mockwx.journal.findings() == []
    assert mockwx.journal.exchanges("/sns/jscode2session") == []
    assert mockwx.journal.wait(kind="phone")[0]["user"] == "bob"
    mockwx.journal.clear()
    assert mockwx.journal.exchanges(kind="phone") == []
    fault = mockwx.faults.arm(errcode=-1, user="bob")
    mockwx.faults.disarm(fault)
    assert mockwx.headers["X-Mockwx-World"] == mockwx.world
""",
    )

    ran.assert_outcomes(passed=1)


def test_refusal_of_the_mock_is_an_exception(project: pytest.Pytester) -> None:
    ran = run(
        project,
        """
import pytest
from mockwx.domain.refusal import RefusalError

def test_refused(mockwx):
    with pytest.raises(RefusalError, match="/sns/jscode2session"):
        mockwx.faults.arm("/sns/jscode2sesion", errcode=-1)
""",
    )

    ran.assert_outcomes(passed=1)


def test_failed_test_shows_what_wechat_was_asked(project: pytest.Pytester) -> None:
    ran = run(
        project,
        """
def test_twice(mockwx):
    code = login(mockwx)
    ask(mockwx.url, code)
    assert "openid" in ask(mockwx.url, code)
""",
    )

    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(
        [
            "*mockwx, world *test_twice*",
            "phone    wx.login by alice*",
            "server   GET /sns/jscode2session by alice → ok",
            "server   GET /sns/jscode2session by alice → errcode 40163",
            '*"errcode":40163*',
        ]
    )


def test_settings_of_the_mock_are_the_projects(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
import pytest
from mockwx import Settings

@pytest.fixture(scope="session")
def mockwx_settings():
    return Settings(seed=7, freeze=1767225600)
"""
    )

    ran = run(
        project,
        """
def test_time(mockwx, mockwx_server):
    assert mockwx.clock.now == 1767225600
    assert mockwx_server.settings.seed == 7
""",
    )

    ran.assert_outcomes(passed=1)


def test_running_mock_is_used(project: pytest.Pytester) -> None:
    with MockServer() as server:
        ran = run(
            project,
            "def test_where(mockwx):\n    login(mockwx)\n",
            f"--mockwx-url={server.url}/",
        )

        ran.assert_outcomes(passed=1)
        # The world was made there, and ended with its test.
        assert not server.worlds.any_named()


def test_mock_that_does_not_run_is_named_without_traceback(
    project: pytest.Pytester,
) -> None:
    ran = run(
        project, "def test_x(mockwx):\n    pass\n", "--mockwx-url=http://127.0.0.1:1"
    )

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["mockwx: No mock answers at http://127.0.0.1:1 (*"])
    ran.stdout.no_fnmatch_line("*own_world.py*")


def test_calls_of_this_process_are_led_to_the_mock(project: pytest.Pytester) -> None:
    ran = run(
        project,
        """
import socket

def test_led(mockwx_redirect):
    code = login(mockwx_redirect)
    assert "openid" in ask("https://api.weixin.qq.com", code)
    assert "errcode" in ask("http://API.weixin.qq.com", code)
    assert len(mockwx_redirect.journal.exchanges()) == 2

def test_not_led():
    assert socket.getaddrinfo.__module__ == "socket"
""",
    )

    ran.assert_outcomes(passed=2)


def test_running_mock_leads_nobody(project: pytest.Pytester) -> None:
    with MockServer() as server:
        ran = run(
            project,
            "def test_x(mockwx_redirect):\n    pass\n",
            f"--mockwx-url={server.url}",
        )

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*`mockwx env`*"])


def test_program_is_led_to_the_mock(project: pytest.Pytester) -> None:
    ran = run(
        project,
        """
import subprocess, sys

ASK = "from backend import ask; import sys; print(ask(sys.argv[1], sys.argv[2]))"

def test_program(mockwx, mockwx_environ):
    code = login(mockwx)
    command = [sys.executable, "-c", ASK, "https://api.weixin.qq.com", code]
    said = subprocess.run(
        command, env=mockwx_environ, capture_output=True, text=True, check=True
    )
    assert "openid" in said.stdout
""",
    )

    ran.assert_outcomes(passed=1)


def test_plugins_import_next_to_nothing() -> None:
    script = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import mockwx.pytest_plugin, simulator.pytest_plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert ran.stdout.split() == [
        "mockwx",
        "mockwx.pytest_plugin",
        "mockwx.version",
        "simulator",
        "simulator.pytest_plugin",
    ]
