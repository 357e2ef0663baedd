"""The pages of open.weixin.qq.com: what a person in a browser sees."""

from collections.abc import Mapping
from functools import cache
from html import escape

from jinja2 import Environment
from jinja2 import PackageLoader
from jinja2 import StrictUndefined
from jinja2 import Template

from mockwx.domain.control import ControlError
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.web_oauth import ALLOW
from mockwx.domain.web_oauth import DENY
from mockwx.domain.web_oauth import DENY_ON_OLD_CLIENT
from mockwx.services.web_oauth import Asked
from mockwx.services.web_oauth import Outcome
from mockwx.services.web_oauth import Redirect
from mockwx.services.web_oauth import Refused
from mockwx.web.call import Call
from mockwx.web.call import Reply


CONTENT_TYPE = "text/html; charset=utf-8"
# A page kept by the browser would lead on with a code that was used before.
NOT_KEPT = (("Cache-Control", "no-store"),)

ANSWERS = ("mockwx_user", "mockwx_other", "mockwx_consent")
"""The fields of the page's form; everything else in its address is carried along."""

_CHINESE = {
    "title": "{app} 申请使用你的微信身份",
    "who": "由谁扫码？",
    "other": "另一个人的名字",
    ALLOW: "允许",
    DENY: "拒绝",
    DENY_ON_OLD_CLIENT: "拒绝（旧版客户端，会跳回网站）",
    "refused": "{user} 已拒绝",
    "stays": "微信到此为止，不会跳回网站。",
    "error": "出错了",
    "misused": "mockwx_ 参数有误",
    "footer": "这是模拟页面，不是微信",
}
_ENGLISH = {
    "title": "{app} asks who you are on WeChat",
    "who": "Who scans?",
    "other": "Somebody else, by name",
    ALLOW: "Allow",
    DENY: "Refuse",
    DENY_ON_OLD_CLIENT: "Refuse on an old client, which leads back",
    "refused": "{user} refused",
    "stays": "WeChat ends here and leads back nowhere.",
    "error": "Something went wrong",
    "misused": "A mockwx_ parameter is wrong",
    "footer": "this page is a mock, not WeChat",
}
_BOTH = {name: f"{text} / {_ENGLISH[name]}" for name, text in _CHINESE.items()}
# By the documented values of `lang`; without one the page speaks both.
_WORDS = {"cn": _CHINESE, "en": _ENGLISH}
_LANG = {"cn": "zh-CN", "en": "en"}


def show(outcome: Outcome, call: Call) -> Reply:
    """Show what came of a page."""
    if isinstance(outcome, Redirect):
        return _redirect(outcome)
    if isinstance(outcome, Asked):
        return _asking_page(call, outcome)
    return _refused_page(call, outcome)


def error_page(call: Call, error: WeChatError) -> Reply:
    """Show one of WeChat's errors as its pages do: to people, with HTTP 200."""
    errcode = int(error.errcode)
    text = f"{errcode} {error.errmsg}"
    return _page(call, errcode=errcode, title=_words(call)["error"], text=text)


def misuse_page(call: Call, error: ControlError) -> Reply:
    """Say what is wrong with a parameter that only the mock has."""
    text = f"{error.message_zh} / {error.message}"
    title = _words(call)["misused"]
    return _page(call, status=error.status, errcode=None, title=title, text=text)


def _redirect(outcome: Redirect) -> Reply:
    headers = (("Location", outcome.location), *NOT_KEPT)
    # No browser shows it, but the journal does.
    body = f'<a href="{escape(outcome.location)}">Found</a>\n'
    return Reply(302, CONTENT_TYPE, body.encode(), errcode=0, headers=headers)


def _asking_page(call: Call, outcome: Asked) -> Reply:
    words = _words(call)
    return _page(
        call,
        errcode=0,
        title=words["title"].format(app=_name_of(outcome.app)),
        appid=outcome.app.appid,
        scope=call.query.get("scope", ""),
        action=call.interface.path,
        carried=[pair for pair in call.query.items() if pair[0] not in ANSWERS],
        people=outcome.people,
        chosen=outcome.user,
        consents=outcome.consents,
    )


def _refused_page(call: Call, outcome: Refused) -> Reply:
    words = _words(call)
    title = words["refused"].format(user=outcome.user)
    return _page(call, errcode=0, title=title, text=words["stays"])


def _page(
    call: Call, *, errcode: int | None, status: int = 200, **shown: object
) -> Reply:
    blank = {"people": (), "text": ""}
    lang = _LANG.get(call.query.get("lang", ""), "zh-CN")
    text = _template().render(blank, words=_words(call), lang=lang, **shown)
    return Reply(status, CONTENT_TYPE, text.encode(), errcode, headers=NOT_KEPT)


def _words(call: Call) -> Mapping[str, str]:
    return _WORDS.get(call.query.get("lang", ""), _BOTH)


def _name_of(app: MiniProgram) -> str:
    return app.name or app.appid


@cache
def _template() -> Template:
    """Read the template when the first page is shown, which most runs never do."""
    environment = Environment(
        loader=PackageLoader("mockwx.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
