"""A person, a real browser and a web framework that logs people in by WeChat."""

import json
import shutil
import subprocess
import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler
from werkzeug.serving import make_server

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.environments import child_environment
from tests.environments import node_environment
from tests.environments import python_environment


HERE = Path(__file__).parent
REDIRECTION = HERE.parent / "backends" / "hosts" / "redirection"
DRIVER = HERE / "drivers" / "browser_driver.js"
BROWSER_TIMEOUT = 60

LogIn = Callable[..., dict[str, Any]]


def django_allauth() -> Path:
    """Install django-allauth; return its interpreter."""
    return python_environment(
        "Django==5.2.19", "django-allauth[socialaccount]==65.19.7", "requests>=2.31"
    )


def social_auth() -> Path:
    """Install social-auth-core and what ties it to Django; return its interpreter."""
    return python_environment(
        "Django==5.2.19", "social-auth-core==6.2.0", "social-auth-app-django==7.2.0"
    )


FRAMEWORKS = {"django_allauth": django_allauth, "social_auth": social_auth}


@contextmanager
def framework_host(name: str, folder: Path, wechat: str) -> Iterator[str]:
    """Run a framework that finds api.weixin.qq.com at `wechat`; give its address."""
    host = HERE / "hosts" / "web_login_host.py"
    running = subprocess.Popen(
        [FRAMEWORKS[name](), host, name, folder, DEFAULT_APPID, DEFAULT_SECRET],
        env=child_environment(PYTHONPATH=str(REDIRECTION), WECHAT_AT=f"{wechat}/"),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        address = running.stdout.readline().strip() if running.stdout else ""
        if not address:
            pytest.fail(f"The host ended with status {running.wait()}, see its errors.")
        yield address
    finally:
        running.kill()
        running.communicate()


@contextmanager
def https_door(app: Flask) -> Iterator[int]:
    """Answer for open.weixin.qq.com over HTTPS, as browsers insist; give the port."""
    server = make_server(
        "127.0.0.1",
        0,
        app,
        threaded=True,
        request_handler=_Quiet,
        ssl_context="adhoc",
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def play(https_port: int, **story: str) -> dict[str, Any]:
    """Let a browser play a story; return where it ended and what was to be read."""
    packages = node_environment("playwright-core@1.65.1")
    chromium = shutil.which("chromium") or "chromium"
    done = subprocess.run(
        ["node", DRIVER, packages, chromium, str(https_port), json.dumps(story)],
        env=child_environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=BROWSER_TIMEOUT,
    )
    if done.returncode:
        pytest.fail(f"The browser failed: {done.stderr}", pytrace=False)
    ended: dict[str, Any] = json.loads(done.stdout)
    return ended


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the journal has it all."""
