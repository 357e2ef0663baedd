"""Probes with bad timing: logins that overtake each other, keys that change."""

from __future__ import annotations

from functools import partial

from simulator.audit.bench import Bench
from simulator.audit.bench import Person
from simulator.audit.check import LOGIN_PAGE
from simulator.audit.check import SIGNATURE_PAGE
from simulator.audit.check import Check
from simulator.audit.model import Probe
from simulator.audit.model import Words
from simulator.audit.reply import Reply
from simulator.audit.reply import ids_of
from simulator.audit.reply import not_limited
from simulator.audit.reply import texts_of
from simulator.audit.roles import CODE
from simulator.audit.roles import Slots
from simulator.audit.verdicts import Verdict
from simulator.audit.verdicts import failed
from simulator.audit.verdicts import not_applicable
from simulator.audit.verdicts import passed


_CROWD = 6


def logins_out_of_order(bench: Bench) -> Verdict:
    """Let the older of two codes arrive last; the newer login holds the current key."""
    slots = _sealed_later(bench)
    bench.policy("strict")
    person = bench.person()
    older, newer = person.code(), person.code()
    current = person.log_in(code=newer)
    stored = dict(person.device.storage)
    late = person.send(
        bench.login(), "the older code arrives late", "较早的 code 迟到", code=older
    )
    if late.fell:
        return _fell(late)
    person.device.storage.clear()
    person.device.storage.update(stored)
    reply = person.send(
        slots,
        "data for the login state of the newer code",
        "用较新 code 的登录态发送数据",
    )
    if not reply.accepted and current.accepted:
        return failed(
            "after two logins that overtook each other the data of the person can no "
            f"longer be opened ({reply.why})",
            f"两次登录乱序到达之后，用户的数据无法再解密（{reply.why_zh}）",
        )
    return passed(
        "the login state of the newer code kept its key", "较新 code 的登录态保住了密钥"
    )


def first_logins_at_once(bench: Bench) -> Verdict:
    slots = bench.login()
    bench.person("somebody").log_in()
    phones = [bench.person("alice", device=f"phone{n}") for n in range(4)]
    values = [phone.values(slots) for phone in phones]
    replies = bench.at_once(
        partial(
            phone.ask, slots, given, "one of four logins at once", "四次同时登录之一"
        )
        for phone, given in zip(phones, values, strict=True)
    )
    not_limited(*replies)
    for reply in replies:
        if reply.fell:
            return _fell(reply)
        if not reply.accepted:
            return failed(
                "one of four first logins of the same person was refused "
                f"({reply.why})",
                f"同一个人的四次首次登录中有一次被拒绝（{reply.why_zh}）",
            )
    return passed("all four were accepted", "四次登录都被接受")


def crowd(bench: Bench) -> Verdict:
    """Log several people in at the same time, and see that nobody gets another's."""
    slots = bench.login()
    people = bench.people(_CROWD)
    values = [person.values(slots) for person in people]
    replies = bench.at_once(
        partial(person.ask, slots, given, "one of six people", "六个人之一")
        for person, given in zip(people, values, strict=True)
    )
    not_limited(*replies)
    for reply in replies:
        if reply.fell:
            return _fell(reply)
    if any(not reply.accepted for reply in replies):
        return failed(
            "of six people who logged in at once somebody was refused",
            "六个人同时登录时有人被拒绝",
        )
    states = [tuple(sorted(person.device.storage.items())) for person in people]
    if any(states) and len(set(states)) < len(states):
        return failed("two people got one login state", "两个人得到了同一个登录态")
    return _everybody_is_themselves(bench, people)


def login_in_the_callback(bench: Bench) -> Verdict:
    for slots in bench.taking():
        bench.policy("strict")
        person = bench.person("bob")
        honest = bench.person("alice").honestly(slots)
        person.prepare(slots)
        tapped = person.sealed(slots.payload)
        tapped.pop(CODE, None)
        person.prepare(slots)  # the bug: a login after the data were sealed
        reply = person.send(
            slots,
            "data sealed before the login whose code goes with them",
            "数据加密之后又登录，再一起发送",
            **tapped,
        )
        verdict = _orderly(reply, honest, person, slots)
        if verdict is not None:
            return verdict
    return passed(
        "refused in an orderly way, and the next try works", "正常拒绝，重试成功"
    )


def key_rotated(bench: Bench) -> Verdict:
    """Replace the key before the data are sealed, then between sealing and sending."""
    slots = _sealed_later(bench)
    honest = bench.person("alice").honestly(slots)
    for name, late in (("bob", False), ("carol", True)):
        person = bench.person(name)
        person.log_in()
        tapped = person.sealed(slots.payload) if late else {}
        tapped.pop(CODE, None)
        who = {"appid": bench.ground.appid, "user": name}
        bench.control("POST", "sessions/rotate", **who)
        reply = person.send(
            slots,
            f"data sealed {'before' if late else 'after'} another phone's login "
            "replaced the key",
            f"另一台手机登录更换密钥{'之前' if late else '之后'}加密的数据",
            **tapped,
        )
        verdict = _orderly(reply, honest, person, slots)
        if verdict is not None:
            return verdict
    return passed(
        "answered in an orderly way, and the next login works",
        "应答正常，重新登录后成功",
    )


def _orderly(
    reply: Reply, honest: Reply, person: Person, slots: Slots
) -> Verdict | None:
    """Judge what became of data that the backend's key cannot open."""
    if reply.fell or reply.dropped:
        return _fell(reply)
    again = _again(person, slots)
    if not again.like(honest):
        return failed(
            f"after that the person cannot use '{slots.call.name}' any more, not even "
            f"after a new login ({again.why})",
            f"之后即使重新登录也无法使用 “{slots.call.name}”（{again.why_zh}）",
        )
    return None


def _again(person: Person, slots: Slots) -> Reply:
    person.prepare(slots)
    return person.send(slots, "the person tries again", "用户重试")


def _sealed_later(bench: Bench) -> Slots:
    """Return a call that takes sealed data under the login state of an earlier one."""
    bench.login()
    for slots in bench.taking():
        if CODE not in slots.takes:
            return slots
    raise not_applicable(
        "no call takes sealed data after the login", "没有在登录之后接收加密数据的调用"
    )


def _everybody_is_themselves(bench: Bench, people: list[Person]) -> Verdict:
    """See that each login state tells of its owner, as far as it tells of anybody."""
    alone = passed(
        "everybody got a login state of their own", "每个人都得到了自己的登录态"
    )
    if bench.roles.whoami is None:
        return alone
    owners = {person.openid: person for person in people}
    told = [person.who_am_i() for person in people]
    for person, reply in zip(people, told, strict=True):
        shown = owners.keys() & set(texts_of(reply.answer.get("data")))
        if shown - {person.openid}:
            return failed(
                "a login state leads to another person", "登录态指向了另一个人"
            )
    ids = [tuple(sorted(ids_of(reply).items())) for reply in told]
    if any(ids) and len(set(ids)) < len(ids):
        return failed("two people share one account", "两个人共用一个账号")
    if not any(ids):
        return alone
    return passed("everybody was told who they are", "每个人都得到了正确的身份")


def _fell(reply: Reply) -> Verdict:
    return failed(
        f"it ends in an unhandled error ({reply.why})",
        f"出现未处理的错误（{reply.why_zh}）",
    )


CHECKS = (
    Check(
        Probe(
            id="logins-out-of-order",
            chapter="races",
            severity="medium",
            title=Words("Two logins overtake each other", "两次登录乱序到达"),
            does=Words(
                "Logs in to WeChat twice; the older code reaches the backend last. "
                "Then "
                "sends data under the newer login.",
                "向微信登录两次，较早的 code 后到达后端；再用较新的登录态发送数据。",
            ),
            matters=Words(
                "app.js and a page both call wx.login. One key per person is then the "
                "older one, and decryption fails now and then.",
                "app.js 和页面都会调用 wx.login。若每人只存一个密钥，就可能留下旧密钥，"
                "解密时好时坏。",
            ),
            cure=Words(
                "Keep the session_key with the login state that its code made, not "
                "with the person.",
                "session_key 应与该 code 产生的登录态一起存放，而不是按人存放。",
            ),
            page=LOGIN_PAGE,
        ),
        logins_out_of_order,
    ),
    Check(
        Probe(
            id="first-logins-at-once",
            chapter="races",
            severity="medium",
            title=Words("Four first logins at once", "四次首次登录同时到达"),
            does=Words(
                "Lets four phones of one new person log in at the same time.",
                "让同一个新用户的四台手机同时登录。",
            ),
            matters=Words(
                "Look up, then insert: two requests insert the same openid, and one of "
                "them falls over the unique key.",
                "先查再插：两个请求同时插入同一个 openid，其中一个因唯一键而失败。",
            ),
            cure=Words(
                "Insert or get in one statement, or catch the duplicate and read "
                "again.",
                "用一条语句完成“插入或读取”，或捕获重复后重新读取。",
            ),
            page=LOGIN_PAGE,
        ),
        first_logins_at_once,
    ),
    Check(
        Probe(
            id="people-at-once",
            chapter="races",
            severity="critical",
            title=Words("Six people at once", "六个人同时登录"),
            does=Words(
                "Logs six people in at the same time and asks each who they are.",
                "让六个人同时登录，再逐一询问他们是谁。",
            ),
            matters=Words(
                "What is kept in a global between two lines belongs to whoever came "
                "last.",
                "两行代码之间存放在全局变量中的内容属于最后到来的人。",
            ),
            cure=Words(
                "Keep what belongs to a request in that request.",
                "属于某个请求的数据只放在该请求中。",
            ),
            page=LOGIN_PAGE,
        ),
        crowd,
    ),
    Check(
        Probe(
            id="login-in-callback",
            chapter="races",
            severity="medium",
            title=Words("A login in the callback", "在回调里登录"),
            does=Words(
                "Seals data, logs in once more, sends both; then does it right.",
                "先加密数据，再次登录，一起发送；然后按正确方式重试。",
            ),
            matters=Words(
                "The most reported bug of pages: the new key cannot open the old data. "
                "The backend must say so and stay usable.",
                "最常见的页面错误：新密钥解不开旧数据。后端应当明确告知并保持可用。",
            ),
            cure=Words(
                "Answer 400 with a text that asks for a login before the tap.",
                "返回 400，并提示在点击之前登录。",
            ),
            page=SIGNATURE_PAGE,
        ),
        login_in_the_callback,
    ),
    Check(
        Probe(
            id="key-rotated",
            chapter="races",
            severity="medium",
            title=Words(
                "The key changes before the data come", "数据到达之前密钥已更换"
            ),
            does=Words(
                "Replaces the session_key, as another phone's login would, before the "
                "data are sealed and after; sends them, then logs in again.",
                "更换 session_key（如同在另一台手机登录），在数据加密之前与之后各一次；"
                "发送数据，再重新登录。",
            ),
            matters=Words(
                "A key on the server may be old at any time: that is no reason for an "
                "unhandled error.",
                "服务端的密钥随时可能过期，不应因此出现未处理的错误。",
            ),
            cure=Words(
                "Answer that a new login is needed (401), and take its key.",
                "返回需要重新登录（401），并使用新的密钥。",
            ),
            page=SIGNATURE_PAGE,
        ),
        key_rotated,
    ),
)
