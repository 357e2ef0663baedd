"""A hundred tests side by side on one mock and one unchanged backend."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from simulator import connect_wechat
from tests.e2e.worlds.hundred import WORLDS
from tests.e2e.worlds.hundred import Own
from tests.environments import child_environment


HUNDRED = Path(__file__).parent / "worlds" / "hundred.py"
SAMPLE_BACKEND = Path(__file__).parents[2] / "docs/examples/flask_backend"
SECONDS = 100

# It takes longer than the quick tests may.
pytestmark = pytest.mark.external

SERVE_BACKEND = """
import logging

from werkzeug.serving import make_server

from app import app

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, app, threaded=True)
print(f"backend on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
"""


@contextmanager
def started(*words: str, **settings: str) -> Iterator[str]:
    """Run a program; yield the address that its first line ends with."""
    program = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=SAMPLE_BACKEND,
        env=child_environment(**settings),
    )
    assert program.stdout is not None
    try:
        said = program.stdout.readline().rstrip()
        if "http://" not in said:
            pytest.fail(f"{' '.join(words[:3])} did not start: it said {said!r}")
        yield said.rpartition(" ")[2]
    finally:
        program.kill()
        program.communicate()


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with started("-m", "mockwx", "serve", "--port", "0") as address:
        yield address


@pytest.fixture(scope="module")
def backend(mock: str) -> Iterator[str]:
    settings = {"WECHAT_APPID": DEFAULT_APPID, "WECHAT_SECRET": DEFAULT_SECRET}
    with started("-c", SERVE_BACKEND, WECHAT_API=mock, **settings) as address:
        yield address


@pytest.fixture(scope="module")
def played(mock: str, backend: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-n", "4", "-q", str(HUNDRED)]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"HUNDRED_MOCK": mock, "HUNDRED_BACKEND": backend},
    )


def test_hundred_tests_pass_side_by_side(
    played: "subprocess.CompletedProcess[str]",
) -> None:
    assert played.returncode == 0, played.stdout[-4000:] + played.stderr[-4000:]
    assert f"{len(WORLDS)} passed" in played.stdout


def test_each_world_is_afterwards_as_its_test_left_it(
    played: "subprocess.CompletedProcess[str]", mock: str
) -> None:
    wechat = connect_wechat(mock)

    for own in map(Own, WORLDS):
        world = wechat.in_world(own.name)
        (alice,) = world.control("GET", "users")["users"]
        assert (alice["name"], alice["nickName"]) == ("alice", own.nick_name)
        assert world.control("GET", "clock")["now"] == own.noon + own.wait
        assert world.control("GET", "faults")["faults"] == []


def test_world_of_nobody_knows_only_the_token_of_the_backend(
    played: "subprocess.CompletedProcess[str]", mock: str
) -> None:
    wechat = connect_wechat(mock)

    journal = wechat.control("GET", "exchanges", {"kind": "any"})["exchanges"]

    assert {each["request"]["path"] for each in journal} == {"/cgi-bin/token"}
    assert wechat.control("GET", "users")["users"] == []
    assert not wechat.control("GET", "clock")["frozen"]
