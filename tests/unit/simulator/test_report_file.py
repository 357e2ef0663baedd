"""The files of wxsim's reports: nothing is lost to a run that comes to nothing."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from simulator.cli import main


LOGIN = "name: Login\nsteps:\n- wx.login\n"
FORMATS = ["--junit", "--html", "--jsonl"]
REFUSED = {
    "unknown option": ["--nonsense"],
    "broken story": ["broken.scenario.yaml"],
    "missing backend file": ["--backend", "none.backend.yaml"],
    "silent mock": ["--mock", "http://127.0.0.1:1"],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "x.scenario.yaml").write_text(LOGIN, encoding="utf-8")
    broken = LOGIN.replace("login", "logn")
    (tmp_path / "broken.scenario.yaml").write_text(broken, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wxsim(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", "x.scenario.yaml", *arguments])


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("option", FORMATS)
def test_refused_run_leaves_no_empty_report(
    folder: Path, option: str, wrong: list[str]
) -> None:
    before = set(folder.iterdir())

    result = wxsim(option, "report", *wrong)

    assert result.exit_code == 2
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("option", FORMATS)
def test_refused_run_keeps_the_former_report(
    folder: Path, option: str, wrong: list[str]
) -> None:
    report = folder / "report"
    report.write_text("of yesterday", encoding="utf-8")

    assert wxsim(option, "report", *wrong).exit_code == 2
    assert report.read_text(encoding="utf-8") == "of yesterday"


@pytest.mark.parametrize("option", FORMATS)
def test_report_takes_the_place_of_the_former_one(folder: Path, option: str) -> None:
    report = folder / "report"
    report.write_text("of yesterday", encoding="utf-8")
    report.chmod(0o640)
    before = set(folder.iterdir())

    assert wxsim(option, "report").exit_code == 0
    assert "Login" in report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o777 == 0o640
    assert set(folder.iterdir()) == before


def test_link_to_a_report_stays_a_link(folder: Path) -> None:
    (folder / "kept").mkdir()
    report, link = folder / "kept" / "report.html", folder / "report.html"
    link.symlink_to(report)

    assert wxsim("--html", "report.html").exit_code == 0
    assert link.is_symlink()
    assert "Login" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("option", FORMATS)
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (".", "Is a directory"),
        ("none/report", "No such file or directory"),
        ("x.scenario.yaml/report", "Not a directory"),
    ],
)
def test_place_that_cannot_be_written_is_refused_before_anything_is_played(
    folder: Path, option: str, place: str, reason: str
) -> None:
    result = wxsim(option, place)

    assert result.exit_code == 2
    assert f"'{place}': {reason}" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("option", FORMATS)
def test_device_is_written_to_and_not_replaced(folder: Path, option: str) -> None:
    assert wxsim(option, os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()
