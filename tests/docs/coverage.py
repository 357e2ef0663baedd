"""Which interfaces of WeChat around a login there are, and what became of each.

The table is WeChat's, written by hand; what became of each is read from the code.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mockwx.crypto import api_signature
from mockwx.domain import push
from mockwx.services.device import CALLS
from mockwx.web.endpoints import VIEWS
from mockwx.web.interfaces import INTERFACES
from simulator.wx import Wx
from tests.docs.sources import TESTS


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of WeChat's documentation, with the interfaces it names."""

    en: str
    zh: str
    names: tuple[str, ...]


SERVER = (
    Chapter(
        "User login",
        "小程序登录",
        ("/sns/jscode2session", "/wxa/checksession", "/wxa/resetusersessionkey"),
    ),
    Chapter(
        "Login of third-party platforms",
        "第三方平台登录",
        (
            "/sns/component/jscode2session",
            "/cgi-bin/component/api_component_token",
            "/cgi-bin/component/api_create_preauthcode",
            "/cgi-bin/component/api_query_auth",
            "/cgi-bin/component/api_authorizer_token",
        ),
    ),
    Chapter(
        "Access tokens", "接口调用凭证", ("/cgi-bin/token", "/cgi-bin/stable_token")
    ),
    Chapter(
        "Quotas, rids, network",
        "openApi 管理",
        (
            "/cgi-bin/clear_quota",
            "/cgi-bin/clear_quota/v2",
            "/cgi-bin/openapi/quota/clear",
            "/cgi-bin/openapi/quota/get",
            "/cgi-bin/openapi/rid/get",
            "/cgi-bin/get_api_domain_ip",
            "/cgi-bin/getcallbackip",
            "/cgi-bin/callback/check",
        ),
    ),
    Chapter(
        "User info",
        "用户信息",
        (
            "/wxa/business/getuserphonenumber",
            "/wxa/business/checkencryptedmsg",
            "/wxa/getpluginopenpid",
            "/wxa/getpaidunionid",
            "/wxa/business/getuserencryptkey",
        ),
    ),
    Chapter(
        "Logins on web pages",
        "网页授权与网站登录",
        (
            "/connect/oauth2/authorize",
            "/connect/qrconnect",
            "/sns/oauth2/access_token",
            "/sns/oauth2/refresh_token",
            "/sns/userinfo",
            "/sns/auth",
            "/sns/oauth2/component/access_token",
            "/sns/oauth2/component/refresh_token",
        ),
    ),
    Chapter(
        "QR codes and links",
        "小程序码与小程序链接",
        (
            "/wxa/getwxacodeunlimit",
            "/wxa/getwxacode",
            "/cgi-bin/wxaapp/createwxaqrcode",
            "/wxa/generatescheme",
            "/wxa/generate_urllink",
        ),
    ),
    Chapter(
        "Messages and safety",
        "消息与安全",
        (
            "/cgi-bin/message/subscribe/send",
            "/wxa/msg_sec_check",
            "/wxa/getuserriskrank",
        ),
    ),
    Chapter(
        "Message push: modes and events",
        "消息推送：模式与事件",
        (
            "plain",
            "compatible",
            "secure",
            "user_info_modified",
            "user_authorization_revoke",
            "user_authorization_cancellation",
        ),
    ),
    Chapter(
        "API signature: algorithms",
        "服务端 API 签名：算法",
        ("AES256_GCM", "SM4_GCM", "RSAwithSHA256", "SM2withSM3"),
    ),
)
CLIENT = (
    Chapter(
        "Login", "登录", ("login", "checkSession", "pluginLogin", "backgroundFetch")
    ),
    Chapter(
        "Settings and authorisation",
        "设置与授权",
        ("getSetting", "authorize", "openSetting", "deleteMiniProgram"),
    ),
    Chapter(
        "User info",
        "用户信息",
        ("getUserInfo", "getUserProfile", "createUserInfoButton"),
    ),
    Chapter(
        "Phone number, avatar, nickname",
        "手机号、头像、昵称",
        (
            "getPhoneNumber",
            "getRealtimePhoneNumber",
            "chooseAvatar",
            "nicknameReview",
            "openData",
        ),
    ),
    Chapter(
        "Sealed open data",
        "加密的开放数据",
        (
            "getWeRunData",
            "getShareInfo",
            "getGroupEnterInfo",
            "authPrivateMessage",
            "getUserCryptoManager",
            "getLatestUserKey",
        ),
    ),
    Chapter(
        "Privacy agreement",
        "隐私协议",
        (
            "getPrivacySetting",
            "openPrivacyContract",
            "requirePrivacyAuthorize",
            "onNeedPrivacyAuthorization",
            "agreePrivacyAuthorization",
            "chooseAddress",
            "getLocation",
            "getClipboardData",
        ),
    ),
    Chapter("Messages", "订阅消息", ("requestSubscribeMessage",)),
    Chapter(
        "Environment",
        "环境",
        ("canIUse", "getAccountInfoSync", "getSystemInfo", "getSystemInfoSync"),
    ),
    Chapter("Network", "网络", ("request",)),
    Chapter(
        "Storage",
        "数据缓存",
        (
            "setStorage",
            "getStorage",
            "removeStorage",
            "clearStorage",
            "getStorageInfo",
            "setStorageSync",
            "getStorageSync",
            "removeStorageSync",
            "clearStorageSync",
            "getStorageInfoSync",
        ),
    ),
)

SHOWN = {
    "getPhoneNumber": '<button open-type="getPhoneNumber">',
    "getRealtimePhoneNumber": '<button open-type="getRealtimePhoneNumber">',
    "chooseAvatar": '<button open-type="chooseAvatar">',
    "agreePrivacyAuthorization": '<button open-type="agreePrivacyAuthorization">',
    "nicknameReview": '<input type="nickname">',
    "openData": "<open-data>",
}
"""What is no call of `wx.` but a component, or no call at all."""
NO_CALLS = {"backgroundFetch", "deleteMiniProgram", "getLatestUserKey"}

ANSWERED = "answered"
SENT = "sent"
ON_THE_DOOR = "on the phone's door"
IN_THE_SIMULATOR = "in the simulator only"
NOT_COVERED = "not covered"

VIEW_AT = {interface.path: VIEWS[interface] for interface in INTERFACES}
_PAGES = "/connect/"
_ALGORITHMS = (api_signature.AES256_GCM, api_signature.RSA_WITH_SHA256)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    server: str
    client: str
    columns: tuple[str, str, str]
    states: Mapping[str, str]


ENGLISH = Words(
    language="en",
    server="WeChat's servers",
    client="On the phone",
    columns=("interface", "state", "proof"),
    states={
        each: each
        for each in (ANSWERED, SENT, ON_THE_DOOR, IN_THE_SIMULATOR, NOT_COVERED)
    },
)
CHINESE = Words(
    language="zh",
    server="微信服务端",
    client="手机上",
    columns=("接口", "状态", "证明"),
    states={
        ANSWERED: "已应答",
        SENT: "会推送",
        ON_THE_DOOR: "可在手机端入口调用",
        IN_THE_SIMULATOR: "仅在模拟器中",
        NOT_COVERED: "未覆盖",
    },
)


@dataclass(frozen=True, slots=True)
class Covered:
    """What became of an interface, and the tests that prove it."""

    state: str
    tests: tuple[Path, ...] = ()


def covered(name: str) -> Covered:
    """Say what became of an interface, on whichever side it is."""
    return server(name) if name in named_by(SERVER) else client(name)


def server(name: str) -> Covered:
    """Say what became of an interface of WeChat's servers."""
    if name in VIEW_AT:
        chapter = VIEW_AT[name].__module__.rpartition(".")[2]
        # The tests of pages for people call them by their last word.
        word = name.rpartition("/")[2] if name.startswith(_PAGES) else name[1:]
        # A platform's logins on web pages are tested with its other logins.
        found = tuple(_tests(chapter, word)) or tuple(_tests("", word))
        return Covered(ANSWERED, found)
    if name in push.MODES or name in push.EVENTS:
        return Covered(SENT, tuple(_tests("message_push", name.upper(), name)))
    if name in _ALGORITHMS:
        return Covered(ANSWERED, tuple(_tests("api_s", name)))
    return Covered(NOT_COVERED)


def client(name: str) -> Covered:
    """Say what became of an interface of the phone."""
    method = re.sub(r"(?=[A-Z])", "_", name).lower()
    simulated = tuple(_simulator_tests(method))
    if name in CALLS:
        module = CALLS[name].verb.__module__.rpartition(".")[2]
        return Covered(ON_THE_DOOR, (*_tests(module, name), *simulated))
    if hasattr(Wx, method):
        return Covered(IN_THE_SIMULATOR, simulated)
    return Covered(NOT_COVERED)


def shown(name: str) -> str:
    """Write a name as a developer meets it."""
    if name in SHOWN:
        return SHOWN[name]
    return name if name in NO_CALLS | named_by(SERVER) else f"wx.{name}"


def _tests(chapter: str, *words: str) -> Iterator[Path]:
    """Yield the tests of a chapter that name one of the words."""
    spoken = re.compile("|".join(rf"\b{re.escape(word)}(?![\w/])" for word in words))
    for folder in ("api", "unit"):
        for file in sorted((TESTS / folder).rglob(f"test_{chapter}*.py")):
            in_simulator = "simulator" in file.parts
            if not in_simulator and spoken.search(file.read_text(encoding="utf-8")):
                yield file


def _simulator_tests(method: str) -> Iterator[Path]:
    for owner in Wx.__mro__:
        if method in vars(owner):
            module = owner.__module__.rpartition(".")[2]
            yield TESTS / "unit" / "simulator" / "wx" / f"test_{module}.py"


def named_by(chapters: Sequence[Chapter]) -> set[str]:
    """Return every name of some chapters."""
    return {name for chapter in chapters for name in chapter.names}
