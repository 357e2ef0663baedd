"""What is imported before the first answer: nothing that this answer can do without."""

import subprocess
import sys

import click
import pytest

from mockwx.cli import cli as mockwx
from simulator.cli import main as wxsim


pytestmark = pytest.mark.slow


def _imported(code: str) -> set[str]:
    """Run code in a process of its own; return what modules it has in the end."""
    shown = f"{code}\nimport sys; print(); print(*sys.modules)"
    command = [sys.executable, "-c", shown]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


def _of(package: str, modules: set[str]) -> set[str]:
    return {each for each in modules if each.partition(".")[0] == package}


# What click itself imports to write a help, of which `import click` is not all.
_ANY_HELP = """
import click
@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("1")
def cli(): "Help."
@cli.command()
def command(): "Help."
cli.main(["--help"], standalone_mode=False)
"""


def test_help_of_mockwx_imports_click_and_no_command() -> None:
    shown = _imported(
        "from mockwx.cli import cli; cli(['--help'], standalone_mode=False)"
    )

    assert _of("mockwx", shown) == {
        "mockwx",
        "mockwx.cli",
        "mockwx.cli.program",
        "mockwx.domain",
        "mockwx.domain.refusal",
        "mockwx.version",
    }
    assert shown - _of("mockwx", shown) <= _imported(_ANY_HELP)


def test_help_of_wxsim_imports_click_and_no_command() -> None:
    shown = _imported(
        "import simulator.cli as c; c.main(['--help'], standalone_mode=False)"
    )

    assert _of("simulator", shown) == {
        "simulator",
        "simulator.cli",
        "simulator.cli.program",
    }
    assert shown - _of("simulator", shown) <= _imported(_ANY_HELP)


@pytest.mark.parametrize("program", [mockwx, wxsim], ids=["mockwx", "wxsim"])
def test_help_says_of_each_command_what_it_says_of_itself(program: click.Group) -> None:
    context = click.Context(program, max_content_width=200, terminal_width=200)
    listed = program.get_help(context)

    assert list(program.commands)
    for name, command in program.commands.items():
        said = command.get_short_help_str(limit=200)
        assert any(
            line.split(None, 1) == [name, said] for line in listed.splitlines()
        ), name


# As `mockwx serve` does it, but for the server: what a worker answers with at first.
_FIRST_ANSWER = """
from mockwx.config import Settings
from mockwx.front import create_front
from io import BytesIO
app, _ = create_front(Settings())
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": %r, "wsgi.input": BytesIO()}
environ |= {"QUERY_STRING": %r, "HTTP_HOST": "127.0.0.1"}
said = b"".join(app(environ, lambda status, headers: print(status)))
assert %r in said, said
"""

HEAVY = {
    "asyncio",
    "cryptography",
    "email",
    "faker",
    "flask",
    "http",
    "jinja2",
    "segno",
    "sqlite3",
    "werkzeug",
}


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("/sns/jscode2session", "appid=wx1", b"40013"),
        ("/cgi-bin/token", "grant_type=client_credential", b"41002"),
        ("/_mockwx/api/health", "", b'"status":"ok"'),
    ],
)
def test_first_answer_of_a_server_imports_nothing_heavy(
    path: str, query: str, said: bytes
) -> None:
    imported = _imported(_FIRST_ANSWER % (path, query, said))

    assert {each.partition(".")[0] for each in imported} & HEAVY == set()


# And what a phone and a backend do next.
_FIRST_LOGIN = """
import json
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
environ |= {"REQUEST_METHOD": "POST", "PATH_INFO": "/_mockwx/api/wx/login"}
environ |= {"QUERY_STRING": ""}
code = json.loads(b"".join(app(environ, lambda status, headers: None)))["code"]
query = f"appid={DEFAULT_APPID}&secret={DEFAULT_SECRET}&js_code={code}"
environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": "/sns/jscode2session"}
environ |= {"QUERY_STRING": f"{query}&grant_type=authorization_code"}
said = b"".join(app(environ, lambda status, headers: None))
assert b"session_key" in said, said
"""


def test_first_login_imports_nothing_heavy() -> None:
    first = _FIRST_ANSWER % ("/_mockwx/api/health", "", b"ok")

    imported = _imported(first + _FIRST_LOGIN)

    assert {each.partition(".")[0] for each in imported} & HEAVY == set()


@pytest.mark.parametrize(
    "service", ["device", "diagnosis", "message_push", "qr_code", "web_oauth"]
)
def test_first_exchange_imports_no_service_that_it_does_not_ask(service: str) -> None:
    first = _FIRST_ANSWER % ("/sns/jscode2session", "appid=wx1", b"40013")

    assert f"mockwx.services.{service}" not in _imported(first)


def test_parent_of_the_workers_imports_no_app() -> None:
    imported = _imported("import mockwx.cli.serve, mockwx.listeners.http")

    assert (
        _of("mockwx", imported) & {"mockwx.wechat", "mockwx.web", "mockwx.app"} == set()
    )
    assert {each.partition(".")[0] for each in imported} & HEAVY == set()
