"""What each runtime is told."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from mockwx import cli
from mockwx.domain.hosts import HOSTS
from mockwx.redirection import runtimes
from mockwx.redirection.runtimes import HOOKS
from mockwx.redirection.runtimes import RUNTIMES
from mockwx.redirection.runtimes import Whereabouts
from mockwx.redirection.runtimes import environment
from mockwx.redirection.runtimes import runtime_of
from mockwx.redirection.runtimes import shadowing
from mockwx.redirection.shells import SHELLS


WHERE = Whereabouts(
    host="127.0.0.1",
    port=1,
    https_port=2,
    proxy_port=3,
    ca=Path("a folder/ca.pem"),
    bundle=Path("bundle.pem"),
    trust_store=Path("a folder/store.p12"),
    trust_store_password="pass",
    php_folder=Path("php"),
)
PROXY = "http://127.0.0.1:3"


def test_every_runtime_is_told_where_the_mock_is() -> None:
    for runtime in RUNTIMES:
        assert environment(WHERE, {}, [runtime])["MOCKWX_URL"] == "http://127.0.0.1:1"


def test_address_of_ipv6_stands_in_brackets() -> None:
    told = environment(replace(WHERE, host="::1"), {}, ("go",))

    assert told["HTTPS_PROXY"] == f"http://[::1]:{WHERE.proxy_port}"
    assert told["MOCKWX_URL"] == f"http://[::1]:{WHERE.port}"


def test_inherited_settings_are_overwritten() -> None:
    inherited = {
        "HTTPS_PROXY": "http://elsewhere",
        "no_proxy": "api.weixin.qq.com",
        "REQUESTS_CA_BUNDLE": "theirs.pem",
    }

    told = environment(WHERE, inherited, ["python"])

    assert told["HTTPS_PROXY"] == told["https_proxy"] == PROXY
    assert told["no_proxy"] == told["NO_PROXY"] == "localhost,127.0.0.1,::1"
    assert told["REQUESTS_CA_BUNDLE"] == told["SSL_CERT_FILE"] == "bundle.pem"


def test_what_adds_to_the_trusted_is_given_the_one_certificate() -> None:
    told = environment(WHERE, {"NODE_EXTRA_CA_CERTS": "theirs.pem"}, RUNTIMES)

    assert told["NODE_EXTRA_CA_CERTS"] == str(WHERE.ca)
    assert told["SSL_CERT_FILE"] == told["CURL_CA_BUNDLE"] == "bundle.pem"


def test_lists_and_options_keep_what_was_inherited() -> None:
    inherited = {
        "PYTHONPATH": "src",
        "NODE_OPTIONS": "--max-old-space-size=64",
        "JAVA_TOOL_OPTIONS": "-Dfile.encoding=UTF-8",
    }

    told = environment(WHERE, inherited, RUNTIMES)

    assert told["PYTHONPATH"] == f"{HOOKS}/python{os.pathsep}src"
    assert told["NODE_OPTIONS"].endswith(" --max-old-space-size=64")
    assert told["JAVA_TOOL_OPTIONS"].startswith("-Dfile.encoding=UTF-8 ")
    assert (
        '-Djavax.net.ssl.trustStore="a folder/store.p12"' in told["JAVA_TOOL_OPTIONS"]
    )


def test_last_word_is_ours_where_it_counts() -> None:
    inherited = {
        "JAVA_TOOL_OPTIONS": "-Dhttps.proxyHost=elsewhere",
        "_JAVA_OPTIONS": "-Xmx1g -Dhttps.proxyHost=elsewhere",
        "PHP_INI_SCAN_DIR": f"{os.pathsep}theirs",
    }

    told = environment(WHERE, inherited, RUNTIMES)

    for name in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"):
        assert "proxyHost=127.0.0.1" in told[name].partition("proxyHost=elsewhere")[2]
    assert "-javaagent" not in told["_JAVA_OPTIONS"]
    assert told["PHP_INI_SCAN_DIR"] == f"{os.pathsep}theirs{os.pathsep}php"
    assert environment(WHERE, told, RUNTIMES) == told


def test_options_that_overrule_others_are_told_only_if_they_are_there() -> None:
    told = environment(WHERE, {"_JAVA_OPTIONS": ""}, RUNTIMES)

    assert not told.keys() & {"_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"}
    assert told["PHP_INI_SCAN_DIR"] == f"{os.pathsep}php"


def test_node_is_told_in_quotes_where_it_has_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {}
    for folder in (Path("/plain"), Path("/with a space")):
        monkeypatch.setattr(runtimes, "HOOKS", folder)
        told[folder.name] = environment(WHERE, {}, ["node"])["NODE_OPTIONS"]

    assert told == {
        "plain": "--require /plain/node/redirect.cjs",
        "with a space": '--require "/with a space/node/redirect.cjs"',
    }


def test_proxy_that_was_there_before_is_no_secret() -> None:
    def hidden(inherited: dict[str, str]) -> str | None:
        told = environment(WHERE, inherited, RUNTIMES)
        again = environment(WHERE, told, RUNTIMES)
        assert again["MOCKWX_REDIRECT"] == told["MOCKWX_REDIRECT"]
        rules: dict[str, str] = json.loads(told["MOCKWX_REDIRECT"])
        return rules.get("proxy")

    assert hidden({}) == hidden({"https_proxy": ""}) == PROXY
    assert hidden({"https_proxy": "http://elsewhere"}) is None


def test_telling_twice_is_telling_once() -> None:
    once = environment(WHERE, {"PYTHONPATH": "src"}, RUNTIMES)

    assert environment(WHERE, once, RUNTIMES) == once


def test_hooks_are_there_and_know_hosts_ports_and_whom_to_trust() -> None:
    rules = json.loads(environment(WHERE, {}, ["node"])["MOCKWX_REDIRECT"])

    assert rules == {
        "hosts": list(HOSTS),
        "to": "127.0.0.1",
        "ports": {"443": 2, "https": 2, "80": 1, "http": 1},
        "bundle": "bundle.pem",
        "proxy": PROXY,
    }
    assert (HOOKS / "python" / "sitecustomize.py").is_file()
    assert (HOOKS / "node" / "redirect.cjs").is_file()
    assert os.access(HOOKS / "node" / "bin" / "node", os.X_OK)
    assert (HOOKS / "java" / "redirect.jar").is_file()


def test_node_of_ours_stands_before_the_one_there_is_once(tmp_path: Path) -> None:
    theirs = tmp_path / "node"
    theirs.touch(mode=0o700)

    once = shadowing({"PATH": str(tmp_path)})

    assert once == {"PATH": f"{HOOKS}/node/bin:{tmp_path}"}
    assert shadowing(once) == once
    assert shadowing({"PATH": "/nowhere"}) == {}


@pytest.mark.parametrize(
    ("program", "runtime"),
    [
        ("python", "python"),
        ("/usr/bin/python3.12", "python"),
        ("C:/tools/Python.exe", "python"),
        ("npm", "node"),
        ("./gradlew", "java"),
        ("make", None),
    ],
)
def test_runtime_is_guessed_from_the_command(program: str, runtime: str | None) -> None:
    assert runtime_of(program) == runtime


def test_command_offers_every_runtime_and_shell() -> None:
    # The command names them itself, to answer --help without importing the table.
    offered = {each.name: each.type for each in cli.cli.commands["env"].params}

    assert tuple(offered["runtimes"].choices) == tuple(RUNTIMES)
    assert tuple(offered["shell"].choices) == tuple(SHELLS)
