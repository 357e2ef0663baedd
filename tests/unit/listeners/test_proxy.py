"""The proxy and HTTPS: WeChat's hosts are the mock, every other host is itself."""

import base64
import http.client
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mockwx import MockServer
from mockwx import Settings
from mockwx.clock import SystemClock
from mockwx.crypto.certificates import make_authority
from mockwx.crypto.certificates import make_leaf
from mockwx.listeners.doors import Doors
from mockwx.listeners.https import server_context
from mockwx.listeners.port import PortError
from mockwx.listeners.port import bind
from mockwx.listeners.proxy import Address
from mockwx.listeners.proxy import Parent
from mockwx.redirection.authority import AuthorityFolder


SECONDS = 10
API = "api.weixin.qq.com"
LOGIN = "/sns/jscode2session"
NO_APPID = 41002
DOORS = Settings(tls=True, tls_port=0, proxy=True, proxy_port=0)


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOCKWX_DATA", str(folder))
        for name in ("https_proxy", "all_proxy", "no_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        yield folder


@pytest.fixture(scope="module")
def mock(data_folder: Path) -> Iterator[MockServer]:
    with MockServer(DOORS) as running:
        yield running


@pytest.fixture
def trusting(mock: MockServer, data_folder: Path) -> ssl.SSLContext:
    """A client's side of TLS that trusts our root alone."""
    return ssl.create_default_context(
        cafile=AuthorityFolder(data_folder, {}).path("pem")
    )


def _connect(port: int | None) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port or 0), timeout=SECONDS)


def _proxied(mock: MockServer) -> socket.socket:
    return _connect(mock.doors.proxy_port)


def _everything(connection: socket.socket) -> bytes:
    said = b""
    while chunk := connection.recv(65_536):
        said += chunk
    return said


def _head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    return head


def _ask(connection: socket.socket, target: str, host: str = API) -> int:
    """Ask, and return the errcode."""
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    response = http.client.HTTPResponse(connection)
    response.begin()
    return int(json.loads(response.read())["errcode"])


@contextmanager
def _echo() -> Iterator[int]:
    """A server that says what it hears, once it hears no more."""
    with bind("127.0.0.1", 0) as listener:
        listener.listen()

        def serve() -> None:
            connection = listener.accept()[0]
            with connection:
                while heard := connection.recv(65_536):
                    connection.sendall(heard)

        server = threading.Thread(target=serve)
        server.start()
        yield listener.getsockname()[1]
        server.join(SECONDS)


@contextmanager
def _one_answer(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that answers one request and closes; collects what it was asked."""
    asked: list[bytes] = []
    with bind("127.0.0.1", 0) as listener:
        listener.listen()

        def serve() -> None:
            connection = listener.accept()[0]
            with connection:
                asked.append(_head(connection))
                connection.sendall(answer)

        server = threading.Thread(target=serve)
        server.start()
        yield listener.getsockname()[1], asked
        server.join(SECONDS)


@pytest.mark.parametrize("host", [API, "open.weixin.qq.com", "hk.api.weixin.qq.com"])
def test_https_answers_for_hosts_of_wechat(
    host: str, mock: MockServer, trusting: ssl.SSLContext
) -> None:
    with (
        _connect(mock.doors.https_port) as plain,
        trusting.wrap_socket(plain, server_hostname=host) as secure,
    ):
        assert _ask(secure, LOGIN, host) == NO_APPID
        assert _ask(secure, LOGIN, host) == NO_APPID


def test_https_is_believed_for_no_other_host(
    mock: MockServer, trusting: ssl.SSLContext
) -> None:
    with (
        _connect(mock.doors.https_port) as plain,
        pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
    ):
        trusting.wrap_socket(plain, server_hostname="shop.example")


def test_client_without_trust_is_no_harm(
    mock: MockServer, trusting: ssl.SSLContext
) -> None:
    stranger = ssl.create_default_context()
    with _connect(mock.doors.https_port) as plain, pytest.raises(ssl.SSLError):
        stranger.wrap_socket(plain, server_hostname=API)

    with (
        _connect(mock.doors.https_port) as plain,
        trusting.wrap_socket(plain, server_hostname=API) as secure,
    ):
        assert _ask(secure, LOGIN) == NO_APPID


def test_connect_to_wechat_is_served_by_us(
    mock: MockServer, trusting: ssl.SSLContext
) -> None:
    with _proxied(mock) as proxied:
        proxied.sendall(
            f"CONNECT {API}:443 HTTP/1.1\r\nHost: {API}:443\r\n\r\n".encode()
        )
        assert _head(proxied).startswith(b"HTTP/1.1 200 ")
        with trusting.wrap_socket(proxied, server_hostname=API) as secure:
            assert _ask(secure, LOGIN) == NO_APPID


def test_connect_to_port_80_of_wechat_has_no_tls(mock: MockServer) -> None:
    with _proxied(mock) as proxied:
        proxied.sendall(f"CONNECT {API}:80 HTTP/1.1\r\n\r\n".encode())
        assert _head(proxied).startswith(b"HTTP/1.1 200 ")
        assert _ask(proxied, LOGIN) == NO_APPID


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_absolute_form_to_wechat_is_served_by_us(scheme: str, mock: MockServer) -> None:
    with _proxied(mock) as proxied:
        assert _ask(proxied, f"{scheme}://{API}{LOGIN}") == NO_APPID
        assert proxied.recv(1) == b""


def test_absolute_form_inside_tls_is_served_by_us(
    mock: MockServer, trusting: ssl.SSLContext
) -> None:
    with (
        _proxied(mock) as plain,
        trusting.wrap_socket(plain, server_hostname=API) as secure,
    ):
        assert _ask(secure, f"https://{API}{LOGIN}") == NO_APPID


def test_plain_request_to_the_proxy_is_for_the_mock(mock: MockServer) -> None:
    with _proxied(mock) as proxied:
        assert _ask(proxied, LOGIN, "127.0.0.1") == NO_APPID
        assert _ask(proxied, LOGIN, "127.0.0.1") == NO_APPID


def test_body_of_a_large_post_arrives_whole(mock: MockServer) -> None:
    body = b'{"begin_openid":"' + b"x" * 300_000 + b'"}'
    with _proxied(mock) as proxied:
        proxied.sendall(
            f"POST http://{API}/cgi-bin/stable_token HTTP/1.1\r\nHost: {API}\r\n"
            f"Connection: keep-alive\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        answer = _everything(proxied)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    asked = mock.wechat.journal.tail(0)[-1]
    assert asked.path == "/cgi-bin/stable_token"
    assert asked.request_body == body[:16_384]


def test_other_hosts_are_tunnelled_byte_by_byte(mock: MockServer) -> None:
    said = os.urandom(1_000_000)
    with _echo() as port, _proxied(mock) as proxied:
        proxied.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
        assert _head(proxied).startswith(b"HTTP/1.1 200 ")
        speaking = threading.Thread(
            target=lambda: (proxied.sendall(said), proxied.shutdown(socket.SHUT_WR))
        )
        speaking.start()
        heard = _everything(proxied)
        speaking.join()

    assert heard == said


def test_other_hosts_show_their_own_certificate(mock: MockServer) -> None:
    theirs = make_leaf(make_authority(_now()), [API], _now())
    context = server_context(theirs)
    with bind("127.0.0.1", 0) as listener:
        listener.listen()

        def serve() -> None:
            with context.wrap_socket(listener.accept()[0], server_side=True) as secure:
                secure.recv(1)

        server = threading.Thread(target=serve)
        server.start()
        with _proxied(mock) as proxied:
            port = listener.getsockname()[1]
            proxied.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
            _head(proxied)
            lenient = ssl.create_default_context()
            lenient.check_hostname, lenient.verify_mode = False, ssl.CERT_NONE
            with lenient.wrap_socket(proxied) as secure:
                shown = secure.getpeercert(binary_form=True)
                secure.sendall(b"x")
        server.join(SECONDS)

    assert shown is not None
    assert (
        ssl.DER_cert_to_PEM_cert(shown)
        == theirs.chain[: len(ssl.DER_cert_to_PEM_cert(shown))]
    )


def test_absolute_form_to_another_host_is_passed_on_as_it_expects(
    mock: MockServer,
) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    with _one_answer(answer) as (port, asked), _proxied(mock) as proxied:
        proxied.sendall(
            f"GET http://127.0.0.1:{port}//a%2F?b=http://c#d HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nProxy-Connection: keep-alive\r\n"
            "X-Connection: kept\r\nConnection: keep-alive\r\n\r\n".encode()
        )
        assert _everything(proxied) == answer

    assert asked == [
        b"GET //a%2F?b=http://c HTTP/1.1\r\nConnection: close\r\n"
        + f"Host: 127.0.0.1:{port}\r\nX-Connection: kept\r\n\r\n".encode()
    ]


REFUSED = [
    ("nonsense", "400 Bad Request", "no HTTP/1.1 request"),
    ("GET ftp://shop.example/ HTTP/1.1", "400 Bad Request", "is no address"),
    ("CONNECT shop.example:x HTTP/1.1", "400 Bad Request", "is no address"),
    ("CONNECT :443 HTTP/1.1", "400 Bad Request", "is no address"),
    ("GET http://[/ HTTP/1.1", "400 Bad Request", "is no address"),
    ("CONNECT 127.0.0.1:{closed} HTTP/1.1", "502 Bad Gateway", "cannot be reached"),
    ("GET http://127.0.0.1:{closed}/ HTTP/1.1", "502 Bad Gateway", "cannot be"),
    ("CONNECT " + "x" * 70 + ".example:1 HTTP/1.1", "502 Bad Gateway", "cannot be"),
    ("GET / HTTP/1.1\r\nX: " + "x" * 70_000, "431 Request", ""),
]


@pytest.mark.parametrize(
    ("request_line", "status", "reason"), REFUSED, ids=[row[0][:30] for row in REFUSED]
)
def test_what_cannot_be_served_is_refused_with_the_reason(
    request_line: str, status: str, reason: str, mock: MockServer
) -> None:
    with bind("127.0.0.1", 0) as unused:
        closed = unused.getsockname()[1]
        with _proxied(mock) as proxied:
            proxied.sendall(
                f"{request_line}\r\n\r\n".replace("{closed}", str(closed)).encode()
            )
            answer = _everything(proxied).decode()

    assert answer.startswith(f"HTTP/1.1 {status}")
    assert reason in answer
    assert "mockwx: " in answer


def test_client_that_says_nothing_or_half_is_let_go(mock: MockServer) -> None:
    for said in (b"", b"CONNECT"):
        with _proxied(mock) as proxied:
            proxied.sendall(said)
            proxied.shutdown(socket.SHUT_WR)
            assert _everything(proxied) == b""


def test_control_api_is_closed_to_who_asks_wechat(
    mock: MockServer, trusting: ssl.SSLContext
) -> None:
    with (
        _connect(mock.doors.https_port) as plain,
        trusting.wrap_socket(plain, server_hostname=API) as secure,
    ):
        secure.sendall(
            f"GET /_mockwx/api/users HTTP/1.1\r\nHost: {API}\r\n\r\n".encode()
        )
        assert _head(secure).startswith(b"HTTP/1.1 403 ")


def test_fault_that_resets_comes_through(
    mock: MockServer, trusting: ssl.SSLContext
) -> None:
    mock.wechat.faults.arm({"effect": {"transport": "reset"}, "times": 1})
    with (
        _connect(mock.doors.https_port) as plain,
        trusting.wrap_socket(plain, server_hostname=API) as secure,
        pytest.raises((OSError, http.client.HTTPException)),
    ):
        _ask(secure, LOGIN)


def test_beyond_this_machine_the_proxy_serves_wechat_alone(
    mock: MockServer, data_folder: Path
) -> None:
    settings = Settings(
        host="0.0.0.0", port=mock.port, token="t", proxy=True, proxy_port=0
    )
    doors = Doors(settings, AuthorityFolder(data_folder, {}))
    doors.start()
    try:
        for line in ("CONNECT 127.0.0.1:1", "GET http://127.0.0.1:1/"):
            with _connect(doors.proxy_port) as proxied:
                proxied.sendall(f"{line} HTTP/1.1\r\n\r\n".encode())
                assert _everything(proxied).startswith(b"HTTP/1.1 403 ")
        with _connect(doors.proxy_port) as proxied:
            assert _ask(proxied, f"http://{API}{LOGIN}") == NO_APPID
    finally:
        doors.stop()


@pytest.mark.parametrize(
    "ports",
    [
        {"port": 7, "tls_port": 7, "proxy_port": 0},
        {"port": 7, "tls_port": 0, "proxy_port": 7},
        {"port": 0, "tls_port": 7, "proxy_port": 7},
    ],
    ids=["HTTPS", "proxy", "both"],
)
def test_doors_share_no_port(ports: dict[str, int], data_folder: Path) -> None:
    settings = Settings(tls=True, proxy=True, **ports)

    with pytest.raises(PortError) as refused:
        Doors(settings, AuthorityFolder(data_folder, {}))

    assert refused.value.port == 7


@pytest.mark.parametrize(
    "line", ["CONNECT shop.example:443", "GET http://shop.example/"]
)
def test_proxy_that_was_there_before_is_asked_for_other_hosts(
    line: str, mock: MockServer, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
    with _one_answer(answer) as (port, asked):
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:p%40ss@127.0.0.1:{port}")
        doors = Doors(
            Settings(port=mock.port, proxy=True, proxy_port=0),
            AuthorityFolder(data_folder, {}),
        )
        doors.start()
        with _connect(doors.proxy_port) as proxied:
            proxied.sendall(f"{line} HTTP/1.1\r\nX: y\r\n\r\n".encode())
            assert _everything(proxied) == answer
        doors.stop()

    pair = base64.b64encode(b"me:p@ss").decode()
    assert asked == [
        f"{line} HTTP/1.1\r\nProxy-Authorization: Basic {pair}\r\nX: y\r\n\r\n".encode()
    ]


@pytest.mark.parametrize(
    ("environ", "parent"),
    [
        ({}, None),
        ({"https_proxy": "socks5://p:1"}, None),
        ({"https_proxy": "http://p:port"}, None),
        ({"https_proxy": "http://[::1"}, None),
        ({"HTTPS_PROXY": "http://p"}, Parent(Address("p", 80), b"", "")),
        ({"ALL_PROXY": "http://p:2"}, Parent(Address("p", 2), b"", "")),
        (
            {"https_proxy": "https://p:1", "HTTPS_PROXY": "http://q", "NO_PROXY": "a"},
            Parent(Address("p", 1, tls=True), b"", "a"),
        ),
    ],
    ids=str,
)
def test_proxy_that_was_there_before_is_read_from_the_environment(
    environ: dict[str, str], parent: Parent | None
) -> None:
    assert Parent.of_environment(environ) == parent


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_proxy_is_not_asked_by_itself_for_other_hosts(
    host: str, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Restarted where the settings of `mockwx env` are in force, it is told of itself.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://{host}:{port}")

    with (
        MockServer(replace(DOORS, proxy_port=port)) as running,
        _proxied(running) as connection,
    ):
        connection.sendall(b"CONNECT other.example:1 HTTP/1.1\r\n\r\n")

        assert _head(connection).startswith(b"HTTP/1.1 502 ")


def test_proxy_before_takes_what_no_proxy_leaves() -> None:
    parent = Parent(Address("p", 80), b"", "localhost,.corp.example")

    assert parent.takes("shop.example")
    assert not parent.takes("db.corp.example")


def test_doors_close_with_all_who_came_in(data_folder: Path) -> None:
    threads = threading.active_count()
    running = MockServer(DOORS).start()
    with _echo() as port, _proxied(running) as inside:
        inside.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
        _head(inside)
        ports = (running.doors.https_port, running.doors.proxy_port)
        started = time.monotonic()
        running.stop()
        took = time.monotonic() - started
        with closing(inside):
            assert _said_after_the_end(inside) == b""

    assert took < 2
    assert threading.active_count() == threads
    for each in ports:
        with pytest.raises(OSError, match=r"."):
            _connect(each)
    with pytest.raises(RuntimeError, match="tls or proxy"):
        _ = running.doors


def test_nothing_is_said_of_connections_that_the_end_cuts(
    data_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with MockServer(DOORS) as running, _proxied(running) as kept_alive:
        _ask(kept_alive, f"http://{API}{LOGIN}")

    assert [each.name for each in caplog.records if each.name == "asyncio"] == []


def test_port_in_use_leaves_nothing_open(data_folder: Path) -> None:
    threads = threading.active_count()
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            MockServer(Settings(proxy=True, proxy_port=port)).start()

    assert threading.active_count() == threads


def test_port_lost_at_the_last_moment_is_an_error_not_a_hang(
    mock: MockServer, data_folder: Path
) -> None:
    doors = Doors(
        Settings(port=mock.port, proxy=True, proxy_port=0),
        AuthorityFolder(data_folder, {}),
    )
    with socket.socket() as quicker:
        quicker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        quicker.bind(("127.0.0.1", doors.proxy_port or 0))
        quicker.listen()

        with pytest.raises(OSError, match="in use"):
            doors.start()


def test_doors_that_never_opened_close(mock: MockServer, data_folder: Path) -> None:
    doors = Doors(
        Settings(port=mock.port, proxy=True, proxy_port=0),
        AuthorityFolder(data_folder, {}),
    )
    doors.stop()

    with bind("127.0.0.1", doors.https_port), bind("127.0.0.1", doors.proxy_port or 0):
        pass


def _said_after_the_end(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1)
    except ConnectionResetError:
        return b""


def _now() -> int:
    return SystemClock().now()


def _handshake(mock: MockServer, context: ssl.SSLContext) -> None:
    with _connect(mock.doors.https_port) as connection:
        context.wrap_socket(connection, server_hostname=API).close()


def test_client_that_does_not_trust_us_is_counted(
    data_folder: Path, trusting: ssl.SSLContext
) -> None:
    with MockServer(DOORS) as running:
        _handshake(running, trusting)
        with pytest.raises(ssl.SSLCertVerificationError):
            _handshake(running, ssl.create_default_context())
        running.doors.stop()

        assert running.doors.mishaps.distrusted == 1
        assert running.doors.mishaps.failed == {}


def test_client_that_speaks_no_tls_is_counted_apart(data_folder: Path) -> None:
    with MockServer(DOORS) as running:
        with _connect(running.doors.https_port) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert b"HTTP/1.1" not in _everything(connection)
        running.doors.stop()

        assert running.doors.mishaps.distrusted == 0
        assert list(running.doors.mishaps.failed.values()) == [1]


def test_connection_that_says_nothing_is_no_mishap(data_folder: Path) -> None:
    with MockServer(DOORS) as running:
        _connect(running.doors.https_port).close()
        # Whoever comes later is answered later: the doors have seen the other go.
        for _ in range(3):
            with _proxied(running) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
                _everything(connection)
        running.doors.stop()

        assert running.doors.mishaps.distrusted == 0


def test_proxy_notes_the_hosts_of_wechat_that_it_leads_to(data_folder: Path) -> None:
    with MockServer(DOORS) as running:
        for host in ("other.weixin.qq.com", "other.example"):
            with _proxied(running) as connection:
                connection.sendall(f"CONNECT {host}:1 HTTP/1.1\r\n\r\n".encode())
                _head(connection)

        assert running.doors.mishaps.outside == {"other.weixin.qq.com": 1}
