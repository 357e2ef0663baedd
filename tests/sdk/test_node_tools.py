"""What developers start Node with, and its rivals: unchanged under `mockwx run`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.environments import OF_THE_TEST_RUN
from tests.environments import InstallError
from tests.environments import node_environment
from tests.sdk.row import DRIVERS


# The installation has a limit of its own.
pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(800, func_only=True),
    pytest.mark.needs("node"),
    pytest.mark.needs("npm"),
]

SECONDS = 60
PACKAGES = (
    *("tsx@4.19.2", "ts-node@10.9.2", "typescript@5.6.3"),
    *("nodemon@3.1.7", "cross-env@7.0.3", "concurrently@9.1.0"),
    *("pnpm@9.15.0", "yarn@1.22.22", "bun@1.2.15", "deno@2.3.5"),
)
PROGRAM = DRIVERS / "node_ask.ts"
NO_APPID = '{"errcode":41002,"errmsg":"appid missing'


@pytest.fixture(scope="module")
def tools() -> Path:
    try:
        return node_environment(*PACKAGES) / "node_modules" / ".bin"
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose script sets NODE_OPTIONS, as many do for memory or loaders."""
    typed = PROGRAM.read_text("utf-8")
    untyped = typed.replace(": Promise<Response>", "").replace(": string", "")
    compiler = {"module": "commonjs", "moduleResolution": "node"}
    (tmp_path / "ask.ts").write_text(typed, "utf-8")
    (tmp_path / "ask.cjs").write_text(untyped, "utf-8")
    (tmp_path / "tsconfig.json").write_text(
        json.dumps({"compilerOptions": compiler}), "utf-8"
    )
    script = "NODE_OPTIONS=--max-old-space-size=512 node ask.cjs"
    package = {"private": True, "scripts": {"start": script}}
    (tmp_path / "package.json").write_text(json.dumps(package), "utf-8")
    return tmp_path


@contextmanager
def run(tools: Path, project: Path, words: str) -> Iterator["subprocess.Popen[str]"]:
    environ = {k: v for k, v in os.environ.items() if k not in OF_THE_TEST_RUN}
    environ |= {
        "MOCKWX_DATA": str(project / "data"),
        "PATH": os.pathsep.join((str(tools), environ["PATH"])),
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "mockwx", "run", "--", *words.split()],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environ,
    )
    try:
        yield running
    finally:
        running.terminate()
        running.communicate(timeout=SECONDS)


@pytest.mark.parametrize(
    "words",
    [
        "tsx ask.ts",
        "ts-node --transpileOnly ask.ts",
        "cross-env NODE_OPTIONS=--no-warnings node ask.cjs",
        "concurrently --raw npm:start",
        "npm --silent start",
        "pnpm --silent start",
        "yarn --silent start",
        "bun run ask.cjs",
        "deno run --allow-all ask.cjs",
    ],
    ids=lambda words: words.split()[0],
)
def test_tool_leads_to_the_mock(tools: Path, project: Path, words: str) -> None:
    with run(tools, project, words) as running:
        said, summary = running.communicate(timeout=SECONDS)

    assert NO_APPID in said, summary
    assert "mockwx: 1 call reached WeChat:\n" in summary


def test_nodemon_leads_to_the_mock_again_and_again(tools: Path, project: Path) -> None:
    with run(tools, project, "nodemon --quiet ask.cjs") as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        (project / "ask.cjs").touch()
        second = running.stdout.readline()

    assert first.startswith(NO_APPID)
    assert second.startswith(NO_APPID)
