"""What the page on base URLs says of an SDK leads it to the mock, by itself."""

import json
import subprocess
from pathlib import Path

import pytest

from mockwx import MockServer
from mockwx.config import Settings
from tests.control import Mock
from tests.docs.pages import DOCS
from tests.docs.pages import blocks
from tests.environments import InstallError
from tests.environments import child_environment
from tests.sdk.alice import SEED
from tests.sdk.alice import Alice
from tests.sdk.alice import wrong_facts
from tests.sdk.matrix import ROWS
from tests.sdk.row import SETTING_FILES
from tests.sdk.row import Row
from tests.sdk.row import each_row


PAGE = DOCS / "how-to" / "set-the-base-url.md"
SETTINGS = {block.sdk: block for block in blocks(PAGE) if block.sdk}
SECONDS = 100


@pytest.mark.external
# The installation has a limit of its own.
@pytest.mark.timeout(800, func_only=True)
@each_row(*(row for row in ROWS if row.setting))
def test_setting_on_the_page_leads_the_sdk_to_the_mock(
    row: Row, tmp_path: Path
) -> None:
    block = SETTINGS[on_the_page(row)]
    (tmp_path / SETTING_FILES[block.language]).write_text(block.text, encoding="utf-8")

    with MockServer(Settings(seed=SEED)) as server:
        alice = Alice.of(server)
        ran = run(row, tmp_path, server.url)
        asked = Mock(server.url).paths()

    assert ran.returncode == 0, ran.stderr
    shown = json.loads(ran.stdout.splitlines()[-1])
    assert sorted(shown) == sorted(row.led)
    for flow, facts in shown.items():
        assert wrong_facts(flow, facts, alice) == {}, flow
    assert len(asked) >= len(shown.keys() - {"decrypt"})


def test_every_setting_on_the_page_is_played() -> None:
    assert SETTINGS.keys() == {on_the_page(row) for row in ROWS if row.setting}


def test_every_row_that_names_a_setting_is_led_by_it() -> None:
    named = [row.name for row in ROWS if row.base_url]

    assert named == [row.name for row in ROWS if row.setting]
    assert named == [row.name for row in ROWS if row.led]


def on_the_page(row: Row) -> str:
    """Name an SDK without what a row tells of it besides, behind a comma."""
    return row.sdk.partition(",")[0]


def run(row: Row, folder: Path, wechat: str) -> "subprocess.CompletedProcess[str]":
    """Start the driver that goes by the setting in a folder."""
    if row.setting is None:
        raise ValueError(f"{row.name} has no setting.")
    try:
        driver = row.setting(folder)
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)
    settings = {"WECHAT_API": wechat, "WECHAT_OPEN": wechat, "MOCKWX_URL": wechat}
    return subprocess.run(
        driver,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env=child_environment(**settings),
    )
