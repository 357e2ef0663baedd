"""The threat model names the tests that prove it."""

import re
from pathlib import Path

import pytest

from mockwx.listeners.crowd import MOST_CONNECTIONS
from mockwx.listeners.crowd import MOST_HANDSHAKES
from mockwx.listeners.crowd import Patience
from tests.docs.pages import DOCS
from tests.docs.pages import ROOT


PAGE = DOCS / "explanation" / "security.md"
PAGES = (PAGE, PAGE.with_name("security.zh-CN.md"))
TEST = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"^\s*def (test_\w+)\(", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_the_page_names_is_there(page: Path) -> None:
    files = (ROOT / "tests").rglob("test_*.py")
    there = {
        name for each in files for name in DEFINED.findall(each.read_text("utf-8"))
    }

    named = set(TEST.findall(page.read_text("utf-8")))

    assert named
    assert named - there == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_threat_names_a_test(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    threats = [line for line in rows if not line.endswith(("| tests |", "| 测试 |"))]

    assert [line for line in threats if not TEST.search(line)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_limits_on_the_page_are_those_of_the_listeners(page: Path) -> None:
    patience = Patience()
    told = page.read_text("utf-8")

    for limit in (MOST_CONNECTIONS, MOST_HANDSHAKES):
        assert re.search(rf"\| {limit:,}\b", told), limit
    for seconds in (patience.head, patience.handshake, patience.idle):
        assert f"| {seconds:g} s" in told, seconds


def test_both_languages_name_the_same_tests() -> None:
    english, chinese = (TEST.findall(page.read_text("utf-8")) for page in PAGES)

    assert english == chinese
