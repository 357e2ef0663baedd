"""wxsim audit from the outside."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from simulator.audit.registry import CHECKS
from simulator.cli import main


FILE = """
name: Shop
base_url: {base_url}
calls:
  login: {{path: /login, json: {{code: "${{code}}"}}, keep: {{token: data.token}}}}
"""


def audit(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


def written(folder: Path, text: str) -> Path:
    path = folder / "x.backend.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_list_names_every_probe_without_a_backend() -> None:
    result = audit("--list")

    assert result.exit_code == 0
    names = [line.split()[0] for line in result.stdout.splitlines()]
    assert names == [check.probe.id for check in CHECKS]


def test_list_speaks_chinese() -> None:
    assert "code 重复使用" in audit("--lang", "zh", "--list").stdout


def test_another_host_is_not_abused_unless_it_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, FILE.format(base_url="https://shop.example"))

    result = audit("--backend", file, "--mock", "http://127.0.0.1:1")

    assert result.exit_code == 2
    assert "--allow-host shop.example" in result.stderr
    assert "不是本机" in result.stderr


def test_backend_that_takes_no_code_cannot_be_audited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no_login.py").write_text("app = print\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    file = written(tmp_path, "base_url: wsgi:no_login:app\n")

    result = audit("--backend", file)

    assert result.exit_code == 2
    assert "`audit: {login: NAME}`" in result.stderr


def test_mistyped_probe_is_told_the_nearest(tmp_path: Path) -> None:
    file = written(tmp_path, FILE.format(base_url="http://127.0.0.1:1"))

    result = audit("--backend", file, "--mock", "http://h", "--only", "secret-leak")

    assert result.exit_code == 2
    assert "did you mean secret-leaks?" in result.stderr
