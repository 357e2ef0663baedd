"""Probes with who one is: what the client claims, and what its login state says."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from simulator.audit.bench import Bench
from simulator.audit.bench import Person
from simulator.audit.bench import changed
from simulator.audit.check import AUTHORIZE_PAGE
from simulator.audit.check import LOGIN_PAGE
from simulator.audit.check import UNIONID_PAGE
from simulator.audit.check import Check
from simulator.audit.jwt import head_of
from simulator.audit.model import Probe
from simulator.audit.model import Words
from simulator.audit.reply import Reply
from simulator.audit.reply import ids_of
from simulator.audit.reply import texts_of
from simulator.audit.roles import CODE
from simulator.audit.roles import FROM_A_BUTTON
from simulator.audit.roles import WHOLE
from simulator.audit.roles import Slots
from simulator.audit.verdicts import Verdict
from simulator.audit.verdicts import failed
from simulator.audit.verdicts import inconclusive
from simulator.audit.verdicts import not_applicable
from simulator.audit.verdicts import passed


_LOWER = "abcdefghijklmnopqrstuvwxyz"
_CLAIMS = ("openid", "openId", "open_id", "openID", "userId", "user_id", "uid")


def openid_believed(bench: Bench) -> Verdict:
    victim, mallory = bench.person("victim"), bench.person("mallory")
    victim.log_in()
    _tell_profile(bench, victim)
    openid = victim.openid
    slots = bench.login()
    claims = dict.fromkeys(_CLAIMS, openid)
    reply = mallory.play(
        changed(slots.call, **claims),
        slots.scope({**mallory.values(slots), **claims}),
        "mallory's code, and beside it the victim's openid",
        "mallory 的 code，外加受害者的 openid",
    )
    for answer, zh in _views(bench, mallory, reply):
        if openid in texts_of(answer):
            return failed(
                "mallory's own code with the victim's openid made mallory the victim",
                f"mallory 的 code 加上受害者的 openid 使其成为受害者（{zh}）",
            )
    without = {**mallory.values(slots), CODE: ""}
    reply = mallory.play(
        changed(slots.call, **claims),
        slots.scope({**without, **claims}),
        "the victim's openid and an empty code",
        "受害者的 openid 和空的 code",
    )
    if reply.accepted and _holds_state(reply) and not _refuses(bench, mallory):
        return failed(
            "an openid without a code logs in", "只有 openid、没有 code 也能登录"
        )
    return (
        _claimed_elsewhere(bench, victim, mallory, openid)
        or _used_as_password(bench, victim, mallory)
        or passed("the claimed openid changed nothing", "自称的 openid 没有起作用")
    )


def made_up_state(bench: Bench) -> Verdict:
    slots = _guarded_whoami(bench)
    person = bench.person()
    person.log_in()
    honest = person.who_am_i()
    for what, storage in forgeries(person.storage):
        forger = bench.person("mallory")
        for name, value in storage.items():
            forger.device.wx.set_storage_sync(name, value)
        reply = forger.send(
            slots, f"a login state that is {what.en}", f"登录态：{what.zh}"
        )
        if reply.like(honest):
            return failed(
                f"a login state that is {what.en} is accepted",
                f"接受了{what.zh}的登录态",
            )
    return passed("none of them was accepted", "均未被接受")


def logged_out(bench: Bench) -> Verdict:
    slots = _guarded_whoami(bench)
    if bench.roles.logout is None:
        raise not_applicable(
            "the backend file has no call `logout`", "后端文件中没有 `logout` 调用"
        )
    person = bench.person()
    person.log_in()
    honest = person.who_am_i()
    stolen = dict(person.device.storage)
    gone = person.send(bench.roles.logout, "the person logs out", "用户退出登录")
    if not gone.accepted:
        raise inconclusive(
            f"the logout was not accepted ({gone.why})",
            f"退出登录没有被接受（{gone.why_zh}）",
        )
    thief = bench.person("mallory")
    thief.device.storage.update(stolen)
    reply = thief.send(slots, "the old login state", "退出之前的登录态")
    if reply.like(honest):
        return failed(
            "the login state still works after the logout", "退出之后登录态仍然有效"
        )
    return passed("the old login state was refused", "旧的登录态被拒绝")


def people_kept_apart(bench: Bench) -> Verdict:
    slots = bench.whoami()
    alice, bob = bench.person("alice"), bench.person("bob")
    alice.log_in()
    _tell_profile(bench, alice)
    bob.log_in()
    _tell_profile(bench, bob)
    first, second = alice.who_am_i(), bob.who_am_i()
    if alice.device.storage and alice.device.storage == bob.device.storage:
        return failed("two people got the same login state", "两个人得到了相同的登录态")
    shown, theirs = set(texts_of(first.answer["data"])), _marks(bob)
    if theirs & shown or _marks(alice) & set(texts_of(second.answer["data"])):
        return failed(
            "one person is told what belongs to the other",
            "一个人看到了属于另一个人的数据",
        )
    if _marks(alice) & shown:
        return passed("everybody was told what is theirs", "每个人只看到自己的数据")
    ids = ids_of(first), ids_of(second)
    if ids[0] and ids[0] == ids[1]:
        return failed("two people share one account", "两个人共用一个账号")
    if not ids[0]:
        raise inconclusive(
            f"'{slots.call.name}' tells nothing that only one person has",
            f"“{slots.call.name}” 没有返回能区分不同人的内容",
        )
    return passed("everybody was told what is theirs", "每个人只看到自己的数据")


def same_account_again(bench: Bench) -> Verdict:
    bench.whoami()
    person = bench.person()
    person.log_in()
    first = ids_of(person.who_am_i())
    person.device.storage.clear()
    person.log_in()
    second = ids_of(person.who_am_i())
    if not first:
        raise inconclusive(
            "the backend tells no id of the account", "后端没有返回账号的 id"
        )
    if first != second:
        return failed(
            "the second login of the same person is another account",
            "同一个人第二次登录得到了另一个账号",
        )
    return passed("it is the same account", "是同一个账号")


def missing_unionid(bench: Bench) -> Verdict:
    bound = bench.person("alice").log_in()
    appid = bench.ground.appid
    bench.control("PATCH", f"mini_programs/{appid}", open_platform=None)
    reply = bench.person("bob").send(
        bench.login(), "a login without a unionid", "没有 unionid 的登录"
    )
    if not reply.like(bound):
        return failed(
            f"without a unionid nobody can log in ({reply.why})",
            f"没有 unionid 就无法登录（{reply.why_zh}）",
        )
    other = bench.person("carol")
    again = other.send(
        bench.login(), "another person without one", "另一个没有 unionid 的人"
    )
    if again.like(bound) and bench.roles.whoami is not None:
        return _two_accounts(bench, other)
    return passed("people without a unionid can log in", "没有 unionid 的用户可以登录")


def person_says_no(bench: Bench) -> Verdict:
    calls = [s for s in bench.roles.sealed if s.takes & FROM_A_BUTTON]
    if bench.roles.phone_code is not None:
        calls.append(bench.roles.phone_code)
    if not calls:
        raise not_applicable(
            "no call takes what a person may refuse to give",
            "没有调用需要用户同意才能给出的数据",
        )
    for slots in calls:
        person = bench.person("bob")
        honest = bench.person("alice").honestly(slots)
        person.prepare(slots)
        kept = {CODE: person.code()} if CODE in slots.takes else {}
        # In JavaScript they are undefined: JSON leaves them out or writes null.
        for empty in (None, ""):
            nothing = {**dict.fromkeys(FROM_A_BUTTON | {"iv"}, empty), **kept}
            known = {**nothing, WHOLE: nothing}
            scope = {r: known.get(means, empty) for r, means in slots.roots.items()}
            reply = person.play(
                slots.call,
                scope,
                "the person refused, and the page calls all the same",
                "用户拒绝了，页面仍然发出了调用",
            )
            if reply.fell or reply.dropped:
                return failed(
                    f"'{slots.call.name}' ends in an unhandled error ({reply.why})",
                    f"“{slots.call.name}” 出现未处理的错误（{reply.why_zh}）",
                )
            if reply.like(honest) and CODE not in slots.takes:
                return failed(
                    f"'{slots.call.name}' thanks for data that were never given",
                    f"“{slots.call.name}” 对并未提供的数据返回成功",
                )
    return passed("a refusal was taken for what it is", "用户的拒绝得到了正确处理")


def forgeries(storage: Mapping[str, object]) -> list[tuple[Words, dict[str, str]]]:
    """Make login states that nobody was given, from one that somebody was."""
    texts = {name: str(value) for name, value in storage.items()}
    kinds = [
        (Words("absent", "缺失"), {}),
        (Words("empty", "为空"), dict.fromkeys(texts, "")),
        (
            Words("made up", "伪造"),
            {name: _other(text) for name, text in texts.items()},
        ),
        (Words("short", "很短"), dict.fromkeys(texts, "1")),
    ]
    unsigned = {name: _unsigned(text) for name, text in texts.items()}
    if unsigned != texts:
        kinds.append(
            (Words("an unsigned JWT (alg none)", "未签名的 JWT（alg none）"), unsigned)
        )
        cut = {name: text.rpartition(".")[0] + "." for name, text in texts.items()}
        kinds.append((Words("a JWT without its signature", "去掉签名的 JWT"), cut))
    return kinds


def _claimed_elsewhere(
    bench: Bench, victim: Person, mallory: Person, openid: str
) -> Verdict | None:
    """Claim the victim's openid in every other call, logged in as mallory."""
    mallory.log_in()
    claims = dict.fromkeys(_CLAIMS, openid)
    before = _mallorys(bench, mallory, victim)
    for slots in {s.call.name: s for s in _others(bench)}.values():
        reply = mallory.play(
            changed(slots.call, **claims),
            slots.scope({**mallory.values(slots), **claims}),
            f"'{slots.call.name}' with the victim's openid beside the rest",
            f"“{slots.call.name}”，外加受害者的 openid",
        )
        if reply.accepted and _is_about(reply, victim, mallory):
            return failed(
                f"'{slots.call.name}' answers about whoever's openid is sent",
                f"“{slots.call.name}” 按发来的 openid 返回他人的数据",
            )
    if _mallorys(bench, mallory, victim) - before:
        return failed(
            "what mallory sent with the victim's openid changed the victim's account",
            "mallory 携带受害者的 openid 发送的数据改动了受害者的账号",
        )
    return None


def _used_as_password(bench: Bench, victim: Person, mallory: Person) -> Verdict | None:
    """Try the openid as name and password, which accounts made of it may have."""
    if bench.roles.whoami is None:
        return None
    pair = base64.b64encode(f"{victim.openid}:{victim.openid}".encode()).decode()
    call = bench.roles.whoami.call
    header = {**call.header, "Authorization": f"Basic {pair}"}
    reply = mallory.play(
        replace(call, header=header, send=False),
        {},
        "no login state, but the victim's openid as name and password",
        "没有登录态，而以受害者的 openid 作为用户名和密码",
    )
    if reply.accepted and _is_about(reply, victim, mallory):
        return failed(
            "the openid is the password: who sends it as both name and password is in",
            "openid 就是密码：把它同时作为用户名和密码即可进入",
        )
    return None


def _others(bench: Bench) -> list[Slots]:
    roles = bench.roles
    calls = [s for s in roles.sealed if CODE not in s.takes]
    if roles.whoami is not None:
        calls.append(roles.whoami)
    return calls


def _is_about(reply: Reply, victim: Person, mallory: Person) -> bool:
    shown = set(texts_of(reply.answer.get("data")))
    theirs = _marks(victim)
    return bool(theirs & shown) and not _marks(mallory) & shown


def _mallorys(bench: Bench, mallory: Person, victim: Person) -> set[str]:
    """List what is mallory's and yet stands in the victim's account."""
    if bench.roles.whoami is None:
        return set()
    shown = set(texts_of(victim.who_am_i().answer.get("data")))
    return _marks(mallory) & shown


def _views(bench: Bench, person: Person, reply: Reply) -> list[tuple[object, str]]:
    views: list[tuple[object, str]] = [(reply.answer.get("data"), "登录的应答")]
    if reply.accepted and bench.roles.whoami is not None:
        views.append((person.who_am_i().answer.get("data"), "whoami 的应答"))
    return views


def _refuses(bench: Bench, person: Person) -> bool:
    """Say whether the backend knows nobody behind this phone's login state."""
    if bench.roles.whoami is None:
        return False
    return not person.send(bench.roles.whoami, "who that is", "这是谁").accepted


def _holds_state(reply: Reply) -> bool:
    return bool(reply.call.keep)


def _two_accounts(bench: Bench, other: Person) -> Verdict:
    """See whether people without a unionid share one account."""
    bob = bench.person("bob")
    bob.log_in()
    first, second = ids_of(bob.who_am_i()), ids_of(other.who_am_i())
    if first and first == second:
        return failed(
            "all people without a unionid share one account",
            "所有没有 unionid 的用户共用一个账号",
        )
    return passed("people without a unionid can log in", "没有 unionid 的用户可以登录")


def _guarded_whoami(bench: Bench) -> Slots:
    slots = bench.whoami()
    if slots not in bench.roles.guarded:
        raise not_applicable(
            "no login state travels with the calls", "调用不携带登录态"
        )
    return slots


def _tell_profile(bench: Bench, person: Person) -> None:
    """Let the backend know the person's name, if it takes one."""
    for slots in bench.roles.sealed:
        if slots.payload == "user" and CODE not in slots.takes:
            person.send(slots, "the person's profile", "用户的资料")
            return


def _marks(person: Person) -> set[str]:
    """List what only this person has."""
    user = person.bench.control("GET", f"users/{person.device.user}")
    phone = user.get("phone")
    marks = {str(user.get("nickName")), person.openid}
    if isinstance(phone, Mapping):
        marks.add(str(phone.get("purePhoneNumber")))
    elif phone:
        marks.add(str(phone))
    return marks - {"", "None"}


def _other(text: str) -> str:
    """Turn every letter and digit into the next one: the same look, another value."""

    def turn(found: re.Match[str]) -> str:
        char = found[0]
        ring = next(r for r in ("0123456789", _LOWER, _LOWER.upper()) if char in r)
        return ring[(ring.index(char) + 1) % len(ring)]

    return re.sub(r"[A-Za-z0-9]", turn, text)


def _unsigned(text: str) -> str:
    """Write a JWT anew, signed by nobody; leave anything else as it is."""
    head = head_of(text)
    if head is None:
        return text
    plain = json.dumps({**head, "alg": "none"}).encode()
    claims = text.split(".")[1]
    return f"{base64.urlsafe_b64encode(plain).decode().rstrip('=')}.{claims}."


CHECKS = (
    Check(
        Probe(
            id="openid-believed",
            chapter="identity",
            severity="critical",
            title=Words("An openid that the client claims", "客户端自称的 openid"),
            does=Words(
                "Sends mallory's own code, and with it the victim's openid under seven "
                "names; then in every other call; at last as name and password.",
                "发送 mallory 自己的 code，并以七种名称附上受害者的 openid；"
                "其他调用也同样尝试；最后把它作为用户名和密码。",
            ),
            matters=Words(
                "An openid is no secret. A backend that reads it from the request lets "
                "anybody be anybody.",
                "openid 不是秘密。从请求中读取 openid 的后端会让任何人冒充任何人。",
            ),
            cure=Words(
                "Take the openid from code2Session at login, from the login state "
                "afterwards, never from the request.",
                "登录时从 code2Session 取 openid，之后从登录态取，绝不从请求中取。",
            ),
            page=LOGIN_PAGE,
        ),
        openid_believed,
    ),
    Check(
        Probe(
            id="login-state-made-up",
            chapter="identity",
            severity="critical",
            title=Words("A login state that nobody was given", "伪造的登录态"),
            does=Words(
                "Asks who one is with no login state, an empty one, a made-up one, and "
                "with JWTs signed by nobody.",
                "以缺失、空、伪造的登录态以及未签名的 JWT 询问“我是谁”。",
            ),
            matters=Words(
                "The login state is all that tells people apart after the login.",
                "登录之后只有登录态能区分不同的人。",
            ),
            cure=Words(
                "Look login states up, or verify their signature with a fixed "
                "algorithm; refuse the rest with 401.",
                "查询登录态，或用固定算法校验签名；其余一律返回 401。",
            ),
            page=LOGIN_PAGE,
        ),
        made_up_state,
    ),
    Check(
        Probe(
            id="login-state-after-logout",
            chapter="identity",
            severity="high",
            title=Words("A login state after the logout", "退出之后的登录态"),
            does=Words(
                "Logs out, then uses the old login state from another phone.",
                "退出登录，然后在另一台手机上使用旧的登录态。",
            ),
            matters=Words(
                "Who logs out wants to be safe from who has the phone next.",
                "退出登录的人希望之后拿到手机的人无法冒用。",
            ),
            cure=Words(
                "Forget the login state on the server, not only on the phone.",
                "在服务端删除登录态，而不只是在手机上。",
            ),
            page=LOGIN_PAGE,
        ),
        logged_out,
    ),
    Check(
        Probe(
            id="people-mixed-up",
            chapter="identity",
            severity="critical",
            title=Words("Two people after each other", "先后登录的两个人"),
            does=Words(
                "Logs in two people, tells their names, and asks of both who they are.",
                "让两个人先后登录并提交资料，再分别询问他们是谁。",
            ),
            matters=Words(
                "A session under a fixed name shows one person the other's data.",
                "存放在固定名称下的会话会把一个人的数据给另一个人看。",
            ),
            cure=Words(
                "Keep sessions by login state, people by openid, nothing in globals.",
                "会话按登录态存放，用户按 openid 存放，不要使用全局变量。",
            ),
            page=LOGIN_PAGE,
        ),
        people_kept_apart,
    ),
    Check(
        Probe(
            id="account-lost",
            chapter="identity",
            severity="medium",
            title=Words("The same person again", "同一个人再次登录"),
            does=Words(
                "Logs in twice and compares the account's id.",
                "登录两次，比较账号的 id。",
            ),
            matters=Words(
                "The openid is what stays; an account made anew at each login loses "
                "what the person had.",
                "openid 是不变的；每次登录都新建账号会丢失用户的数据。",
            ),
            cure=Words(
                "Find the account by openid before making one.",
                "新建之前先按 openid 查找账号。",
            ),
            page=LOGIN_PAGE,
        ),
        same_account_again,
    ),
    Check(
        Probe(
            id="unionid-missing",
            chapter="identity",
            severity="medium",
            title=Words("No unionid", "没有 unionid"),
            does=Words(
                "Unbinds the mini program from its Open Platform account and logs in.",
                "解除小程序与开放平台账号的绑定后登录。",
            ),
            matters=Words(
                "There is a unionid only while the app is bound: many keys are null on "
                "the day it is not.",
                "只有绑定开放平台时才有 unionid；解绑之后许多键会变成空。",
            ),
            cure=Words(
                "Key accounts by openid; treat the unionid as a welcome extra.",
                "以 openid 作为账号的键，把 unionid 当作附加信息。",
            ),
            page=UNIONID_PAGE,
        ),
        missing_unionid,
    ),
    Check(
        Probe(
            id="person-says-no",
            chapter="identity",
            severity="medium",
            title=Words("The person says no", "用户拒绝授权"),
            does=Words(
                "Refuses, and lets the page send the undefined values all the same.",
                "拒绝授权，但页面仍发送未定义的值。",
            ),
            matters=Words(
                "Refusing is a right, and pages forget to look at errMsg.",
                "拒绝是用户的权利，而页面常常忘记检查 errMsg。",
            ),
            cure=Words(
                "Answer 400 to missing values, and let the person go on without.",
                "缺少值时返回 400，并允许用户继续使用。",
            ),
            page=AUTHORIZE_PAGE,
        ),
        person_says_no,
    ),
)
