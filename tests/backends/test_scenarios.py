"""Logins, profiles, races and abuse, end to end, with every open backend."""

import re
from pathlib import Path

import pytest

from tests.backends.conftest import PlayOf
from tests.backends.hosted import BACKENDS
from tests.backends.hosted import Hosted
from tests.backends.wxsim import Event


pytestmark = [pytest.mark.external, pytest.mark.timeout(300, func_only=True)]

BAD_CODES = [0, 40163, 40029, 40029, 40125]

# With what WeChat answered each code, in every story; None: that was no answer.
ERRCODES: dict[str, dict[str, list[int | None]]] = {
    "django_weapp_auth": {
        "01_silent_login": [0, 0],
        "03_user_info": [0],
        "05_race": [0] * 5,
        "07_login_too_late": [0] * 3,
        "08_bad_codes": [*BAD_CODES],
        "09_abuse": [0, 0, 40029, 0],
        "12_many_at_once": [0] * 8,
    },
    "drf_jwt_wechat": {
        "01_silent_login": [0, 0],
        "03_profile": [0] * 3,
        "05_race": [0] * 5,
        "07_login_too_late": [0, 0],
        "08_bad_codes": [*BAD_CODES],
        "09_abuse": [0, 40029],
    },
    "wafer_node_session": {
        "01_silent_login": [0, 0],
        "03_user_info": [0] * 3,
        "05_race": [0] * 5,
        "07_login_too_late": [0] * 3,
        "08_bad_codes": [*BAD_CODES],
        "09_abuse": [0] * 6,
        "12_many_at_once": [0] * 8,
    },
    "express_weapp_auth": {
        "01_silent_login": [0, 0],
        "03_user_info": [0, 0],
        "05_race": [0] * 5,
        "07_login_too_late": [0] * 3,
        "08_bad_codes": [*BAD_CODES],
        "09_abuse": [0] * 6,
    },
    "passport_weapp": {
        "01_silent_login": [0, 0],
        "03_profile": [0, 0],
        "05_race": [0] * 5,
        "07_login_too_late": [0, 0],
        "08_bad_codes": [*BAD_CODES],
        "09_abuse": [40029, None],
    },
}

STORIES = [
    pytest.param(
        backend,
        flow,
        id=f"{backend.name}-{flow}",
        marks=[pytest.mark.needs(tool) for tool in backend.needs],
    )
    for backend in BACKENDS
    for flow in ERRCODES[backend.name]
]


@pytest.mark.parametrize(("backend", "flow"), STORIES)
def test_flow_runs_end_to_end(play: PlayOf, backend: Hosted, flow: str) -> None:
    told = of_story(play(backend).events(), f"{backend.name}_{flow}.scenario.yaml")

    assert failures(told) == []
    assert errcodes(told) == ERRCODES[backend.name][flow]


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda each: each.name)
def test_every_story_of_a_backend_is_played(backend: Hosted) -> None:
    written = [each.name.split(".")[0] for each in backend.scenarios]

    assert written == [f"{backend.name}_{flow}" for flow in ERRCODES[backend.name]]


@pytest.mark.needs("sh")
def test_django_weapp_auth_writes_session_keys_into_its_log(play: PlayOf) -> None:
    (backend,) = (each for each in BACKENDS if each.name == "django_weapp_auth")
    played = play(backend)

    played.events()

    assert re.search(r"'session_key': '[\w+/]{22}=='", played.log)


def of_story(events: list[Event], file: str) -> list[Event]:
    """Return the events between the beginning of a story and that of the next."""
    found: list[Event] = []
    inside = False
    for event in events:
        if event["event"] == "ScenarioStarted":
            inside = Path(event["file"]).name == file
        if inside:
            found.append(event)
    return found


def failures(events: list[Event]) -> list[tuple[str, list[str]]]:
    """List the steps that failed, or say that there was no story at all."""
    if not events:
        return [("the story was not played", [])]
    return [
        (event["step"]["title"], event["reasons"])
        for event in events
        if event["event"] == "StepFailed"
    ]


def errcodes(events: list[Event]) -> list[int | None]:
    """List what WeChat answered to each code; branches may tell of the same call."""
    answers = {
        call["rid"]: call["errcode"]
        for event in events
        for call in event.get("wechat_calls", [])
        if call["path"] == "/sns/jscode2session"
    }
    return list(answers.values())
