"""The file that `mockwx run --json` writes, once there is something to write."""

import os
from pathlib import Path
from typing import TextIO

import click
import pytest
from click.testing import CliRunner
from click.testing import Result

from mockwx.cli.report_file import ReportFile


@click.command()
@click.option("--json", "report", type=ReportFile())
@click.option("--refuse", is_flag=True)
def told(report: TextIO, refuse: bool) -> None:
    if refuse:
        raise click.ClickException("The port is taken.")
    report.write("of today")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(told, list(map(str, arguments)))


def test_refused_run_leaves_no_empty_report(report: Path) -> None:
    assert run("--json", report, "--refuse").exit_code == 1
    assert list(report.parent.iterdir()) == []


def test_refused_run_keeps_the_former_report(report: Path) -> None:
    report.write_text("of yesterday", encoding="utf-8")

    assert run("--json", report, "--refuse").exit_code == 1
    assert report.read_text(encoding="utf-8") == "of yesterday"


def test_report_takes_the_place_of_the_former_one(report: Path) -> None:
    report.write_text("of yesterday, and longer", encoding="utf-8")

    assert run("--json", report).exit_code == 0
    assert report.read_text(encoding="utf-8") == "of today"
    assert list(report.parent.iterdir()) == [report]


def test_report_may_go_to_standard_output() -> None:
    assert run("--json", "-").stdout == "of today"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "Is a directory"),
        ("none/report.json", "No such file or directory"),
        ("file/report.json", "Not a directory"),
    ],
)
def test_place_that_cannot_be_written_is_refused_at_once(
    tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "file").touch()

    result = run("--json", tmp_path / name)

    assert result.exit_code == 2
    assert reason in result.stderr


def test_device_is_written_to_and_not_replaced() -> None:
    assert run("--json", os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()
