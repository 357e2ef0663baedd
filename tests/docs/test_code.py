"""The code on the pages runs: shell with curl and openssl, Python, YAML.

A shell block marked `runnable` runs against a fresh mock, in one shell per page: later
ones may use what earlier ones set. A text block marked `output` is what the blocks
before it print; `…` stands for anything within a line.
"""

import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from tests.control import Mock
from tests.docs.pages import Block
from tests.docs.pages import all_pages
from tests.docs.pages import blocks
from tests.docs.pages import english_pages
from tests.docs.pages import named
from tests.plugins import plugin_options


pytestmark = pytest.mark.slow


SERVE = "http://127.0.0.1:7778"
# A sign no page prints, between the outputs of two blocks.
BORDER = "\x1e"

ENGLISH = english_pages()
# What is said of an SDK runs where that SDK is, in tests/sdk/test_base_url.py.
PYTHON = [
    each
    for page in ENGLISH
    for each in blocks(page)
    if each.language == "python" and not each.sdk
]


def is_runnable(block: Block) -> bool:
    """Tell whether a block is for the shell of its page."""
    return block.language == "sh" and "runnable" in block.words


def is_output(block: Block) -> bool:
    """Tell whether a block is what the blocks before it print."""
    return block.language == "text" and "output" in block.words


RUNNABLE = [page for page in ENGLISH if any(map(is_runnable, blocks(page)))]


@pytest.mark.needs("curl")
@pytest.mark.needs("openssl")
@pytest.mark.needs("sha1sum")
@pytest.mark.parametrize("page", RUNNABLE, ids=named)
def test_shell_on_a_page_prints_what_the_page_says(
    page: Path, mock: Mock, tmp_path: Path
) -> None:
    marked = [each for each in blocks(page) if is_runnable(each) or is_output(each)]

    scripts = [each.text for each in marked if is_runnable(each)]

    unread = iter(run_shell(scripts, mock.url, folder=tmp_path))

    pending = ""
    for block in marked:
        if is_runnable(block):
            pending += next(unread)
        else:
            assert as_pattern(block.text).fullmatch(pending), (block.place, pending)
            pending = ""


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.place)
def test_python_on_a_page_runs(block: Block, tmp_path: Path) -> None:
    program = tmp_path / "test_page.py"
    program.write_text(block.text, encoding="utf-8")
    test = ["-m", "pytest", "-q", *plugin_options()]
    pytest_or_python = test if "def test_" in block.text else []

    ran = subprocess.run(
        [sys.executable, *pytest_or_python, str(program)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_readme_has_the_login_that_curl_alone_can_do() -> None:
    readme = ENGLISH[0]
    shell = "".join(each.text for each in blocks(readme) if is_runnable(each))

    for word in ("wx/login", "sns/jscode2session", "wx/getUserInfo"):
        assert word in shell
    assert "openssl enc -d -aes-128-cbc" in shell
    assert "sha1sum" in shell


def test_no_page_is_marked_with_a_word_that_no_test_knows() -> None:
    everything = chain.from_iterable(map(blocks, all_pages()))

    odd = [
        each.place
        for each in everything
        if each.words and not (is_runnable(each) or is_output(each) or each.sdk)
    ]

    assert odd == []


def run_shell(scripts: list[str], url: str, *, folder: Path) -> list[str]:
    """Run scripts in one shell that stops at the first failure; return each output."""
    border = f"\nprintf '{BORDER}'\n"
    ran = subprocess.run(
        ["sh", "-eu"],
        cwd=folder,
        input=border.join(scripts).replace(SERVE, url),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.split(BORDER)


def as_pattern(expected: str) -> re.Pattern[str]:
    """Read `…` as anything within a line; a line's end need not be printed."""
    parts = map(re.escape, expected.rstrip("\n").split("…"))
    return re.compile("[^\n]*".join(parts) + "\n?")
