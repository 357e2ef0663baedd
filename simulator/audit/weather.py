"""Probes with bad weather: WeChat is slow, silent, busy, or says no to the token."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from simulator.audit.bench import LOGIN
from simulator.audit.bench import NUMBER
from simulator.audit.bench import TOKENS
from simulator.audit.bench import Bench
from simulator.audit.bench import Person
from simulator.audit.check import CODE2SESSION_PAGE
from simulator.audit.check import NETWORK_PAGE
from simulator.audit.check import TOKEN_PAGE
from simulator.audit.check import Check
from simulator.audit.model import Probe
from simulator.audit.model import Severity
from simulator.audit.model import Words
from simulator.audit.reply import Reply
from simulator.audit.reply import not_limited
from simulator.audit.roles import Slots
from simulator.audit.verdicts import Verdict
from simulator.audit.verdicts import failed
from simulator.audit.verdicts import inconclusive
from simulator.audit.verdicts import not_applicable
from simulator.audit.verdicts import passed


_ENDLESS = 30
"""So often a fault strikes: a loop shows, and ends."""
_MOST_CALLS = 3
"""One call and two retries are care; more is a loop."""
_WITHOUT_IDENTITY: tuple[Mapping[str, object], ...] = (
    {"errcode": -1},
    {"errcode": 40029},
    {"body": "html"},
    {"body": "empty"},
    {"body": "malformed_json"},
    {"http_status": 200, "body": "{}"},
)
_TOKEN_ERRORS = (40001, 42001, 40014)


def bad_weather(bench: Bench, effect: Mapping[str, object], name: Words) -> Verdict:
    """Judge a login while WeChat fails, and the next one when it works again."""
    honest = bench.person().log_in()
    person = bench.person("bob")
    bench.arm(LOGIN, effect, times=_ENDLESS)
    reply = _impatient(bench, person, name)
    bench.disarm()
    verdict = _judged(bench, reply, honest)
    return verdict or _recovered(bench, person, honest, reply)


def logged_in_as_nobody(bench: Bench) -> Verdict:
    """See whether an answer without an openid logs anybody in."""
    honest = bench.person().log_in()
    for effect in _WITHOUT_IDENTITY:
        told = _told(effect)
        name = Words(f"WeChat tells no identity: {told}", f"微信没有给出身份：{told}")
        person = bench.person("nobody")
        bench.arm(LOGIN, effect, times=_ENDLESS)
        reply = _impatient(bench, person, name)
        bench.disarm()
        if reply.like(honest) and not _came_through(reply):
            return failed(
                f"somebody was logged in although WeChat told no openid ({told})",
                f"微信没有给出 openid（{told}），却有人登录成功",
            )
    return passed("nobody was logged in", "没有人登录成功")


def slow(bench: Bench, limit: Callable[[Bench], float]) -> Verdict:
    """Judge a login while WeChat takes its time."""
    honest = bench.person().log_in()
    person, seconds = bench.person("bob"), limit(bench)
    bench.arm(LOGIN, {"delay_ms": int(seconds * 1000)}, times=_ENDLESS)
    name = Words(f"WeChat takes {seconds:g} s", f"微信耗时 {seconds:g} 秒")
    reply = _impatient(bench, person, name)
    bench.disarm()
    if reply.seconds > bench.limits.patience or not reply.answered:
        # The backend still waits for WeChat: let it, or it spoils the next probe.
        time.sleep(max(0.0, seconds - reply.seconds))
        return failed(
            f"WeChat took {seconds:g} s and the backend kept the person waiting for "
            f"{reply.seconds:.0f} s, with a worker occupied: it has no timeout",
            f"微信耗时 {seconds:g} 秒，后端让用户等了 {reply.seconds:.0f} "
            "秒并占用工作进程：没有超时",
        )
    if reply.fell:
        return _fell(reply)
    if len(reply.calls_to(LOGIN)) > _MOST_CALLS:
        return _loop(reply, LOGIN)
    if reply.like(honest):
        return passed(
            f"the person was logged in after {reply.seconds:.1f} s",
            f"{reply.seconds:.1f} 秒后登录成功",
        )
    return _recovered(bench, person, honest, reply)


def token_refreshed(bench: Bench) -> Verdict:
    for slots, path in _with_token(bench):
        for errcode in _TOKEN_ERRORS:
            person = bench.person(f"alice{errcode}")
            person.prepare(slots)
            values = person.values(slots)
            bench.arm(path, {"errcode": errcode})
            reply = person.ask(
                slots,
                values,
                f"WeChat answers {errcode} once",
                f"微信返回一次 {errcode}",
            )
            bench.disarm()
            verdict = _refreshed(reply, path, errcode)
            if verdict is not None:
                return verdict
    return passed(
        "each time a new token was fetched and the call repeated",
        "每次都重新获取 token 并重试成功",
    )


def token_loop(bench: Bench) -> Verdict:
    for slots, path in _with_token(bench):
        for errcode in _TOKEN_ERRORS:
            person = bench.person(f"alice{errcode}")
            person.prepare(slots)
            values = person.values(slots)
            bench.arm(path, {"errcode": errcode}, times=_ENDLESS)
            reply = person.ask(
                slots,
                values,
                f"WeChat answers {errcode} again and again",
                f"微信一直返回 {errcode}",
            )
            bench.disarm()
            if len(reply.calls_to(path)) > _MOST_CALLS:
                return _loop(reply, path)
            if reply.fell or reply.dropped:
                return _fell(reply)
    return passed("it gave up in time", "及时放弃")


def token_cached(bench: Bench) -> Verdict:
    asked = 0
    for slots, _ in _with_token(bench):
        for name in ("bob", "carol"):
            reply = bench.person(name).honestly(slots)
            asked += len(reply.calls_to(*TOKENS))
    if asked:
        return failed(
            f"a new access_token was fetched {asked} times although the last one is "
            "good for two hours",
            f"上一个 access_token 两小时内有效，却又获取了 {asked} 次",
        )
    return passed("the access_token was used again", "access_token 被重复使用")


def _impatient(bench: Bench, person: Person, name: Words) -> Reply:
    """Log in with a person who does not wait for ever."""
    slots = bench.login()
    # Whoever takes longer than this has failed; a bit more tells how long it was.
    wait = (bench.limits.patience + 0.5) * 1000
    patient = Slots(
        replace(slots.call, timeout=wait), slots.roots, slots.takes, slots.needs
    )
    return person.send(patient, f"a login while {name.en}", f"登录时{name.zh}")


def _judged(bench: Bench, reply: Reply, honest: Reply) -> Verdict | None:
    if reply.like(honest) and not _came_through(reply):
        return failed(
            "the login was accepted although WeChat told nobody's identity",
            "微信没有给出任何身份，登录却被接受",
        )
    if reply.seconds > bench.limits.patience:
        return failed(
            f"the person waited for {reply.seconds:.0f} s",
            f"用户等待了 {reply.seconds:.0f} 秒",
        )
    if reply.fell or reply.dropped:
        return _fell(reply)
    if len(reply.calls_to(LOGIN)) > _MOST_CALLS:
        return _loop(reply, LOGIN)
    return None


def _came_through(reply: Reply) -> bool:
    """Say whether WeChat did answer in the end, to a retry."""
    calls = reply.calls_to(LOGIN)
    return bool(calls) and not calls[-1].get("fault")


def _recovered(bench: Bench, person: Person, honest: Reply, reply: Reply) -> Verdict:
    again = person.send(bench.login(), "the weather is fine again", "微信恢复正常")
    not_limited(again)
    if not again.like(honest):
        return failed(
            f"when WeChat works again the login is still refused ({again.why})",
            f"微信恢复之后登录仍被拒绝（{again.why_zh}）",
        )
    return passed(
        f"refused in an orderly way ({reply.why}), and the next login works",
        f"正常拒绝（{reply.why_zh}），下一次登录成功",
    )


def _with_token(bench: Bench) -> list[tuple[Slots, str]]:
    """List the calls for which the backend shows WeChat an access_token."""
    candidates = [(bench.roles.phone_code, NUMBER), (bench.roles.login, LOGIN)]
    found: list[tuple[Slots, str]] = []
    tried = False
    for slots, path in candidates:
        if slots is None:
            continue
        tried = True
        reply = bench.person("probing").honestly(slots)
        asked = reply.calls_to(path)
        if any("access_token=" in each["request"]["query"] for each in asked):
            found.append((slots, path))
    if not found:
        where = "it tried" if tried else "there is"
        raise not_applicable(
            f"no call that {where} makes the backend use an access_token",
            "没有调用会让后端使用 access_token",
        )
    return found


def _refreshed(reply: Reply, path: str, errcode: int) -> Verdict | None:
    calls = len(reply.calls_to(path))
    if not calls:
        raise inconclusive(
            "the backend did not ask WeChat this time", "后端这次没有询问微信"
        )
    if not reply.accepted:
        return failed(
            f"{errcode} was not recovered from: the person was refused ({reply.why})",
            f"没有从 {errcode} 恢复：用户被拒绝（{reply.why_zh}）",
        )
    if not reply.calls_to(*TOKENS):
        return failed(
            f"after {errcode} the same access_token was tried again, which helps only "
            "here",
            f"{errcode} 之后仍用同一个 access_token 重试，实际上不会成功",
        )
    return None


def _loop(reply: Reply, path: str) -> Verdict:
    count = len(reply.calls_to(path))
    return failed(
        f"{path} was asked {count} times for one call: a retry loop",
        f"一次调用中询问 {path} 达 {count} 次：重试死循环",
    )


def _fell(reply: Reply) -> Verdict:
    return failed(
        f"it ends in an unhandled error ({reply.why})",
        f"出现未处理的错误（{reply.why_zh}）",
    )


def _check(
    id: str, severity: Severity, title: Words, effect: Mapping[str, object], cure: Words
) -> Check:
    return Check(
        Probe(
            id=id,
            chapter="weather",
            severity=severity,
            title=title,
            does=Words(
                f"Logs in while this goes on: {_told(effect)}; then in fine weather.",
                f"在以下情况下登录：{_told(effect)}；恢复之后再登录。",
            ),
            matters=Words(
                "WeChat has bad minutes. An unhandled error, an endless wait, a loop "
                "of retries or a login without an identity make them yours.",
                "微信也有出错的时候。未处理的错误、无尽等待、重试死循环或没有身份的登录"
                "会把问题变成你的。",
            ),
            cure=cure,
            page=CODE2SESSION_PAGE,
        ),
        partial(bad_weather, effect=effect, name=title),
    )


def _told(effect: Mapping[str, object]) -> str:
    return ", ".join(f"`{name}: {value}`" for name, value in effect.items())


def _slow(
    id: str,
    severity: Severity,
    title: Words,
    limit: Callable[[Bench], float],
    seconds: float,
) -> Check:
    return Check(
        Probe(
            id=id,
            chapter="weather",
            severity=severity,
            title=title,
            does=Words(
                f"Delays WeChat's answer by {seconds:g} s and measures the login.",
                f"把微信的应答延迟 {seconds:g} 秒，并测量登录时间。",
            ),
            matters=Words(
                "People wait some seconds; workers that wait for WeChat without a "
                "timeout are soon all occupied.",
                "用户只会等几秒；没有超时的工作进程很快会被占满。",
            ),
            cure=Words(
                "Give every call to WeChat a timeout of a few seconds, and answer 503.",
                "为每个对微信的请求设置几秒的超时，并返回 503。",
            ),
            page=NETWORK_PAGE,
            seconds=seconds,
        ),
        partial(slow, limit=limit),
    )


_RETURN_503 = Words(
    "Catch what the HTTP library and the JSON parser raise; answer 503.",
    "捕获 HTTP 库和 JSON 解析的异常，返回 503。",
)
_READ_ERRCODE = Words(
    "Read errcode first; retry -1 at most once or twice, the others not at all.",
    "先检查 errcode；-1 最多重试一两次，其余不要重试。",
)

CHECKS = (
    _check(
        "wechat-resets",
        "medium",
        Words("WeChat resets the connection", "微信断开连接"),
        {"transport": "reset"},
        _RETURN_503,
    ),
    _check(
        "wechat-html",
        "medium",
        Words("WeChat's answer is HTML", "微信返回 HTML"),
        {"body": "html"},
        _RETURN_503,
    ),
    _check(
        "wechat-half-json",
        "medium",
        Words("Half of WeChat's answer is missing", "微信的应答只有一半"),
        {"body": "malformed_json"},
        _RETURN_503,
    ),
    _check(
        "wechat-empty",
        "medium",
        Words("WeChat's answer is empty", "微信的应答为空"),
        {"body": "empty"},
        _RETURN_503,
    ),
    _check(
        "wechat-502",
        "medium",
        Words("A gateway answers 502 in WeChat's place", "网关返回 502"),
        {"http_status": 502, "body": "<html>502</html>"},
        _RETURN_503,
    ),
    _check(
        "wechat-busy",
        "medium",
        Words("WeChat answers -1, busy", "微信返回 -1，系统繁忙"),
        {"errcode": -1},
        _READ_ERRCODE,
    ),
    _check(
        "wechat-too-often",
        "medium",
        Words("WeChat answers 45011, too often", "微信返回 45011，频率限制"),
        {"errcode": 45011},
        _READ_ERRCODE,
    ),
    _check(
        "wechat-blocks-person",
        "medium",
        Words("WeChat answers 40226, a risky person", "微信返回 40226，高风险用户"),
        {"errcode": 40226},
        _READ_ERRCODE,
    ),
    Check(
        Probe(
            id="logged-in-as-nobody",
            chapter="weather",
            severity="critical",
            title=Words("A login without an openid", "没有 openid 的登录"),
            does=Words(
                "Lets WeChat answer errors, HTML, nothing, half of its JSON, and {}.",
                "让微信返回错误码、HTML、空内容、残缺的 JSON 以及 {}。",
            ),
            matters=Words(
                "All who are logged in so share the account of the openid undefined, "
                "null or blank.",
                "这样登录的人都会共用 openid 为 undefined、null 或空的账号。",
            ),
            cure=Words(
                "Log nobody in unless the answer holds an openid that is not empty.",
                "应答中没有非空的 openid 时，不得让任何人登录。",
            ),
            page=CODE2SESSION_PAGE,
        ),
        logged_in_as_nobody,
    ),
    Check(
        Probe(
            id="token-refreshed",
            chapter="weather",
            severity="medium",
            title=Words("The access_token has expired", "access_token 过期"),
            does=Words(
                "Lets WeChat answer 40001, 42001 and 40014 once each.",
                "让微信各返回一次 40001、42001、40014。",
            ),
            matters=Words(
                "A token ends early whenever somebody fetches another: each of the "
                "three means fetch one more and try once more.",
                "只要有人获取新的 token，旧的就会提前失效："
                "这三个错误码都意味着重新获取并重试一次。",
            ),
            cure=Words(
                "On 40001, 42001 and 40014 fetch a new token and repeat the call once.",
                "遇到 40001、42001、40014 时重新获取 token 并重试一次。",
            ),
            page=TOKEN_PAGE,
        ),
        token_refreshed,
    ),
    Check(
        Probe(
            id="token-loop",
            chapter="weather",
            severity="high",
            title=Words("The access_token stays bad", "access_token 一直无效"),
            does=Words(
                "Lets WeChat answer 40001, 42001 and 40014 without end.",
                "让微信一直返回 40001、42001、40014。",
            ),
            matters=Words(
                "Some SDKs ask until their stack or the day's quota is used up.",
                "有些 SDK 会一直重试，直到栈溢出或耗尽当日额度。",
            ),
            cure=Words(
                "Retry once, then report the error.", "只重试一次，然后报告错误。"
            ),
            page=TOKEN_PAGE,
        ),
        token_loop,
    ),
    Check(
        Probe(
            id="token-cached",
            chapter="weather",
            severity="low",
            title=Words("One access_token for many calls", "重复使用 access_token"),
            does=Words(
                "Counts how often a token is fetched for calls after the first.",
                "统计首次调用之后获取 token 的次数。",
            ),
            matters=Words(
                "Each new token ends the one before it, and there are 2000 a day.",
                "每个新 token 都会使旧的失效，且每天只有 2000 次。",
            ),
            cure=Words(
                "Keep the token for expires_in seconds, in one place for all workers.",
                "在 expires_in 秒内缓存 token，所有进程共用。",
            ),
            page=TOKEN_PAGE,
        ),
        token_cached,
    ),
    _slow(
        "wechat-slow",
        "medium",
        Words("WeChat takes 2 s", "微信耗时 2 秒"),
        lambda bench: bench.limits.slow,
        2,
    ),
    _slow(
        "wechat-slower",
        "medium",
        Words("WeChat takes 5 s", "微信耗时 5 秒"),
        lambda bench: bench.limits.slower,
        5,
    ),
    _slow(
        "wechat-slowest",
        "medium",
        Words("WeChat takes 30 s", "微信耗时 30 秒"),
        lambda bench: bench.limits.slowest,
        30,
    ),
)
