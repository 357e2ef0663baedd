"""`mockwx serve` as a program: ready, answering, stopped, and nothing left behind."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mockwx.listeners.http import has_granian
from tests.e2e.serving import SECONDS
from tests.e2e.serving import serving


pytestmark = pytest.mark.slow


SERVERS = ["import mockwx"] if has_granian() else []
SERVERS += [
    "import importlib.util as u; f = u.find_spec; "
    "u.find_spec = lambda n, *a: None if n == 'granian' else f(n, *a)"
]
each_server = pytest.mark.parametrize(
    "code", SERVERS, ids=["granian", "waitress"][-len(SERVERS) :]
)


def eventually(condition: Callable[[], bool]) -> bool:
    """Say whether a condition comes true soon."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


@each_server
def test_ready_line_comes_first_and_is_true(code: str) -> None:
    with serving("--seed", "1", code=code) as served:
        status, headers, body = served.get("/_mockwx/api/health")

        assert served.ready == f"mockwx ready on http://127.0.0.1:{served.port}"
        assert status == 200
        assert body.startswith(b'{"status":"ok"')
        assert headers["content-type"] == "application/json"


@each_server
def test_sns_headers_are_those_of_wechat(code: str) -> None:
    with serving(code=code) as served:
        status, headers, body = served.get("/sns/jscode2session")

        # Granian names itself (docs/adr/0002); nothing else is added.
        assert status == 200
        assert set(headers) - {"server"} == {"content-type", "content-length", "date"}
        assert headers["content-type"] == "text/plain"
        assert body.startswith(b'{"errcode":41002,"errmsg":"appid missing, rid: ')


@pytest.mark.needs("sh")
@each_server
@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str
)
def test_signal_ends_it_with_status_0(code: str, number: signal.Signals) -> None:
    with serving(code=code) as served:
        os.killpg(served.program.pid, number)
        status, out, err = served.end()

        assert (status, out) == (0, "")
        assert "Traceback" not in err
        assert not served.answers()


@each_server
def test_truncated_answer_comes_by_half(code: str) -> None:
    with serving(code=code) as served:
        for _ in range(10):
            fault = {"effect": {"transport": "truncate"}}
            served.post("faults", match={"path": "/sns/jscode2session"}, **fault)

            with pytest.raises(http.client.IncompleteRead) as cut:
                served.get("/sns/jscode2session")

            assert cut.value.partial.startswith(b'{"errcode":41002,')


@pytest.mark.needs("sh")
@each_server
def test_nohup_outlives_the_terminal(code: str) -> None:
    ignore = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    with serving(code=ignore + code) as served:
        login = served.code()

        os.killpg(served.program.pid, signal.SIGHUP)

        assert "session_key" in served.exchange(login)
        os.killpg(served.program.pid, signal.SIGTERM)
        # Workers that are started anew would say once more that they are ready.
        assert served.end()[:2] == (0, "")


@pytest.mark.needs("sh")
def test_worker_ends_when_its_parent_was_killed() -> None:
    with serving() as served:
        served.program.kill()
        served.program.wait(SECONDS)

        assert eventually(lambda: not served.answers())


@each_server
def test_port_in_use_is_one_line_in_each_language_and_status_2(code: str) -> None:
    with serving(code=code) as served:
        second = subprocess.run(
            [sys.executable, "-m", "mockwx", "serve", "--port", str(served.port)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    assert second.returncode == 2
    assert second.stdout == ""
    english, chinese = second.stderr.splitlines()
    assert english.startswith(f"mockwx: port {served.port} on 127.0.0.1 is in use")
    assert chinese.startswith(f"mockwx：127.0.0.1 的端口 {served.port} 已被占用")


@each_server
def test_waiters_do_not_keep_wechat_waiting_nor_the_end(code: str) -> None:
    with serving(code=code) as served:
        statuses: list[int] = []

        def wait() -> None:
            try:
                path = "/_mockwx/api/exchanges/wait?path=/never&timeout=60"
                statuses.append(served.get(path)[0])
            except (OSError, http.client.HTTPException):
                statuses.append(0)

        waiters = [threading.Thread(target=wait) for _ in range(20)]
        for waiter in waiters:
            waiter.start()
        refused = eventually(lambda: statuses.count(429) >= 4)
        started = time.monotonic()
        answered = served.get("/sns/jscode2session")[0]
        took = time.monotonic() - started
        served.program.terminate()
        served.program.wait(SECONDS)
        for waiter in waiters:
            waiter.join(SECONDS)

        assert refused
        assert answered == 200
        assert took < 2
        assert len(statuses) == 20


def test_two_runs_of_one_seed_and_time_answer_alike() -> None:
    def play() -> list[bytes]:
        with serving("--seed", "1", "--freeze", "1700000000") as served:
            paths = ["/sns/jscode2session", "/cgi-bin/token?appid=x", "/nowhere"]
            return [served.get(path)[2] for path in paths]

    assert play() == play()


@each_server
def test_doors_are_named_and_lead_to_the_mock(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKWX_DATA", str(tmp_path))
    options = ["--tls", "--tls-port", "0", "--proxy", "--proxy-port", "0"]
    with serving(*options, code=code) as served:
        assert served.program.stdout is not None
        https, proxy = (served.program.stdout.readline().rstrip() for _ in range(2))
        ports = [int(line.rpartition(":")[2]) for line in (https, proxy)]
        trusting = ssl.create_default_context(cafile=tmp_path / "ca" / "authority.pem")
        with (
            socket.create_connection(("127.0.0.1", ports[0]), SECONDS) as plain,
            trusting.wrap_socket(plain, server_hostname="api.weixin.qq.com") as secure,
        ):
            secure.sendall(b"GET /sns/jscode2session HTTP/1.0\r\n\r\n")
            by_https = secure.recv(4_096)
        with socket.create_connection(("127.0.0.1", ports[1]), SECONDS) as proxied:
            proxied.sendall(b"GET http://api.weixin.qq.com/sns/x HTTP/1.0\r\n\r\n")
            by_proxy = proxied.recv(4_096)
        served.program.terminate()
        served.end()

    assert https == f"WeChat's hosts by HTTPS on 127.0.0.1:{ports[0]}"
    assert proxy == f"proxy on http://127.0.0.1:{ports[1]}"
    assert by_https.split()[1] == b"200"
    assert by_proxy.split()[1] == b"404"


@each_server
def test_proxy_port_in_use_names_its_option(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKWX_DATA", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving("--proxy", "--proxy-port", str(port), code=code) as served:
            status, out, err = served.end()

    assert (status, served.ready, out) == (2, "", "")
    assert f"port {port} on 127.0.0.1 is in use" in err
    assert "--proxy-port (0 takes any free one)" in err
