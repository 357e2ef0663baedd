"""Probes with login codes: one use, five minutes, one mini program, no way round."""

from __future__ import annotations

from simulator.audit.bench import LOGIN
from simulator.audit.bench import NUMBER
from simulator.audit.bench import Bench
from simulator.audit.bench import Person
from simulator.audit.check import CODE2SESSION_PAGE
from simulator.audit.check import LOGIN_PAGE
from simulator.audit.check import NUMBER_PAGE
from simulator.audit.check import Check
from simulator.audit.model import Probe
from simulator.audit.model import Words
from simulator.audit.reply import Reply
from simulator.audit.roles import CODE
from simulator.audit.roles import PHONE_CODE
from simulator.audit.verdicts import Verdict
from simulator.audit.verdicts import failed
from simulator.audit.verdicts import inconclusive
from simulator.audit.verdicts import passed


OTHER_APP = "wx00000000000a0d17"
INVENTED = ("test", "test_code", "mock", "dev", "debug", "123456", "undefined", "null")
"""What developers let through while they have no phone at hand, and forget."""


def wechat_is_asked(bench: Bench) -> Verdict:
    reply = bench.person().log_in()
    if reply.calls_to(LOGIN):
        return passed(
            "the code was exchanged at WeChat", "后端用 code 向微信换取了登录态"
        )
    return failed(
        "the login was accepted and WeChat was never asked whose code it is",
        "登录成功，但后端从未向微信核实该 code 属于谁",
    )


def invented_code(bench: Bench) -> Verdict:
    honest = bench.person().log_in()
    stranger = bench.person("stranger")
    for code in INVENTED:
        reply = _login_with(bench, stranger, code)
        if reply.like(honest):
            asked = "" if reply.calls_to(LOGIN) else ", and WeChat was not asked"
            zh = "" if reply.calls_to(LOGIN) else "，且没有询问微信"
            return failed(
                f"the code '{code}', which WeChat never gave, logs in{asked}",
                f"并非微信签发的 code “{code}” 可以登录{zh}",
            )
    return passed("every invented code was refused", "所有伪造的 code 都被拒绝")


def replayed_code(bench: Bench) -> Verdict:
    person = bench.person()
    code = person.code()
    honest = person.log_in(code=code)
    thief = bench.person("mallory")
    again = thief.send(
        bench.login(), "the same code again", "同一个 code 再次登录", code=code
    )
    if again.like(honest):
        return failed(
            "a code that was used already logs in once more",
            "已使用过的 code 可以再次登录",
        )
    return passed("the second use was refused", "第二次使用被拒绝")


def expired_code(bench: Bench) -> Verdict:
    honest = bench.person().log_in()
    late = bench.person("bob")
    code = late.code()
    bench.control("POST", "clock/advance", seconds=301)
    reply = _login_with(bench, late, code)
    if reply.like(honest):
        return failed(
            "a code logs in after its five minutes", "code 过了五分钟仍可登录"
        )
    return passed("the expired code was refused", "过期的 code 被拒绝")


def code_of_another_app(bench: Bench) -> Verdict:
    honest = bench.person().log_in()
    bench.control("POST", "mini_programs", appid=OTHER_APP, name="other")
    guest = bench.person("mallory", appid=OTHER_APP)
    reply = _login_with(bench, guest, guest.code())
    if reply.like(honest):
        return failed(
            "a code made in another mini program logs in",
            "其他小程序的 code 可以登录",
        )
    return passed("it was refused", "被拒绝")


def code_exchanged_once(bench: Bench) -> Verdict:
    reply = bench.person().log_in()
    count = len(reply.calls_to(LOGIN))
    if count > 1:
        return failed(
            f"one login asked WeChat {count} times with its code",
            f"一次登录用同一 code 询问了微信 {count} 次",
        )
    if count == 0:
        raise inconclusive(
            "WeChat was not asked at all, see wechat-asked",
            "后端根本没有询问微信，见 wechat-asked",
        )
    return passed("the code was exchanged once", "code 只换取了一次")


def code_in_a_query(bench: Bench) -> Verdict:
    honest = bench.person().log_in()
    guest = bench.person("bob")
    code = guest.code()
    reply = _login_with(bench, guest, f"{code}&lang=en#x")
    asked = [each["request"]["query"] for each in reply.calls_to(LOGIN)]
    if reply.like(honest) or any("&lang=en" in query for query in asked):
        return failed(
            "the code is pasted into the address unescaped: what stands behind an & "
            "becomes a parameter of the call to WeChat",
            "code 未经转义就拼进了请求地址：& 之后的内容成了请求微信的参数",
        )
    return passed("the code was escaped or refused", "code 被转义或被拒绝")


def replayed_phone_code(bench: Bench) -> Verdict:
    slots = bench.phone_code()
    person = bench.person()
    person.prepare(slots)
    values = person.values(slots)
    honest = person.ask(slots, values, "the honest call", "正常的调用")
    if not honest.accepted:
        raise inconclusive(
            f"the honest call was not accepted: {honest.refusal.en}",
            f"正常的调用没有被接受：{honest.refusal.zh}",
        )
    if not honest.calls_to(NUMBER):
        return failed(
            "a phone number was taken without asking WeChat for it",
            "没有询问微信就接受了手机号",
        )
    again = person.ask(slots, values, "the same code again", "同一个 code 再次使用")
    if again.like(honest):
        return failed("a phone code works twice", "手机号 code 可以使用两次")
    if again.fell:
        return failed(
            f"a used phone code ends in an unhandled error ({again.why})",
            f"已用过的手机号 code 引发未处理的错误（{again.why_zh}）",
        )
    return passed("the second use was refused", "第二次使用被拒绝")


def wrong_kind_of_code(bench: Bench) -> Verdict:
    honest = bench.person().log_in()
    guest = bench.person("bob")
    code = guest.sealed("phone")[PHONE_CODE]
    reply = guest.send(
        bench.login(),
        "a phone code sent as a login code",
        "把手机号 code 当作登录 code",
        code=code,
    )
    if reply.like(honest):
        return failed(
            "the code of the phone button logs in", "手机号按钮的 code 可以登录"
        )
    if reply.fell:
        return failed(
            f"it ends in an unhandled error ({reply.why})",
            f"引发未处理的错误（{reply.why_zh}）",
        )
    return passed("it was refused", "被拒绝")


def _login_with(bench: Bench, person: Person, code: str) -> Reply:
    slots = bench.login()
    person.code()  # the phone knows WeChat, so data can be sealed
    values = person.values(slots, **{CODE: code})
    return person.ask(
        slots,
        values,
        f"a login with the code '{code[:40]}'",
        f"用 code “{code[:40]}” 登录",
    )


CHECKS = (
    Check(
        Probe(
            id="wechat-asked",
            chapter="codes",
            severity="critical",
            title=Words("WeChat is asked who logs in", "登录时向微信核实身份"),
            does=Words(
                "Logs in honestly and looks into WeChat's journal.",
                "正常登录，并查看微信一侧的日志。",
            ),
            matters=Words(
                "Only WeChat knows whose code it is. A backend that does not ask lets "
                "in whoever sends anything.",
                "只有微信知道 code 属于谁。不询问微信的后端会放进任何人。",
            ),
            cure=Words(
                "Exchange every code with code2Session, and remove what stands in for "
                "it in development.",
                "每个 code 都用 code2Session 换取，并删除开发时的替代逻辑。",
            ),
            page=CODE2SESSION_PAGE,
        ),
        wechat_is_asked,
    ),
    Check(
        Probe(
            id="invented-code",
            chapter="codes",
            severity="critical",
            title=Words("A code that WeChat never gave", "并非微信签发的 code"),
            does=Words(
                "Sends codes such as test, mock, dev, undefined.",
                "发送 test、mock、dev、undefined 之类的 code。",
            ),
            matters=Words(
                "A way round for developers is a way round for everybody.",
                "给开发者留的后门就是给所有人的后门。",
            ),
            cure=Words(
                "Remove the bypass; test against a mock of WeChat instead.",
                "删除绕过逻辑，测试时改用微信的 mock。",
            ),
            page=LOGIN_PAGE,
        ),
        invented_code,
    ),
    Check(
        Probe(
            id="code-replayed",
            chapter="codes",
            severity="high",
            title=Words("A code used twice", "code 重复使用"),
            does=Words(
                "Sends a code that has logged somebody in, from another phone.",
                "在另一台手机上发送已登录过的 code。",
            ),
            matters=Words(
                "A code is for one use. A backend that remembers answers lets in "
                "whoever read the code in a log.",
                "code 只能使用一次。缓存结果的后端会放进从日志中看到 code 的人。",
            ),
            cure=Words(
                "Exchange each code at WeChat and pass 40163 on as a refusal; keep no "
                "sessions by code.",
                "每个 code 都向微信换取，把 40163 当作拒绝；不要按 code 缓存登录态。",
            ),
            page=LOGIN_PAGE,
        ),
        replayed_code,
    ),
    Check(
        Probe(
            id="code-expired",
            chapter="codes",
            severity="high",
            title=Words("A code after five minutes", "过期的 code"),
            does=Words(
                "Moves WeChat's clock on by 301 seconds before the code is sent.",
                "发送 code 之前把微信的时钟拨快 301 秒。",
            ),
            matters=Words(
                "WeChat answers 40029; a backend that reads no errcode logs in nobody "
                "knows whom.",
                "微信返回 40029；不检查 errcode 的后端会让不明身份者登录。",
            ),
            cure=Words(
                "Read errcode before anything else of the answer.",
                "读取结果之前先检查 errcode。",
            ),
            page=CODE2SESSION_PAGE,
        ),
        expired_code,
    ),
    Check(
        Probe(
            id="code-of-another-app",
            chapter="codes",
            severity="critical",
            title=Words("A code of another mini program", "其他小程序的 code"),
            does=Words(
                "Logs in to another mini program and sends its code here.",
                "在另一个小程序中登录，把其 code 发到这里。",
            ),
            matters=Words(
                "Whoever owns another mini program could log in as its users.",
                "否则其他小程序的主人可以冒充其用户登录。",
            ),
            cure=Words(
                "Exchange codes with your own appid and secret only, and refuse what "
                "WeChat refuses.",
                "只用自己的 appid 和 secret 换取 code，微信拒绝的一律拒绝。",
            ),
            page=CODE2SESSION_PAGE,
        ),
        code_of_another_app,
    ),
    Check(
        Probe(
            id="code-exchanged-once",
            chapter="codes",
            severity="low",
            title=Words("One exchange per login", "每次登录只换取一次"),
            does=Words(
                "Counts the calls to code2Session of one honest login.",
                "统计一次正常登录中 code2Session 的调用次数。",
            ),
            matters=Words(
                "The second exchange answers 40163, and a session_key taken from it is "
                "empty: decryption fails later.",
                "第二次换取返回 40163，从中取得的 session_key 为空，之后解密失败。",
            ),
            cure=Words(
                "Exchange the code in one place and hand its result on.",
                "只在一处换取 code，并传递其结果。",
            ),
            page=CODE2SESSION_PAGE,
        ),
        code_exchanged_once,
    ),
    Check(
        Probe(
            id="code-escaped",
            chapter="codes",
            severity="medium",
            title=Words("A code with an & in it", "含有 & 的 code"),
            does=Words(
                "Sends a good code followed by &lang=en#x.",
                "发送有效的 code 并附加 &lang=en#x。",
            ),
            matters=Words(
                "Text pasted into an address lets a client add parameters to your "
                "call to WeChat.",
                "直接拼接地址会让客户端为你对微信的请求添加参数。",
            ),
            cure=Words(
                "Let the HTTP library build the query.",
                "让 HTTP 库来构造查询参数。",
            ),
            page=CODE2SESSION_PAGE,
        ),
        code_in_a_query,
    ),
    Check(
        Probe(
            id="wrong-kind-of-code",
            chapter="codes",
            severity="medium",
            title=Words("A phone code as a login code", "用手机号 code 登录"),
            does=Words(
                "Sends the code of the phone button to the login.",
                "把手机号按钮的 code 发给登录接口。",
            ),
            matters=Words(
                "Pages confuse the two; the backend should say so rather than fall.",
                "页面常混淆两者；后端应当明确拒绝而不是崩溃。",
            ),
            cure=Words(
                "Pass 40029 on as a refusal with a text for the developer.",
                "把 40029 作为带有说明的拒绝返回。",
            ),
            page=NUMBER_PAGE,
        ),
        wrong_kind_of_code,
    ),
    Check(
        Probe(
            id="phone-code-replayed",
            chapter="codes",
            severity="medium",
            title=Words("A phone code used twice", "手机号 code 重复使用"),
            does=Words(
                "Sends the code of the phone button twice.",
                "把手机号按钮的 code 发送两次。",
            ),
            matters=Words(
                "It is for one use; the second time there is no number in the answer.",
                "它只能使用一次；第二次的结果中没有号码。",
            ),
            cure=Words(
                "Read errcode, and ask the person to tap once more.",
                "检查 errcode，并请用户再点一次。",
            ),
            page=NUMBER_PAGE,
        ),
        replayed_phone_code,
    ),
)
