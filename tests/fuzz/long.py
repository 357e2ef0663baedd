"""Fuzzes every parser for as long as one likes, each time with other inputs.

    python -m tests.fuzz.long [--minutes 30]

A third of the time each: atheris on the doctor and on what the proxy reads first, led
by coverage (Hypothesis alone where atheris is not to be had); the properties that
Hypothesis proves of every parser, again and again; malformed requests, schemathesis.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from mockwx.clock import monotonic_ns
from tests.environments import child_environment
from tests.environments import python_environment


ROOT = Path(__file__).parents[2]
ATHERIS = ("atheris>=3,<4", "cryptography>=45")
TARGETS = ("doctor", "proxy")
PROPERTIES = (
    "tests/fuzz/test_parsers.py",
    "tests/fuzz/test_malformed.py",
    "tests/unit/diagnosis/test_any_question.py",
    "tests/unit/simulator/test_any_file.py",
    "tests/unit/simulator/sketch",
    "tests/unit/store/test_records.py",
)
MINUTES = 30


def has_atheris() -> bool:
    """Say whether atheris can be installed here: it has wheels for some Pythons."""
    return (
        sys.platform == "linux"
        and platform.python_implementation() == "CPython"
        and (3, 11) <= sys.version_info[:2] <= (3, 13)
    )


def fuzz(seconds: float) -> list[str]:
    """Fuzz for about so long; return what failed."""
    failed: list[str] = []
    share = seconds / 3
    if has_atheris():
        for target in TARGETS:
            failed += _atheris(target, share / len(TARGETS))
    else:
        click.echo("atheris has no wheel for this Python: Hypothesis stands for it.")
    failed += _properties(share if has_atheris() else 2 * share)
    failed += _run("requests and OpenAPI", _pytest("-m", "fuzz", "tests/fuzz"), share)
    return failed


def _atheris(target: str, seconds: float) -> list[str]:
    interpreter = python_environment(*ATHERIS)
    driver = str(ROOT / "tests/fuzz/drivers/atheris_targets.py")
    with tempfile.TemporaryDirectory() as corpus:
        command = [str(interpreter), driver, target, f"-max_total_time={int(seconds)}"]
        return _run(f"atheris on the {target}", [*command, corpus], seconds + 60)


def _properties(seconds: float) -> list[str]:
    until = monotonic_ns() + int(seconds * 1e9)
    rounds = 0
    while not rounds or monotonic_ns() < until:
        rounds += 1
        failed = _run("properties", _pytest(*PROPERTIES), 600)
        if failed:
            return failed
    click.echo(f"properties: {rounds} rounds")
    return []


def _pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]


def _run(name: str, command: Sequence[str], seconds: float) -> list[str]:
    """Run a command; one whose time is up has found nothing so far."""
    environ = child_environment(PYTHONPATH=str(ROOT))
    program = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said = program.communicate(timeout=max(seconds, 60))[0].strip()
    except subprocess.TimeoutExpired:
        # With all that it started itself.
        os.killpg(program.pid, signal.SIGKILL)
        program.communicate()
        click.echo(f"{name}: time is up, nothing found")
        return []
    click.echo(f"{name}: {said.splitlines()[-1] if said else 'no word'}")
    if program.returncode == 0:
        return []
    click.echo(said[-4_000:])
    return [name]


def main() -> None:
    """Fuzz, and end with 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    failed = fuzz(parser.parse_args().minutes * 60)
    click.echo(f"found: {', '.join(failed) or 'nothing'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
