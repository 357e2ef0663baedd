"""The pages agree with each other: twins, links, and no name of any machine."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import CHINESE
from tests.docs.pages import DOCS
from tests.docs.pages import ENGLISH_ONLY
from tests.docs.pages import ROOT
from tests.docs.pages import all_pages
from tests.docs.pages import blocks
from tests.docs.pages import docs
from tests.docs.pages import english_pages
from tests.docs.pages import links
from tests.docs.pages import named
from tests.docs.pages import twin
from tests.docs.rows import demand


README = ROOT / "README.md"
INDEX = DOCS / "README.md"
DECISIONS = DOCS / "adr"

# A folder of one machine helps nobody on another.
FOLDER = re.compile(r"(?<![\w.*])/(?:home|Users|root|tmp|opt|mnt|var)/|\b[A-Z]:\\")
HOST = re.compile(r"https?://([^/\s`\"')\]|]+)")
# Pages send their readers nowhere else.
HOSTS = {
    "127.0.0.1",
    "api.weixin.qq.com",
    "developers.weixin.qq.com",
    "docs.locust.io",
    "keepachangelog.com",
    "open.weixin.qq.com",
    "semver.org",
    "shop.example",
}
IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("page", english_pages(), ids=named)
def test_every_page_has_a_chinese_twin_with_the_same_code(page: Path) -> None:
    chinese = twin(page)

    assert chinese.is_file()
    assert IDEOGRAPH.search(chinese.read_text(encoding="utf-8"))
    assert [(each.language, each.words, each.text) for each in blocks(chinese)] == [
        (each.language, each.words, each.text) for each in blocks(page)
    ]


@pytest.mark.parametrize("page", english_pages(), ids=named)
def test_twins_link_to_each_other(page: Path) -> None:
    assert twin(page).name in links(page)
    assert page.name in links(twin(page))


@pytest.mark.parametrize("page", all_pages(), ids=named)
def test_every_internal_link_leads_somewhere(page: Path) -> None:
    internal = [link for link in links(page) if "://" not in link]

    broken = [link for link in internal if not _leads_somewhere(page, link)]

    assert broken == []


@pytest.mark.parametrize("page", all_pages(), ids=named)
def test_no_page_names_a_folder_of_one_machine(page: Path) -> None:
    assert FOLDER.findall(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", all_pages(), ids=named)
def test_pages_name_known_hosts_only(page: Path) -> None:
    named_there = HOST.findall(page.read_text(encoding="utf-8"))

    assert {host.partition(":")[0] for host in named_there} - HOSTS == set()


@pytest.mark.parametrize("page", all_pages(), ids=named)
def test_every_code_block_says_its_language(page: Path) -> None:
    assert [each.place for each in blocks(page) if not each.language] == []


@pytest.mark.parametrize("page", [README, twin(README)], ids=named)
def test_readme_is_short_and_begins_with_what_to_type(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    first = blocks(page)[0]

    assert len(lines) < 150
    assert first.line < 25
    assert "make demo" in first.text
    assert "make test" in first.text


def test_index_of_decisions_lists_each_of_them_once() -> None:
    written = sorted(page.name for page in DECISIONS.glob("[0-9]*.md"))

    assert links(DECISIONS / "README.md") == written


@pytest.mark.parametrize("index", [INDEX, twin(INDEX)], ids=named)
def test_index_leads_to_every_page_of_its_language(index: Path) -> None:
    linked = {(index.parent / link).resolve() for link in links(index)}
    pages = [
        page
        for page in docs()
        if page.name.endswith(CHINESE) == index.name.endswith(CHINESE)
        and not any(folder in page.parents for folder in ENGLISH_ONLY)
    ]

    missing = [
        f"* [{title_of(page)}]({page.relative_to(index.parent).as_posix()})"
        for page in pages
        if page not in {*linked, index}
    ]

    demand(index, missing=missing)


def title_of(page: Path) -> str:
    """Return what a page is called."""
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not anchor:
        return target.exists()
    return target.is_file() and anchor in _anchors(target)


def _anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {
        re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings
    }
