"""A new user's first hour: help, init, edits with mistakes, a run, a report to show.

Nothing is used that `--help` and what the commands print do not tell.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockwx.listeners.port import bind


# Every test starts programs that start others.
pytestmark = [pytest.mark.slow, pytest.mark.needs("sh")]

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "docs" / "examples" / "flask_backend" / "app.py"
# What the backend would be started with anywhere else; WeChat never sees the secret.
APPID, SECRET = "wx0123456789abcdef", "0123456789abcdef" * 2
SECONDS = 100


class Desk:
    """A folder with a backend in it, and somebody who types commands there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(SAMPLE, folder / "app.py")
        with bind("127.0.0.1", 0) as listener:
            self.port = listener.getsockname()[1]

    def types(self, *words: str, answers: str = "") -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        environ |= {"WECHAT_APPID": APPID, "WECHAT_SECRET": SECRET}
        environ["MOCKWX_DATA"] = str(self.folder / "data")
        return subprocess.run(
            [sys.executable, "-m", "simulator", *words],
            cwd=self.folder,
            env=environ,
            input=answers,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )

    def edits(self, name: str, before: str, after: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    def starts(self) -> str:
        """Say what starts the backend."""
        python = shlex.quote(sys.executable)
        return f"{python} -m flask --app app run --port {self.port}"

    def plays(self) -> subprocess.CompletedProcess[str]:
        """Type what `wxsim init` said."""
        story, backend = "tea_shop.scenario.yaml", "tea_shop.backend.yaml"
        run = ("run", story, "--backend", backend, "--exec", self.starts())
        return self.types(*run, "--html", "report.html")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def begin(desk: Desk) -> str:
    """Answer the questions; the rest is as usual."""
    said = ["Tea shop", f"http://127.0.0.1:{desk.port}", APPID, SECRET]
    result = desk.types("init", answers="\n".join([*said, *[""] * 6]) + "\n")
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_help_leads_to_init_and_init_to_run(desk: Desk) -> None:
    shown = desk.types("--help").stdout

    said = begin(desk)

    assert "Begin with wxsim init" in shown
    assert "wxsim check tea_shop.backend.yaml tea_shop.scenario.yaml" in said
    assert "wxsim run tea_shop.scenario.yaml --backend tea_shop.backend.yaml" in said
    checked = desk.types("check", "tea_shop.backend.yaml", "tea_shop.scenario.yaml")
    assert (checked.returncode, checked.stdout) == (0, "ok\n")


def test_first_story_passes_and_its_report_can_be_shown(desk: Desk) -> None:
    begin(desk)

    result = desk.plays()

    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 scenario, 6 steps, none failed" in result.stdout
    report = (desk.folder / "report.html").read_text(encoding="utf-8")
    assert "First login at Tea shop" in report
    assert "/sns/jscode2session" in report
    assert SECRET not in report
    # One file: nothing else is loaded.
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?http", report)


def test_story_grows_by_an_edit(desk: Desk) -> None:
    begin(desk)
    desk.edits(
        "tea_shop.backend.yaml",
        "  # something that only who",
        "  phone:\n    path: /phone/code\n    json: {code: '${phoneCode}'}\n"
        "  # something that only who",
    )
    desk.edits(
        "tea_shop.scenario.yaml",
        "  - backend.page:",
        "  - button.getPhoneNumber:\n    save: tapped\n"
        "  - backend.phone: {phoneCode: '${tapped.code}'}\n"
        "    expect: {data.phone: {matches: '^[0-9]{11}$'}}\n"
        "  - backend.page:",
    )

    result = desk.plays()

    assert result.returncode == 0, result.stdout + result.stderr
    assert "8 steps, none failed" in result.stdout


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        (
            "tea_shop.scenario.yaml",
            "    save: login",
            "      save: login",
            "'save' stands beside wx.login, not inside it",
        ),
        (
            "tea_shop.scenario.yaml",
            "${login.code}",
            "${logn.code}",
            "nothing was saved as 'logn' before; did you mean 'login'?",
        ),
        (
            "tea_shop.scenario.yaml",
            "- backend.page",
            "- backend.pages",
            "Tea shop has no call 'pages'; did you mean 'page'?",
        ),
        (
            "tea_shop.backend.yaml",
            "${storage.token}",
            "${storage.tokn}",
            "nothing keeps 'tokn' on the phone; did you mean 'token'?",
        ),
        (
            "tea_shop.backend.yaml",
            "    json:\n      code: ${code}",
            "    json: {code: ${code}}",
            "put ${…} in quotes inside braces",
        ),
    ],
    ids=["indent", "saved", "call", "stored", "braces"],
)
def test_slip_of_the_pen_is_told_before_anything_starts(
    name: str, before: str, after: str, told: str, desk: Desk
) -> None:
    begin(desk)
    desk.edits(name, before, after)

    result = desk.plays()

    assert result.returncode == 2
    assert re.match(rf"{re.escape(name)}:\d+: ", result.stderr)
    assert told in result.stderr
    assert not result.stdout


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("data.token", "data.tokn", "there is no 'tokn'; did you mean 'token'?"),
        ("path: /login", "path: /logn", "statusCode should be less than 400"),
        (f'"{SECRET}"', f'"{"f" * 32}"', "`secret` in a *.backend.yaml"),
    ],
    ids=["token", "path", "secret"],
)
def test_what_the_file_has_wrong_is_told_by_the_failing_step(
    before: str, after: str, told: str, desk: Desk
) -> None:
    begin(desk)
    desk.edits("tea_shop.backend.yaml", before, after)

    result = desk.plays()

    assert result.returncode == 1
    assert told in result.stdout
    report = (desk.folder / "report.html").read_text(encoding="utf-8")
    assert "tea_shop.scenario.yaml" in report
