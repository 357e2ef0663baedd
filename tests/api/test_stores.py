"""The mock on every store: the same bytes, and what is heard when a store fails."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from mockwx import Settings
from mockwx import create_app
from mockwx.store.base import StoreError
from mockwx.web.control.complaints import _Complaints
from tests.api.test_determinism import afternoon
from tests.redis_server import NEEDS_REDIS
from tests.redis_server import running_redis
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


def made(store: str) -> Flask:
    return create_app(Settings(seed=1, freeze=NOON, store=store))


@contextmanager
def workers(store: str) -> Iterator[tuple[Flask, Flask]]:
    """Make two workers of one store."""
    apps = made(store), made(store)
    yield apps
    for app in apps:
        app.extensions["mockwx"].close()


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=NEEDS_REDIS)])
def two(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Flask, Flask]]:
    if request.param == "sqlite":
        with workers(f"sqlite:///{tmp_path / 'state.db'}") as apps:
            yield apps
        return
    with running_redis(tmp_path) as server, workers(server.url) as apps:
        yield apps


@pytest.fixture
def two_on_file(tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    with workers(f"sqlite:///{tmp_path / 'state.db'}") as apps:
        yield apps


def test_seed_gives_the_same_bytes_whatever_the_store(two: tuple[Flask, Flask]) -> None:
    in_memory = create_app(Settings(seed=1, freeze=NOON))

    assert list(afternoon(two[0])) == list(afternoon(in_memory))


def test_story_goes_on_wherever_each_call_is_answered(two: tuple[Flask, Flask]) -> None:
    one, other = two
    code = Phone(one).login()

    session = DeveloperServer(other).code2session(code).get_json(force=True)
    again = DeveloperServer(one).code2session(code).get_json(force=True)
    keys = Control(one).get("sessions", reveal=1)["session_keys"]

    assert again["errcode"] == 40163
    assert [key["session_key"] for key in keys] == [session["session_key"]]


def test_journal_has_what_every_worker_answered(two: tuple[Flask, Flask]) -> None:
    for app in two:
        DeveloperServer(app).token()

    seen = [Control(app).get("exchanges")["exchanges"] for app in two]

    assert [each["number"] for each in seen[0]] == [1, 2]
    assert seen[0] == seen[1]


def test_who_waits_hears_of_what_another_worker_answered(
    two: tuple[Flask, Flask],
) -> None:
    one, other = two
    DeveloperServer(other).token()

    found = Control(one).get("exchanges/wait", path="/cgi-bin/token", timeout=5)

    assert len(found["exchanges"]) == 1


def test_clock_moved_through_one_worker_expires_codes_at_the_other(
    two: tuple[Flask, Flask],
) -> None:
    one, other = two
    code = Phone(one).login()

    Control(one).post("clock/advance", seconds=300)

    answer = DeveloperServer(other).code2session(code).get_json(force=True)
    assert answer["errcode"] == 40029


def test_fault_armed_at_one_worker_strikes_at_the_other(
    two: tuple[Flask, Flask],
) -> None:
    one, other = two
    Control(one).post(
        "faults", match={"path": "/sns/jscode2session"}, effect={"errcode": -1}
    )
    code = Phone(one).login()

    struck = DeveloperServer(other).code2session(code).get_json(force=True)
    after = DeveloperServer(other).code2session(code).get_json(force=True)

    assert struck["errcode"] == -1
    assert "openid" in after
    assert Control(one).get("faults")["faults"] == []


def test_snapshot_of_one_worker_is_restored_by_another(
    two: tuple[Flask, Flask],
) -> None:
    one, other = two
    code = Phone(one).login()
    taken = Control(one).get("snapshot")
    Control(one).post("reset")

    Control(other).http.put("/_mockwx/api/snapshot", json=taken)

    assert "openid" in DeveloperServer(one).code2session(code).get_json(force=True)


class Trouble:
    """A store that can be out of reach."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.there = True
        file = app.extensions["mockwx"]._depot._file
        for name in ("reading", "transaction"):
            monkeypatch.setattr(file, name, self._guarded(getattr(file, name)))

    def _guarded(self, act):  # type: ignore[no-untyped-def]
        def guarded(*arguments):  # type: ignore[no-untyped-def]
            if not self.there:
                raise StoreError("the store is gone.", "存储不见了。")
            return act(*arguments)

        return guarded


@pytest.fixture
def trouble(
    two_on_file: tuple[Flask, Flask], monkeypatch: pytest.MonkeyPatch
) -> Trouble:
    return Trouble(two_on_file[0], monkeypatch)


@pytest.mark.parametrize("path", ["/sns/jscode2session", "/cgi-bin/token", "/nowhere"])
def test_wechat_answers_system_error_while_the_store_is_gone(
    two_on_file: tuple[Flask, Flask], trouble: Trouble, path: str
) -> None:
    trouble.there = False

    response = two_on_file[0].test_client().get(path)

    assert response.status_code == 200
    assert response.data == b'{"errcode":-1,"errmsg":"system error"}'


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "wx/login"),
        ("POST", "wx/getUserProfile"),
        ("GET", "exchanges"),
        ("GET", "events"),
        ("POST", "clock/advance"),
        ("POST", "reset"),
    ],
)
def test_control_api_answers_503_with_the_reason_while_the_store_is_gone(
    two_on_file: tuple[Flask, Flask], trouble: Trouble, method: str, path: str
) -> None:
    trouble.there = False

    body = {"seconds": 1} if path == "clock/advance" else None
    http = two_on_file[0].test_client()
    response = http.open(f"/_mockwx/api/{path}", method=method, json=body)

    assert response.status_code == 503
    assert response.get_json() == {
        "error": {
            "code": "store_unavailable",
            "message": "the store is gone.",
            "message_zh": "存储不见了。",
            "field": None,
        }
    }


def test_health_says_that_the_mock_lives_and_its_store_does_not(
    two_on_file: tuple[Flask, Flask], trouble: Trouble
) -> None:
    http = two_on_file[0].test_client()
    well = http.get("/_mockwx/api/health")
    trouble.there = False

    unwell = http.get("/_mockwx/api/health")

    assert (well.status_code, well.get_json()["status"]) == (200, "ok")
    assert unwell.status_code == 503
    told = unwell.get_json()
    assert told["error"]["message"] == "the store is gone."
    assert {**told, "status": "ok"} == {**well.get_json(), "error": told["error"]}
    assert told["status"] == "store_unavailable"


def test_all_is_well_again_once_the_store_is_back(
    two_on_file: tuple[Flask, Flask], trouble: Trouble
) -> None:
    code = Phone(two_on_file[0]).login()
    trouble.there = False
    two_on_file[0].test_client().get("/sns/jscode2session")

    trouble.there = True

    answer = DeveloperServer(two_on_file[0]).code2session(code).get_json(force=True)
    assert "openid" in answer


def test_trouble_is_logged_in_one_line_once(
    two_on_file: tuple[Flask, Flask],
    trouble: Trouble,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Earlier tests may have said the same.
    monkeypatch.setattr("mockwx.web.control.complaints._COMPLAINTS", _Complaints())
    trouble.there = False
    with caplog.at_level(logging.INFO):
        for _ in range(20):
            two_on_file[0].test_client().get("/sns/jscode2session")
            two_on_file[0].test_client().get("/_mockwx/api/exchanges")
            two_on_file[0].test_client().get("/nowhere")

    assert [record.getMessage() for record in caplog.records] == ["the store is gone."]
    assert caplog.records[0].exc_info is None


@pytest.mark.external
@pytest.mark.needs("redis-server")
def test_redis_that_comes_back_empty_is_gone_on_with(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running_redis(tmp_path) as redis, workers(redis.url) as (one, other):
        code = Phone(one).login()
        redis.kill()
        gone = [
            one.test_client().get("/sns/jscode2session").data,
            other.test_client().get("/_mockwx/api/clock").status_code,
        ]

        redis.start()

        forgotten = DeveloperServer(other).code2session(code).get_json(force=True)
        session = DeveloperServer(other).code2session(Phone(one).login())
    assert gone == [b'{"errcode":-1,"errmsg":"system error"}', 503]
    assert forgotten["errcode"] == 40029
    assert "openid" in session.get_json(force=True)
    assert "The store was emptied" in caplog.text
    assert "Traceback" not in caplog.text
