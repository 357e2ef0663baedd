"""The OpenAPI files are valid, and schemathesis finds no answer that is not in them."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from mockwx import MockServer
from mockwx import Settings
from tests.environments import child_environment
from tests.environments import python_environment


HOOKS = Path(__file__).parent / "drivers" / "schemathesis_hooks.py"
API = "/_mockwx/api"

RUN_SECONDS = 600
EXAMPLES = 5

# A schema cannot say everything: which fields exclude each other, what exists.
BEYOND_SCHEMA = "positive_data_acceptance"
# A rid may be any text, so `GET /exchanges/{rid}` answers under each path beside it.
SHADOWED = "allow_header_conformance"
# WeChat answers what is wrong with HTTP 200, and its gateway sends no Allow.
LENIENT = "negative_data_rejection,unsupported_method"

FILES = [
    pytest.param("openapi.json", f"{BEYOND_SCHEMA},{SHADOWED}", id="control API"),
    pytest.param("openapi-wechat.json", f"{BEYOND_SCHEMA},{LENIENT}", id="WeChat"),
]

pytestmark = [pytest.mark.external, pytest.mark.fuzz, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def schemathesis() -> Path:
    return python_environment("schemathesis>=4.32,<5", "openapi-spec-validator>=0.9")


@pytest.fixture
def mock() -> Iterator[MockServer]:
    # As text/plain, which WeChat really sends, no answer of /sns would be looked into.
    with MockServer(Settings(seed=1, sns_content_type="application/json")) as server:
        yield server


@pytest.mark.parametrize(("file", "_unchecked"), FILES)
def test_file_is_valid_openapi(
    schemathesis: Path, mock: MockServer, tmp_path: Path, file: str, _unchecked: str
) -> None:
    saved = tmp_path / file
    with urlopen(f"{mock.url}{API}/{file}", timeout=10) as response:
        saved.write_bytes(response.read())

    done = _run([schemathesis, "-m", "openapi_spec_validator", saved])

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("file", "unchecked"), FILES)
def test_schemathesis_finds_no_failure(
    schemathesis: Path, mock: MockServer, tmp_path: Path, file: str, unchecked: str
) -> None:
    command = [schemathesis, "-m", "schemathesis.cli", "run"]
    command += [f"{mock.url}{API}/{file}"]
    # The stream of events has no end, and a state put back is nothing to make up.
    command += ["--exclude-operation-id", "stream_events"]
    command += ["--exclude-operation-id", "restore_snapshot"]
    command += ["--exclude-checks", unchecked, "--no-color", "--warnings", "off"]
    command += ["--max-examples", str(EXAMPLES), "--generation-deterministic"]

    done = _run(command, cwd=tmp_path, SCHEMATHESIS_HOOKS=str(HOOKS), MOCK=mock.url)

    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr
    assert "generated" in done.stdout
    if file == "openapi-wechat.json":
        assert _logins(mock) > 0


def _logins(mock: MockServer) -> int:
    """Count the logins that worked: a run that never gets in proves little."""
    query = "path=/sns/jscode2session&errcode=0"
    with urlopen(f"{mock.url}{API}/exchanges?{query}", timeout=10) as response:
        return len(json.load(response)["exchanges"])


def _run(
    command: list[str | Path], *, cwd: Path | None = None, **settings: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=cwd,
        env=child_environment(**settings),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=RUN_SECONDS,
        check=False,
    )
