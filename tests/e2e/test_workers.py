"""`mockwx serve --workers 2`: two processes, one mock."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from tests.e2e.serving import SECONDS
from tests.e2e.serving import Served
from tests.e2e.serving import serving
from tests.processes import eventually


pytestmark = pytest.mark.slow

T = TypeVar("T")

RACERS = 40
WORKERS = ("--workers", "2")


def race(act: Callable[[int], T]) -> list[T]:
    """Let forty threads act at once; return what each of them got."""
    start = threading.Barrier(RACERS)
    results: dict[int, T] = {}

    def run(number: int) -> None:
        start.wait()
        results[number] = act(number)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results.values())


def workers(served: Served) -> list[int]:
    """Return the processes that the command started."""
    tasks = Path(f"/proc/{served.program.pid}/task")
    found = (each / "children" for each in tasks.iterdir())
    return [int(pid) for each in found for pid in each.read_text().split()]


@pytest.mark.needs("sh")
def test_two_processes_answer_behind_one_ready_line() -> None:
    with serving(*WORKERS) as served:
        running = workers(served)
        served.program.terminate()
        status, out, err = served.end()

    assert len(running) == 2
    assert served.ready == f"mockwx ready on http://127.0.0.1:{served.port}"
    assert (status, out, err) == (0, "", "")


def test_one_of_forty_gets_the_session_of_a_code() -> None:
    with serving(*WORKERS) as served:
        for _ in range(5):
            code = served.code()

            answers = race(lambda _, code=code: served.exchange(code))

            assert [("openid" in each) for each in answers].count(True) == 1
            assert [each.get("errcode") for each in answers].count(40163) == RACERS - 1


def test_forty_people_log_in_at_once_and_no_two_share_a_key() -> None:
    with serving(*WORKERS) as served:
        answers = race(lambda n: served.exchange(served.code(f"p{n}")))

    assert len({each["session_key"] for each in answers}) == RACERS
    assert len({each["openid"] for each in answers}) == RACERS


def test_forty_logins_of_one_person_leave_one_key_that_all_agree_on() -> None:
    with serving(*WORKERS) as served:
        codes = race(lambda _: served.code())
        answers = [served.exchange(code) for code in codes]
        path = "/_mockwx/api/sessions?user=alice"
        seen = race(lambda _: served.get(path)[2])

    assert len({each["openid"] for each in answers}) == 1
    assert len(set(seen)) == 1


def test_time_is_the_same_whoever_is_asked() -> None:
    with serving(*WORKERS, "--freeze", "1700000000") as served:
        codes = [served.code() for _ in range(10)]
        served.post("clock/advance", seconds=300)

        clocks = race(lambda _: served.get("/_mockwx/api/clock")[2])
        late = [served.exchange(code)["errcode"] for code in codes]

    assert set(clocks) == {b'{"now":1700000300,"frozen":true}'}
    assert set(late) == {40029}


def test_worlds_stay_apart_whoever_answers() -> None:
    with serving(*WORKERS) as served:

        def login(number: int) -> tuple[str, str]:
            world = f"world-{number % 8}"
            header = {"X-Mockwx-World": world}
            code = served.tell("wx/login", {"user": "alice"}, header)["code"]
            return world, served.exchange(code)["openid"]

        found = race(login)

    openids = {world: {o for w, o in found if w == world} for world, _ in found}
    assert len(openids) == 8
    assert all(len(each) == 1 for each in openids.values())
    assert len(set.union(*openids.values())) == 8


def test_fault_strikes_as_often_as_it_says() -> None:
    with serving(*WORKERS) as served:
        served.post(
            "faults",
            match={"path": "/sns/jscode2session"},
            effect={"errcode": -1},
            times=7,
        )
        answers = race(lambda _: served.exchange("x")["errcode"])

    assert answers.count(-1) == 7
    assert answers.count(40029) == RACERS - 7


def test_journal_numbers_what_both_answered() -> None:
    with serving(*WORKERS) as served:
        race(lambda _: served.exchange("x"))

        found = served.get("/_mockwx/api/exchanges/wait?count=40")

    assert found[0] == 200
    assert found[2].count(b'"errcode":40029') == RACERS


def test_listener_hears_what_any_worker_answers() -> None:
    with (
        serving(*WORKERS) as served,
        socket.create_connection(("127.0.0.1", served.port), SECONDS) as line,
    ):
        line.sendall(b"GET /_mockwx/api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        heard = line.recv(65_536)
        race(lambda _: served.exchange("x"))
        while heard.count(b"event: exchange") < RACERS:
            more = line.recv(65_536)
            assert more
            heard += more

    assert b"HTTP/1.1 200" in heard


def test_reset_is_for_all_workers() -> None:
    with serving(*WORKERS) as served:
        codes = [served.code() for _ in range(10)]
        served.post("reset")

        assert {served.exchange(code)["errcode"] for code in codes} == {40029}
        assert "openid" in served.exchange(served.code())


def test_doors_are_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKWX_DATA", str(tmp_path))
    with serving(*WORKERS, "--tls", "--tls-port", "0") as served:
        assert served.program.stdout is not None
        https = served.program.stdout.readline().rstrip()
        trusting = ssl.create_default_context(cafile=tmp_path / "ca" / "authority.pem")
        port = int(https.rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port), SECONDS) as plain,
            trusting.wrap_socket(plain, server_hostname="api.weixin.qq.com") as secure,
        ):
            secure.sendall(b"GET /sns/jscode2session HTTP/1.0\r\n\r\n")
            answered = secure.recv(4_096)
        served.program.terminate()
        status, out, err = served.end()

    assert answered.split()[1] == b"200"
    assert (status, out, err) == (0, "", "")


@pytest.mark.needs("sh")
def test_temporary_file_goes_with_the_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(*WORKERS) as served:
        (folder,) = tmp_path.glob("mockwx-*")
        meanwhile = (folder / "state.db").stat().st_mode & 0o777
        served.program.terminate()
        served.end()

    assert meanwhile == 0o600
    assert list(tmp_path.glob("mockwx-*")) == []


@pytest.mark.needs("sh")
def test_temporary_file_goes_when_the_parent_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(*WORKERS) as served:
        there = list(tmp_path.glob("mockwx-*/state.db"))
        served.program.kill()
        served.program.wait(SECONDS)

        assert eventually(lambda: not list(tmp_path.glob("mockwx-*")))
    assert len(there) == 1


@pytest.mark.needs("sh")
def test_temporary_file_of_who_was_killed_with_all_workers_goes_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(*WORKERS) as living:
        (theirs,) = tmp_path.glob("mockwx-*")
        with serving(*WORKERS) as served:
            served.kill()
        left = set(tmp_path.glob("mockwx-*")) - {theirs}
        with serving(*WORKERS):
            now = set(tmp_path.glob("mockwx-*"))

        assert len(left) == 1
        assert not left & now
        assert theirs in now
        assert "openid" in living.exchange(living.code())


@pytest.mark.needs("sh")
def test_workers_end_when_their_parent_was_killed() -> None:
    with serving(*WORKERS) as served:
        served.program.kill()
        served.program.wait(SECONDS)

        assert eventually(lambda: not served.answers())


def test_file_is_gone_on_with_by_other_workers(tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path / 'state.db'}")
    with serving(*store) as served:
        code, used = served.code(), served.code("bob")
        served.exchange(used)
        served.kill()
    with serving(*store, *WORKERS) as served:
        assert served.exchange(used)["errcode"] == 40163
        assert "openid" in served.exchange(code)
