"""`mockwx demo`: mock, sample backend and phone, as a user would start them.

The phone is a program of its own beside the mock (docs/adr/0012), as is the backend.
"""

import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.client import HTTPException
from pathlib import Path
from types import FrameType
from typing import NoReturn

from mockwx import shipped
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import environ_with
from mockwx.domain.refusal import RefusalError
from mockwx.listeners.port import bind
from mockwx.server import LOOPBACK
from mockwx.server import MockServer


_ENDING = ("SIGTERM", "SIGHUP")
_READY_SECONDS = 20
_POLL_SECONDS = 0.05
_STOP_SECONDS = 5
_BASE_URL = re.compile(r"^base_url:.*$", re.MULTILINE)


class DemoError(RefusalError):
    """The demo cannot run; the text says what is missing."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What the demo plays with."""

    backend: Path
    """The folder of the sample backend, whose module `app` has the WSGI app `app`."""
    backend_file: Path
    scenarios: tuple[Path, ...]


def play() -> int:
    """Play every scenario against the sample backend; return the phone's status."""
    files = demo_files()
    with (
        _ended_by_signals(),
        MockServer() as mock,
        _sample_backend(files.backend, wechat_api=mock.url) as backend_url,
        _pointed_at(files.backend_file, backend_url) as backend_file,
    ):
        command = [sys.executable, "-m", "simulator", "run"]
        command += [str(scenario) for scenario in files.scenarios]
        command += ["--backend", str(backend_file), "--mock", mock.url]
        return subprocess.run(command, env=_environ(), check=False).returncode


def demo_files() -> DemoFiles:
    """Find the demo in the checkout around this package, or where it was installed."""
    root = shipped.root()
    backend, fixtures = root / "docs/examples/flask_backend", root / "fixtures"
    files = DemoFiles(
        backend=backend,
        backend_file=fixtures / "backends" / "flask_backend.backend.yaml",
        scenarios=tuple(sorted((fixtures / "scenarios").glob("*.scenario.yaml"))),
    )
    complete = (backend / "app.py").is_file() and files.backend_file.is_file()
    if not complete or not files.scenarios:
        raise DemoError(
            "the demo's files are missing; install mockwx anew.",
            "缺少演示所需的文件；请重新安装 mockwx。",
        )
    return files


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """End in order by signals that would end us: all that was started ends too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before = {
        number: signal.signal(number, _end)
        for number in numbers
        if signal.getsignal(number) == signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


@contextmanager
def _sample_backend(folder: Path, *, wechat_api: str) -> Iterator[str]:
    """Run the backend, told only where WeChat is; yield its URL once it answers."""
    with bind(LOOPBACK, 0) as free:
        port = int(free.getsockname()[1])
    program = subprocess.Popen(
        [sys.executable, "-m", "waitress", f"--listen={LOOPBACK}:{port}", "app:app"],
        cwd=folder,
        env=_environ(
            WECHAT_API=wechat_api,
            WECHAT_APPID=DEFAULT_APPID,
            WECHAT_SECRET=DEFAULT_SECRET,
        ),
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(program, port)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        program.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.wait(_STOP_SECONDS)
        program.kill()
        program.wait()


def _wait_for(program: "subprocess.Popen[bytes]", port: int) -> None:
    pause = threading.Event()
    for _ in range(int(_READY_SECONDS / _POLL_SECONDS)):
        if program.poll() is not None:
            break
        connection = HTTPConnection(LOOPBACK, port, timeout=_READY_SECONDS)
        try:
            connection.request("GET", "/")
            connection.getresponse()
            return
        except (OSError, HTTPException):
            pause.wait(_POLL_SECONDS)
        finally:
            connection.close()
    raise DemoError(
        "the sample backend did not start; its own words stand above.",
        "示例后端没有启动；它自己的输出见上文。",
    )


@contextmanager
def _pointed_at(backend_file: Path, url: str) -> Iterator[Path]:
    """Copy the backend file with the address the backend really has."""
    text = _BASE_URL.sub(f"base_url: {url}", backend_file.read_text("utf-8"), count=1)
    with tempfile.TemporaryDirectory(prefix="mockwx-demo-") as folder:
        copy = Path(folder) / backend_file.name
        copy.write_text(text, "utf-8")
        yield copy


def _environ(**changes: str) -> dict[str, str]:
    """Return the environment of a child: no proxy in between, UTF-8 everywhere."""
    local = f"{LOOPBACK},localhost"
    return environ_with(NO_PROXY=local, no_proxy=local, PYTHONUTF8="1", **changes)
