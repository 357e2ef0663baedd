"""Where a behaviour is known from: WeChat's page, a log, or the file that chose it.

A test mirrors the module it tests; the page that module's docstring names is where its
documented behaviours stand, and what is inferred it owns itself. The tables below say
what that does not tell, by the topic of the mark.
"""

import re
from collections.abc import Iterator
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.docs.pages import ROOT


TESTS = ROOT / "tests"
DOCUMENTED, LOGGED, INFERRED = "documented", "logged", "inferred"

_DEV = "https://developers.weixin.qq.com/miniprogram/dev"
_ERRNO = f"{_DEV}/framework/usability/PublicErrno.html"
_LOGIN = f"{_DEV}/OpenApiDoc/user-login/code2Session.html"
_SIGNATURE = f"{_DEV}/framework/open-ability/signature.html"

PAGES = {
    "callback/check: dns and ping": f"{_DEV}/OpenApiDoc/openApi-mgnt/",
    "client errno registry": _ERRNO,
    "code: five minutes": _LOGIN,
    "dates of the withdrawals": (
        "https://developers.weixin.qq.com/community/develop/doc/"
        "00022c683e8a80b29bed2142b56c01"
    ),
    "dates that concern everybody": f"{_DEV}/framework/open-ability/userProfile.html",
    "errno only on failure": _ERRNO,
    "errno since library 2.24.0": _ERRNO,
    "error tables: every row of every interface": f"{_DEV}/OpenApiDoc/",
    "limits per minute": f"{_DEV}/OpenApiDoc/",
    "mini games keep the profile": (
        "https://developers.weixin.qq.com/minigame/dev/api/open-api/user-info/"
        "wx.createUserInfoButton.html"
    ),
    "privacy: from the popup to the number": (
        f"{_DEV}/framework/user-privacy/PrivacyAuthorize.html"
    ),
    "push: fields of the events": f"{_DEV}/framework/security.html",
    "push: signature and envelope": (
        f"{_DEV}/framework/server-ability/message-push.html"
    ),
    "resetusersessionkey: the old expiry stays": (
        f"{_DEV}/OpenApiDoc/user-login/ResetUserSessionKey.html"
    ),
    "session_key: activity extends it": _SIGNATURE,
    "session_key: minimum period between replacements": _SIGNATURE,
    "wx calls: errno and text of failures": _ERRNO,
}
"""Documented topics whose page no module names: the page."""

OWNERS = {
    "API signature: the list of interfaces": "mockwx/web/interfaces.py",
    "GET interfaces take POST": "mockwx/web/hooks.py",
    "code2Session: a mistyped path": "mockwx/web/gateway.py",
    "code2Session: an old code yields its own key": "mockwx/domain/session.py",
    "method: checked before the body": "mockwx/web/hooks.py",
    "push: fields of the events": "mockwx/domain/push.py",
    "push: signature and envelope": "mockwx/crypto/push.py",
    "wx.getUserInfo: the text without a login state": (
        "mockwx/services/device/sealing.py"
    ),
}
"""Inferred topics that are owned elsewhere than in the module under test: the file."""

_COMMUNITY = "[the community](https://developers.weixin.qq.com/community/minihome)"
_BODIES = f"bodies with their rid, quoted in {_COMMUNITY}"
_PHONES = f"texts of phones and of DevTools, quoted in {_COMMUNITY}"
_PROBE = "the live service asked without credentials, 2026-09-17"
_TWICE = "CFETeam/weapp-session#5, Wechat-Group/WxJava#1323"

LOGS = {
    "/sns: the slash of a session_key, escaped or bare": (
        f"bodies of 2017 to 2024, quoted in {_COMMUNITY}"
    ),
    "40164: both address forms": _BODIES,
    "DevTools: a project without an appid": _PHONES,
    "DevTools: time and appid after the text": _PHONES,
    "IP whitelist: 40164 names both forms of the address": _BODIES,
    "access_token: 40001 before the stable token": _BODIES,
    "access_token: 40001 recommends the stable token": _BODIES,
    "access_token: 41001, 40014, 40001": _BODIES,
    "access_token: 42001": _BODIES,
    "access_token: checked before method and body": _PROBE,
    "access_token: order of validation": _PROBE,
    "chooseAvatar: its failures": _PHONES,
    "code2Session: a foreign app burns the code": "iamxjb/winxin-app-watch-life.net#44",
    "code2Session: a second use is 40163": _TWICE,
    "code2Session: key order and headers of a success": (
        f"panva/oauth4webapi#155; a full set of headers of 2024-08-22, {_COMMUNITY}"
    ),
    "code2Session: order of validation": _PROBE,
    "code2Session: order of validation and error texts": _PROBE,
    "code2Session: the second use is 40163": _TWICE,
    "component login: errors": "Wechat-Group/WxJava#1201",
    "component login: the caller's address": _BODIES,
    "component_access_token: parameters outside JSON": _BODIES,
    "encryptedData: lengths": "the lengths of real payloads",
    "errMsg per platform": _PHONES,
    "errmsg: rid, hints and no suffix": _BODIES,
    "getAccessToken: a success has no errcode": _BODIES,
    "getAccessToken: order of validation and error texts": _PROBE,
    "getPhoneNumber (server): a blank behind the key": _BODIES,
    "getPhoneNumber (server): a second use is 40029": _BODIES,
    "getPhoneNumber (server): the code of another app": _BODIES,
    "getPhoneNumber (server): the token of an official account": _BODIES,
    "getPhoneNumber (server): what is no code is 40029": _BODIES,
    "getPhoneNumber: no number bound": _PHONES,
    "getPhoneNumber: refusals per platform": _PHONES,
    "getPhoneNumber: the number needs verification": _PHONES,
    "getPhoneNumber: the spellings of a closed sheet": _PHONES,
    "getUserProfile: no openId inside": "the length of real payloads since 2022-11",
    "getWeRunData: auth deny with err_code -12006": _PHONES,
    "getWeRunData: cancel": _PHONES,
    "getWeRunData: the denial on Android": _PHONES,
    "getpluginopenpid: 1007 and an empty text": _BODIES,
    "getpluginopenpid: 1007 without a text": _BODIES,
    "getuserencryptkey: errors carry the empty list": _BODIES,
    "getuserphonenumber: a foreign token is 40013": _BODIES,
    "getuserphonenumber: a login code is 40029": "Wechat-Group/WxJava#2821",
    "getuserphonenumber: a used code is 40029, not 40163": _BODIES,
    "hint: an error about a parameter carries one": _BODIES,
    "msg_sec_check: version 1": f"old backends, {_COMMUNITY}",
    "openapi/rid/get: does not know rids of /sns": f"August 2024, {_COMMUNITY}",
    "order of validation: appid, secret": _PROBE,
    "order of validation: the token before the method": _PROBE,
    "other spellings of errMsg": _PHONES,
    "privacy: Android builds that drop the prefix": _PHONES,
    "privacy: agreed without a touch of the button": _PHONES,
    "query: unknown parameters are ignored": (
        "Wechat-Group/WxJava#458, Wechat-Group/WxJava#1323"
    ),
    "quota/get: a real answer": _BODIES,
    "quota/get: the figures most interfaces have": _BODIES,
    "rid/get: 76001 to 76004": _BODIES,
    "rid/get: rids of /sns are unknown, 76001": f"August 2024, {_COMMUNITY}",
    "rid: three groups, the first is the time": _BODIES,
    "stable_token: force_refresh 20 a day, then 45009": _BODIES,
    "web OAuth: SDKs of web frameworks post a form": (
        "[what the SDKs send](../../tests/sdk/test_web_login.py)"
    ),
    "web OAuth: errors of a refresh": _BODIES,
    "web OAuth: errors of the exchange": _BODIES,
    "web OAuth: errors of userinfo and auth": _BODIES,
    "wx.checkSession: the spellings seen": _PHONES,
    "wx.getUserInfo: auth deny per platform": _PHONES,
    "wx.login in DevTools: a project without an appid": _PHONES,
    "wx.login in DevTools: not a developer of the app": _PHONES,
}
"""Logged topics: where the log was seen, issues as owner/repository#number."""

TABLES = {DOCUMENTED: PAGES, LOGGED: LOGS, INFERRED: OWNERS}

_PAGE = re.compile(r"https://[^\s\"]+")


def source(certainty: str, topic: str, files: Sequence[Path]) -> str:
    """Write where a topic is known from, in Markdown."""
    told = TABLES[certainty].get(topic)
    if certainty == LOGGED:
        found = [told] if told else []
    elif certainty == DOCUMENTED:
        found = [_linked_page(page) for page in _pages(told, files)]
    else:
        found = [_linked_file(owner) for owner in _owners(told, files)]
    if not found:
        raise ValueError(
            f"nothing says where {topic!r} ({certainty}) is known from: "
            f"add it to tests/docs/sources.py"
        )
    return ", ".join(dict.fromkeys(found))


def module_under(test: Path) -> Path | None:
    """Return the module a test mirrors; None if it mirrors none."""
    inside = test.relative_to(TESTS)
    if inside.parts[0] not in ("api", "unit"):
        return None
    name = inside.name.removeprefix("test_")
    folder = "services" if inside.parts[0] == "api" else Path(*inside.parts[1:-1])
    module = ROOT / "mockwx" / folder / name
    return module if module.exists() else None


def _pages(told: str | None, files: Sequence[Path]) -> Iterator[str]:
    if told:
        yield told
        return
    for file in files:
        module = module_under(file)
        page = module and _page_of(module)
        if page:
            yield page


def _owners(told: str | None, files: Sequence[Path]) -> Iterator[str]:
    if told:
        yield told
        return
    for file in files:
        module = module_under(file)
        if module:
            yield module.relative_to(ROOT).as_posix()


@cache
def _page_of(module: Path) -> str | None:
    """Return the first page that a module's docstring names."""
    docstring = module.read_text(encoding="utf-8").split('"""')[1]
    found = _PAGE.search(docstring)
    return found[0] if found else None


def _linked_page(page: str) -> str:
    name = page.rstrip("/").rpartition("/")[2].removesuffix(".html")
    if "/community/" in page:
        name = "announcement"
    return f"[{name}]({page})"


def _linked_file(file: str) -> str:
    return f"[{file}](../../{file})"
