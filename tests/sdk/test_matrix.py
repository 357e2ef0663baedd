"""Every SDK and client, unchanged under `mockwx run`, does what its row declares."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mockwx import MockServer
from mockwx.config import DEFAULT_APPID
from mockwx.config import Settings
from tests.control import Mock
from tests.environments import OF_THE_TEST_RUN
from tests.environments import InstallError
from tests.sdk.matrix import ROWS
from tests.sdk.row import FLOWS
from tests.sdk.row import RUN_NETNS
from tests.sdk.row import Row


# The installation has a limit of its own.
pytestmark = [pytest.mark.external, pytest.mark.timeout(800, func_only=True)]

SECONDS = 100
SEED = 1

SESSION_KEY = "[A-Za-z0-9+/]{22}=="
ACCESS_TOKEN = r"\d\d_[A-Za-z0-9_-]{130,}"
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

# What an SDK may say of each; where there are several, one of them.
FACTS: Mapping[str, tuple[set[str], ...]] = {
    "login": ({"openid", "session_key"},),
    "token": ({"access_token"},),
    "phone": ({"phoneNumber"},),
    "decrypt": ({"nickName", "appid"},),
    "error": ({"errcode"}, {"text"}),
    "retry": ({"phoneNumber"}, {"openid"}),
    "web": ({"openid", "nickName"},),
}


@dataclass(frozen=True, slots=True)
class Alice:
    """Who she is in every mock with this seed."""

    openid: str
    phone: str
    nickname: str


@pytest.fixture(scope="module")
def alice() -> Iterator[Alice]:
    with MockServer(Settings(seed=SEED)) as server:
        mock = Mock(server.url)
        mock.login_code()
        shown = mock.wx("getUserProfile", desc="for a page", base_library="2.20.0")
        directory = server.wechat.directory
        yield Alice(
            openid=directory.openid_of(DEFAULT_APPID, "alice"),
            phone=directory.user("alice").phone.pure_phone_number,
            nickname=shown["userInfo"]["nickName"],
        )


def each_row(*rows: Row) -> pytest.MarkDecorator:
    """Play a test with these rows, each where its tools are."""
    cases = [
        pytest.param(row, id=row.name, marks=[pytest.mark.needs(t) for t in row.needs])
        for row in rows
    ]
    return pytest.mark.parametrize("row", cases)


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
    ran = run(row, tmp_path)

    assert "mockwx: 0 calls reached WeChat." in ran.stderr
    assert "--netns" in ran.stderr


def test_rows_differ_and_declare_flows_that_exist() -> None:
    names = [row.name for row in ROWS]

    assert sorted(set(names)) == sorted(names)
    assert {flow for row in ROWS for flow in row.flows} <= set(FLOWS)
    assert all(row.flows for row in ROWS)


def run(row: Row, folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Start the driver of a row, as a developer starts a backend."""
    try:
        driver = row.command()
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)
    environ = {k: v for k, v in os.environ.items() if k not in OF_THE_TEST_RUN}
    mockwx = [sys.executable, "-m", "mockwx", "run", "--seed", str(SEED), *options]
    return subprocess.run(
        [*mockwx, "--", *driver],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env=environ | {"MOCKWX_DATA": str(folder), "PYTHONIOENCODING": "utf-8"},
    )


def wrong_facts(flow: str, facts: dict[str, Any], alice: Alice) -> dict[str, Any]:
    """Return what an SDK said of a flow and what is not so."""
    right = {
        "openid": re.escape(alice.openid),
        "session_key": SESSION_KEY,
        "access_token": ACCESS_TOKEN,
        "phoneNumber": re.escape(alice.phone),
        "nickName": re.escape(alice.nickname),
        "appid": DEFAULT_APPID,
        "errcode": "40163",
        "text": "(?s).*40163.*",
    }
    if set(facts) not in FACTS[flow]:
        return {"facts": sorted(facts)}
    return {
        fact: said
        for fact, said in facts.items()
        if not re.fullmatch(right[fact], str(said))
    }


def may_have_a_network_of_its_own() -> bool:
    """Tell whether this machine lets us make one."""
    asked = subprocess.run(["unshare", "-n", "-m", "true"], check=False)
    return asked.returncode == 0
