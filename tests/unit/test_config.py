"""Settings: from options, from the environment, or by default."""

import re
from pathlib import Path
from typing import Any

import pytest

from mockwx.config import DEFAULT_SEED
from mockwx.config import Settings
from mockwx.config import SettingsError
from mockwx.config import data_folder
from mockwx.config import environ_with
from mockwx.config import is_loopback
from mockwx.config import is_wildcard


def test_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environ({}) == Settings()


def test_every_setting_has_an_environment_twin() -> None:
    environ = {
        "MOCKWX_HOST": "0.0.0.0",
        "MOCKWX_PORT": "0",
        "MOCKWX_SEED": "42",
        "MOCKWX_POLICY": "strict",
        "MOCKWX_LOCALE": "en_US",
        "MOCKWX_TOKEN": "secret",
        "MOCKWX_ERRMSG_SUFFIX": "hints",
        "MOCKWX_SNS_CONTENT_TYPE": "application/json",
        "MOCKWX_JSON_CONTENT_TYPE": "text/plain",
        "MOCKWX_ESCAPE_SLASH": "Yes",
        "MOCKWX_JOURNAL_SIZE": "5",
        "MOCKWX_HISTORY_DAYS": "6",
        "MOCKWX_MAX_BODY": "2048",
        "MOCKWX_FREEZE": "1700000000",
        "PATH": "/bin",
    }

    assert Settings.from_environ(environ) == Settings(
        host="0.0.0.0",
        port=0,
        seed=42,
        policy="strict",
        locale="en_US",
        token="secret",
        errmsg_suffix="hints",
        sns_content_type="application/json",
        json_content_type="text/plain",
        escape_slash=True,
        journal_size=5,
        history_days=6,
        max_body=2048,
        freeze=1_700_000_000,
    )


def test_empty_variable_counts_as_absent() -> None:
    assert Settings.from_environ({"MOCKWX_SEED": "", "MOCKWX_HOST": ""}) == Settings()


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("on", True), ("0", False), ("FALSE", False)]
)
def test_switch_is_read(text: str, value: bool) -> None:
    settings = Settings.from_environ({"MOCKWX_ESCAPE_SLASH": text})

    assert settings.escape_slash is value


VARIABLES = [
    (
        "MOCKWX_PORT",
        "x",
        "MOCKWX_PORT must be a whole number, not 'x'.",
        "必须是整数，不能是 'x'。",
    ),
    (
        "MOCKWX_ESCAPE_SLASH",
        "2",
        "MOCKWX_ESCAPE_SLASH must be 1 or 0, not '2'.",
        "必须是 1 或 0，不能是 '2'。",
    ),
    (
        "MOCKWX_POLICY",
        "x",
        "policy must be one of docs, strict, calm, not 'x'.",
        "必须是其中之一：docs, strict, calm；不能是 'x'。",
    ),
]


@pytest.mark.parametrize(("variable", "text", "message", "rule_zh"), VARIABLES)
def test_bad_variable_is_named(
    variable: str, text: str, message: str, rule_zh: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({variable: text})

    assert str(caught.value) == message
    assert caught.value.rule_zh == rule_zh


REFUSED: list[tuple[str, Any]] = [
    ("host", ""),
    ("port", -1),
    ("port", 65_536),
    ("port", True),
    ("port", "7778"),
    ("seed", -1),
    ("policy", ""),
    ("locale", "fr_FR"),
    ("token", ""),
    ("token", "two words"),
    ("token", "中"),
    ("errmsg_suffix", "long"),
    ("sns_content_type", "text/html"),
    ("json_content_type", "text/html"),
    ("journal_size", 0),
    ("history_days", 0),
    ("max_body", 0),
    ("freeze", -1),
    ("freeze", 2**32),
    ("host", 5),
    ("store", None),
    ("token", b"mine"),
    ("tls", "no"),
    ("escape_slash", 1),
    ("journal_size", None),
    ("world", {}),
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_impossible_value_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"^{name} must .*\\.$") as caught:
        Settings(**{name: value})

    assert caught.value.name == name
    assert re.fullmatch(
        "(必须是|不能为空；).*[\u4e00-\u9fff].*。", caught.value.rule_zh
    )


def test_people_are_the_same_without_a_seed() -> None:
    assert Settings().people_seed == DEFAULT_SEED
    assert Settings(seed=0).people_seed == 0


@pytest.mark.parametrize(
    ("host", "loopback", "wildcard"),
    [
        ("127.0.0.1", True, False),
        ("127.5.5.5", True, False),
        ("localhost", True, False),
        ("LOCALHOST.", True, False),
        ("::1", True, False),
        ("[::1]", True, False),
        ("0.0.0.0", False, True),
        ("::", False, True),
        ("[::]", False, True),
        ("192.168.0.1", False, False),
        ("mock.test", False, False),
        ("127.0.0.1.mock.test", False, False),
    ],
)
def test_reach_of_a_host(host: str, loopback: bool, wildcard: bool) -> None:
    assert is_loopback(host) is loopback
    assert is_wildcard(host) is wildcard


def test_child_gets_this_environment_with_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOCKWX_TEST_KEPT", "kept")
    monkeypatch.setenv("MOCKWX_TEST_CHANGED", "old")

    child = environ_with(MOCKWX_TEST_CHANGED="new")

    assert child["MOCKWX_TEST_KEPT"] == "kept"
    assert child["MOCKWX_TEST_CHANGED"] == "new"


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"MOCKWX_DATA": "/d", "XDG_DATA_HOME": "/x"}, Path("/d")),
        ("linux", {"XDG_DATA_HOME": "/x"}, Path("/x/mockwx")),
        ("linux", {"XDG_DATA_HOME": "x"}, Path.home() / ".local/share/mockwx"),
        ("linux", {}, Path.home() / ".local/share/mockwx"),
        ("darwin", {}, Path.home() / "Library/Application Support/mockwx"),
        ("win32", {"LOCALAPPDATA": "/l"}, Path("/l/mockwx")),
        ("win32", {}, Path.home() / "AppData/Local/mockwx"),
    ],
    ids=str,
)
def test_data_folder_is_where_the_system_keeps_such_files(
    platform: str, environ: dict[str, str], expected: Path
) -> None:
    assert data_folder(environ, platform) == expected.absolute()


def test_token_does_not_show_where_settings_are_shown() -> None:
    assert "key-to-the-door" not in repr(Settings(token="key-to-the-door"))
