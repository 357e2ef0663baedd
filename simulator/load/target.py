"""What a load is aimed at, and that it stays there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from simulator.adapters.backend_http import HttpBackend
from simulator.adapters.mockwx_http import MockWx
from simulator.hosts import is_this_machine
from simulator.load.journey import journey
from simulator.mapping import BackendFile
from simulator.playing import read_backend
from simulator.playing import scenario_files
from simulator.ports import DEFAULT_APPID
from simulator.ports import Backend
from simulator.ports import RefusedError
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError
from simulator.ports import SimulatorError
from simulator.runner import needs_to_be_alone
from simulator.scenario.loader import check_calls
from simulator.scenario.loader import load_scenario
from simulator.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Target:
    """Which backend, which mock, which stories, and which hosts are allowed."""

    backend: str = ""
    backend_url: str | None = None
    mock: str = ""
    token: str | None = None
    scenarios: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    worlds: int = 1
    """Over how many worlds of the mock people are spread."""

    def world_of(self, person: int) -> str | None:
        """Name the world of the person of this number; None is the default one."""
        return None if self.worlds < 2 else f"load-{person % self.worlds + 1}"


@dataclass(frozen=True, slots=True)
class Ground:
    """Connections of a worker, which all its people share, and what they play."""

    wechat: MockWx
    backend: Backend
    file: BackendFile
    stories: tuple[Scenario, ...]


class Fence:
    """A transport to hosts that may be loaded, wherever a redirect leads."""

    def __init__(self, inner: Backend, allowed: tuple[str, ...]) -> None:
        self._inner = inner
        self._allowed = {name.lower() for name in allowed}

    @property
    def base_url(self) -> str:
        """Where relative URLs lead."""
        return self._inner.base_url

    def allows(self, url: str) -> bool:
        """Say whether an address is on this machine, or its host was named."""
        host = urlsplit(url).hostname or ""
        return is_this_machine(host) or host in self._allowed

    def send(self, request: Request) -> Response:
        """Send, unless it would leave for a host that nobody named."""
        if not self.allows(request.url):
            host = urlsplit(request.url).hostname
            raise SendError(
                "broken", f"{host} is not this machine: --allow-host {host}"
            )
        return self._inner.send(request)


@cache
def ground(target: Target) -> Ground:
    """Read the files and connect, once in a worker; raise SimulatorError."""
    file = _backend_file(target)
    fences = [
        Fence(HttpBackend(url), target.allowed_hosts)
        for url in (target.mock, file.base_url)
    ]
    for fence in fences:
        _stay(fence)
    mock, backend = fences
    stories = tuple(_stories(target, file))
    return Ground(MockWx(mock, token=target.token), backend, file, stories)


def prepare_mock(target: Target) -> None:
    """Make the backend's app known; raise SimulatorError unless the mock answers."""
    wechat, file = ground(target).wechat, ground(target).file
    wechat.control("GET", "health")
    if file.secret is None:
        return
    app = {"appid": file.appid or DEFAULT_APPID, "secret": file.secret}
    # The default one too: a backend that knows no worlds has its tokens there.
    named = {target.world_of(number) for number in range(target.worlds)}
    for world in (wechat, *(wechat.in_world(name) for name in named if name)):
        with contextlib.suppress(RefusedError):  # it is there
            world.control("POST", "mini_programs", app)


def _backend_file(target: Target) -> BackendFile:
    file = read_backend(target.backend or None, target.backend_url)
    if file is None:
        raise SimulatorError(
            "Say what to load: --backend my.backend.yaml (--wx-backend in Locust).",
            "请指明要加压的后端：--backend my.backend.yaml"
            "（在 Locust 中是 --wx-backend）。",
        )
    if file.base_url.startswith("wsgi:"):
        raise SimulatorError(
            "A load needs a backend that runs as a server: start it, and give its "
            "address with --backend-url http://127.0.0.1:PORT.",
            "加压需要以服务器方式运行的后端：请先启动它，"
            "并用 --backend-url http://127.0.0.1:端口 给出地址。",
        )
    if not target.mock:
        raise SimulatorError(
            "A load needs a mock that runs: start `mockwx serve`, point the backend at "
            "it, and give its address with --mock URL (--wx-mock in Locust).",
            "加压需要正在运行的 mock：请运行 `mockwx serve`，让后端指向它，"
            "并用 --mock 给出地址（在 Locust 中是 --wx-mock）。",
        )
    return file


def _stay(fence: Fence) -> None:
    if not fence.allows(fence.base_url):
        host = urlsplit(fence.base_url).hostname
        raise SimulatorError(
            f"A load weighs on {host}, which is not this machine: if it is yours to "
            f"load, say --allow-host {host}.",
            f"加压会给 {host} 带来负担，而它不是本机：如果你有权这样做，"
            f"请加上 --allow-host {host}。",
        )


def _stories(target: Target, file: BackendFile) -> list[Scenario]:
    if not target.scenarios:
        return [journey(file)]
    paths = scenario_files([Path(each) for each in target.scenarios])
    stories = [load_scenario(path) for path in paths]
    for story in stories:
        check_calls(story, file)
        if needs_to_be_alone(story):
            raise SimulatorError(
                f"{story.file} changes or reads a whole world of the mock (its clock, "
                "faults, journal or apps), which all people of a load share: leave "
                "these steps out.",
                f"{story.file} 会改变或读取整个 mock 的世界"
                "（时钟、故障、记录或小程序），而加压时所有人共用它：请去掉这些步骤。",
            )
    return stories
