"""Every SDK and client, unchanged under `mockwx run`, does what its row declares."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

import pytest

from mockwx import MockServer
from mockwx.config import Settings
from tests.environments import OF_THE_TEST_RUN
from tests.environments import InstallError
from tests.namespaces import apart
from tests.namespaces import may_have_a_network_of_its_own
from tests.namespaces import out_of_reach
from tests.sdk.alice import SEED
from tests.sdk.alice import Alice
from tests.sdk.alice import wrong_facts
from tests.sdk.matrix import ROWS
from tests.sdk.row import FLOWS
from tests.sdk.row import RUN_NETNS
from tests.sdk.row import Row
from tests.sdk.row import each_row


# The installation has a limit of its own.
pytestmark = [pytest.mark.external, pytest.mark.timeout(800, func_only=True)]

SECONDS = 100
TOKENS = r"/cgi-bin/(stable_)?token  ok"

# What the summary of `mockwx run` says of a flow that really took place.
CALLS: Mapping[str, tuple[str, ...]] = {
    "login": (r"/sns/jscode2session  ok",),
    "token": (TOKENS,),
    "phone": (TOKENS, r"/wxa/business/getuserphonenumber  ok"),
    "decrypt": (r"/sns/jscode2session  ok",),
    "error": (r"errcode 40163",),
    "retry": (TOKENS, r"errcode (40001|40014|42001)"),
    "web": (r"/sns/oauth2/access_token  ok", r"/sns/userinfo  ok"),
}


@pytest.fixture(scope="module")
def alice() -> Alice:
    with MockServer(Settings(seed=SEED)) as server:
        return Alice.of(server)


@each_row(*ROWS)
def test_sdk_does_unchanged_what_its_row_declares(
    row: Row, alice: Alice, tmp_path: Path
) -> None:
    ran = run(row, tmp_path, *row.way.split()[2:])

    if row.way == RUN_NETNS and not may_have_a_network_of_its_own():
        assert ran.returncode == 2
        assert ran.stderr.startswith("mockwx: --netns is refused (")
        return
    assert ran.returncode == 0, ran.stderr
    shown = json.loads(ran.stdout.splitlines()[-1])
    assert sorted(shown) == sorted(row.flows)
    for flow, facts in shown.items():
        assert wrong_facts(flow, facts, alice) == {}, ran.stderr
        for call in CALLS[flow]:
            assert re.search(call, ran.stderr), ran.stderr


@each_row(*(row for row in ROWS if row.way == RUN_NETNS))
def test_sdk_that_needs_a_network_of_its_own_is_told_so(
    row: Row, tmp_path: Path
) -> None:
    # Unled, it would ask the real WeChat: where that cannot be kept out of its reach,
    # its client asks a closed port, which nothing of ours leads either.
    elsewhere = out_of_reach("")
    ran = run(row, tmp_path, before=apart(), asked=[elsewhere] if elsewhere else [])

    assert "mockwx: 0 calls reached WeChat." in ran.stderr
    assert "--netns" in ran.stderr


def test_rows_differ_and_declare_flows_that_exist() -> None:
    names = [row.name for row in ROWS]

    assert sorted(set(names)) == sorted(names)
    assert {flow for row in ROWS for flow in row.flows} <= set(FLOWS)
    assert all(row.flows for row in ROWS)


def run(
    row: Row,
    folder: Path,
    *options: str,
    before: Sequence[str] = (),
    asked: Sequence[str] = (),
) -> "subprocess.CompletedProcess[str]":
    """Start the driver of a row, as a developer starts a backend."""
    try:
        driver = row.command()
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)
    environ = {k: v for k, v in os.environ.items() if k not in OF_THE_TEST_RUN}
    mockwx = [sys.executable, "-m", "mockwx", "run", "--seed", str(SEED), *options]
    return subprocess.run(
        [*before, *mockwx, "--", *driver, *asked],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env=environ | {"MOCKWX_DATA": str(folder), "PYTHONIOENCODING": "utf-8"},
    )
