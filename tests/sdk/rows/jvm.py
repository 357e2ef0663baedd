"""Java's clients and SDKs."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.environments import install
from tests.environments import java_classes
from tests.sdk.row import DRIVERS
from tests.sdk.row import SETTING_FILES
from tests.sdk.row import Row


# HttpURLConnection and java.net.http are as old as the Java that runs them.
_CLIENTS = (
    ("HttpURLConnection", "", "java.net"),
    ("java.net.http", "", "java.nio"),
    ("OkHttp", "4.12.0", "java.net"),
    ("Apache HttpClient custom()", "4.5.13", "java.net, no proxy"),
)
_NEEDS = ("java", "javac", "mvn")

_WXJAVA = "cn.binarywang.wx.miniapp"
_SERVICE = f"{_WXJAVA}.api.impl.WxMaServiceImpl"
_OKHTTP_SERVICE = f"{_WXJAVA}.api.impl.WxMaServiceOkHttpImpl"
_CONFIGURATION = f"{_WXJAVA}.config.impl.WxMaDefaultConfigImpl"
_ALL = ("login", "token", "phone", "decrypt", "error", "retry")


def wxjava(service: str = _SERVICE) -> Sequence[str]:
    """Return the driver that leaves WxJava as it is."""
    return _driver("WxJava", service, _CONFIGURATION)


def _driver(program: str, *words: str) -> Sequence[str]:
    return ["java", "-cp", java_classes(DRIVERS / "java"), program, *words]


def _set_up(service: str, folder: Path) -> Sequence[str]:
    """Compile the page's configuration; return the driver that goes by it."""
    classes = java_classes(DRIVERS / "java")
    compiling = ["javac", "-cp", classes, "-d", str(folder)]
    install([*compiling, str(folder / SETTING_FILES["java"])], ["the page's code"])
    classes = os.pathsep.join([str(folder), classes])
    return ["java", "-cp", classes, "WxJava", service, "WeChatConfig"]


ROWS: tuple[Row, ...] = (
    *(
        Row(
            sdk=name,
            version=version,
            language="Java",
            http_stack=http_stack,
            command=partial(_driver, "JavaHttp", name),
            flows=("login", "token", "phone", "error"),
            needs=_NEEDS,
            bare=True,
        )
        for name, version, http_stack in _CLIENTS
    ),
    Row(
        sdk="weixin-java-miniapp",
        version="4.7.0",
        language="Java",
        http_stack="Apache HttpClient custom()",
        command=wxjava,
        flows=_ALL,
        needs=_NEEDS,
        base_url="`setApiHostUrl`",
        setting=partial(_set_up, _SERVICE),
        led=_ALL,
        note=("WxJava; from Java 9 on", "即 WxJava；Java 9 起"),
    ),
    Row(
        sdk="weixin-java-miniapp, OkHttp",
        version="4.7.0",
        language="Java",
        http_stack="OkHttp 4",
        command=partial(wxjava, _OKHTTP_SERVICE),
        flows=_ALL,
        needs=_NEEDS,
        base_url="`setApiHostUrl`",
        setting=partial(_set_up, _OKHTTP_SERVICE),
        led=_ALL,
        note=("`WxMaServiceOkHttpImpl`", "`WxMaServiceOkHttpImpl`"),
    ),
)
