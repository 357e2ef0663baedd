"""The servers side by side: ours, the bar, and peers that do the nearest they can."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.environments import built_once
from tests.environments import install
from tests.environments import named_after
from tests.environments import node_environment
from tests.environments import python_environment
from tests.environments import tool


SERVERS = Path(__file__).parent / "servers"
EXCHANGE = "/sns/jscode2session"
NEVER_MADE = "0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
QUERY = (
    "appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"
    f"&js_code={NEVER_MADE}&grant_type=authorization_code"
)
SESSION = {
    "session_key": "bW9ja3d4bW9ja3d4bW9ja3g=",
    "openid": "oMockwxMockwxMockwxMockwxMoc",
    "unionid": "oMockwxMockwxMockwxMockwxMoc",
}

BAR = "bare Flask"
OURS = "mockwx"
FLOOR = "Granian alone"
EXPRESS = "Express by hand"

_CALLER = "Action=GetCallerIdentity&Version=2011-06-15"

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Peer:
    """One server: how it is started, and what it is asked for."""

    name: str
    does: str
    command: Callable[[int, Path], Command]
    """Given a port and a folder of its own, which exists."""
    url: str = f"{EXCHANGE}?{QUERY}"
    right: bytes = b""
    """What stands in a right answer, and in no other."""
    begin: Callable[[int], str] | None = None
    """Given the port, makes what can be asked for only once, and says where."""


def _mockwx(port: int, folder: Path) -> Command:
    return [sys.executable, "-m", "mockwx", "serve", "--port", str(port)]


def _bare_flask(port: int, folder: Path) -> Command:
    return _granian(port, "bare_flask")


def _ready_answer(port: int, folder: Path) -> Command:
    return _granian(port, "ready_answer")


def _granian(port: int, app: str) -> Command:
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-log"]
    # One thread: the setting under which it is steadiest, and fastest.
    where = ["--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "1"]
    return [*granian, *where, "--http", "1", f"tests.benchmarks.servers.{app}:app"]


def _fastapi(port: int, folder: Path) -> Command:
    python = python_environment("fastapi==0.115.5", "uvicorn[standard]==0.32.1")
    app = ["--app-dir", str(SERVERS), "fastapi_mock:app", "--no-access-log"]
    return [python, "-m", "uvicorn", *app, "--port", str(port)]


def _express(port: int, folder: Path) -> Command:
    modules = node_environment("express@4.21.1")
    return ["node", SERVERS / "express_mock.js", modules, str(port)]


def _moto(port: int, folder: Path) -> Command:
    python = python_environment("moto[server]==5.0.21")
    server = [python, "-c", "from moto.server import main; main()"]
    return [*server, "-H", "127.0.0.1", "-p", str(port)]


def _oauth2(port: int, folder: Path) -> Command:
    modules = node_environment("oauth2-mock-server@7.2.1")
    return ["node", SERVERS / "oauth2_server.js", modules, str(port)]


def _wiremock(port: int, folder: Path) -> Command:
    stub = {
        "request": {"method": "GET", "urlPath": EXCHANGE},
        "response": {
            "status": 200,
            "jsonBody": SESSION | {"code": "{{request.query.js_code}}"},
            "transformers": ["response-template"],
        },
    }
    (folder / "mappings").mkdir()
    (folder / "mappings" / "exchange.json").write_text(json.dumps(stub))
    where = ["--port", str(port), "--bind-address", "127.0.0.1"]
    options = ["--root-dir", str(folder), "--no-request-journal", "--disable-banner"]
    return [tool("java", "a JRE"), "-jar", _wiremock_jar(), *where, *options]


def _wiremock_jar() -> Path:
    artifact = "org.wiremock:wiremock-standalone:3.9.2"

    def build(folder: Path) -> None:
        mvn = [tool("mvn", "Maven"), "--batch-mode", "--quiet"]
        plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy"
        where = [f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
        install([*mvn, plugin, *where], [artifact])

    return next(built_once(named_after("wiremock", artifact), build).glob("*.jar"))


def _mockoon(port: int, folder: Path) -> Command:
    modules = node_environment("@mockoon/cli@9.1.0")
    response = {
        "uuid": "r",
        "body": json.dumps(SESSION | {"code": "{{queryParam 'js_code'}}"}),
        "statusCode": 200,
        "label": "",
        "headers": [{"key": "Content-Type", "value": "application/json"}],
        "bodyType": "INLINE",
        "rules": [],
        "rulesOperator": "OR",
        "default": True,
        "latency": 0,
    }
    route = {
        "uuid": "e",
        "type": "http",
        "method": "get",
        "endpoint": EXCHANGE[1:],
        "documentation": "",
        "responses": [response],
    }
    environment = {
        "uuid": "m",
        "lastMigration": 33,
        "name": "exchange",
        "port": port,
        "hostname": "127.0.0.1",
        "routes": [route],
        "rootChildren": [{"type": "route", "uuid": "e"}],
    }
    data = folder / "mockoon.json"
    data.write_text(json.dumps(environment))
    cli = modules / "node_modules" / ".bin" / "mockoon-cli"
    quiet = ["--repair", "--disable-log-to-file"]
    return [cli, "start", "--data", data, "--port", str(port), *quiet]


def _json_server(port: int, folder: Path) -> Command:
    modules = node_environment("json-server@0.17.4")
    data = folder / "db.json"
    data.write_text(json.dumps({"sessions": [{"id": "a", **SESSION}]}))
    cli = modules / "node_modules" / ".bin" / "json-server"
    return [cli, "--host", "127.0.0.1", "--port", str(port), "--quiet", data]


def _logged_in(port: int) -> str:
    """Log somebody in; raises OSError if the mock is not there yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", "/_mockwx/api/wx/login")
        code = json.loads(connection.getresponse().read())["code"]
    finally:
        connection.close()
    return f"{EXCHANGE}?{QUERY}".replace(NEVER_MADE, code)


PEERS: tuple[Peer, ...] = (
    Peer(BAR, "exchange a code (canned)", _bare_flask, right=b'"session_key"'),
    Peer(
        OURS,
        "exchange a code: single use, keys, journal, faults",
        _mockwx,
        right=b'"session_key"',
        begin=_logged_in,
    ),
    Peer(FLOOR, "nothing: a ready answer", _ready_answer),
    Peer(EXPRESS, "exchange a code (canned)", _express),
    Peer("FastAPI by hand", "exchange a code (canned)", _fastapi),
    Peer("WireMock", "a templated stub", _wiremock),
    Peer("json-server", "look a row up", _json_server, url="/sessions/a"),
    Peer("Mockoon", "a templated route", _mockoon),
    Peer("oauth2-mock-server", "its keys", _oauth2, url="/jwks"),
    Peer(
        "moto server",
        "STS GetCallerIdentity",
        _moto,
        url=f"/?{_CALLER}",
    ),
)
