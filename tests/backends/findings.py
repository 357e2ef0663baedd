"""What lies behind the failed probes of each open backend, checked by hand.

One finding for each cause, not for each probe; every failed probe belongs to one. The
words are for whoever wrote or uses the package: what we saw, where it comes from.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.audit.model import Severity
from simulator.audit.model import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One cause, with the probes that show it."""

    seen: Words
    """What was sent, and what came."""
    cause: Words
    """Where it comes from, in the package or below it."""
    cure: Words
    probes: tuple[str, ...] = ()
    severity: Severity | None = None
    """Where no probe gives one: a scenario shows it."""


NO_TIMEOUT = Words(
    "WeChat takes 30 s, and the login waits for it.",
    "微信 30 秒才应答，登录就一直等着。",
)
GIVE_TIMEOUT = Words("Give the call to WeChat 5 s.", "给对微信的调用设 5 秒超时。")
OLD_DATA = Words(
    "Data whose watermark is thirty days older than that of the last ones are taken. "
    "They must have been sealed with a key that is still good, so little can be done "
    "with them.",
    "接受水印时间比上次早三十天的数据。这些数据须由仍有效的密钥加密，因此危害很小。",
)
ASK_TIMESTAMP = Words(
    "Refuse data whose `watermark.timestamp` is older than the session.",
    "拒绝 `watermark.timestamp` 早于会话的数据。",
)
GARBLED = Words(
    "A bit of `encryptedData` is flipped; the login succeeds, with broken characters "
    "in the profile. It can only be the sender's own.",
    "`encryptedData` 中一位被翻转，登录照样成功，资料中出现乱码；只会是发送者自己的资料"
    "。",
)
DECODE_STRICTLY = Words(
    "Decode with `new TextDecoder('utf-8', {fatal: true})`.",
    "用 `new TextDecoder('utf-8', {fatal: true})` 解码。",
)

DJANGO_WEAPP_AUTH = (
    Finding(
        probes=(
            *("wrong-kind-of-code", "wechat-busy"),
            *("wechat-too-often", "wechat-blocks-person"),
        ),
        seen=Words(
            "WeChat answers 40029, -1, 45011 or 40226; the login answers 500. Nobody "
            "is "
            "let in.",
            "微信返回 40029、-1、45011 或 40226 时，登录返回 500。没有人因此登录成功。",
        ),
        cause=Words(
            "`views.py` reads `respJson['openid']` before `errcode`: a `KeyError`.",
            "`views.py` 未看 `errcode` 就读取 `respJson['openid']`，抛出 `KeyError`。",
        ),
        cure=Words(
            "Read `errcode` first: 401 for a code, 503 for a busy WeChat.",
            "先看 `errcode`：code 有误返回 401，微信繁忙返回 503。",
        ),
    ),
    Finding(
        probes=(
            *("wechat-resets", "wechat-html", "wechat-half-json"),
            *("wechat-empty", "wechat-502", "input-huge"),
        ),
        seen=Words(
            "The connection breaks, or the answer is no JSON; the login answers 500. A "
            "code of a megabyte comes to the same.",
            "连接中断或应答不是 JSON 时，登录返回 500；一兆字节的 code 结果相同。",
        ),
        cause=Words(
            "`requests.get(url).json()` stands in `views.py` without `try`.",
            "`views.py` 中的 `requests.get(url).json()` 没有 `try`。",
        ),
        cure=Words(
            "Catch `requests.RequestException` and answer 503; limit the code's "
            "length.",
            "捕获 `requests.RequestException` 并返回 503；限制 code 的长度。",
        ),
    ),
    Finding(
        probes=("wechat-slowest",),
        seen=NO_TIMEOUT,
        cause=Words(
            "`requests.get(url)` has no `timeout`.",
            "`requests.get(url)` 没有 `timeout`。",
        ),
        cure=GIVE_TIMEOUT,
    ),
    Finding(
        probes=("code-escaped",),
        seen=Words(
            "The code `…&lang=en#x` adds a parameter to the call to WeChat, and cuts "
            "off "
            "those behind it.",
            "code 为 `…&lang=en#x` 时，对微信的调用多了一个参数，后面的参数被截掉。",
        ),
        cause=Words(
            "The address is made by `str.format`.", "地址由 `str.format` 拼成。"
        ),
        cure=Words(
            "`requests.get(url, params=…)`.", "用 `requests.get(url, params=…)`。"
        ),
    ),
    Finding(
        probes=("logins-out-of-order",),
        seen=Words(
            "Of two logins of one person the last to arrive wins, be its code the "
            "older "
            "one: the token of the other is refused with 403.",
            "同一个人两次登录，后到者胜出，即使其 code 较早；另一个令牌得到 403。",
        ),
        cause=Words(
            "`WeappUser` holds one token and one session_key per person.",
            "`WeappUser` 每人只存一个令牌和一个 session_key。",
        ),
        cure=Words(
            "Keep both with the login, not with the person.",
            "把两者与登录一起存放，而不是按人存放。",
        ),
    ),
    Finding(
        probes=("input-malformed",),
        seen=Words("A login without a code answers 500.", "没有 code 的登录返回 500。"),
        cause=Words(
            "`request.data['code']` raises `KeyError` before the check below it.",
            "`request.data['code']` 在其后的检查之前就抛出 `KeyError`。",
        ),
        cure=Words("`request.data.get('code')`.", "用 `request.data.get('code')`。"),
    ),
    Finding(
        probes=("payload-replayed",),
        seen=OLD_DATA,
        cause=Words(
            "`WXBizDataCrypt` reads the watermark's appid alone.",
            "`WXBizDataCrypt` 只看水印中的 appid。",
        ),
        cure=ASK_TIMESTAMP,
    ),
    Finding(
        severity="high",
        seen=Words(
            "Beside the probes: each login writes WeChat's whole answer to the log, "
            "with "
            "the session_key in it.",
            "探测之外：每次登录都把微信的完整应答写入日志，其中有 session_key。",
        ),
        cause=Words(
            "`views.py` calls `logging.basicConfig()` and sets its logger to DEBUG, "
            "also "
            "in production.",
            "`views.py` 调用 `logging.basicConfig()` 并把日志级别设为 DEBUG，生产环境也"
            "如此。",
        ),
        cure=Words(
            "Log the errcode and the rid; leave levels to the project.",
            "只记录 errcode 和 rid，日志级别交给项目设置。",
        ),
    ),
)

DRF_JWT_WECHAT = (
    Finding(
        probes=("openid-believed",),
        seen=Words(
            "With the README's settings, Basic authentication with the openid as name "
            "and as password is let in, and an openid is no secret. A "
            "[story](../../fixtures/scenarios/backends/"
            "drf_jwt_wechat_09_abuse.scenario.yaml) shows it too.",
            "按 README 的设置，用 openid 同时作为用户名和密码的 Basic "
            "认证可以通过。openid 并非秘密，见[场景](../../fixtures/scenarios/backends/"
            "drf_jwt_wechat_09_abuse.scenario.yaml)。",
        ),
        cause=Words(
            "`views.py` calls `user.set_password(openid)` in order to call "
            "`authenticate()` with it.",
            "`views.py` 为了调用 `authenticate()` 而执行 `user.set_password(openid)`。",
        ),
        cure=Words(
            "`set_unusable_password()`, and make the token of the user that was found. "
            "Until then, leave `BasicAuthentication` and every login by password out.",
            "改用 `set_unusable_password()`，直接为找到的用户签发令牌；在此之前不要启用"
            " "
            "`BasicAuthentication` 和任何密码登录。",
        ),
    ),
    Finding(
        probes=(
            *("wechat-resets", "wechat-html", "wechat-half-json"),
            *("wechat-empty", "wechat-502", "input-huge"),
        ),
        seen=Words(
            "The connection breaks, or the answer is no JSON; the login answers 500. A "
            "code of a megabyte comes to the same. What WeChat refuses in JSON is an "
            "orderly 400.",
            "连接中断或应答不是 JSON 时，登录返回 500；一兆字节的 code 结果相同。"
            "微信以 JSON 拒绝时则正常返回 400。",
        ),
        cause=Words(
            "`requests.get(…)` and `response.json()` stand in `views.py` without "
            "`try`.",
            "`views.py` 中的 `requests.get(…)` 和 `response.json()` 没有 `try`。",
        ),
        cure=Words(
            "Catch `requests.RequestException` and answer 503; "
            "`CharField(max_length=…)`.",
            "捕获 `requests.RequestException` 并返回 503；设置 "
            "`CharField(max_length=…)`。",
        ),
    ),
    Finding(
        probes=("wechat-slowest",),
        seen=NO_TIMEOUT,
        cause=Words(
            "`requests.get(…)` has no `timeout`.", "`requests.get(…)` 没有 `timeout`。"
        ),
        cure=GIVE_TIMEOUT,
    ),
    Finding(
        probes=("input-malformed",),
        seen=Words(
            "A body of nothing but `[[[[…` answers 500.",
            "正文全是 `[[[[…` 时返回 500。",
        ),
        cause=Words(
            "Not of this package's making: Django REST framework's `JSONParser` lets "
            "Python's `RecursionError` through.",
            "并非本包之过：Django REST framework 的 `JSONParser` 放过了 Python 的 "
            "`RecursionError`。",
        ),
        cure=Words(
            "Limit the size of bodies in front of the backend.",
            "在后端之前限制正文大小。",
        ),
    ),
)

WAFER_NODE_SESSION = (
    Finding(
        probes=("secrets-in-errors", "session-key-leaks"),
        seen=Words(
            "Half of WeChat's answer gets lost; the login answers `Cannot use 'in' "
            'operator to search for \'session_key\' in {"session_key":"…`, and the '
            "phone reads the session_key.",
            "微信的应答丢失一半时，登录返回 `Cannot use 'in' operator to search for "
            '\'session_key\' in {"session_key":"…`，手机由此读到 session_key。',
        ),
        cause=Words(
            "`lib/login.js` asks `'session_key' in body`, which is text where "
            "`request` "
            "could not parse it; `index.js` sends the message of any error to the "
            "phone.",
            "`lib/login.js` 执行 `'session_key' in body`，而 `request` 解析失败时 body "
            "是文本；`index.js` 把任何错误的 message 发给手机。",
        ),
        cure=Words(
            "Ask `body && typeof body === 'object'`, and send messages of `LoginError` "
            "alone.",
            "先判断 `body && typeof body === 'object'`，并且只发送 `LoginError` 的 "
            "message。",
        ),
    ),
    Finding(
        probes=("payload-tampered",),
        seen=GARBLED,
        cause=Words(
            "`decipher.update(…, 'utf8')` puts U+FFFD where bytes are no UTF-8. "
            "AES-CBC "
            "itself tells nobody.",
            "`decipher.update(…, 'utf8')` 以 U+FFFD 代替非 UTF-8 字节；AES-CBC 本身无从"
            "察觉。",
        ),
        cure=DECODE_STRICTLY,
    ),
    Finding(
        probes=("wechat-slowest",),
        seen=NO_TIMEOUT,
        cause=Words(
            "`request.get(…)` has no `timeout`.", "`request.get(…)` 没有 `timeout`。"
        ),
        cure=GIVE_TIMEOUT,
    ),
    Finding(
        probes=("payload-replayed",),
        seen=OLD_DATA,
        cause=Words(
            "`lib/WXBizDataCrypt.js` reads the watermark's appid alone, as WeChat's "
            "example does.",
            "`lib/WXBizDataCrypt.js` 只看水印中的 appid，与微信的示例相同。",
        ),
        cure=ASK_TIMESTAMP,
    ),
)

EXPRESS_WEAPP_AUTH = (
    Finding(
        probes=("payload-of-another-app",),
        seen=Words(
            "Data whose watermark names another mini program log somebody in. The "
            "signature is checked first, so a client alone cannot make such data.",
            "水印属于其他小程序的数据可以登录。由于先校验签名，客户端无法独自造出这种数"
            "据。",
        ),
        cause=Words(
            "`decipherer.js` reads no watermark.", "`decipherer.js` 不看水印。"
        ),
        cure=Words(
            "Compare `watermark.appid` with your own.",
            "比较 `watermark.appid` 与自己的。",
        ),
    ),
    Finding(
        probes=("payload-tampered",),
        seen=GARBLED,
        cause=Words(
            "`decipher.update(…, 'utf8')` puts U+FFFD where bytes are no UTF-8, and "
            "the "
            "result is not compared with `rawData`, which is signed.",
            "`decipher.update(…, 'utf8')` 以 U+FFFD 代替非 UTF-8 字节，"
            "结果也未与已签名的 `rawData` 比较。",
        ),
        cure=DECODE_STRICTLY,
    ),
    Finding(
        probes=("payload-damaged",),
        seen=Words(
            "Data that cannot be decrypted, with an iv of another payload, say, answer "
            "500.",
            "数据无法解密时（例如 iv 属于另一份数据）返回 500。",
        ),
        cause=Words(
            "`decipherer.js` means it so: `httpError(500, 'decrypt user data "
            "failed')`.",
            "`decipherer.js` 有意如此：`httpError(500, 'decrypt user data failed')`。",
        ),
        cure=Words(
            "400: nothing is wrong with the server.", "返回 400：服务器本身没有问题。"
        ),
    ),
    Finding(
        probes=("code-escaped",),
        seen=Words(
            "The code `…&lang=en#x` adds a parameter to the call to WeChat, and cuts "
            "off "
            "those behind it.",
            "code 为 `…&lang=en#x` 时，对微信的调用多了一个参数，后面的参数被截掉。",
        ),
        cause=Words("The address is made by a template.", "地址由模板字符串拼成。"),
        cure=Words("`encodeURIComponent(code)`.", "用 `encodeURIComponent(code)`。"),
    ),
    Finding(
        probes=("wechat-slowest",),
        seen=NO_TIMEOUT,
        cause=Words("`fetch(…)` has no `signal`.", "`fetch(…)` 没有 `signal`。"),
        cure=GIVE_TIMEOUT,
    ),
    Finding(
        probes=("payload-replayed",),
        seen=OLD_DATA,
        cause=Words(
            "`decipherer.js` reads no watermark.", "`decipherer.js` 不看水印。"
        ),
        cure=ASK_TIMESTAMP,
    ),
)

PASSPORT_WEAPP = (
    Finding(
        probes=(
            *("logged-in-as-nobody", "wechat-html"),
            *("wechat-half-json", "wechat-empty"),
        ),
        seen=Words(
            "WeChat's answer is HTML, cut in half or empty, and the login succeeds "
            "without an openid.",
            "微信的应答是 HTML、残缺或为空时，登录仍然成功，但没有 openid。",
        ),
        cause=Words(
            "`strategy.js` hands `{openid: undefined}` to the verify callback. Our "
            "host "
            "believes the profile, as the README's example does; a callback that asks "
            "for an openid is safe.",
            "`strategy.js` 把 `{openid: undefined}` 交给 verify 回调。我们的宿主与 "
            "README "
            "的示例一样相信 profile；检查 openid 的回调则不受影响。",
        ),
        cure=Words(
            "In the strategy, fail unless `response.openid` is there; until then, in "
            "your "
            "callback.",
            "在策略中要求 `response.openid` 存在；在此之前由你的回调检查。",
        ),
    ),
    Finding(
        probes=(
            *("wrong-kind-of-code", "wechat-busy", "wechat-too-often"),
            *("wechat-blocks-person", "wechat-resets", "input-malformed"),
        ),
        seen=Words(
            "Whatever WeChat refuses, and a broken connection, answer 500. Nobody is "
            "let "
            "in.",
            "微信的任何拒绝以及连接中断都返回 500。没有人因此登录成功。",
        ),
        cause=Words(
            "`strategy.js` passes every failure to `self.error(err)`, and our host has "
            "no "
            "error handler, so Express answers.",
            "`strategy.js` 把所有失败交给 `self.error(err)`；我们的宿主没有错误处理，"
            "由 Express 应答。",
        ),
        cure=Words(
            "`self.fail(…, 401)` for errcodes about the code; in your host, a handler "
            "that reads `err.code`.",
            "与 code 有关的 errcode 用 `self.fail(…, 401)`；在你的宿主中处理 "
            "`err.code`。",
        ),
    ),
    Finding(
        probes=("wechat-slowest",),
        seen=NO_TIMEOUT,
        cause=Words(
            "`axios.get(…)` in wechat-oauth-ts has no `timeout`.",
            "wechat-oauth-ts 中的 `axios.get(…)` 没有 `timeout`。",
        ),
        cure=GIVE_TIMEOUT,
    ),
)

FINDINGS: Mapping[str, tuple[Finding, ...]] = {
    "django_weapp_auth": DJANGO_WEAPP_AUTH,
    "drf_jwt_wechat": DRF_JWT_WECHAT,
    "wafer_node_session": WAFER_NODE_SESSION,
    "express_weapp_auth": EXPRESS_WEAPP_AUTH,
    "passport_weapp": PASSPORT_WEAPP,
}
"""The worst first, where they come from one place."""
