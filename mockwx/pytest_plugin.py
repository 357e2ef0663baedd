"""pytest fixtures: a mock for the session, a world of it for each test.

Imports nothing until a fixture is asked for: plugins load before coverage starts, and
`pytest --version` loads them too.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any

import pytest


if TYPE_CHECKING:
    from mockwx.config import Settings
    from mockwx.own_world import OwnWorld
    from mockwx.redirection.runtimes import Whereabouts
    from mockwx.server import MockServer

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._:@/\[\]-]+")
_LONGEST = 120
_WORLD = pytest.StashKey["OwnWorld"]()


@dataclass(frozen=True)
class RunningMock:
    """A mock that somebody else started, at the address of --mockwx-url."""

    url: str


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where a mock runs already."""
    group = parser.getgroup("mockwx", "WeChat's login servers (mockwx)")
    group.addoption(
        "--mockwx-url",
        metavar="URL",
        help="A running mock; default: one of our own on a free port.",
    )
    group.addoption(
        "--mockwx-token",
        metavar="TOKEN",
        help="The token of a mock that listens beyond this machine.",
    )
    parser.addini("mockwx_url", "a running mock, as --mockwx-url", default="")
    parser.addini("mockwx_token", "its token, as --mockwx-token", default="")


@pytest.fixture(scope="session")
def mockwx_settings() -> Settings:
    """With what the mock starts; override it to choose seed, policy or world."""
    from mockwx.config import Settings

    return Settings()


@pytest.fixture(scope="session")
def mockwx_server(
    request: pytest.FixtureRequest, mockwx_settings: Settings
) -> Iterator[MockServer | RunningMock]:
    """The mock of this session (under xdist: of this worker); ``url`` leads to it."""
    url = setting(request.config, "mockwx_url")
    if url:
        yield RunningMock(url.rstrip("/"))
        return
    from mockwx.server import MockServer

    with MockServer(mockwx_settings) as server:
        yield server


@pytest.fixture
def mockwx(
    request: pytest.FixtureRequest, mockwx_server: MockServer | RunningMock
) -> Iterator[OwnWorld]:
    """A world for this test alone: url, headers, clock, faults, people, journal."""
    from mockwx.own_world import OwnWorld

    token = setting(request.config, "mockwx_token") or None
    nodeid = request.node.nodeid
    world = OwnWorld(mockwx_server.url, world_name(nodeid), token=token)
    # What an earlier run against the same mock left there is gone.
    _reset(world)
    request.node.stash[_WORLD] = world
    yield world
    if world.touched_shared:
        world.shared.faults.disarm()
    world.reset()


@pytest.fixture(scope="session")
def mockwx_environ(
    request: pytest.FixtureRequest, mockwx_server: MockServer | RunningMock
) -> dict[str, str]:
    """Environment variables that lead a program to the mock: pass them to Popen."""
    from mockwx import config
    from mockwx.redirection.runtimes import RUNTIMES
    from mockwx.redirection.runtimes import environment
    from mockwx.redirection.runtimes import shadowing

    where = request.getfixturevalue("_mockwx_whereabouts")
    inherited = config.environ_with()
    told = environment(where, inherited, RUNTIMES) | shadowing(inherited)
    return config.environ_with(**told)


@pytest.fixture
def mockwx_redirect(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    mockwx: OwnWorld,
) -> OwnWorld:
    """Lead what this process asks https://api.weixin.qq.com to the mock."""
    import socket

    from mockwx.domain.hosts import HOSTS
    from mockwx.domain.hosts import is_wechat

    where: Whereabouts = request.getfixturevalue("_mockwx_whereabouts")
    ports = {"443": where.https_port, "https": where.https_port}
    ports |= {"80": where.port, "http": where.port}
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and is_wechat(name):
            host, port = where.host, ports.get(str(port), port)
        return resolve(host, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(where.bundle))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, ",".join((*HOSTS, "localhost", "127.0.0.1")))
    return mockwx


@pytest.fixture(scope="session")
def _mockwx_whereabouts(
    mockwx_server: MockServer | RunningMock,
) -> Iterator[Whereabouts]:
    """Where the mock's HTTPS and proxy are, opened when first needed."""
    if isinstance(mockwx_server, RunningMock):
        pytest.fail(
            "mockwx: only a mock of this session can be led to from here; with "
            "--mockwx-url take the variables from `mockwx env`.\n"
            "mockwx：只能重定向到本次会话自己的 mock；使用 --mockwx-url 时，"
            "请用 `mockwx env` 取得环境变量。",
            pytrace=False,
        )
    from mockwx.launch import locate
    from mockwx.listeners.doors import open_doors
    from mockwx.redirection.authority import AuthorityFolder

    settings = replace(
        mockwx_server.settings,
        port=mockwx_server.port,
        tls=True,
        proxy=True,
        tls_port=0,
        proxy_port=0,
    )
    doors = open_doors(settings)
    try:
        known = replace(
            settings, tls_port=doors.https_port, proxy_port=doors.proxy_port or 0
        )
        yield locate(known, AuthorityFolder.of_user())
    finally:
        doors.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show below a failed test what WeChat was asked in its world."""
    report = yield
    world = item.stash.get(_WORLD, None)
    if world is not None and call.when == "call" and report.failed:
        from mockwx.domain.refusal import RefusalError
        from mockwx.own_world import story

        try:
            lines = story(world.journal.exchanges(kind="any"))
        except RefusalError:
            return report
        said = "\n".join(lines or ["nothing was asked"])
        report.sections.append((f"mockwx, world {world.world}", said))
    return report


def setting(config: pytest.Config, name: str) -> str:
    """Return what the command line says, else what the configuration file says."""
    return str(config.getoption(name, None) or config.getini(name) or "")


def _reset(world: OwnWorld) -> None:
    from mockwx.domain.refusal import RefusalError

    try:
        world.reset()
    except RefusalError as error:
        said = f"mockwx: {error.message}\nmockwx：{error.message_zh}"
        raise pytest.fail.Exception(said, pytrace=False) from None


def world_name(nodeid: str) -> str:
    """Name a world after a test; a checksum tells apart what cannot be spelt."""
    spelt = _NOT_IN_A_NAME.sub("-", nodeid)[-_LONGEST:]
    return f"{spelt}@{zlib.crc32(nodeid.encode()):08x}"
