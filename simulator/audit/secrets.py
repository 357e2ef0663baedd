"""Probes for what must stay on the server, and for login states that can be guessed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise

from simulator.audit.bench import LOGIN
from simulator.audit.bench import Bench
from simulator.audit.bench import Person
from simulator.audit.check import LOGIN_PAGE
from simulator.audit.check import SECURITY_PAGE
from simulator.audit.check import SIGNATURE_PAGE
from simulator.audit.check import TOKEN_PAGE
from simulator.audit.check import Check
from simulator.audit.jwt import head_of
from simulator.audit.leaks import Secret
from simulator.audit.leaks import digests_of
from simulator.audit.leaks import in_chinese
from simulator.audit.model import Probe
from simulator.audit.model import Words
from simulator.audit.reply import Reply
from simulator.audit.reply import texts_of
from simulator.audit.verdicts import Verdict
from simulator.audit.verdicts import failed
from simulator.audit.verdicts import not_applicable
from simulator.audit.verdicts import passed


PLAIN = "as it is"
_JSON = {"content-type": "application/json"}

_CROWD = 8
# Fewer bits than these can be tried out over a network.
_SAFE_BITS = 64
_WEAK_KEYS = (
    "",
    "secret",
    "your-256-bit-secret",
    "your_jwt_secret",
    "your-secret-key",
    "secretkey",
    "secret_key",
    "mysecret",
    "my_secret_key",
    "jwt",
    "jwtsecret",
    "jwt_secret",
    "jwt-secret",
    "token",
    "key",
    "test",
    "dev",
    "development",
    "password",
    "changeme",
    "change-me",
    "123456",
    "12345678",
    "admin",
    "wechat",
    "weixin",
    "miniprogram",
    "default",
    "supersecret",
    "shhhhh",
)


def leaks(bench: Bench, kind: Secret) -> Verdict:
    """Use the backend as people do, then judge every answer of the whole audit."""
    _tour(bench)
    found = [
        (probe, reply, leak)
        for probe, reply in bench.ground.leaks
        for leak in reply.leaks
        if leak.kind == kind
    ]
    if found:
        # Its own answer shows it best: nothing else was wrong there.
        probe, reply, leak = next((f for f in found if f[0] == bench.probe), found[0])
        bench.show(reply, "the answer that holds it", "包含它的应答")
        name = reply.call.name
        during = "" if probe == bench.probe else f" (during the probe {probe})"
        zh = "" if probe == bench.probe else f"（在探测 {probe} 中）"
        return failed(
            f"the {kind} stands in the answer to '{name}', {leak.where}, "
            f"{leak.form}{during}; "
            f"{len(found)} answers in all",
            f"{kind} 出现在 “{name}” 的应答中（{leak.where_zh}，{leak.form_zh}）{zh}；"
            f"共 {len(found)} 个应答",
        )
    if not any(known == kind for known in bench.ground.secrets.values.values()):
        raise not_applicable(
            f"the backend was not seen to use the {kind}",
            f"没有看到后端使用 {kind}",
        )
    return passed("no answer holds it, in whatever form", "没有应答以任何形式包含它")


def in_errors(bench: Bench) -> Verdict:
    slots = bench.login()
    bench.person().log_in()
    weathers: tuple[Mapping[str, object], ...] = (
        {"transport": "reset"},
        {"transport": "truncate"},
        {"http_status": 500, "body": "oops"},
        {"body": "html"},
        {"body": "malformed_json"},
        {"errcode": 40013},
        {"errcode": 40125},
        {"errcode": -1},
    )
    for weather in weathers:
        told = ", ".join(f"`{name}: {value}`" for name, value in weather.items())
        bench.arm(LOGIN, weather, times=5)
        reply = bench.person("bob").send(
            slots,
            f"a login while WeChat fails: {told}",
            f"微信出错时登录：{told}",
        )
        bench.disarm()
        if reply.leaks:
            leak = reply.leaks[0]
            return failed(
                f"while WeChat fails ({told}) the answer's {leak.where} shows the "
                f"{leak.kind}",
                f"微信出错时（{told}），应答的{leak.where_zh}暴露了 {leak.kind}",
            )
    return passed("errors tell nothing secret", "错误信息没有泄露秘密")


def traceback_shown(bench: Bench) -> Verdict:
    """Provoke an error or two, then judge every answer of the whole audit."""
    slots = bench.login()
    bench.person().log_in()
    for weather in ({"body": "html"}, {"transport": "reset"}):
        bench.arm(LOGIN, weather, times=5)
        bench.person("bob").send(slots, "a login while WeChat fails", "微信出错时登录")
        bench.disarm()
    broken = replace(slots.call, body_kind="text", body="{", header=_JSON)
    values = slots.scope(bench.person("carol").values(slots))
    bench.person("carol").play(broken, values, "a broken body", "损坏的请求体")
    found = bench.ground.tracebacks
    if found:
        probe, reply = next((f for f in found if f[0] == bench.probe), found[0])
        bench.show(reply, "the answer that shows it", "暴露它的应答")
        during = "" if probe == bench.probe else f" (during the probe {probe})"
        zh = "" if probe == bench.probe else f"（在探测 {probe} 中）"
        return failed(
            f"'{reply.call.name}' answers with a traceback{during}; "
            f"{len(found)} answers in all",
            f"“{reply.call.name}” 的应答暴露了调用栈{zh}；共 {len(found)} 个应答",
        )
    return passed("no answer shows one", "没有应答暴露调用栈")


def key_as_token(bench: Bench) -> Verdict:
    person = bench.person()
    reply = person.log_in()
    kept, told = _kept(bench, person, reply), _tokens(bench, person, reply)
    for key in person.session_keys:
        for form, text in _derived(key).items():
            # The key itself beside the login state is a leak, not a login state.
            if text in (kept if form == PLAIN else told):
                return failed(
                    f"the login state is the session_key, {form}",
                    f"登录态由 session_key 得出（{in_chinese(form)}）",
                )
    return passed("it is not made of the session_key", "登录态与 session_key 无关")


def openid_as_token(bench: Bench) -> Verdict:
    person = bench.person()
    reply = person.log_in()
    tokens = _kept(bench, person, reply)
    forms = _derived(person.openid)
    for form, text in forms.items():
        if len(tokens) == 1 and text in tokens:
            return failed(
                f"the login state is the openid, {form}: who knows it is that person",
                f"登录态就是 openid（{in_chinese(form)}）：知道 openid 就能冒充",
            )
    return passed("it is not made of the openid", "登录态与 openid 无关")


def guessable(bench: Bench) -> Verdict:
    people = bench.people(_CROWD)
    tokens: list[dict[str, str]] = []
    for person in people:
        reply = person.log_in()
        tokens.append(_named(bench, person, reply))
    names = [name for name in tokens[0] if all(name in each for each in tokens)]
    best = max((bits([each[name] for each in tokens]) for name in names), default=0)
    if best < _SAFE_BITS:
        return failed(
            f"{_CROWD} login states differ so little that about {best} bits must be "
            "guessed",
            f"{_CROWD} 个登录态的差别很小，只需猜测约 {best} 位",
        )
    return passed(
        f"{_CROWD} login states show no pattern", f"{_CROWD} 个登录态没有规律"
    )


def weak_jwt(bench: Bench) -> Verdict:
    person = bench.person()
    reply = person.log_in()
    tokens = [t for t in _kept(bench, person, reply) if head_of(t) is not None]
    if not tokens:
        raise not_applicable("the login state is no JWT", "登录态不是 JWT")
    app = bench.ground.mini_program
    keys = (*_WEAK_KEYS, bench.ground.appid, str(app.get("secret", "")), person.openid)
    for token in tokens:
        head = head_of(token) or {}
        if str(head.get("alg", "")).lower() == "none":
            return failed("the JWT is signed by nobody", "JWT 没有签名")
        for key in keys:
            if signs(token, key, str(head.get("alg", ""))):
                usual = key in _WEAK_KEYS
                en = f"'{key}'" if usual else "the app's own"
                zh = f"“{key}”" if usual else "小程序自己的标识或密钥"
                return failed(
                    f"the JWT is signed with a key that is guessed at once: {en}",
                    f"JWT 的签名密钥一猜就中：{zh}",
                )
    return passed("its key is none of the usual ones", "密钥不是常见的弱密钥")


def bits(tokens: list[str]) -> float:
    """Estimate how many bits tell these tokens apart.

    What all share at the beginning and the end says nothing; numbers are judged by
    the steps between them, texts by the characters that change.
    """
    if len(set(tokens)) < len(tokens):
        return 0
    if all(re.fullmatch(r"\d{1,18}", token) for token in tokens):
        numbers = sorted(map(int, tokens))
        step = max(b - a for a, b in pairwise(numbers))
        return float(step.bit_length())
    bare = _without_shared(tokens)
    if not bare:
        return 0
    if all(re.fullmatch(r"[0-9a-fA-F]*", token) for token in bare):
        return 4.0 * min(map(len, bare))
    if all(re.fullmatch(r"\d*", token) for token in bare):
        return 3.3 * min(map(len, bare))
    return 5.0 * min(map(len, bare))


def signs(token: str, key: str, alg: str) -> bool:
    hashes = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
    made = hashes.get(alg)
    if made is None:
        return False
    signed, _, signature = token.rpartition(".")
    # A token is whatever text the backend gave, and no secret of ours.
    digest = hmac.new(key.encode(), signed.encode(errors="replace"), made).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == signature


def _tour(bench: Bench) -> None:
    """Call everything once, honestly and with a bad code."""
    person = bench.person()
    person.log_in()
    roles = bench.roles
    calls = [*roles.sealed, roles.phone_code, roles.whoami, roles.logout]
    for slots in {s.call.name: s for s in calls if s is not None}.values():
        person.send(slots, "an honest call", "正常的调用")
    bench.person("bob").send(
        bench.login(), "a login that must fail", "应当失败的登录", code="bad"
    )


def _derived(text: str) -> dict[str, str]:
    plain = {PLAIN: text}
    plain["in Base64"] = base64.b64encode(text.encode()).decode()
    return {**plain, **digests_of(text)}


def _tokens(bench: Bench, person: Person, reply: Reply) -> set[str]:
    """List every text that could be a login state."""
    found = _kept(bench, person, reply) | set(texts_of(reply.answer.get("data")))
    return {piece for text in found for piece in (text, *re.split(r"[\s.:|&=;]", text))}


def _kept(bench: Bench, person: Person, reply: Reply) -> set[str]:
    return set(_named(bench, person, reply).values())


def _named(bench: Bench, person: Person, reply: Reply) -> dict[str, str]:
    kept = {name: str(value) for name, value in person.storage.items()}
    if not kept:
        raise not_applicable(
            "the backend file keeps nothing of a login",
            "后端文件没有保存登录的任何结果",
        )
    return kept


def _without_shared(tokens: list[str]) -> list[str]:
    size = min(map(len, tokens))
    columns = [len({token[n] for token in tokens}) for n in range(size)]
    changing = [n for n, seen in enumerate(columns) if seen > 1]
    return ["".join(token[n] for n in changing) for token in tokens]


def _leak(kind: Secret, matters: Words, cure: Words, page: str) -> Check:
    return Check(
        Probe(
            id=f"{kind.replace('_', '-')}-leaks",
            chapter="secrets",
            severity="critical",
            title=Words(f"The {kind} in an answer", f"应答中的 {kind}"),
            does=Words(
                "Calls everything once and searches each answer of the audit: body, "
                "headers, cookies; plain, escaped, in Base64, in hex, inside tokens.",
                "把每个调用都调一次，并搜索审计中的所有应答：正文、响应头、cookie；"
                "明文、转义、Base64、十六进制以及令牌内部。",
            ),
            matters=matters,
            cure=cure,
            page=page,
        ),
        partial(leaks, kind=kind),
    )


CHECKS = (
    Check(
        Probe(
            id="login-state-is-the-key",
            chapter="secrets",
            severity="high",
            title=Words(
                "A login state made of the session_key", "由 session_key 得出的登录态"
            ),
            does=Words(
                "Compares what the login gives with the session_key and its hashes.",
                "把登录的结果与 session_key 及其哈希比较。",
            ),
            matters=Words(
                "Two logins within minutes share a key, and so a login state; and a "
                "hash of it is a way to try keys out.",
                "几分钟内的两次登录共用同一密钥，登录态也就相同；其哈希还可用来试探密钥。",
            ),
            cure=Words(
                "Draw login states at random, and keep the key beside them.",
                "随机生成登录态，密钥另存。",
            ),
            page=LOGIN_PAGE,
        ),
        key_as_token,
    ),
    Check(
        Probe(
            id="login-state-is-the-openid",
            chapter="secrets",
            severity="critical",
            title=Words("A login state made of the openid", "由 openid 得出的登录态"),
            does=Words(
                "Compares what the login keeps with the openid and its hashes.",
                "把登录保存的内容与 openid 及其哈希比较。",
            ),
            matters=Words(
                "An openid never changes and many know it: whoever does is logged in.",
                "openid 从不改变，且很多人知道：知道的人就等于已登录。",
            ),
            cure=Words(
                "Draw login states at random, with an end.",
                "随机生成登录态，并设置有效期。",
            ),
            page=LOGIN_PAGE,
        ),
        openid_as_token,
    ),
    Check(
        Probe(
            id="login-state-guessable",
            chapter="secrets",
            severity="high",
            title=Words("Login states that can be guessed", "可以猜到的登录态"),
            does=Words(
                f"Logs {_CROWD} people in and compares their login states.",
                f"让 {_CROWD} 个人登录并比较他们的登录态。",
            ),
            matters=Words(
                "Counters, clocks and short numbers can be tried out.",
                "计数器、时间和短数字可以被逐一试出。",
            ),
            cure=Words(
                "Take at least 128 bits from the system's random source.",
                "从系统随机源取至少 128 位。",
            ),
            page=SECURITY_PAGE,
        ),
        guessable,
    ),
    Check(
        Probe(
            id="jwt-weak",
            chapter="secrets",
            severity="critical",
            title=Words("A JWT with a weak key", "弱密钥的 JWT"),
            does=Words(
                f"Tries {len(_WEAK_KEYS)} usual keys, the appid, the secret and the "
                "openid on the JWT.",
                f"用 {len(_WEAK_KEYS)} 个常见密钥、appid、secret 和 openid 试验 JWT。",
            ),
            matters=Words(
                "Who finds the key writes login states for everybody.",
                "找到密钥的人可以为任何人签发登录态。",
            ),
            cure=Words(
                "Sign with 32 random bytes that stand in no source file.",
                "用 32 个随机字节签名，不要写在源代码中。",
            ),
            page=SECURITY_PAGE,
        ),
        weak_jwt,
    ),
    Check(
        Probe(
            id="secrets-in-errors",
            chapter="secrets",
            severity="critical",
            title=Words("Secrets in error texts", "错误信息中的秘密"),
            does=Words(
                "Lets WeChat fail in eight ways and searches what the backend says.",
                "让微信以八种方式出错，并搜索后端的应答。",
            ),
            matters=Words(
                "Texts of HTTP libraries hold the address they called, and that holds "
                "appid, secret and code.",
                "HTTP 库的错误信息包含请求地址，其中有 appid、secret 和 code。",
            ),
            cure=Words(
                "Log exceptions, answer with words of your own.",
                "异常写入日志，对外使用自己的文字。",
            ),
            page=SECURITY_PAGE,
        ),
        in_errors,
    ),
    Check(
        Probe(
            id="traceback-shown",
            chapter="secrets",
            severity="high",
            title=Words("A traceback in an answer", "应答中的调用栈"),
            does=Words(
                "Provokes errors and searches each answer of the audit for tracebacks.",
                "引发错误，并在审计的所有应答中查找调用栈。",
            ),
            matters=Words(
                "It tells paths, libraries, versions and values; a debug page even "
                "runs code.",
                "它会泄露路径、库、版本和变量值；调试页面甚至可以执行代码。",
            ),
            cure=Words(
                "Turn debug pages off (NODE_ENV=production, DEBUG=False) and answer "
                "errors with words of your own.",
                "关闭调试页面（NODE_ENV=production、DEBUG=False），用自己的文字返回错误。",
            ),
            page=SECURITY_PAGE,
        ),
        traceback_shown,
    ),
    _leak(
        "session_key",
        Words(
            "With it anybody can sign and seal data as WeChat does. WeChat's rule: it "
            "must not be sent to the mini program.",
            "有了它，任何人都能像微信一样签名和加密数据。微信规定：不得下发给小程序。",
        ),
        Words(
            "Keep it on the server, with the login state; answer only the latter.",
            "只保存在服务端，与登录态对应；只返回登录态。",
        ),
        SIGNATURE_PAGE,
    ),
    _leak(
        "secret",
        Words(
            "The app's secret is the app: codes, tokens, messages to all its people.",
            "secret 等于小程序本身：code、token 以及给所有用户的消息。",
        ),
        Words(
            "Take it out of answers, change it in the console, and look for who read "
            "it.",
            "从应答中去除，在后台重置，并排查谁看到过。",
        ),
        SECURITY_PAGE,
    ),
    _leak(
        "access_token",
        Words(
            "With it anybody calls WeChat's interfaces in the app's name.",
            "有了它，任何人都能以小程序的名义调用微信接口。",
        ),
        Words(
            "Call WeChat from the server only; never hand the token on.",
            "只从服务端调用微信，不要把 token 交给客户端。",
        ),
        TOKEN_PAGE,
    ),
)
"""The leaks come last: they judge what all the others were answered."""
