# ruff: noqa: E501 - a table, a row on a line
"""Every shape of backend that was seen, with a small one of it, its file and a story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockwx import MockServer
from mockwx import Settings
from simulator.events import Event
from simulator.events import StepFailed
from simulator.evidence import evidence
from simulator.playing import Order
from simulator.playing import check
from simulator.playing import play


pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SHAPES = Path(__file__).parent / "shapes"

TABLE: list[tuple[str, str, str]] = [
    # what, the shape seen, and the file that proves it
    ("code", "POST JSON", "json_code"),
    ("code", "POST form", "form_code"),
    ("code", "GET query", "query_code"),
    ("code", "request header X-WX-Code", "header_code"),
    ("code", "URL path", "path_code"),
    ("code", "named code", "json_code"),
    ("code", "named js_code", "form_code"),
    ("code", "named auth_code", "query_code"),
    ("code", "named loginCode, xcxCode, openid_code", "other_names"),
    ("code", "appid in the path", "path_code"),
    ("payload", "flat beside the code", "flat_payload"),
    ("payload", "nested", "nested_payload"),
    ("payload", "in headers", "header_code"),
    ("payload", "in the query", "query_payload"),
    ("payload", "in a second call", "second_call"),
    ("payload", "code + phone payload in one call", "phone_payload"),
    ("payload", "two codes in one call", "two_codes"),
    ("constants", "clientId, grantType, tenantId", "form_code"),
    ("constants", "tag=wechat_miniprogram", "two_codes"),
    ("login state", "JSON path", "json_code"),
    ("login state", "quoted keys", "header_code"),
    ("login state", "response header, renewed on later answers", "path_code"),
    ("login state", "Set-Cookie", "form_code"),
    ("login state", "whole body as text", "query_code"),
    ("login state", "several values at once", "header_code"),
    ("login state", "a binding token for unknown users", "bind"),
    ("login state", "access + refresh pair", "refresh"),
    ("sent as", "Authorization: Bearer T", "json_code"),
    ("sent as", "Authorization: Token T", "query_code"),
    ("sent as", "Authorization: JWT T", "second_call"),
    ("sent as", "Authorization without a scheme", "path_code"),
    ("sent as", "X-Shop-Token", "flat_payload"),
    ("sent as", "token", "query_payload"),
    ("sent as", "Session", "nested_payload"),
    ("sent as", "cookie", "form_code"),
    ("sent as", "query", "phone_payload"),
    ("sent as", "two values in the body of each call", "two_codes"),
    ("judged by", "status", "json_code"),
    ("judged by", "errno equals", "form_code"),
    ("judged by", "code equals, msg present", "nested_payload"),
    ("judged by", "error absent", "header_code"),
    ("judged by", "success: false", "flat_payload"),
    ("judged by", "plain text matches", "query_code"),
    ("judged by", "greater than 0", "phone_payload"),
    ("flow", "code first, user info later", "second_call"),
    ("flow", "bind step for unknown users", "bind"),
    ("flow", "logout", "json_code"),
    ("flow", "second login keeps the first token", "json_code"),
    ("flow", "second login kills the first token", "form_code"),
    ("flow", "two people in parallel", "json_code"),
    ("flow", "the same code twice", "json_code"),
    ("trap", "trailing slashes kept", "slashes"),
    ("trap", "redirects not followed silently", "slashes"),
    ("trap", "so many logins allowed and no more", "paced"),
    ("trap", "assertions on the mock's journal", "two_codes"),
    ("trap", "choice of session_key per step", "second_call"),
]  # fmt: skip
NAMES = sorted({name for _, _, name in TABLE})


class Ears:
    """A reporter that only listens."""

    def __init__(self) -> None:
        self.heard: list[Event] = []

    def tell(self, event: Event) -> None:
        self.heard.append(event)

    def close(self) -> None:
        """Nothing is left to be written."""


@pytest.fixture(scope="module")
def mock() -> Iterator[MockServer]:
    with MockServer(Settings(port=0)) as server:
        yield server


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def played(
    name: str, mock: MockServer, story: Path | None = None, *, url: str | None = None
) -> list[Event]:
    story = story or SHAPES / f"{name}.scenario.yaml"
    ears = Ears()
    file = str(SHAPES / f"{name}.backend.yaml")
    order = Order((story,), backend=file, backend_url=url, mock=mock.url)
    play(order, [ears])
    return ears.heard


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("at_home")
def test_shape_is_expressible_and_its_story_passes(name: str, mock: MockServer) -> None:
    failed = [each for each in played(name, mock) if isinstance(each, StepFailed)]

    assert not failed, "\n".join(evidence(failed[0]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("at_home")
def test_story_fails_at_a_backend_of_another_shape(name: str, mock: MockServer) -> None:
    other = "form_code" if name != "form_code" else "json_code"
    url = f"wsgi:tests.e2e.shapes.backends:{other}"

    heard = played(name, mock, url=url)

    assert any(isinstance(each, StepFailed) for each in heard)


@pytest.mark.parametrize("name", NAMES)
def test_files_of_a_shape_are_right(name: str) -> None:
    check([SHAPES / f"{name}.backend.yaml", SHAPES / f"{name}.scenario.yaml"])


def test_every_file_stands_in_the_table() -> None:
    assert {path.name.partition(".")[0] for path in SHAPES.glob("*.yaml")} == set(NAMES)


@pytest.mark.usefixtures("at_home")
def test_call_that_was_moved_on_says_so_when_it_fails(
    mock: MockServer, tmp_path: Path
) -> None:
    story = tmp_path / "x.scenario.yaml"
    story.write_text("name: x\nsteps: [backend.without_slash: {code: none}]")

    (failed,) = (
        each for each in played("slashes", mock, story) if isinstance(each, StepFailed)
    )

    assert "the POST was moved on from http://localhost/login: " in failed.reasons[-1]
