"""Whether a process still lives, by what Linux says of it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockwx import pulse
from tests.processes import eventually


Another = tuple["subprocess.Popen[str]", str]

# A tool that Linux alone has.
pytestmark = [pytest.mark.needs("unshare"), pytest.mark.slow]


@contextmanager
def another() -> Iterator[Another]:
    """Run another process while the block runs; yield its name, too."""
    says_its_name = "from mockwx import pulse; print(pulse.own(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", says_its_name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        yield program, program.stdout.readline().strip()
        program.kill()


def test_process_that_lives_is_not_over() -> None:
    with another() as (_, name):
        assert name != pulse.own()
        assert pulse.is_over(name) is False
        assert pulse.is_over(pulse.own()) is False


def test_process_that_was_killed_is_over_before_and_after_its_parent_knows() -> None:
    with another() as (program, name):
        program.kill()
        assert eventually(lambda: pulse.is_over(name))
        program.wait()

        assert pulse.is_over(name) is True


def test_number_that_another_process_got_is_over() -> None:
    with another() as (_, name):
        number, _, since = name.rpartition("@")

        assert pulse.is_over(f"{number}@{int(since) - 1}") is True


@pytest.mark.parametrize("part", [0, 1, 2])
def test_process_of_another_machine_container_or_user_is_not_judged(part: int) -> None:
    with another() as (program, name):
        program.kill()
        program.wait()
        parts = name.split("/")
        parts[part] = "other"

        assert pulse.is_over("/".join(parts)) is False


@pytest.mark.parametrize("name", ["", "/", "a/b/c/d@e", "1@2"])
def test_what_names_nobody_is_not_judged(name: str) -> None:
    assert pulse.is_over(name) is False


def test_nobody_is_named_or_judged_where_nothing_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = pulse.own()
    monkeypatch.setattr(pulse, "_PROC", tmp_path)
    monkeypatch.setattr(pulse, "_BOOT", tmp_path / "none")
    for each in (pulse._name_of, pulse._where):
        each.cache_clear()
        monkeypatch.setattr(pulse, each.__name__, each.__wrapped__)

    assert pulse.own() == ""
    assert pulse.is_over(named) is False
