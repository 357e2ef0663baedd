"""What is left out is listed by name, never skipped; a quick run tries less."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


pytestmark = pytest.mark.slow


TESTS = Path(__file__).parent.parent
CONFIGURATION = """
[tool:pytest]
addopts = --strict-markers -p no:cacheprovider
markers =
    needs(tool): runs where the tool exists
    since(python): runs on this Python and newer ones
    slow: takes long
"""
TWO_TESTS = """
import pytest

def test_plain():
    pass

@pytest.mark.needs("no-such-tool")
def test_with_a_tool():
    pass
"""

OLD_AND_NEW = """
import pytest

@pytest.mark.since("3.10")
def test_old():
    pass

@pytest.mark.since("3.99")
def test_new():
    pass
"""
COUNTED = """
from hypothesis import given, strategies

tried = []

@given(strategies.integers())
def test_any(number):
    tried.append(number)

def test_count():
    print(len(tried), "examples")
    assert not tried
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    conftest = (TESTS / "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "setup.cfg").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / "test_tools.py").write_text(TWO_TESTS, encoding="utf-8")
    return tmp_path


def run_pytest(
    project: Path, *options: str, all_tests: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options],
        cwd=project,
        env=os.environ
        | {"MOCKWX_TEST_ALL": all_tests, "PYTHONPATH": str(TESTS.parent)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def test_missing_tool_leaves_the_test_out_by_name(project: Path) -> None:
    done = run_pytest(project, all_tests="")

    assert done.returncode == 0
    assert "1 passed, 1 deselected" in done.stdout
    assert (
        "not run here: test_tools.py::test_with_a_tool, needs no-such-tool"
        in done.stdout
    )


def test_missing_tool_fails_where_every_test_is_demanded(project: Path) -> None:
    done = run_pytest(project, all_tests="1")

    assert done.returncode == 1
    assert "1 passed, 1 error" in done.stdout
    assert "no-such-tool not found on the PATH" in done.stdout


@pytest.mark.parametrize("all_tests", ["", "1"])
def test_older_python_leaves_the_test_out_by_name(
    project: Path, all_tests: str
) -> None:
    (project / "test_tools.py").write_text(OLD_AND_NEW, encoding="utf-8")

    done = run_pytest(project, all_tests=all_tests)

    assert done.returncode == 0
    assert "1 passed, 1 deselected" in done.stdout
    assert "not run here: test_tools.py::test_new, needs Python 3.99" in done.stdout


@pytest.mark.parametrize(("expression", "examples"), [("not slow", 25), ("", 100)])
def test_hypothesis_tries_less_where_slow_tests_are_left_out(
    project: Path, expression: str, examples: int
) -> None:
    (project / "test_tools.py").write_text(COUNTED, encoding="utf-8")

    done = run_pytest(project, "-m", expression, all_tests="")

    assert f"{examples} examples" in done.stdout
