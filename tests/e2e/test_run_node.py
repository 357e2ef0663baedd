"""`mockwx run` from the view of Node: each way to WeChat is caught, no other is."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest


# Every test starts programs that start others.
pytestmark = [pytest.mark.slow, pytest.mark.needs("node")]

SECONDS = 100
CLIENTS = Path(__file__).parent / "clients" / "node"
LOGIN = "https://api.weixin.qq.com/sns/jscode2session"
NO_APPID = '{"errcode":41002,"errmsg":"appid missing'

WAYS = (
    "child with no environment",
    "child with other NODE_OPTIONS",
    "forked child with no environment",
    "child that is waited for",
    "child of a shell",
    "shell with no environment",
    "worker",
    "worker with no environment",
    "worker with no options",
    "worker that shares all",
    "an agent of its own, twice",
    "a lookup of its own",
    "IPv6 alone",
    "both families",
    "an address to leave from",
    "other authorities",
    "HTTP/2 if there is any",
    "another address, by SNI",
    "a trailing dot",
    "no TLS",
    "dns.lookup",
    "dns.lookup, all of them",
    "dns.resolve4",
    "dns.resolve",
    "dns.resolve6 knows none",
    "tls.connect",
    "TLS over a connection",
)


def run(
    folder: Path, *command: str | Path, **environ: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "mockwx", "run", "--", *command],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=folder,
        env={**os.environ, "MOCKWX_DATA": str(folder / "data"), **environ},
    )


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    ran = run(tmp_path_factory.mktemp("ways"), "node", CLIENTS / "ways.js", LOGIN)
    heard: dict[str, Any] = json.loads(ran.stdout or ran.stderr)
    return heard


@pytest.mark.parametrize("way", WAYS)
def test_way_leads_to_the_mock(way: str, said: Mapping[str, Any]) -> None:
    assert said[way].startswith(NO_APPID)


def test_every_way_is_looked_at(said: Mapping[str, Any]) -> None:
    assert tuple(said) == WAYS


def test_imports_by_name_lead_to_the_mock(tmp_path: Path) -> None:
    ran = run(tmp_path, "node", CLIENTS / "ask.mjs", LOGIN)

    assert ran.stdout.count(NO_APPID) == 3, ran.stderr


def test_test_runner_of_node_leads_to_the_mock(tmp_path: Path) -> None:
    ran = run(tmp_path, "node", "--test", CLIENTS / "ask.test.mjs")

    assert ran.returncode == 0, ran.stdout
    assert "1 call reached WeChat" in ran.stderr


def test_options_that_were_set_before_still_count(tmp_path: Path) -> None:
    (tmp_path / "own.cjs").write_text("console.log('the own one')\n", "utf-8")
    options = f"--require {tmp_path / 'own.cjs'} --stack-trace-limit=3"
    asked = "console.log(Error.stackTraceLimit)"

    ran = run(tmp_path, "node", "-e", asked, NODE_OPTIONS=options)

    assert ran.stdout == "the own one\n3\n"


@pytest.mark.needs("sh")
def test_script_that_sets_the_options_anew_leads_to_the_mock(tmp_path: Path) -> None:
    script = (
        f"NODE_OPTIONS='--stack-trace-limit=3' node {CLIENTS / 'ask_once.js'} {LOGIN}"
    )

    ran = run(tmp_path, "sh", "-c", f"NODE_OPTIONS= node -v && {script}")

    assert ran.stdout.splitlines()[1].startswith(NO_APPID), ran.stderr


@pytest.mark.needs("npm")
@pytest.mark.needs("sh")
def test_script_of_npm_that_sets_the_options_anew_does_too(tmp_path: Path) -> None:
    script = f"NODE_OPTIONS=--no-warnings node {CLIENTS / 'ask_once.js'} {LOGIN}"
    package = {"private": True, "scripts": {"start": script}}
    (tmp_path / "package.json").write_text(json.dumps(package), "utf-8")

    ran = run(tmp_path, "npm", "--silent", "start")

    assert ran.stdout.startswith(NO_APPID), ran.stderr


@pytest.mark.needs("curl")
def test_proxy_is_left_to_those_who_need_it(tmp_path: Path) -> None:
    asked = f"""
        console.log(process.env.HTTPS_PROXY, process.env.https_proxy);
        console.log(String(require("child_process").execSync("curl -sS {LOGIN}")));
    """
    proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "")

    none, one = (
        run(tmp_path, "node", "-e", asked, **proxies | had).stdout.split("\n", 1)
        for had in ({}, {"https_proxy": "http://127.0.0.1:9"})
    )

    assert none[0] == "undefined undefined"
    assert one[0].startswith("http://127.0.0.1:")
    assert none[1].startswith(NO_APPID)


@pytest.mark.needs("openssl")
def test_other_hosts_are_as_ever(tmp_path: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=the other one"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )

    ran = run(tmp_path, "node", CLIENTS / "ask_others.js", tmp_path)

    assert ran.stdout == "all as ever\n", ran.stderr
