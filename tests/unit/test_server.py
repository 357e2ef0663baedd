"""MockServer: a mock in this process that comes and goes."""

import http.client
import os
import socket
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from mockwx import MockServer
from mockwx import Settings
from mockwx.clock import SteppedClock
from mockwx.store.memory import MemoryJournal


CYCLES = 50
DESCRIPTORS = Path("/proc/self/fd")


def _health(running: MockServer) -> int:
    return _status(running, "/_mockwx/api/health")


def _status(
    running: MockServer, path: str, headers: Mapping[str, str] | None = None
) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    connection.request("GET", path, headers=dict(headers or {}))
    status = connection.getresponse().status
    connection.close()
    return status


def _open_descriptors() -> int:
    return len(os.listdir(DESCRIPTORS)) if DESCRIPTORS.is_dir() else 0


def test_answers_between_start_and_stop() -> None:
    running = MockServer().start()
    during = _health(running)
    url = running.url
    running.stop()

    assert during == 200
    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(OSError, match=r"."):
        socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=1)


def test_calls_log_nothing_of_their_own(caplog: pytest.LogCaptureFixture) -> None:
    with MockServer() as running:
        _health(running)

    assert caplog.messages == []


def test_fifty_lives_leave_no_thread_and_no_descriptor() -> None:
    with MockServer() as running:
        _health(running)
    threads, descriptors = threading.active_count(), _open_descriptors()

    for _ in range(CYCLES):
        with MockServer() as running:
            assert _health(running) == 200

    assert threading.active_count() == threads
    assert _open_descriptors() == descriptors


def test_one_mock_lives_twice_and_keeps_its_world() -> None:
    running = MockServer()
    with running:
        running.wechat.world.add_user({"name": "bob"})
    with running:
        status = _health(running)
        users = [user.name for user in running.wechat.world.users()]

    assert status == 200
    assert users == ["bob"]


def test_stop_ends_those_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses: list[int] = []
    waiting = threading.Event()
    really_wait = MemoryJournal.wait

    def noticed_wait(journal: MemoryJournal, after: int, timeout: float) -> bool:
        waiting.set()
        return really_wait(journal, after, timeout)

    monkeypatch.setattr(MemoryJournal, "wait", noticed_wait)
    running = MockServer().start()

    def wait() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
        connection.request("GET", "/_mockwx/api/exchanges/wait?timeout=60")
        try:
            statuses.append(connection.getresponse().status)
        except (OSError, http.client.HTTPException):
            statuses.append(0)
        finally:
            connection.close()

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert waiting.wait(10)
    running.stop()
    waiter.join(5)

    assert len(statuses) == 1


def test_stop_is_as_good_twice_as_once() -> None:
    running = MockServer().start()

    running.stop()
    running.stop()

    with pytest.raises(RuntimeError, match="not running"):
        _ = running.url


def test_start_of_a_running_mock_is_refused() -> None:
    with MockServer() as running, pytest.raises(RuntimeError, match="already"):
        running.start()


def test_port_in_use_is_an_error_at_once() -> None:
    with MockServer() as running, pytest.raises(OSError, match="in use"):
        MockServer(port=running.port).start()


def test_settings_and_parts_are_taken_over() -> None:
    clock = SteppedClock(at=5)

    running = MockServer(Settings(seed=3, host="0.0.0.0", token="x"), clock=clock)

    assert running.settings.host == "127.0.0.1"
    assert running.wechat.settings.seed == 3
    assert running.wechat.clock is clock


def test_mock_on_every_address_is_reached_from_here_with_its_token() -> None:
    with MockServer(Settings(token="t"), host="0.0.0.0") as running:
        assert running.url == f"http://127.0.0.1:{running.port}"
        assert _status(running, "/_mockwx/api/clock") == 401
        token = {"Authorization": "Bearer t"}
        assert _status(running, "/_mockwx/api/clock", token) == 200


def test_health_says_where_the_doors_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKWX_DATA", str(tmp_path))
    doors = Settings(tls=True, tls_port=0, proxy=True, proxy_port=0)
    with MockServer(doors) as running:
        told = running.app.test_client().get("/_mockwx/api/health").get_json()

        assert told["https_port"] == running.doors.https_port
        assert told["proxy_port"] == running.doors.proxy_port


def test_url_of_ipv6_has_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MockServer, "port", 5)

    assert MockServer(host="::1").url == "http://[::1]:5"


def test_state_in_a_file_outlives_the_mock_which_lets_go_of_it(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path / 'state.db'}")
    with MockServer(settings) as before:
        code = before.wechat.device.answer("login", {"user": "alice"})["code"]
    # The last one to close the file clears up beside it.
    left = sorted(each.name for each in tmp_path.iterdir())

    with MockServer(settings) as after:
        kept = after.wechat.user_login.codes.get(str(code))

    assert left == ["state.db", "state.db-queue"]
    assert kept is not None
    assert kept.user == "alice"
