"""Probes with odd people and odd input: emoji, long names, broken JSON, megabytes."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace

from simulator.audit.bench import Bench
from simulator.audit.bench import Person
from simulator.audit.check import NETWORK_PAGE
from simulator.audit.check import PHONE_PAGE
from simulator.audit.check import PROFILE_PAGE
from simulator.audit.check import SECURITY_PAGE
from simulator.audit.check import Check
from simulator.audit.model import Probe
from simulator.audit.model import Words
from simulator.audit.reply import Reply
from simulator.audit.reply import not_limited
from simulator.audit.reply import texts_of
from simulator.audit.roles import CODE
from simulator.audit.roles import SEALED
from simulator.audit.roles import Slots
from simulator.audit.verdicts import Verdict
from simulator.audit.verdicts import failed
from simulator.audit.verdicts import not_applicable
from simulator.audit.verdicts import passed
from simulator.mapping import Call


PLAIN_NAME = "Xiaoming"
EMOJI_NAME = "🐼👨‍👩‍👧 李雷 ❤️"
LONG_NAME = "很" * 32 + "长" * 32
ABROAD: Mapping[str, object] = {"purePhoneNumber": "5550100", "countryCode": "1"}

_HUGE = 1_000_000
_BODIES = (
    "{",
    "",
    "null",
    "[]",
    '"text"',
    "1e999",
    '{"code": null}',
    '{"code": 7}',
    '{"code": ["x"]}',
    '{"code": {"$ne": ""}}',
    "[" * 3000,
)
_VALUES: tuple[object, ...] = (
    "",
    "' OR '1'='1",
    "<script>alert(1)</script>",
    "${7*7}{{7*7}}",
    "../../etc/passwd",
    "\u202e💥",
    "a\x7fb",
    0,
    True,
    ["x"],
    {"$gt": ""},
)


def emoji_name(bench: Bench) -> Verdict:
    return _name_survives(bench, EMOJI_NAME)


def long_name(bench: Bench) -> Verdict:
    return _name_survives(bench, LONG_NAME)


def foreign_number(bench: Bench) -> Verdict:
    calls = [s for s in bench.roles.sealed if s.payload == "phone"]
    if bench.roles.phone_code is not None:
        calls.append(bench.roles.phone_code)
    if not calls:
        raise not_applicable("no call takes a phone number", "没有接收手机号的调用")
    bench.control("PATCH", "users/abroad", phone=dict(ABROAD))
    for slots in calls:
        honest = bench.person("alice").honestly(slots)
        person = bench.person("abroad")
        person.prepare(slots)
        reply = person.send(slots, "a number from another country", "国外的手机号")
        if reply.fell or reply.dropped:
            return _fell(slots, reply)
        if not reply.like(honest):
            return failed(
                f"'{slots.call.name}' refuses a number of another country "
                f"({reply.why})",
                f"“{slots.call.name}” 拒绝国外的手机号（{reply.why_zh}）",
            )
    return passed("it was taken", "被接受")


def malformed(bench: Bench) -> Verdict:
    for slots in _calls(bench):
        person = bench.person()
        person.prepare(slots)
        state = dict(person.device.storage)
        for what, call, scope in _malformations(person, slots):
            person.device.storage.update(state)
            reply = person.play(
                call, scope, f"malformed: {what.en}", f"畸形输入：{what.zh}"
            )
            if reply.fell:
                return _fell(slots, reply, f" at {what.en}", f"（{what.zh}）")
            if reply.seconds > bench.limits.patience:
                return _thinks(slots, reply, what)
    return passed("nothing of it caused an unhandled error", "均未引发未处理的错误")


def huge(bench: Bench) -> Verdict:
    for slots in _calls(bench):
        person = bench.person()
        person.prepare(slots)
        values = person.values(slots)
        for name in sorted({CODE, SEALED, "rawData"} & slots.takes):
            what = Words(f"a megabyte as {name}", f"一兆字节的 {name}")
            reply = person.ask(slots, {**values, name: "A" * _HUGE}, what.en, what.zh)
            if reply.fell:
                return _fell(slots, reply, f" at {what.en}", f"（{what.zh}）")
            if reply.seconds > bench.limits.patience:
                return _thinks(slots, reply, what)
    return passed("it was refused in time", "及时拒绝")


def still_alive(bench: Bench) -> Verdict:
    """See that after all of it an honest person can log in."""
    reply = bench.person("somebody").send(
        bench.login(), "an honest login", "一次正常的登录"
    )
    not_limited(reply)
    if reply.accepted:
        return passed("an honest login works", "正常登录成功")
    return failed(
        f"an honest login that worked before is refused now ({reply.why})",
        f"之前成功的正常登录现在被拒绝（{reply.why_zh}）",
    )


def _name_survives(bench: Bench, name: str) -> Verdict:
    calls = [s for s in bench.roles.sealed if s.payload == "user"]
    if not calls:
        raise not_applicable("no call takes a profile", "没有接收用户资料的调用")
    slots = calls[0]
    bench.control("PATCH", "users/plain", nickName=PLAIN_NAME)
    bench.control("PATCH", "users/odd", nickName=name)
    plain, odd = bench.person("plain"), bench.person("odd")
    honest = plain.honestly(slots)
    shows = PLAIN_NAME in _shown(bench, plain, honest)
    odd.prepare(slots)
    reply = odd.send(slots, f"a profile with the name {name}", f"昵称为 {name} 的资料")
    if reply.fell or reply.dropped:
        return _fell(slots, reply)
    if not reply.like(honest):
        return failed(
            f"'{slots.call.name}' refuses the name ({reply.why})",
            f"“{slots.call.name}” 拒绝该昵称（{reply.why_zh}）",
        )
    if shows and name not in _shown(bench, odd, reply):
        return failed("the name comes back as another one", "昵称返回时变了样")
    said = "came back as it was" if shows else "was taken; the backend shows no names"
    zh = "原样返回" if shows else "被接受；后端不返回昵称"
    return passed(f"the name {said}", f"昵称{zh}")


def _shown(bench: Bench, person: Person, reply: Reply) -> list[str]:
    shown = texts_of(reply.answer.get("data"))
    if bench.roles.whoami is not None:
        shown += texts_of(person.who_am_i().answer.get("data"))
    return shown


def _calls(bench: Bench) -> list[Slots]:
    """List every call that takes anything, each once."""
    roles = bench.roles
    found = [roles.login, *roles.sealed, roles.phone_code]
    calls = {s.call.name: s for s in found if s is not None}
    if not calls:
        bench.login()
    return list(calls.values())


def _malformations(
    person: Person, slots: Slots
) -> Iterator[tuple[Words, Call, dict[str, object]]]:
    """Yield bodies that are no bodies, then good ones with odd values."""
    call = slots.call
    honest = slots.scope(person.values(slots))
    if call.body_kind == "json":
        header = {**call.header, "content-type": "application/json"}
        for body in _BODIES:
            raw = replace(call, body_kind="text", body=body, header=header)
            shown = repr(body)[:50]
            yield Words(f"the body {shown}", f"请求体 {shown}"), raw, honest
        yield (
            Words("a form as text/plain", "以 text/plain 发送的表单"),
            replace(
                call,
                body_kind="text",
                body="code=1",
                header={**call.header, "content-type": "text/plain"},
            ),
            honest,
        )
    for root, means in slots.roots.items():
        if means in ("scene", "whole"):
            continue
        for value in _VALUES:
            shown = f"{root} = {value!r}"[:60]
            yield Words(shown, shown), call, {**honest, root: value}


def _fell(slots: Slots, reply: Reply, en: str = "", zh: str = "") -> Verdict:
    shown = ", and the traceback is shown" if reply.traceback else ""
    shown_zh = "，并暴露了调用栈" if reply.traceback else ""
    return failed(
        f"'{slots.call.name}' ends in an unhandled error ({reply.why}){en}{shown}",
        f"“{slots.call.name}” 出现未处理的错误（{reply.why_zh}）{zh}{shown_zh}",
    )


def _thinks(slots: Slots, reply: Reply, what: Words) -> Verdict:
    return failed(
        f"'{slots.call.name}' thinks for {reply.seconds:.0f} s about {what.en}",
        f"“{slots.call.name}” 处理 {what.zh} 用了 {reply.seconds:.0f} 秒",
    )


CHECKS = (
    Check(
        Probe(
            id="name-with-emoji",
            chapter="input",
            severity="medium",
            title=Words("A name with emoji", "带表情的昵称"),
            does=Words(
                f"Sends the profile of a person called {EMOJI_NAME}.",
                f"发送昵称为 {EMOJI_NAME} 的用户资料。",
            ),
            matters=Words(
                "Many people's names have them; a table in MySQL's utf8 or a Latin-1 "
                "header does not.",
                "很多人的昵称带表情；MySQL 的 utf8 表或 Latin-1 的请求头存不下。",
            ),
            cure=Words(
                "Use utf8mb4 and UTF-8 all the way.", "全程使用 utf8mb4 和 UTF-8。"
            ),
            page=PROFILE_PAGE,
        ),
        emoji_name,
    ),
    Check(
        Probe(
            id="name-long",
            chapter="input",
            severity="medium",
            title=Words("A name of 64 characters", "64 个字的昵称"),
            does=Words(
                "Sends the profile of a person whose name has 64 Chinese characters.",
                "发送昵称为 64 个汉字的用户资料。",
            ),
            matters=Words(
                "A column of 32 or 50 characters cuts it or falls.",
                "32 或 50 个字符的列会截断或报错。",
            ),
            cure=Words(
                "Make room for 64 characters of four bytes.",
                "为 64 个四字节字符预留空间。",
            ),
            page=PROFILE_PAGE,
        ),
        long_name,
    ),
    Check(
        Probe(
            id="phone-of-another-country",
            chapter="input",
            severity="medium",
            title=Words("A phone number of another country", "国外的手机号"),
            does=Words(
                "Shares a number with the country code 1, and seven digits.",
                "分享国家代码为 1、共七位的号码。",
            ),
            matters=Words(
                "WeChat has users everywhere: eleven digits beginning with 1 is a rule "
                "of one country.",
                "微信用户遍布各地：以 1 开头的十一位只是一个国家的规则。",
            ),
            cure=Words(
                "Store countryCode with purePhoneNumber, and ask for no length.",
                "同时存储 countryCode 和 purePhoneNumber，不限制长度。",
            ),
            page=PHONE_PAGE,
        ),
        foreign_number,
    ),
    Check(
        Probe(
            id="input-malformed",
            chapter="input",
            severity="medium",
            title=Words("Malformed input", "畸形输入"),
            does=Words(
                "Sends broken JSON, other types, injections, control characters to "
                "every call.",
                "向每个调用发送损坏的 JSON、错误的类型、注入和控制字符。",
            ),
            matters=Words(
                "A 500 tells the page nothing, and a traceback tells everybody too "
                "much.",
                "500 对页面毫无帮助，而调用栈对所有人泄露太多。",
            ),
            cure=Words(
                "Check types at the edge, answer 400, turn debug pages off.",
                "在入口检查类型，返回 400，关闭调试页面。",
            ),
            page=SECURITY_PAGE,
        ),
        malformed,
    ),
    Check(
        Probe(
            id="input-huge",
            chapter="input",
            severity="medium",
            title=Words("A megabyte", "一兆字节的输入"),
            does=Words(
                "Sends a code, data and rawData of a megabyte each.",
                "分别发送一兆字节的 code、加密数据和 rawData。",
            ),
            matters=Words(
                "It is free for whoever sends it; it must be cheap for you.",
                "对发送者毫无成本，对你也必须代价很小。",
            ),
            cure=Words(
                "Bound the size of bodies at the server, and of codes at 128 "
                "characters.",
                "在服务器限制请求体大小，code 限制为 128 个字符。",
            ),
            page=NETWORK_PAGE,
        ),
        huge,
    ),
    Check(
        Probe(
            id="still-alive",
            chapter="input",
            severity="high",
            title=Words("An honest login after all of it", "最后的正常登录"),
            does=Words(
                "Logs in once more after the abuse.", "滥用之后再正常登录一次。"
            ),
            matters=Words(
                "Abuse by one must not end the service for the others.",
                "一个人的滥用不应让其他人无法使用。",
            ),
            cure=Words(
                "Look at what the probes before this one met, and at the server's log.",
                "查看之前的探测结果和服务器日志。",
            ),
            page=SECURITY_PAGE,
        ),
        still_alive,
    ),
)
