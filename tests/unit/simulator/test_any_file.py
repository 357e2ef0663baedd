"""Whatever a file says: a story told to its end, or a sentence; never a traceback."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from simulator.events import ScenarioFinished
from simulator.matchers import MATCHERS
from simulator.pacing import Pacing
from simulator.ports import Response
from simulator.ports import SimulatorError
from simulator.runner import run
from simulator.scenario.actions import ACTIONS
from simulator.scenario.loader import load_backend
from simulator.scenario.loader import load_scenario
from simulator.scenario.turn import Stage
from tests.unit.simulator.fakes import ANSWERS
from tests.unit.simulator.fakes import FakeBackend
from tests.unit.simulator.fakes import FakeWeChat


# Hundreds of files.
pytestmark = pytest.mark.slow


WORDS = st.sampled_from(
    [
        *ACTIONS,
        *MATCHERS,
        *("name", "steps", "expect", "save", "if", "unless", "device", "answer", "tap"),
        *("backend.login", "key", "data", "url", "code", "scope", "ok", "fail", "/x"),
        *("${saved}", "${saved.a[0]}", "${storage}", "${device.appid}", "${a?}", "${"),
        *("[", "微", "", "http://h/", "wsgi:x", "storage"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
    ),
    max_leaves=8,
)
ARGUMENTS = {name: list(action.fields) for name, action in ACTIONS.items()}


@st.composite
def steps(draw: st.DrawFn) -> Any:
    word = draw(st.sampled_from([*ACTIONS, "backend.login"]))
    names = ARGUMENTS.get(word) or ["code", "a"]
    arguments = draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=3))
    about = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "expect": st.just("any") | VALUES,
                "save": st.just("saved") | VALUES,
                "if": VALUES,
                "tap": st.booleans(),
                "retry": st.just({"times": 2}) | VALUES,
                "within": st.just(10**6) | VALUES,
                "device": st.sampled_from(["${saved.a[0]}", "${saved.b}"]) | VALUES,
            },
        )
    )
    return {word: arguments, **about}


@st.composite
def blocks(draw: st.DrawFn) -> Any:
    inside = draw(st.lists(steps(), min_size=1, max_size=2))
    if draw(st.booleans()):
        return {"parallel": draw(st.just([inside, *inside]) | VALUES)}
    over = st.sampled_from([["a", "b"], [[]], "${saved.a}", "${saved.b}", "${saved}"])
    names = draw(st.fixed_dictionaries({"person": over}) | VALUES)
    return {"for_each": names, "steps": inside, "at_once": draw(st.booleans())}


STORIES = st.fixed_dictionaries(
    {
        "name": st.just("x"),
        "with": st.just({"saved": {"a": ["微", {}]}}),
        "steps": st.lists(steps() | blocks(), min_size=1, max_size=4),
    }
)
BACKENDS = st.fixed_dictionaries(
    {"base_url": st.just("http://h")},
    optional={
        "send": VALUES,
        "success": VALUES,
        "keep": VALUES,
        "calls": st.fixed_dictionaries(
            {"login": st.fixed_dictionaries({"path": st.just("/x") | WORDS}, optional={
                "json": VALUES, "form": VALUES, "header": VALUES, "query": VALUES,
                "cookie": VALUES, "success": VALUES, "keep": VALUES, "text": VALUES,
            })}
        ),
    },
)  # fmt: skip
BODIES = st.sampled_from([b"", b"{}", b'{"a":[1]}', b"\xff", b"[" * 900 + b"]" * 900])
ANYTHING = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def loaded(load: Any, path: Path, document: object) -> Any:
    path.write_text(json.dumps(document), encoding="utf-8")
    with suppress(SimulatorError):
        return load(path)
    return None


@ANYTHING
@given(document=VALUES)
def test_any_document_is_a_file_or_a_sentence(document: object, tmp_path: Path) -> None:
    loaded(load_scenario, tmp_path / "x.scenario.yaml", document)
    loaded(load_backend, tmp_path / "x.backend.yaml", document)


@ANYTHING
@given(text=st.text(max_size=60))
def test_any_text_is_a_file_or_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.scenario.yaml"
    path.write_bytes(text.encode("utf-8", "replace"))

    with suppress(SimulatorError):
        assert load_scenario(path).name


@ANYTHING
@given(story=STORIES, backend=BACKENDS, body=BODIES)
def test_any_story_is_told_to_its_end(
    story: object, backend: object, body: bytes, tmp_path: Path
) -> None:
    scenario = loaded(load_scenario, tmp_path / "x.scenario.yaml", story)
    file = loaded(load_backend, tmp_path / "x.backend.yaml", backend)
    if scenario is None:
        return
    server = FakeBackend(responses=[Response(200, (("Set-Cookie", "a"),), body)] * 5)

    at_once = Pacing(pause=lambda _: None)
    stage = Stage(FakeWeChat(ANSWERS), server, file, pacing=at_once)

    told = list(run(scenario, stage))

    assert isinstance(told[-1], ScenarioFinished)
