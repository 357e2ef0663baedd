"""Node's clients and SDKs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.environments import node_environment
from tests.sdk.row import DRIVERS
from tests.sdk.row import Row


_PACKAGES = (
    *("axios@1.7.7", "axios-0.16@npm:axios@0.16.2", "axios-0.19@npm:axios@0.19.2"),
    *("undici@6.20.1", "got@11.8.6", "superagent@10.1.1"),
    *("co-wechat-api@3.11.0", "wechat-oauth@1.5.0", "nest-wechat@0.2.50"),
    *("passport-weapp@1.1.1", "passport-wechat-mp@1.0.1"),
    *("express-weapp-auth@0.2.0", "wafer-node-session@1.0.10"),
    # What they run in.
    *("express@4.21.2", "express-session@1.18.1", "passport@0.7.0"),
    *("@nestjs/common@10.4.15", "reflect-metadata@0.2.2", "rxjs@7.8.1"),
)


def installed() -> Path:
    """Install all of them, which live well together; return the folder."""
    return node_environment(*_PACKAGES)


def _driver(program: str, name: str) -> Sequence[str | Path]:
    return ["node", DRIVERS / program, installed(), name]


def _led(name: str, flows: tuple[str, ...], folder: Path) -> Sequence[str | Path]:
    """Start the same driver, led by the setting in a folder."""
    (folder / "node_modules").symlink_to(installed() / "node_modules")
    return [*_driver("node_sdk.js", name), folder, *flows]


def _client(sdk: str, version: str, http_stack: str, name: str = "") -> Row:
    return Row(
        sdk=sdk,
        version=version,
        language="Node",
        http_stack=http_stack,
        command=partial(_driver, "node_clients.js", name or sdk),
        flows=("login", "token", "phone", "error"),
        needs=("node", "npm"),
        bare=True,
    )


def _sdk(
    sdk: str,
    version: str,
    http_stack: str,
    flows: tuple[str, ...],
    *,
    led: tuple[str, ...] = (),
    base_url: str = "",
    note: tuple[str, str] = ("", ""),
) -> Row:
    return Row(
        sdk=sdk,
        version=version,
        language="Node",
        http_stack=http_stack,
        command=partial(_driver, "node_sdk.js", sdk),
        flows=flows,
        needs=("node", "npm"),
        base_url=base_url,
        setting=partial(_led, sdk, led) if led else None,
        led=led,
        note=note,
    )


ROWS: tuple[Row, ...] = (
    _client("https", "", "`node:https`"),
    _client("https, an agent of its own", "", "`https.Agent`"),
    _client("fetch", "", "undici"),
    _client("undici", "6.20.1", "`node:tls`"),
    _client("got", "11.8.6", "`node:https`"),
    _client("axios", "0.16.2", "follow-redirects", "axios-0.16"),
    _client("axios", "0.19.2", "follow-redirects", "axios-0.19"),
    _client("axios", "1.7.7", "follow-redirects"),
    _client("superagent", "10.1.1", "`node:https`"),
    _sdk(
        *("co-wechat-api", "3.11.0", "httpx"),
        ("login", "token", "phone", "error", "retry"),
        led=("login", "token", "phone", "error", "retry"),
        base_url="`prefix`, `snsPrefix`, `wxaPrefix`",
        note=(
            "getuserphonenumber added by `API.mixin`",
            "getuserphonenumber 由 `API.mixin` 添加",
        ),
    ),
    _sdk(
        *("wechat-oauth", "1.5.0", "urllib 2"),
        ("login", "decrypt", "error", "web"),
    ),
    _sdk(
        *("nest-wechat", "0.2.50", "axios 1"),
        ("login", "token", "phone", "error", "web"),
    ),
    _sdk(*("passport-weapp", "1.1.1", "axios 1"), ("login", "error")),
    _sdk(
        *("passport-wechat-mp", "1.0.1", "axios 0.19"),
        ("login", "error"),
        led=("login", "error"),
        base_url="`authorizationURL`",
    ),
    _sdk(
        *("express-weapp-auth", "0.2.0", "fetch"),
        ("login", "decrypt"),
        note=(
            "keeps errcodes to itself",
            "不说出 errcode",
        ),
    ),
    _sdk(
        *("wafer-node-session", "1.0.10", "request"),
        ("login", "decrypt", "error"),
        note=("the errcode is in its log alone", "errcode 只写在日志里"),
    ),
)
