"""One row of the matrix: an SDK or client, how it is started, what it is to do."""

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest


DRIVERS = Path(__file__).parent / "drivers"

RUN = "mockwx run"
RUN_NETNS = "mockwx run --netns"

SETTING_FILES = {
    "python": "setting.py",
    "js": "setting.js",
    "java": "Setting.java",
    "go": "setting.go",
}

FLOWS = ("login", "token", "phone", "decrypt", "error", "retry", "web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An SDK, unchanged, whose address is https://api.weixin.qq.com.

    Its driver is a program that is started as `mockwx run --seed 1 -- DRIVER`. It plays
    alice's phone through $MOCKWX_URL/_mockwx/api/, lets the SDK do what a backend does,
    and prints one object of JSON, {flow: facts}, as its last line of standard output.
    The facts are what the SDK said, never what the mock told the phone:

    login: openid, session_key
    token: access_token
    phone: phoneNumber
    decrypt: nickName and appid, out of getUserProfile with base_library 2.20.0
    error: errcode or text, of a code that was used twice
    retry: phoneNumber or openid, asked for with a token that had expired meanwhile
    web: openid, nickName, of a person who logged in on a web page
    """

    sdk: str
    version: str
    language: str
    http_stack: str
    command: Callable[[], Sequence[str | Path]]
    """Installs what the driver needs; returns the words that start it."""
    flows: tuple[str, ...]
    way: str = RUN
    needs: tuple[str, ...] = ()
    """Tools that have to be on the PATH."""
    bare: bool = False
    """An HTTP client that knows nothing of WeChat: the driver knows it."""
    base_url: str = ""
    """The setting that leads it to another address, as Markdown; none: hard coded."""
    setting: Callable[[Path], Sequence[str | Path]] | None = None
    """Returns the words of a driver that goes by docs/how-to/set-the-base-url.md.

    The page's code for this SDK, the block with the word sdk=NAME, lies in the folder
    that is given, under the name in SETTING_FILES. The driver imports or compiles it,
    and is started without `mockwx run`: WECHAT_API and WECHAT_OPEN tell the code where
    the mock is, MOCKWX_URL tells the phone.
    """
    led: tuple[str, ...] = ()
    """What that driver shows: the flows in which all calls are led by the setting."""
    note: tuple[str, str] = ("", "")
    """What else the page has to say, in English and Chinese."""

    @property
    def name(self) -> str:
        """Name the row in a test's id."""
        return f"{self.sdk} {self.version}".strip().replace(" ", "-")


def each_row(*rows: Row) -> pytest.MarkDecorator:
    """Play a test with these rows, each where its tools are."""
    cases = [
        pytest.param(row, id=row.name, marks=[pytest.mark.needs(t) for t in row.needs])
        for row in rows
    ]
    return pytest.mark.parametrize("row", cases)
