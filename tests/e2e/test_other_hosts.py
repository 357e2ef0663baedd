"""A certificate of ours for another host is refused, whoever trusts our root."""

import os
import re
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from mockwx.clock import SystemClock
from mockwx.crypto.certificates import Authority
from mockwx.crypto.certificates import java_trust_store
from mockwx.crypto.certificates import make_authority
from mockwx.crypto.certificates import make_leaf
from mockwx.listeners.https import server_context
from mockwx.redirection.authority import STORE_PASSWORD
from tests.sdk.row import Row
from tests.sdk.rows import go
from tests.sdk.rows import jvm


# Every test starts a program, and some compile it first.
pytestmark = pytest.mark.slow

SECONDS = 100
CLIENTS = Path(__file__).parent / "clients"
# A name that every machine knows as itself, and that is not WeChat's.
OTHER_HOST = "localhost"

EACH_RUNTIME = [
    pytest.param(
        [sys.executable, str(CLIENTS / "ask.py")],
        "permitted subtree violation",
        id="python",
    ),
    pytest.param(
        ["node", str(CLIENTS / "ask.js")],
        "permitted subtree violation",
        id="node",
        marks=pytest.mark.needs("node"),
    ),
    pytest.param(
        ["java", str(CLIENTS / "Ask.java")],
        "name constraints",
        id="java",
        marks=pytest.mark.needs("javac"),
    ),
    pytest.param(
        ["go", "run", str(CLIENTS / "ask.go")],
        "is not permitted by any constraint",
        id="go",
        marks=pytest.mark.needs("go"),
    ),
]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority(SystemClock().now())


@pytest.fixture(scope="module")
def url(authority: Authority) -> Iterator[str]:
    """A server that pretends to be another host, by a certificate of ours."""
    leaf = make_leaf(authority, [OTHER_HOST], SystemClock().now())
    with _Server(server_context(leaf)) as server:
        yield f"https://{OTHER_HOST}:{server.server_port}/"


@pytest.fixture
def environ(authority: Authority, tmp_path: Path) -> dict[str, str]:
    """An environment in which each runtime trusts our root."""
    root, store = tmp_path / "root.pem", tmp_path / "store.p12"
    root.write_text(authority.root, "ascii")
    store.write_bytes(java_trust_store([authority.root], STORE_PASSWORD))
    trusted = {"SSL_CERT_FILE": root, "NODE_EXTRA_CA_CERTS": root}
    return {
        **{name: value for name, value in os.environ.items() if "proxy" not in name},
        **{name: str(path) for name, path in trusted.items()},
        "JAVA_TOOL_OPTIONS": f'-Djavax.net.ssl.trustStore="{store}"'
        f" -Djavax.net.ssl.trustStorePassword={STORE_PASSWORD}",
    }


@pytest.mark.parametrize(("command", "reason"), EACH_RUNTIME)
def test_leaf_for_another_host_is_refused(
    command: list[str], reason: str, url: str, environ: dict[str, str]
) -> None:
    asked = subprocess.run(
        [*command, url],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=environ,
    )

    assert asked.returncode != 0
    assert "pretended" not in asked.stdout
    assert reason in asked.stderr


@pytest.mark.external
@pytest.mark.timeout(800, func_only=True)
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=[pytest.mark.needs(t) for t in row.needs])
        for row in (*jvm.ROWS, *go.ROWS)
        if row.bare
    ],
)
def test_leaf_for_another_host_is_refused_by_every_client(
    row: Row, url: str, environ: dict[str, str]
) -> None:
    asked = subprocess.run(
        [*row.command(), url],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=environ,
    )

    assert asked.returncode != 0
    assert "pretended" not in asked.stdout
    assert re.search("name constraints|not permitted by any constraint", asked.stderr)


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"pretended")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """Serves from a thread; what fails in a handshake is no news."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(target=self.serve_forever)

    def __enter__(self) -> "_Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """Say nothing."""
