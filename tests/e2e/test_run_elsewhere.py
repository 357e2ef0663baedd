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


# Every test starts programs that start others.
pytestmark = [pytest.mark.slow, pytest.mark.needs("sh")]

FETCH = f"fetch('{LOGIN}').catch((error) => console.log(error.cause.code))"
ASK = f"""
import urllib.request
try:
    urllib.request.urlopen({LOGIN!r})
except OSError as error:
    print(type(error).__name__)
"""


def inside_a_shell(*command: str) -> list[str]:
    """Start a command as make and npm do: nothing of it is in the first word."""
    return ["--", "sh", "-c", shlex.join(command) + "; true"]


def test_python_kept_from_our_hook_is_known_inside_a_shell(run: Run) -> None:
    code = ASK.replace(
        "urllib.request.urlopen(",
        "urllib.request.build_opener(urllib.request.ProxyHandler({})).open(",
    )

    ran = run(*inside_a_shell(sys.executable, "-I", "-c", code))

    assert "mockwx: 0 calls reached WeChat.\n" in ran.stderr
    assert "perhaps -I kept our hook out" in ran.stderr
    assert "-I 使我们的钩子没有加载" in ran.stderr
    assert "--netns" in ran.stderr


@pytest.mark.needs("node")
def test_node_that_lost_its_environment_is_known(run: Run) -> None:
    node = shutil.which("node") or "node"

    ran = run(*inside_a_shell("env", "-i", node, "-e", FETCH))

    assert "mockwx: 0 calls reached WeChat.\n" in ran.stderr
    assert "mockwx: Node (node) was started without our NODE_OPTIONS" in ran.stderr
    assert "--netns" in ran.stderr


@pytest.mark.needs("go")
def test_go_is_known_by_what_its_compiler_leaves(run: Run) -> None:
    program = run.folder / "shop"
    subprocess.run(
        ["go", "build", "-o", program, str(CLIENTS / "own_transport.go")], check=True
    )

    ran = run(*inside_a_shell(str(program), LOGIN))

    assert "mockwx: 0 calls reached WeChat.\n" in ran.stderr
    assert "mockwx: If Go (shop) made any, perhaps its http.Transport" in ran.stderr
    assert "--netns" in ran.stderr


@pytest.mark.needs("javac")
def test_java_whose_options_were_taken_away_is_known(run: Run) -> None:
    java = ["env", "-u", "JAVA_TOOL_OPTIONS", "java", str(CLIENTS / "Ask.java"), LOGIN]

    ran = run(*inside_a_shell(*java))

    assert "mockwx: Java (java) was started without our JAVA_TOOL_OPTIONS" in ran.stderr


def test_python_that_does_not_trust_us_is_told_what_to_set(run: Run) -> None:
    ran = run("--", "env", "-u", "SSL_CERT_FILE", sys.executable, "-c", ASK)

    assert ran.stdout == "URLError\n"
    assert "Once a client came to our HTTPS and left: it does not trust" in ran.stderr
    assert "mockwx: For Python: SSL_CERT_FILE and REQUESTS_CA_BUNDLE" in ran.stderr


@pytest.mark.needs("node")
def test_distrust_is_said_beside_calls_that_arrived(run: Run) -> None:
    ask = shlex.join(["node", "-e", FETCH])
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
