"""Python's clients and SDKs."""

from collections.abc import Callable
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.environments import python_environment
from tests.sdk.row import DRIVERS
from tests.sdk.row import Row
from tests.sdk.web_login import FRAMEWORKS


_CLIENTS = ("requests==2.32.3", "urllib3==2.2.3", "httpx==0.27.2", "aiohttp==3.10.10")
_WXA_SDK = ("login", "token", "phone", "decrypt", "error")


def _client(name: str) -> Sequence[str | Path]:
    return [python_environment(*_CLIENTS), DRIVERS / "python_http.py", name]


def _sdk(name: str, version: str, *besides: str) -> Callable[[], Sequence[str | Path]]:
    def command() -> Sequence[str | Path]:
        python = python_environment(f"{name}=={version}", *besides)
        return [python, DRIVERS / "python_sdk.py", name]

    return command


def _framework(name: str) -> Sequence[str | Path]:
    return [FRAMEWORKS[name](), DRIVERS / "python_web_login.py", name]


ROWS: tuple[Row, ...] = (
    *(
        Row(
            sdk="wechatpy",
            version=version,
            language="Python",
            http_stack="requests",
            command=_sdk("wechatpy", version, "cryptography>=42"),
            flows=(*_WXA_SDK, "retry", "web"),
            base_url="`WeChatWxa.API_BASE_URL`, `WeChatClient.API_BASE_URL`, "
            "`WeChatOAuth.API_BASE_URL`, `fetch_access_token`",
        )
        for version in ("1.8.18", "2.0.0a26")
    ),
    Row(
        sdk="python-weixin",
        version="0.5.0",
        language="Python",
        http_stack="requests",
        command=_sdk("python-weixin", "0.5.0", "cryptography>=42"),
        flows=(*_WXA_SDK, "web"),
        base_url="`access_token_url`, `client_credential_token_url`",
    ),
    Row(
        sdk="weixin-python",
        version="0.5.7",
        language="Python",
        http_stack="requests",
        command=_sdk("weixin-python", "0.5.7"),
        flows=("login", "token", "phone", "error", "web"),
    ),
    Row(
        sdk="Flask-WXApp",
        version="0.1.3",
        language="Python",
        http_stack="requests",
        # It does not say what it needs.
        command=_sdk("Flask-WXApp", "0.1.3", "flask", "requests", "pycryptodome"),
        flows=("login", "decrypt", "error"),
    ),
    Row(
        sdk="django-allauth",
        version="65.19.7",
        language="Python",
        http_stack="requests",
        command=partial(_framework, "django_allauth"),
        flows=("web",),
        base_url="`access_token_url`, `profile_url`, `authorize_url`",
    ),
    Row(
        sdk="social-auth-core",
        version="6.2.0",
        language="Python",
        http_stack="requests",
        command=partial(_framework, "social_auth"),
        flows=("web",),
        base_url="`ACCESS_TOKEN_URL`",
    ),
    *(
        Row(
            sdk=name,
            version=version,
            language="Python",
            http_stack=http_stack,
            command=partial(_client, name),
            flows=("login", "token", "phone", "error"),
            bare=True,
        )
        for name, version, http_stack in (
            ("requests", "2.32.3", "urllib3"),
            ("requests, prepared", "2.32.3", "urllib3"),
            ("httpx", "0.27.2", "httpcore"),
            ("httpx async", "0.27.2", "httpcore, anyio"),
            ("aiohttp", "3.10.10", "asyncio"),
            ("urllib", "", "http.client"),
            ("urllib3", "2.2.3", "http.client"),
        )
    ),
)
