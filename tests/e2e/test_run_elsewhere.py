"""What `mockwx run` says of calls that went elsewhere, by who made them."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.running import CLIENTS
from tests.e2e.running import LOGIN
from tests.e2e.running import Run
from tests.namespaces import apart
from tests.namespaces import out_of_reach


# Every test starts programs that start others.
pytestmark = [pytest.mark.slow, pytest.mark.needs("sh")]

ELSEWHERE = out_of_reach(LOGIN)
FETCH = "fetch('{}').catch((error) => console.log(error.cause.code))"
ASK = """
import urllib.request
try:
    urllib.request.{}
except OSError as error:
    print(type(error).__name__)
"""


@pytest.fixture
def run(run: Run) -> Run:
    """Who goes past the mock meets nobody, on a machine with a network too."""
    run.before = apart()
    return run


def inside_a_shell(*command: str) -> list[str]:
    """Start a command as make and npm do: nothing of it is in the first word."""
    return ["--", "sh", "-c", shlex.join(command) + "; true"]


def test_python_kept_from_our_hook_is_known_inside_a_shell(run: Run) -> None:
    opener = "build_opener(urllib.request.ProxyHandler({}))"
    code = ASK.format(f"{opener}.open({ELSEWHERE!r})")

    ran = run(*inside_a_shell(sys.executable, "-I", "-c", code))

    assert "mockwx: 0 calls reached WeChat.\n" in ran.stderr
    assert "perhaps -I kept our hook out" in ran.stderr
    assert "-I 使我们的钩子没有加载" in ran.stderr
    assert "--netns" in ran.stderr


@pytest.mark.needs("node")
def test_node_that_lost_its_environment_is_known(run: Run) -> None:
    node = shutil.which("node") or "node"

    ran = run(*inside_a_shell("env", "-i", node, "-e", FETCH.format(ELSEWHERE)))

    assert "mockwx: 0 calls reached WeChat.\n" in ran.stderr
    assert "mockwx: Node (node) was started without our NODE_OPTIONS" in ran.stderr
    assert "--netns" in ran.stderr


@pytest.mark.needs("go")
def test_go_is_known_by_what_its_compiler_leaves(run: Run) -> None:
    program = run.folder / "shop"
    subprocess.run(
        ["go", "build", "-o", program, str(CLIENTS / "own_transport.go")], check=True
    )

    ran = run(*inside_a_shell(str(program), ELSEWHERE))

    assert "mockwx: 0 calls reached WeChat.\n" in ran.stderr
    assert "mockwx: If Go (shop) made any, perhaps its http.Transport" in ran.stderr
    assert "--netns" in ran.stderr


@pytest.mark.needs("javac")
def test_java_whose_options_were_taken_away_is_known(run: Run) -> None:
    java = ["java", str(CLIENTS / "Ask.java"), ELSEWHERE]

    ran = run(*inside_a_shell("env", "-u", "JAVA_TOOL_OPTIONS", *java))

    assert "mockwx: Java (java) was started without our JAVA_TOOL_OPTIONS" in ran.stderr


def test_python_that_does_not_trust_us_is_told_what_to_set(run: Run) -> None:
    code = ASK.format(f"urlopen({LOGIN!r})")

    ran = run("--", "env", "-u", "SSL_CERT_FILE", sys.executable, "-c", code)

    assert ran.stdout == "URLError\n"
    assert "Once a client came to our HTTPS and left: it does not trust" in ran.stderr
    assert "mockwx: For Python: SSL_CERT_FILE and REQUESTS_CA_BUNDLE" in ran.stderr


@pytest.mark.needs("node")
def test_distrust_is_said_beside_calls_that_arrived(run: Run) -> None:
    ask = shlex.join(["node", "-e", FETCH.format(LOGIN)])
    ran = run("--", "sh", "-c", f"{ask}; unset NODE_EXTRA_CA_CERTS; {ask}")

    assert ran.stdout == "UNABLE_TO_GET_ISSUER_CERT_LOCALLY\n"
    assert "mockwx: 1 call reached WeChat:\n" in ran.stderr
    assert "Once a client came to our HTTPS and left" in ran.stderr
    assert "mockwx: For Node: NODE_EXTRA_CA_CERTS must reach it" in ran.stderr


def test_account_is_written_for_programs(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "account.json"
    command = [sys.executable, str(CLIENTS / "ask.py"), LOGIN]

    run("--json", str(report), "--", *command)

    told = json.loads(report.read_text("utf-8"))
    assert told["command"] == command
    assert told["calls"] == [
        {
            "method": "GET",
            "path": "/sns/jscode2session",
            "outcome": "errcode 41002",
            "count": 3,
        }
    ]
    assert [each["runtime"] for each in told["runtimes"]] == ["python"]
    assert told["status"] == 0


@pytest.mark.needs("unshare")
def test_whoever_goes_past_the_mock_in_a_test_meets_nobody() -> None:
    code = (
        "import socket\n"
        "try: socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 443))\n"
        "except OSError: print('nobody')"
    )
    program = [*apart(), sys.executable, "-c", code]

    ran = subprocess.run(program, capture_output=True, text=True, check=True)

    assert ran.stdout == "nobody\n" or LOGIN not in ELSEWHERE, ran.stderr
