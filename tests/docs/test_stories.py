"""The stories on the pages play against the sample backend; other files load."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from mockwx import MockServer
from mockwx import Settings
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.seed import load
from simulator import Stage
from simulator import connect_backend
from simulator import connect_wechat
from simulator import load_backend
from simulator import load_scenario
from simulator import run
from simulator.events import StepFailed
from tests.docs.pages import ROOT
from tests.docs.pages import Block
from tests.docs.pages import blocks
from tests.docs.pages import english_pages


SAMPLE = ROOT / "docs" / "examples" / "flask_backend" / "app.py"
SAMPLE_FILE = ROOT / "fixtures" / "backends" / "flask_backend.backend.yaml"

YAML = [
    each for page in english_pages() for each in blocks(page) if each.language == "yaml"
]
BACKEND_FILES = [each for each in YAML if "\nbase_url: " in each.text]
STORIES = [each for each in YAML if "\nsteps:" in each.text]
WORLD_FILES = [each for each in YAML if each not in BACKEND_FILES + STORIES]


def place(block: Block) -> str:
    """Name a block in a test's id."""
    return block.place


@pytest.mark.parametrize("story", STORIES, ids=place)
def test_story_on_a_page_passes_with_the_sample_backend(
    story: Block, tmp_path: Path
) -> None:
    file = written(story, tmp_path / "page.scenario.yaml")
    with MockServer() as mock:
        backend = sample().create_app(mock.url, DEFAULT_APPID, DEFAULT_SECRET)
        stage = Stage(
            connect_wechat(mock.url),
            connect_backend(backend),
            load_backend(SAMPLE_FILE),
        )

        told = list(run(load_scenario(file), stage))

    assert [each for each in told if isinstance(each, StepFailed)] == []


@pytest.mark.parametrize("block", BACKEND_FILES, ids=place)
def test_backend_file_on_a_page_loads(block: Block, tmp_path: Path) -> None:
    file = written(block, tmp_path / "page.backend.yaml")

    assert load_backend(file).calls


@pytest.mark.parametrize("block", WORLD_FILES, ids=place)
def test_mock_starts_from_the_world_file_on_a_page(
    block: Block, tmp_path: Path
) -> None:
    found = load(written(block, tmp_path / "page.yaml"))

    with MockServer(Settings(**found.settings, world=found.world)) as mock:
        people = {each.name for each in mock.wechat.world.users()}

    assert people == {each["name"] for each in found.world.users}


def written(block: Block, file: Path) -> Path:
    """Write a block as the file it stands for."""
    file.write_text(block.text, encoding="utf-8")
    return file


def sample() -> ModuleType:
    """Import the sample backend."""
    spec = importlib.util.spec_from_file_location("sample_backend", SAMPLE)
    if spec is None or spec.loader is None:
        raise ImportError(f"{SAMPLE} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
