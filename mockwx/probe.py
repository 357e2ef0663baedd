"""What `mockwx probe` does: asks a real service harmless questions, and us the same.

Harmless: no question changes anything, spends a code, or fetches an access_token (which
would end the one in use). The host is always given; there is none to fall back on.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult
from urllib.parse import quote_plus
from urllib.parse import urlencode
from urllib.parse import urlsplit

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import Settings
from mockwx.config import StartingWorld
from mockwx.config import is_loopback
from mockwx.domain.exchange import mask
from mockwx.domain.exchange import masked
from mockwx.domain.mini_program import APPID
from mockwx.domain.mini_program import SECRET
from mockwx.domain.refusal import RefusalError
from mockwx.sender import Incoming
from mockwx.sender import Outgoing
from mockwx.sender import send
from mockwx.server import MockServer


PAUSE = 0.25
"""Seconds between two questions: a handful per second at most."""
GIVES_UP_AFTER = 3
"""Questions in a row without an answer, after which nobody is asked any more."""
LONGEST_SHOWN = 300

AGREED = "agreed"
DIFFERS = "differs"
UNASKED = "could not be asked"

USER_AGENT = "mockwx-probe"


class ProbeError(RefusalError):
    """A probe that cannot or must not begin."""


# What a question needs from whoever asks: nothing, or one of these.
APP = "--appid and --secret"
TOKEN = "--access-token"
STABLE = "--with-stable-token"

STATUS = "status"
CONTENT_TYPE = "content type"
KEYS = "keys"
ERRCODE = "errcode"
MESSAGE = "message"
SUFFIX = "suffix"
BLANKS = "blanks"
SLASHES = "slashes"
LETTERS = "letters"
HEADERS = "headers"

ANSWER = (
    STATUS,
    CONTENT_TYPE,
    KEYS,
    ERRCODE,
    MESSAGE,
    SUFFIX,
    BLANKS,
    SLASHES,
    LETTERS,
)
# Once for each family, whose servers are not the same; else each answer would say it.
ANSWER_AND_HEADERS = (*ANSWER, HEADERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call; `<appid>`, `<secret>` and `<access_token>` stand for those given."""

    name: str
    en: str
    zh: str
    path: str
    method: str = "GET"
    query: tuple[tuple[str, str], ...] = ()
    body: str = ""
    content_type: str = ""
    needs: str = ""
    compares: tuple[str, ...] = ANSWER

    def put(self, url: str, values: Mapping[str, str]) -> Outgoing:
        """Return the call as it goes out to a host."""
        query = [(name, _filled(value, values)) for name, value in self.query]
        return Outgoing(
            self.method,
            url + self.path,
            urlencode(query),
            _filled(self.body, values).encode(),
            self.content_type,
            user_agent=USER_AGENT,
        )


# Of the right shape, and in no use: "mockwx" in hex, as our default app has it.
_NOBODY = "wx6d6f636b77780000"
_WRONG_SECRET = "0" * 32
_NO_CODE = "mockwx-probe-no-such-code"
_NO_TOKEN = "93_mockwx-probe-no-such-token"
_NO_OPENID = "o6d6f636b77780000mockwxprobe"

_JSON = "application/json"

QUESTIONS = (
    # Login, as anybody may ask
    Question(
        name="login-nothing",
        en="a login without any parameter",
        zh="不带任何参数的登录",
        path="/sns/jscode2session",
        compares=ANSWER_AND_HEADERS,
    ),
    Question(
        name="login-unknown-appid",
        en="a login of an appid that nobody has",
        zh="用无人持有的 appid 登录",
        path="/sns/jscode2session",
        query=(
            ("appid", _NOBODY),
            ("secret", _WRONG_SECRET),
            ("js_code", _NO_CODE),
            ("grant_type", "authorization_code"),
        ),
    ),
    Question(
        name="login-malformed-appid",
        en="a login of an appid that cannot be one",
        zh="用格式不可能正确的 appid 登录",
        path="/sns/jscode2session",
        query=(("appid", "mockwx"), ("secret", _WRONG_SECRET)),
    ),
    Question(
        name="login-appid-before-the-rest",
        en="an unknown appid, and nothing else",
        zh="只给一个未知的 appid",
        path="/sns/jscode2session",
        query=(("appid", _NOBODY),),
    ),
    Question(
        name="login-foreign-parameters",
        en="a login with parameters it does not know",
        zh="登录时多带了无关参数",
        path="/sns/jscode2session",
        query=(
            ("appid", _NOBODY),
            ("secret", _WRONG_SECRET),
            ("js_code", _NO_CODE),
            ("grant_type", "authorization_code"),
            ("access_token", _NO_TOKEN),
            ("mockwx", "probe"),
        ),
    ),
    Question(
        name="login-by-post",
        en="a login by POST",
        zh="用 POST 登录",
        path="/sns/jscode2session",
        method="POST",
        query=(("appid", _NOBODY), ("secret", _WRONG_SECRET), ("js_code", _NO_CODE)),
    ),
    # Web logins
    Question(
        name="web-login-unknown-appid",
        en="a web login of an appid that nobody has",
        zh="用无人持有的 appid 做网页登录",
        path="/sns/oauth2/access_token",
        query=(
            ("appid", _NOBODY),
            ("secret", _WRONG_SECRET),
            ("code", _NO_CODE),
            ("grant_type", "authorization_code"),
        ),
    ),
    Question(
        name="userinfo-no-token",
        en="a profile without an access_token",
        zh="不带 access_token 取用户资料",
        path="/sns/userinfo",
        query=(("openid", _NO_OPENID),),
    ),
    Question(
        name="auth-unknown-token",
        en="the check of an access_token that nobody issued",
        zh="检验从未签发过的网页 access_token",
        path="/sns/auth",
        query=(("access_token", _NO_TOKEN), ("openid", _NO_OPENID)),
    ),
    # Access tokens: no question could be answered with one
    Question(
        name="token-nothing",
        en="an access_token without any parameter",
        zh="不带任何参数取 access_token",
        path="/cgi-bin/token",
        compares=ANSWER_AND_HEADERS,
    ),
    Question(
        name="token-unknown-appid",
        en="an access_token for an appid that nobody has",
        zh="为无人持有的 appid 取 access_token",
        path="/cgi-bin/token",
        query=(
            ("grant_type", "client_credential"),
            ("appid", _NOBODY),
            ("secret", _WRONG_SECRET),
        ),
    ),
    Question(
        name="token-appid-before-grant-type",
        en="the same without grant_type",
        zh="同上，但不带 grant_type",
        path="/cgi-bin/token",
        query=(("appid", _NOBODY), ("secret", _WRONG_SECRET)),
    ),
    Question(
        name="stable-token-by-get",
        en="a stable access_token by GET",
        zh="用 GET 取稳定版 access_token",
        path="/cgi-bin/stable_token",
    ),
    Question(
        name="stable-token-empty",
        en="a stable access_token with an empty body",
        zh="请求体为空时取稳定版 access_token",
        path="/cgi-bin/stable_token",
        method="POST",
        content_type=_JSON,
    ),
    Question(
        name="stable-token-malformed",
        en="a stable access_token with a body that is no JSON",
        zh="请求体不是 JSON 时取稳定版 access_token",
        path="/cgi-bin/stable_token",
        method="POST",
        body='{"grant_type":',
        content_type=_JSON,
    ),
    Question(
        name="stable-token-unknown-appid",
        en="a stable access_token for an appid that nobody has",
        zh="为无人持有的 appid 取稳定版 access_token",
        path="/cgi-bin/stable_token",
        method="POST",
        body=(
            f'{{"grant_type":"client_credential","appid":"{_NOBODY}",'
            f'"secret":"{_WRONG_SECRET}"}}'
        ),
        content_type=_JSON,
    ),
    Question(
        name="stable-token-any-content-type",
        en="the same, declared as a form",
        zh="同上，但声明为表单",
        path="/cgi-bin/stable_token",
        method="POST",
        body=(
            f'{{"grant_type":"client_credential","appid":"{_NOBODY}",'
            f'"secret":"{_WRONG_SECRET}"}}'
        ),
        content_type="application/x-www-form-urlencoded",
    ),
    # Calls whose access_token is bad
    Question(
        name="cgi-bin-no-token",
        en="WeChat's addresses without an access_token",
        zh="不带 access_token 查询微信服务器地址",
        path="/cgi-bin/get_api_domain_ip",
    ),
    Question(
        name="cgi-bin-malformed-token",
        en="the same with an access_token that cannot be one",
        zh="同上，access_token 格式不可能正确",
        path="/cgi-bin/get_api_domain_ip",
        query=(("access_token", "x"),),
    ),
    Question(
        name="cgi-bin-unknown-token",
        en="the same with an access_token that nobody issued",
        zh="同上，access_token 从未签发过",
        path="/cgi-bin/get_api_domain_ip",
        query=(("access_token", _NO_TOKEN),),
    ),
    Question(
        name="wxa-no-token",
        en="checksession without an access_token",
        zh="不带 access_token 调用 checksession",
        path="/wxa/checksession",
        compares=ANSWER_AND_HEADERS,
    ),
    Question(
        name="wxa-token-before-method",
        en="a phone number by GET, with an access_token that nobody issued",
        zh="用 GET 取手机号，access_token 从未签发过",
        path="/wxa/business/getuserphonenumber",
        query=(("access_token", _NO_TOKEN),),
    ),
    Question(
        name="wxa-token-before-body",
        en="a phone number with a malformed access_token and an empty body",
        zh="取手机号，access_token 格式错误且请求体为空",
        path="/wxa/business/getuserphonenumber",
        method="POST",
        query=(("access_token", "x"),),
    ),
    Question(
        name="no-such-path",
        en="an interface that does not exist",
        zh="不存在的接口",
        path="/cgi-bin/mockwx_probe",
        compares=(STATUS,),
    ),
    # Of an app: with the right secret only where a code is missing or impossible
    Question(
        name="login-no-secret",
        en="a login of your app without its secret",
        zh="你的小程序登录，但不带 secret",
        path="/sns/jscode2session",
        query=(("appid", "<appid>"), ("js_code", _NO_CODE)),
        needs=APP,
    ),
    Question(
        name="login-wrong-secret",
        en="a login of your app with a wrong secret",
        zh="你的小程序登录，但 secret 错误",
        path="/sns/jscode2session",
        query=(
            ("appid", "<appid>"),
            ("secret", _WRONG_SECRET),
            ("js_code", _NO_CODE),
            ("grant_type", "authorization_code"),
        ),
        needs=APP,
    ),
    Question(
        name="login-no-grant-type",
        en="a login of your app without grant_type",
        zh="你的小程序登录，但不带 grant_type",
        path="/sns/jscode2session",
        query=(("appid", "<appid>"), ("secret", "<secret>"), ("js_code", _NO_CODE)),
        needs=APP,
    ),
    Question(
        name="login-wrong-grant-type",
        en="a login of your app with another grant_type",
        zh="你的小程序登录，但 grant_type 错误",
        path="/sns/jscode2session",
        query=(
            ("appid", "<appid>"),
            ("secret", "<secret>"),
            ("js_code", _NO_CODE),
            ("grant_type", "client_credential"),
        ),
        needs=APP,
    ),
    Question(
        name="login-no-code",
        en="a login of your app without a code",
        zh="你的小程序登录，但不带 code",
        path="/sns/jscode2session",
        query=(
            ("appid", "<appid>"),
            ("secret", "<secret>"),
            ("grant_type", "authorization_code"),
        ),
        needs=APP,
    ),
    Question(
        name="login-impossible-code",
        en="a login of your app with a code that nobody issued",
        zh="你的小程序登录，但 code 从未签发过",
        path="/sns/jscode2session",
        query=(
            ("appid", "<appid>"),
            ("secret", "<secret>"),
            ("js_code", _NO_CODE),
            ("grant_type", "authorization_code"),
        ),
        needs=APP,
    ),
    Question(
        name="token-no-secret",
        en="an access_token of your app without its secret",
        zh="为你的小程序取 access_token，但不带 secret",
        path="/cgi-bin/token",
        query=(("grant_type", "client_credential"), ("appid", "<appid>")),
        needs=APP,
    ),
    Question(
        name="token-wrong-secret",
        en="an access_token of your app with a wrong secret",
        zh="为你的小程序取 access_token，但 secret 错误",
        path="/cgi-bin/token",
        query=(
            ("grant_type", "client_credential"),
            ("appid", "<appid>"),
            ("secret", _WRONG_SECRET),
        ),
        needs=APP,
    ),
    # With the access_token in use: nothing but reading, and what must be refused
    Question(
        name="checksession-nothing",
        en="checksession without its parameters",
        zh="不带参数调用 checksession",
        path="/wxa/checksession",
        query=(("access_token", "<access_token>"),),
        needs=TOKEN,
    ),
    Question(
        name="checksession-unknown-openid",
        en="checksession of an openid that nobody has",
        zh="对无人持有的 openid 调用 checksession",
        path="/wxa/checksession",
        query=(
            ("access_token", "<access_token>"),
            ("openid", _NO_OPENID),
            ("signature", "0" * 64),
            ("sig_method", "hmac_sha256"),
        ),
        needs=TOKEN,
    ),
    Question(
        name="phone-by-get",
        en="a phone number by GET",
        zh="用 GET 取手机号",
        path="/wxa/business/getuserphonenumber",
        query=(("access_token", "<access_token>"),),
        needs=TOKEN,
    ),
    Question(
        name="phone-empty",
        en="a phone number with an empty body",
        zh="请求体为空时取手机号",
        path="/wxa/business/getuserphonenumber",
        method="POST",
        query=(("access_token", "<access_token>"),),
        content_type=_JSON,
        needs=TOKEN,
    ),
    Question(
        name="phone-malformed",
        en="a phone number with a body that is no JSON",
        zh="请求体不是 JSON 时取手机号",
        path="/wxa/business/getuserphonenumber",
        method="POST",
        query=(("access_token", "<access_token>"),),
        body='{"code":',
        content_type=_JSON,
        needs=TOKEN,
    ),
    Question(
        name="phone-form",
        en="a phone number with a form for a body",
        zh="请求体为表单时取手机号",
        path="/wxa/business/getuserphonenumber",
        method="POST",
        query=(("access_token", "<access_token>"),),
        body=f"code={_NO_CODE}",
        content_type="application/x-www-form-urlencoded",
        needs=TOKEN,
    ),
    Question(
        name="phone-impossible-code",
        en="a phone number by a code that nobody issued",
        zh="用从未签发过的 code 取手机号",
        path="/wxa/business/getuserphonenumber",
        method="POST",
        query=(("access_token", "<access_token>"),),
        body=f'{{"code":"{_NO_CODE}"}}',
        content_type="text/plain",
        needs=TOKEN,
    ),
    Question(
        name="api-domain-ip",
        en="WeChat's addresses",
        zh="查询微信服务器地址",
        path="/cgi-bin/get_api_domain_ip",
        query=(("access_token", "<access_token>"),),
        needs=TOKEN,
    ),
    Question(
        name="quota-unknown-path",
        en="the quota of an interface that does not exist",
        zh="查询不存在的接口的调用额度",
        path="/cgi-bin/openapi/quota/get",
        method="POST",
        query=(("access_token", "<access_token>"),),
        body='{"cgi_path":"/cgi-bin/mockwx_probe"}',
        content_type=_JSON,
        needs=TOKEN,
    ),
    Question(
        name="quota",
        en="the quota of checksession",
        zh="查询 checksession 的调用额度",
        path="/cgi-bin/openapi/quota/get",
        method="POST",
        query=(("access_token", "<access_token>"),),
        body='{"cgi_path":"/wxa/checksession"}',
        content_type=_JSON,
        needs=TOKEN,
    ),
    # Without force_refresh it answers the stable token in use, and ends no other
    Question(
        name="stable-token",
        en="the stable access_token of your app, not refreshed",
        zh="取你的小程序的稳定版 access_token，不强制刷新",
        path="/cgi-bin/stable_token",
        method="POST",
        body=(
            '{"grant_type":"client_credential","appid":"<appid>","secret":"<secret>",'
            '"force_refresh":false}'
        ),
        content_type=_JSON,
        needs=STABLE,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Whom to ask, and with what; made by `checked`."""

    url: str
    appid: str | None = None
    secret: str | None = None
    access_token: str | None = None
    with_stable_token: bool = False

    @classmethod
    def checked(
        cls,
        host: str,
        *,
        appid: str | None = None,
        secret: str | None = None,
        access_token: str | None = None,
        with_stable_token: bool = False,
    ) -> Probe:
        """Return a probe; raises ProbeError for one that cannot or must not begin."""
        parts = _split(host)
        if (appid is None) != (secret is None):
            raise ProbeError(
                "--appid and --secret go together; give both or neither.",
                "--appid 与 --secret 须成对给出，或都不给。",
            )
        if appid is not None and not APPID.fullmatch(appid):
            raise ProbeError(
                f"--appid {appid!r} is none; it is wx and 16 hex digits.",
                f"--appid {appid!r} 不是 appid；应为 wx 加 16 位十六进制数字。",
            )
        if secret is not None and not SECRET.fullmatch(secret):
            raise ProbeError(
                "--secret is none; it is 32 lower-case hex digits.",
                "--secret 不是 AppSecret；应为 32 位小写十六进制数字。",
            )
        if access_token is not None and not _TOKEN.fullmatch(access_token):
            raise ProbeError(
                "--access-token must be printable ASCII without blanks.",
                "--access-token 必须是可打印的 ASCII 字符，不含空格。",
            )
        if with_stable_token and appid is None:
            raise ProbeError(
                "--with-stable-token needs --appid and --secret too.",
                "--with-stable-token 还需要 --appid 和 --secret。",
            )
        bare = parts.scheme == "http" and not is_loopback(parts.hostname or "")
        if bare and (secret or access_token):
            raise ProbeError(
                f"{host} would get a secret that everybody on the way can read; "
                "write https://.",
                f"发往 {host} 的密钥途中人人可读；请用 https://。",
            )
        return cls(
            url=f"{parts.scheme}://{parts.netloc}",
            appid=appid,
            secret=secret,
            access_token=access_token,
            with_stable_token=with_stable_token,
        )

    @property
    def values(self) -> dict[str, str]:
        """Return what the placeholders of questions stand for."""
        given = {
            "appid": self.appid,
            "secret": self.secret,
            "access_token": self.access_token,
        }
        return {name: value for name, value in given.items() if value is not None}

    def may_ask(self, question: Question) -> bool:
        """Tell whether everything that a question needs was given."""
        return {
            "": True,
            APP: self.appid is not None,
            TOKEN: self.access_token is not None,
            STABLE: self.with_stable_token,
        }[question.needs]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same there and here."""

    aspect: str
    there: str
    here: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a question; the texts are masked."""

    question: Question
    verdict: str
    differences: tuple[Difference, ...] = ()
    there: str = ""
    here: str = ""
    failure: str = ""

    def as_json(self) -> dict[str, Any]:
        """Shape it for programs."""
        asked = self.question
        return {
            "question": asked.name,
            "about": {"en": asked.en, "zh": asked.zh},
            "method": asked.method,
            "path": asked.path,
            "verdict": self.verdict,
            "differences": [
                {"aspect": each.aspect, "there": each.there, "here": each.here}
                for each in self.differences
            ],
            "there": self.there,
            "here": self.here,
            "failure": self.failure or None,
        }


def findings(
    probe: Probe, *, pause: float = PAUSE, timeout: float = 5.0
) -> Iterator[Finding]:
    """Ask every question that may be asked, there and here, and tell what came."""
    questions = [each for each in QUESTIONS if probe.may_ask(each)]
    rest, silent, failure = threading.Event(), 0, ""
    with MockServer(_settings(probe)) as mock:
        values_here = {**probe.values, "access_token": _token_of(mock, probe)}
        for question in questions:
            if silent == GIVES_UP_AFTER:
                yield Finding(question, UNASKED, failure=failure)
                continue
            there = send(question.put(probe.url, probe.values), timeout=timeout)
            here = send(question.put(mock.url, values_here), timeout=timeout)
            found = compared(question, there, here, probe.values)
            silent, failure = (silent + 1 if there.failure else 0), found.failure
            yield found
            rest.wait(pause)


def compared(
    question: Question, there: Incoming, here: Incoming, secrets: Mapping[str, str]
) -> Finding:
    """Tell what of two answers is not the same."""
    failure = there.failure or here.failure
    if failure:
        return Finding(question, UNASKED, failure=_shown(failure, secrets))
    seen_there, seen_here = aspects(there), aspects(here)
    differences = tuple(
        Difference(
            aspect,
            _shown(seen_there[aspect], secrets),
            _shown(seen_here[aspect], secrets),
        )
        for aspect in question.compares
        if aspect in seen_there.keys() & seen_here.keys()
        and seen_there[aspect] != seen_here[aspect]
    )
    return Finding(
        question,
        DIFFERS if differences else AGREED,
        differences,
        _shown(masked(there.body), secrets),
        _shown(masked(here.body), secrets),
    )


def aspects(answer: Incoming) -> dict[str, str]:
    """Take an answer apart; what it does not show is left out."""
    seen = {
        STATUS: str(answer.status),
        CONTENT_TYPE: answer.content_type,
        HEADERS: ", ".join(sorted({*map(str.lower, answer.headers)} - _OF_THE_WAY)),
    }
    text = answer.body.decode(errors="replace")
    try:
        found = json.loads(text)
        keys = shape(found)
    except (ValueError, RecursionError):
        found, keys = None, ""
    if not isinstance(found, dict):
        return seen | {KEYS: "no JSON object"}
    seen |= {KEYS: keys} | _spelling(text)
    if "errcode" in found:
        seen[ERRCODE] = json.dumps(found["errcode"])
    if isinstance(errmsg := found.get("errmsg"), str):
        seen[MESSAGE], seen[SUFFIX] = split_errmsg(errmsg)
    return seen


def split_errmsg(errmsg: str) -> tuple[str, str]:
    """Split a text into its message and the grammar of what follows it."""
    found = _SUFFIXED.fullmatch(errmsg)
    if found is None:
        return errmsg, "none"
    suffix = _HINT.sub(r"\1HINT\2", found["suffix"])
    return found["message"], repr(re.sub(_RID, "RID", suffix))


def shape(value: object) -> str:
    """Write the keys of an object in their order, with the kinds of their values."""
    if isinstance(value, dict):
        pairs = (f"{key}: {shape(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(dict.fromkeys(map(shape, value)))}]"
    return _KINDS[type(value)]


def lines(found: Finding, lang: str) -> Iterator[str]:
    """Write a finding for people."""
    words = _WORDS[lang]
    about = found.question.zh if lang == "zh" else found.question.en
    yield words[found.verdict].format(name=found.question.name, about=about)
    if found.failure:
        yield f"  {words['failure']}{found.failure}"
    for each in found.differences:
        yield f"  · {words[each.aspect]}"
        yield f"    {words['there']}{each.there}"
        yield f"    {words['here']}{each.here}"
    if found.differences:
        yield f"  {words['there']}{found.there}"
        yield f"  {words['here']}{found.here}"


def summary(found: Iterable[Finding], lang: str) -> Iterator[str]:
    """Count the verdicts for people, and say what was not asked for want of what."""
    verdicts = [each.verdict for each in found]
    names = {each.question.name for each in found}
    words = _WORDS[lang]
    yield words["summary"].format(
        agreed=verdicts.count(AGREED),
        differs=verdicts.count(DIFFERS),
        unasked=verdicts.count(UNASKED),
    )
    for need in (APP, TOKEN, STABLE):
        left = [
            each for each in QUESTIONS if each.needs == need and each.name not in names
        ]
        if left:
            yield words["left"].format(count=len(left), need=words[need])


def answer(probe: Probe, found: Iterable[Finding]) -> dict[str, Any]:
    """Shape all findings for programs."""
    rows = [each.as_json() for each in found]
    verdicts = [row["verdict"] for row in rows]
    return {
        "host": probe.url,
        "ok": verdicts.count(AGREED) == len(verdicts),
        "agreed": verdicts.count(AGREED),
        "differs": verdicts.count(DIFFERS),
        "could_not_be_asked": verdicts.count(UNASKED),
        "findings": rows,
    }


_WORDS = {
    "en": {
        AGREED: "= {name}: {about}",
        DIFFERS: "≠ {name}: {about}",
        UNASKED: "? {name}: {about}",
        "failure": "",
        "there": "there: ",
        "here": "here:  ",
        "summary": (
            "{agreed} agreed, {differs} differed, {unasked} could not be asked."
        ),
        "left": "{count} more with {need}.",
        **{each: each for each in (*ANSWER_AND_HEADERS, APP, TOKEN, STABLE)},
    },
    "zh": {
        AGREED: "= {name}：{about}",
        DIFFERS: "≠ {name}：{about}",
        UNASKED: "? {name}：{about}",
        "failure": "没有得到回答：",
        "there": "对方：",
        "here": "本地：",
        "summary": "{agreed} 项一致，{differs} 项不同，{unasked} 项无法询问。",
        "left": "加上 {need} 还可再问 {count} 项。",
        STATUS: "状态码",
        CONTENT_TYPE: "内容类型",
        KEYS: "字段及顺序",
        ERRCODE: "错误码",
        MESSAGE: "错误信息",
        SUFFIX: "后缀",
        BLANKS: "空白",
        SLASHES: "斜杠",
        LETTERS: "非 ASCII 字符",
        HEADERS: "响应头",
        APP: "--appid 和 --secret",
        TOKEN: TOKEN,
        STABLE: STABLE,
    },
}

_TOKEN = re.compile(r"[!-~]+")

_RID = "[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}"
_HINT_TEXT = "[A-Za-z0-9._-]{8,32}"
_HINT = re.compile(rf"(\[ ?(?:req_id: ?)?){_HINT_TEXT}( ?\])")
_SUFFIXED = re.compile(
    rf"(?P<message>.*?)(?P<suffix>(?:,? *(?:rid: *{_RID}"
    rf"|hints?: *\[ ?(?:req_id: ?)?{_HINT_TEXT} ?\]))+!?)",
    re.S,
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_KINDS = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
# These belong to a connection, and change with what stands in between.
_OF_THE_WAY = {"connection", "keep-alive", "transfer-encoding"}


def _spelling(text: str) -> dict[str, str]:
    """Tell how JSON is written, where there is a choice and the text shows it."""
    seen = {BLANKS: "some" if re.search(r"\s", _STRING.sub("", text)) else "none"}
    if "/" in text:
        seen[SLASHES] = r"\/" if r"\/" in text else "/"
    if re.search(r"\\u[0-9a-fA-F]{4}", text):
        seen[LETTERS] = r"\uXXXX"
    elif not text.isascii():
        seen[LETTERS] = "UTF-8"
    return seen


def _split(host: str) -> SplitResult:
    """Read an address that is a scheme, a host and perhaps a port, nothing more."""
    try:
        parts = urlsplit(host)
        _ = parts.port  # It is read only now, and may be no number.
    except ValueError:
        parts = urlsplit("")
    rest = (parts.username, parts.path.strip("/"), parts.query, parts.fragment)
    clean = host.isascii() and host.isprintable() and " " not in host
    if parts.scheme in ("http", "https") and parts.hostname and clean and not any(rest):
        return parts
    raise ProbeError(
        f"--host {host!r} is no address; write https://HOST.",
        f"--host {host!r} 不是地址；请写成 https://HOST。",
    )


def _settings(probe: Probe) -> Settings:
    """Return the settings of a mock that has the same app, and else our defaults."""
    if probe.appid is None:
        return Settings()
    app = {"appid": probe.appid, "secret": probe.secret}
    return replace(Settings(), world=StartingWorld(mini_programs=(app,)))


def _token_of(mock: MockServer, probe: Probe) -> str:
    """Return an access_token that is to our mock what the given one is to the host."""
    issued = mock.wechat.access_token.get_access_token(
        grant_type="client_credential",
        appid=probe.appid or DEFAULT_APPID,
        secret=probe.secret or DEFAULT_SECRET,
        ip="127.0.0.1",
    )
    return issued.access_token


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"<{name}>", value)
    return template


def _shown(text: str, values: Mapping[str, str]) -> str:
    """Cut what is long, on one line, and without a secret that came back."""
    for name in values.keys() & {"secret", "access_token"}:
        value = values[name]
        for written in (value, quote_plus(value)):
            text = text.replace(written, mask(value))
    text = " ".join(text.split())
    text = "".join(each if each.isprintable() else "?" for each in text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
