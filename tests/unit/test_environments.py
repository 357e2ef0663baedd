"""Throw-away environments are made once, whole or not at all."""

import sys
from pathlib import Path

import pytest

from tests.environments import InstallError
from tests.environments import built_once
from tests.environments import child_environment
from tests.environments import install
from tests.environments import named_after


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "mockwx-tests"


def test_environment_is_built_once(cache: Path) -> None:
    built: list[Path] = []

    def build(folder: Path) -> None:
        folder.mkdir()
        built.append(folder)

    folders = {built_once("some", build), built_once("some", build)}

    assert folders == {cache / "some"}
    assert len(built) == 1


def test_failed_build_leaves_nothing_behind(cache: Path) -> None:
    def build(folder: Path) -> None:
        folder.mkdir()
        raise InstallError("half done")

    with pytest.raises(InstallError, match="half done"):
        built_once("some", build)

    assert list(cache.iterdir()) == []


def test_the_first_of_two_builders_wins(cache: Path) -> None:
    def build_while_another_finishes(folder: Path) -> None:
        folder.mkdir()
        (cache / "some").mkdir()
        (cache / "some" / "theirs").touch()

    ready = built_once("some", build_while_another_finishes)

    assert [path.name for path in ready.iterdir()] == ["theirs"]
    assert list(cache.iterdir()) == [ready]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("a==1",), ("a==2",), id="version"),
        pytest.param(("a", "b"), ("ab",), id="border between names"),
    ],
)
def test_different_requirements_live_apart(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert named_after("node", "npm", one) == named_after("node", "npm", one)
    assert named_after("node", "npm", one) != named_after("node", "npm", other)


def test_failed_install_says_what_and_why() -> None:
    command = [sys.executable, "-c", "raise SystemExit('no route to host')"]

    with pytest.raises(
        InstallError, match="some-package could not be installed"
    ) as why:
        install(command, ["some-package"])

    assert "no route to host" in str(why.value)


def test_foreign_code_sees_neither_this_interpreter_nor_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PYTHONPATH", "HTTP_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "of the test run")

    environment = child_environment(PYTHONPATH="its own", WECHAT_AT="http://mock/")

    assert "of the test run" not in environment.values()
    assert environment["PYTHONPATH"] == "its own"
    assert environment["WECHAT_AT"] == "http://mock/"
