"""A folder that workers share goes with its owner, and no other folder does."""

import tempfile
from pathlib import Path

import pytest

from mockwx.listeners.shared_folder import shared_folder
from mockwx.listeners.shared_folder import sweep


# Locks of the system tell who is gone; Windows has others.
pytestmark = pytest.mark.needs("sh")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def abandoned(place: Path, name: str = "mockwx-old") -> Path:
    folder = place / name
    folder.mkdir()
    for each in ("owner", "state.db"):
        (folder / each).touch()
    return folder


def test_folder_goes_with_its_context(place: Path) -> None:
    with shared_folder() as folder:
        (folder / "state.db").touch()

    assert list(place.iterdir()) == []


def test_abandoned_folder_goes_at_the_next_start(place: Path) -> None:
    folder = abandoned(place)

    with shared_folder() as ours:
        assert list(place.iterdir()) == [ours]
    assert not folder.exists()


def test_folder_that_somebody_owns_stays(place: Path) -> None:
    with shared_folder() as theirs:
        sweep(place)

        assert theirs.exists()


def test_what_is_not_ours_stays(place: Path) -> None:
    kept = [place / "mockwx-notes", abandoned(place, "other-old")]
    kept[0].mkdir()
    (place / "mockwx-file").touch()
    (place / "mockwx-link").symlink_to(kept[1])

    sweep(place)

    assert all(each.exists() for each in kept)
    assert len(list(place.iterdir())) == 4
