"""The questions, in one literal table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from mockwx.outgoing import Outgoing
from mockwx.probe.answers import ANSWER
from mockwx.probe.answers import ANSWER_AND_HEADERS
from mockwx.probe.answers import STATUS


USER_AGENT = "mockwx-probe"

# What a question needs from whoever asks: nothing, or one of these.
APP = "--appid and --secret"
TOKEN = "--access-token"
STABLE = "--with-stable-token"


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


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"<{name}>", value)
    return template


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
