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
_EVENTLET = ("eventlet>=0.36", "dnspython>=2.6")
_UVLOOP = ("uvloop>=0.21",)
# aiohttp asks aiodns for names if it is there.
_SPEEDUPS = ("aiodns==3.2.0", "pycares>=4.4,<5")

Words = Sequence[str | Path]


def _client(sdk: str, version: str, http_stack: str, *besides: str) -> Row:
    return Row(
        sdk=sdk,
        version=version,
        language="Python",
        http_stack=http_stack,
        command=lambda: [
            python_environment(*_CLIENTS, *besides),
            DRIVERS / "python_http.py",
            sdk,
        ],
        flows=("login", "token", "phone", "error"),
        bare=True,
    )


def _row(
    sdk: str,
    version: str,
    command: Callable[[], Words],
    flows: tuple[str, ...],
    *,
    led: tuple[str, ...] = (),
    base_url: str = "",
) -> Row:
    """Every SDK of Python takes requests; led by a setting, its driver is the same."""
    return Row(
        sdk=sdk,
        version=version,
        language="Python",
        http_stack="requests",
        command=command,
        flows=flows,
        base_url=base_url,
        setting=(lambda folder: [*command(), folder, *led]) if led else None,
        led=led,
    )


def _sdk(
    sdk: str,
    version: str,
    flows: tuple[str, ...],
    *,
    besides: tuple[str, ...] = (),
    led: tuple[str, ...] = (),
    base_url: str = "",
) -> Row:
    def command() -> Words:
        python = python_environment(f"{sdk}=={version}", *besides)
        return [python, DRIVERS / "python_sdk.py", sdk]

    return _row(sdk, version, command, flows, led=led, base_url=base_url)


def _framework(name: str) -> Words:
    return [FRAMEWORKS[name](), DRIVERS / "python_web_login.py", name]


def _wechatpy(version: str) -> Row:
    flows = ("login", "token", "phone", "decrypt", "error", "retry", "web")
    return _sdk(
        *("wechatpy", version, flows),
        besides=("cryptography>=42",),
        led=flows,
        base_url="`API_BASE_URL`, `fetch_access_token`",
    )


ROWS: tuple[Row, ...] = (
    _wechatpy("1.8.18"),
    _wechatpy("2.0.0a26"),
    _sdk(
        *("python-weixin", "0.5.0"),
        ("login", "token", "phone", "decrypt", "error", "web"),
        besides=("cryptography>=42",),
        led=("login", "token", "decrypt", "error"),
        base_url="`access_token_url`, `client_credential_token_url`",
    ),
    _sdk(
        *("weixin-python", "0.5.7"),
        ("login", "token", "phone", "error", "web"),
        led=("token", "phone"),
        base_url="`WeixinMP.api_uri`",
    ),
    _sdk(
        *("Flask-WXApp", "0.1.3"),
        ("login", "decrypt", "error"),
        # It does not say what it needs.
        besides=("flask", "requests", "pycryptodome"),
    ),
    _row(
        *("django-allauth", "65.19.7"),
        partial(_framework, "django_allauth"),
        ("web", "error"),
        led=("web", "error"),
        base_url="`access_token_url`, `profile_url`, `authorize_url`",
    ),
    _row(
        *("social-auth-core", "6.2.0"),
        partial(_framework, "social_auth"),
        ("web", "error"),
        led=("web", "error"),
        base_url="`AUTHORIZATION_URL`, `get_json`",
    ),
    _client("requests", "2.32.3", "urllib3"),
    _client("requests, prepared", "2.32.3", "urllib3"),
    _client("httpx", "0.27.2", "httpcore"),
    _client("httpx async", "0.27.2", "httpcore, anyio"),
    _client("httpx async, own transport", "0.27.2", "httpcore, anyio"),
    _client("aiohttp", "3.10.10", "asyncio"),
    _client("aiohttp[speedups]", "3.10.10", "asyncio, aiodns", *_SPEEDUPS),
    _client("aiohttp, uvloop", "3.10.10", "libuv", *_UVLOOP),
    _client("urllib", "", "http.client"),
    _client("urllib3", "2.2.3", "http.client"),
    _client("urllib3, gevent", "2.2.3", "libev", "gevent>=24.2"),
    _client("urllib3, eventlet", "2.2.3", "dnspython", *_EVENTLET),
)
