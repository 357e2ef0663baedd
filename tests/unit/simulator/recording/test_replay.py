"""A journal of any story, written down again, tells the same story."""

from pathlib import Path

import pytest

from mockwx import MockServer
from mockwx.services.device import CALLS
from simulator.playing import Order
from simulator.playing import play
from simulator.playing import world_names
from simulator.recording.phones import word_of
from simulator.recording.recorder import Take
from simulator.recording.recorder import listen
from simulator.recording.recorder import write
from simulator.scenario.loader import load_scenario


BACKEND = "fixtures/backends/flask_backend.backend.yaml"
APP = "wsgi:docs.examples.flask_backend.app:create_app"
STORIES = sorted(Path("fixtures/scenarios").glob("*.scenario.yaml"))
# It changes the app's secret, and no secret is written down.
UNTELLABLE = "08_bad_codes.scenario.yaml"


def told_again(story: Path, folder: Path) -> tuple[Path, list[str]]:
    """Play a story, write its journal down; return the file and the remarks on it."""
    with MockServer() as server:
        order = Order((story,), backend=BACKEND, backend_url=APP, mock=server.url)
        assert play(order, [])
        (world,) = world_names([load_scenario(story)], "wxsim")
        happened = listen(
            server.url, token=None, world=world, idle=0.1, everything=True
        )
    file = folder / story.name
    notes, _ = write(Take(file, backend=BACKEND), happened)
    return file, notes


@pytest.mark.slow
@pytest.mark.parametrize(
    "story",
    [each for each in STORIES if each.name != UNTELLABLE],
    ids=lambda story: story.name,
)
def test_story_told_again_plays_green(story: Path, tmp_path: Path) -> None:
    file, _ = told_again(story, tmp_path)

    assert play(Order((file,), backend=BACKEND, backend_url=APP), [])


@pytest.mark.slow
def test_story_about_a_secret_says_what_it_leaves_out(tmp_path: Path) -> None:
    (story,) = [each for each in STORIES if each.name == UNTELLABLE]

    file, notes = told_again(story, tmp_path)

    said = "mini_program.patch changed secret, which is kept out of here"
    assert said in notes
    assert f"# {said}\n" in file.read_text(encoding="utf-8")


def test_every_wx_call_has_its_word_in_stories() -> None:
    unknown = [api for api in CALLS if word_of(api, {}) is None]

    assert unknown == ["backgroundFetch"]
