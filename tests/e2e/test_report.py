"""A colleague opens the report: a real browser on the file."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import Page
from tests.browser import browser
from tests.environments import InstallError
from tests.environments import child_environment


pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(120, func_only=True),
    pytest.mark.needs("chromium"),
    pytest.mark.needs("node"),
    pytest.mark.needs("npm"),
]

ROOT = Path(__file__).parent.parent.parent
IMAGES = ROOT / "docs" / "images"
BUG = Path("docs") / "examples" / "callback_bug_backend"


@pytest.fixture(scope="module")
def one_browser() -> Iterator[Page]:
    try:
        with browser() as page:
            yield page
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Play the example with a bug, and one story that goes well."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    good = file.parent / "good.scenario.yaml"
    good.write_text("name: A good story\nsteps:\n- wx.login\n", encoding="utf-8")
    address = "wsgi:docs.examples.callback_bug_backend.app:create_app"
    subprocess.run(
        [
            *(sys.executable, "-m", "simulator", "run", BUG, good, "--html", file),
            *("--backend", BUG / "callback_bug.backend.yaml"),
            *("--backend-url", address),
        ],
        cwd=ROOT,
        env=child_environment(),
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_all(one_browser: Page, report: str, scheme: str) -> None:
    one_browser.open(report, colorScheme=scheme)

    assert one_browser.violations() == []
    assert one_browser.errors() == []


def test_language_is_one_click_away(one_browser: Page, report: str) -> None:
    one_browser.open(report)
    english = one_browser.text("h1")
    one_browser.click("#language")

    assert english == "1 of 2 stories failed"
    assert one_browser.text("h1") == "2 个故事中有 1 个失败"
    assert one_browser.attribute("html", "lang") == "zh-CN"


def test_keyboard_leads_from_the_finding_to_its_step(
    one_browser: Page, report: str
) -> None:
    one_browser.open(report)
    one_browser.press("Tab", "Enter", "Tab", "Enter")

    assert one_browser.focused().startswith("summary ✕")


def test_only_what_failed_hides_the_good_story(one_browser: Page, report: str) -> None:
    one_browser.open(report)
    one_browser.click("#only-failed")

    assert one_browser.hidden("details.story.good")
    assert not one_browser.hidden("details.story.bad")


def test_narrow_window_needs_no_scrolling_sideways(
    one_browser: Page, report: str
) -> None:
    one_browser.open(report)
    one_browser.resize(420, 900)

    assert one_browser.overflow() == 0


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_pictures_are_taken(
    one_browser: Page, report: str, tmp_path: Path, lang: str
) -> None:
    """Take both pictures; keep them only if MOCKWX_SCREENSHOTS=1 says so."""
    kept = os.environ.get("MOCKWX_SCREENSHOTS") == "1"
    suffix = ".zh-CN" if lang == "zh-CN" else ""
    picture = (IMAGES if kept else tmp_path) / f"report{suffix}.png"
    viewport = {"width": 1200, "height": 1480}
    one_browser.open(report, colorScheme="light", viewport=viewport)
    if lang == "zh-CN":
        one_browser.click("#language")

    one_browser.screenshot(picture)
    if kept:
        Image.open(picture).quantize(128).save(picture, optimize=True)

    assert picture.read_bytes().startswith(b"\x89PNG")
