"""Probes with sealed and signed data: whose they are, for which app, from when."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping

from simulator.audit.bench import Bench
from simulator.audit.bench import Person
from simulator.audit.bench import changed
from simulator.audit.check import LOGIN_PAGE
from simulator.audit.check import PHONE_PAGE
from simulator.audit.check import SIGNATURE_PAGE
from simulator.audit.check import Check
from simulator.audit.model import Probe
from simulator.audit.model import Words
from simulator.audit.reply import Reply
from simulator.audit.reply import texts_of
from simulator.audit.roles import CODE
from simulator.audit.roles import IV
from simulator.audit.roles import RAW_DATA
from simulator.audit.roles import SEALED
from simulator.audit.roles import SIGNATURE
from simulator.audit.roles import Slots
from simulator.audit.verdicts import Verdict
from simulator.audit.verdicts import failed
from simulator.audit.verdicts import inconclusive
from simulator.audit.verdicts import not_applicable
from simulator.audit.verdicts import passed
from simulator.scenario.faults import PAYLOADS
from simulator.wx import WxError


Spoil = Callable[[dict[str, object]], dict[str, object]]

_FORGED = "0123456789abcdef0123456789abcdef01234567"
_ZEROS = "A" * 86 + "=="
_ZERO_IV = "A" * 22 + "=="
_SEALED_APIS = {"user": "wx.getUserInfo", "phone": "wx.getPhoneNumber"}


def forged_signature(bench: Bench) -> Verdict:
    return _refused(
        bench,
        _signed(bench),
        lambda values: {**values, "signature": _FORGED},
        Words("a forged signature", "伪造的签名"),
    )


def no_signature(bench: Bench) -> Verdict:
    return _refused(
        bench,
        _signed(bench),
        lambda values: {**values, "signature": ""},
        Words("an empty signature", "空的签名"),
    )


def changed_raw_data(bench: Bench) -> Verdict:
    def rename(values: dict[str, object]) -> dict[str, object]:
        raw = str(values["rawData"])
        return {**values, "rawData": raw.replace('"nickName":"', '"nickName":"X', 1)}

    return _refused(
        bench, _signed(bench), rename, Words("a changed rawData", "被修改的 rawData")
    )


def somebody_elses(bench: Bench) -> Verdict:
    for slots in _read(bench):
        victim, thief = bench.person("victim"), bench.person("mallory")
        honest = victim.honestly(slots)
        # Each has a session of their own, so each has keys of their own.
        loot = victim.sealed(slots.payload)
        loot.pop(CODE, None)
        thief.prepare(slots)
        reply = _send(thief, slots, loot, "somebody else's data", "别人的加密数据")
        if reply.like(honest):
            return _accepted(
                slots, "data that another person's phone sealed", "别人手机加密的数据"
            )
    return passed("they were refused", "别人的数据被拒绝")


def another_apps(bench: Bench) -> Verdict:
    return _refused_variant(
        bench,
        "wrong_watermark_appid",
        Words(
            "data whose watermark names another mini program",
            "水印属于其他小程序的数据",
        ),
    )


def thirty_days_old(bench: Bench) -> Verdict:
    """Send old data after new ones: also who has no clock of its own can see that."""
    what = Words("data sealed thirty days before the last ones", "比上次早三十天的数据")
    for slots in _read(bench):
        person = bench.person("victim")
        honest = person.honestly(slots)
        bench.arm(_SEALED_APIS[slots.payload], {"payload": "old_watermark_timestamp"})
        reply = person.send(slots, what.en, what.zh)
        bench.disarm()
        if reply.like(honest):
            return _accepted(slots, what.en, what.zh)
    return passed("old data were refused", "旧数据被拒绝")


def tampered(bench: Bench) -> Verdict:
    return _refused_variant(
        bench,
        "tampered_ciphertext",
        Words("data with a flipped bit", "被翻转一位的数据"),
    )


def unknown_key(bench: Bench) -> Verdict:
    return _refused_variant(
        bench,
        "unknown_key",
        Words(
            "data sealed with a key that WeChat never gave",
            "用微信从未签发的密钥加密的数据",
        ),
    )


def damaged(bench: Bench) -> Verdict:
    for slots in bench.taking():
        person = bench.person("victim")
        person.honestly(slots)
        for variant in PAYLOADS:
            bench.arm(_SEALED_APIS[slots.payload], {"payload": variant})
            reply = person.send(
                slots, f"the payload variant {variant}", f"损坏方式 {variant}"
            )
            bench.disarm()
            if reply.fell or reply.dropped:
                return failed(
                    f"'{slots.call.name}' ends in an unhandled error ({reply.why}) at "
                    f"the variant {variant}",
                    f"“{slots.call.name}” 遇到损坏方式 {variant} 时出现未处理的错误"
                    f"（{reply.why_zh}）",
                )
    return passed(
        f"each of {len(PAYLOADS)} damaged variants got an orderly answer",
        f"{len(PAYLOADS)} 种损坏的数据都得到了正常的应答",
    )


def without_login(bench: Bench) -> Verdict:
    guarded = [s for s in bench.roles.guarded if s.takes and s in bench.roles.sealed]
    if not guarded:
        raise not_applicable(
            "no call takes sealed data under a login state",
            "没有依赖登录态并接收加密数据的调用",
        )
    for slots in guarded:
        honest = bench.person("victim").honestly(slots)
        nobody = bench.person("bob")
        nobody.prepare(slots)
        # The backend knows the person's key, but not who is asking now.
        nobody.device.storage.clear()
        reply = nobody.send(slots, "the call without a login state", "没有登录态的调用")
        if reply.like(honest):
            return _accepted(
                slots,
                "data from a phone without a login state",
                "没有登录态的手机的数据",
            )
    return passed("whoever is not logged in was refused", "未登录者被拒绝")


def the_number_is_wechats(bench: Bench) -> Verdict:
    """See whether a number that the client claims comes before the sealed one."""
    phones = [s for s in bench.taking() if s.payload == "phone"]
    if not phones:
        raise not_applicable(
            "no call takes a sealed phone number", "没有接收加密手机号的调用"
        )
    claimed = "13900000000"
    for slots in phones:
        person = bench.person("mallory")
        person.prepare(slots)
        values = person.values(slots)
        extra = dict.fromkeys(
            ("phone", "phoneNumber", "purePhoneNumber", "mobile"), claimed
        )
        reply = person.play(
            changed(slots.call, **extra),
            slots.scope({**values, **extra}),
            "sealed data, and another number beside them",
            "加密数据，外加一个自称的号码",
        )
        shown = texts_of(reply.answer.get("data"))
        if bench.roles.whoami is not None and reply.accepted:
            shown += texts_of(person.who_am_i().answer.get("data"))
        if any(claimed in text for text in shown):
            return failed(
                "the number that the client claimed was taken for the person's",
                "后端采信了客户端自称的号码",
            )
    return passed("the claimed number changed nothing", "自称的号码没有起作用")


def _read(bench: Bench) -> tuple[Slots, ...]:
    """List the calls that read the sealed data they take."""
    nonsense = {SEALED: _ZEROS, IV: _ZERO_IV}
    found = tuple(s for s in bench.taking() if not _ignores(bench, s, nonsense))
    if not found:
        raise not_applicable(
            "the backend takes sealed data and does not read them: nonsense will do",
            "后端接收加密数据但并不读取：随便什么都可以",
        )
    return found


def _signed(bench: Bench) -> tuple[Slots, ...]:
    """List the calls that read the signed data they take."""
    if not bench.roles.signed:
        raise not_applicable(
            "no call of the backend file takes rawData and signature",
            "后端文件中没有接收 rawData 和 signature 的调用",
        )
    nonsense = {RAW_DATA: "nonsense", SIGNATURE: "nonsense"}
    found = tuple(s for s in bench.roles.signed if not _ignores(bench, s, nonsense))
    if not found:
        raise not_applicable(
            "the backend takes rawData and does not read it: nonsense will do",
            "后端接收 rawData 但并不读取：随便什么都可以",
        )
    return found


def _ignores(bench: Bench, slots: Slots, nonsense: Mapping[str, str]) -> bool:
    """Say whether a login goes by its code alone, whatever data come with it.

    Of a call without a code nonsense is never taken for honest data.
    """
    if CODE not in slots.takes:
        return False
    honest = bench.person("reader").honestly(slots)
    reply = bench.person("babbler").send(
        slots, "nonsense in the place of data", "以乱码代替数据", **nonsense
    )
    return reply.like(honest)


def _refused(
    bench: Bench, calls: tuple[Slots, ...], spoil: Spoil, what: Words
) -> Verdict:
    """See whether every call refuses what was spoilt after it was sealed."""
    for slots in calls:
        honest = bench.person("victim").honestly(slots)
        person = bench.person("mallory")
        person.prepare(slots)
        reply = person.ask(slots, spoil(person.values(slots)), what.en, what.zh)
        if reply.like(honest):
            return _accepted(slots, what.en, what.zh)
    return passed(f"{what.en} was refused", f"{what.zh}被拒绝")


def _refused_variant(bench: Bench, variant: str, what: Words) -> Verdict:
    """See whether every call refuses what the phone itself seals wrongly."""
    for slots in _read(bench):
        honest = bench.person("victim").honestly(slots)
        person = bench.person("mallory")
        person.prepare(slots)
        bench.arm(_SEALED_APIS[slots.payload], {"payload": variant})
        try:
            reply = person.send(slots, what.en, what.zh)
        except WxError as error:
            raise inconclusive(
                f"the phone did not give the data: {error.err_msg}",
                f"手机没有给出数据：{error.err_msg}",
            ) from error
        bench.disarm()
        if reply.like(honest):
            return _accepted(slots, what.en, what.zh)
    return passed(f"{what.en}: refused", f"{what.zh}：被拒绝")


def _send(
    person: Person, slots: Slots, loot: Mapping[str, object], en: str, zh: str
) -> Reply:
    given = {name: value for name, value in loot.items() if name != "errMsg"}
    return person.send(slots, en, zh, **given)


def _accepted(slots: Slots, en: str, zh: str) -> Verdict:
    return failed(
        f"'{slots.call.name}' accepted {en}", f"“{slots.call.name}” 接受了{zh}"
    )


CHECKS = (
    Check(
        Probe(
            id="signature-forged",
            chapter="payloads",
            severity="high",
            title=Words("A forged signature", "伪造的签名"),
            does=Words(
                "Sends honest rawData with forty other hex digits.",
                "发送正常的 rawData 和另外四十位十六进制数。",
            ),
            matters=Words(
                "The signature is what makes rawData WeChat's: unchecked, a client "
                "writes what it likes.",
                "签名证明 rawData 来自微信；不校验签名，客户端就能任意填写。",
            ),
            cure=Words(
                "Compare sha1(rawData + session_key) with signature, in constant time.",
                "以恒定时间比较 sha1(rawData + session_key) 与 signature。",
            ),
            page=SIGNATURE_PAGE,
        ),
        forged_signature,
    ),
    Check(
        Probe(
            id="signature-empty",
            chapter="payloads",
            severity="high",
            title=Words("No signature", "没有签名"),
            does=Words(
                "Sends honest rawData with an empty signature.",
                "发送正常的 rawData 和空的签名。",
            ),
            matters=Words(
                "A check that an empty field turns off is no check.",
                "留空就能跳过的校验等于没有校验。",
            ),
            cure=Words(
                "Refuse rawData without a signature.", "拒绝没有签名的 rawData。"
            ),
            page=SIGNATURE_PAGE,
        ),
        no_signature,
    ),
    Check(
        Probe(
            id="raw-data-changed",
            chapter="payloads",
            severity="high",
            title=Words("A changed rawData", "被修改的 rawData"),
            does=Words(
                "Changes the nickname in rawData and leaves the signature as it was.",
                "修改 rawData 中的昵称，签名保持不变。",
            ),
            matters=Words(
                "People could call themselves anything, and be anybody by their "
                "picture.",
                "否则任何人都可以随意改名、冒用头像。",
            ),
            cure=Words(
                "Verify the signature over the very bytes that came, before parsing.",
                "在解析之前，用收到的原始字节校验签名。",
            ),
            page=SIGNATURE_PAGE,
        ),
        changed_raw_data,
    ),
    Check(
        Probe(
            id="payload-of-somebody-else",
            chapter="payloads",
            severity="critical",
            title=Words("Somebody else's data", "别人的加密数据"),
            does=Words(
                "Logs in as one person and sends data that another's phone sealed.",
                "以一个人的身份登录，发送另一个人手机加密的数据。",
            ),
            matters=Words(
                "Keys kept under a fixed name, or found by an openid that the client "
                "sends, give one person's phone number to another.",
                "若密钥存放在固定名称下，或按客户端发来的 openid 查找，"
                "一个人的手机号就会归到另一个人名下。",
            ),
            cure=Words(
                "Take the session_key of the login state that the call came with.",
                "使用该次调用所带登录态对应的 session_key。",
            ),
            page=SIGNATURE_PAGE,
        ),
        somebody_elses,
    ),
    Check(
        Probe(
            id="payload-of-another-app",
            chapter="payloads",
            severity="high",
            title=Words("Data of another mini program", "其他小程序的数据"),
            does=Words(
                "Sends data whose watermark holds another appid.",
                "发送水印中为其他 appid 的数据。",
            ),
            matters=Words(
                "WeChat asks to check watermark.appid; many SDKs leave it to you.",
                "微信要求校验 watermark.appid；许多 SDK 没有代劳。",
            ),
            cure=Words(
                "Refuse data whose watermark.appid is not yours.",
                "拒绝 watermark.appid 不是自己的数据。",
            ),
            page=SIGNATURE_PAGE,
        ),
        another_apps,
    ),
    Check(
        Probe(
            id="payload-replayed",
            chapter="payloads",
            severity="low",
            title=Words("Data from last month", "上个月的数据"),
            does=Words(
                "Sends fresh data, then some whose watermark is thirty days old.",
                "先发送新数据，再发送水印时间为三十天前的数据。",
            ),
            matters=Words(
                "The timestamp is there so that old data can be told from new: a "
                "number given up long ago, sent once more.",
                "时间戳用来区分新旧数据，例如重放早已停用的号码。",
            ),
            cure=Words(
                "Refuse data whose watermark.timestamp is a day old, or older than "
                "that of what came before.",
                "拒绝 watermark.timestamp 超过一天、或早于之前数据的内容。",
            ),
            page=SIGNATURE_PAGE,
        ),
        thirty_days_old,
    ),
    Check(
        Probe(
            id="payload-tampered",
            chapter="payloads",
            severity="high",
            title=Words("A flipped bit", "翻转一位"),
            does=Words(
                "Flips one bit in the middle of encryptedData.",
                "翻转 encryptedData 中间的一位。",
            ),
            matters=Words(
                "AES-CBC notices nothing by itself: damaged data must fail to parse "
                "and be refused.",
                "AES-CBC 本身不会察觉；损坏的数据必须解析失败并被拒绝。",
            ),
            cure=Words(
                "Decode strictly (no errors='ignore'), check the padding and the "
                "watermark.",
                "严格解码（不要忽略错误），并检查填充与水印。",
            ),
            page=SIGNATURE_PAGE,
        ),
        tampered,
    ),
    Check(
        Probe(
            id="payload-of-unknown-key",
            chapter="payloads",
            severity="critical",
            title=Words("Data under an invented key", "用伪造密钥加密的数据"),
            does=Words(
                "Sends data sealed and signed with a key that WeChat never gave.",
                "发送用微信从未签发的密钥加密并签名的数据。",
            ),
            matters=Words(
                "Who may choose the key may choose the data.",
                "谁能决定密钥，谁就能决定数据。",
            ),
            cure=Words(
                "Use only a session_key that code2Session answered, kept on the "
                "server.",
                "只使用 code2Session 返回并保存在服务端的 session_key。",
            ),
            page=SIGNATURE_PAGE,
        ),
        unknown_key,
    ),
    Check(
        Probe(
            id="payload-damaged",
            chapter="payloads",
            severity="medium",
            title=Words("Data damaged on their way", "途中损坏的数据"),
            does=Words(
                f"Sends {len(PAYLOADS)} variants: cut, empty, swapped, encoded twice.",
                f"发送 {len(PAYLOADS)} 种变体：截断、为空、错位、重复编码等。",
            ),
            matters=Words(
                "Proxies, URLs and old phones damage data every day; an unhandled "
                "error tells the page nothing.",
                "代理、URL 和旧手机每天都会损坏数据；未处理的错误对页面毫无帮助。",
            ),
            cure=Words(
                "Catch what decoding, decrypting and parsing raise, and answer 400.",
                "捕获解码、解密和解析的异常，返回 400。",
            ),
            page=SIGNATURE_PAGE,
        ),
        damaged,
    ),
    Check(
        Probe(
            id="payload-without-login",
            chapter="payloads",
            severity="high",
            title=Words("Data without a login", "未登录时的数据"),
            does=Words(
                "Sends sealed data of a known person without the login state.",
                "不带登录态发送已知用户的加密数据。",
            ),
            matters=Words(
                "Whose key opened them, if nobody is logged in?",
                "没有人登录，是用谁的密钥解开的？",
            ),
            cure=Words(
                "Ask for the login state before the body is read.",
                "读取请求体之前先校验登录态。",
            ),
            page=LOGIN_PAGE,
        ),
        without_login,
    ),
    Check(
        Probe(
            id="phone-number-claimed",
            chapter="payloads",
            severity="high",
            title=Words("A phone number that the client claims", "客户端自称的手机号"),
            does=Words(
                "Sends honest sealed data, and another number in the clear beside "
                "them.",
                "发送正常的加密数据，旁边附上另一个明文号码。",
            ),
            matters=Words(
                "A number is often the key to an account: only WeChat's word counts.",
                "手机号往往就是账号的钥匙：只能相信微信给出的号码。",
            ),
            cure=Words(
                "Take the number from the decrypted data, never from the request.",
                "只从解密后的数据中取号码，不要从请求中取。",
            ),
            page=PHONE_PAGE,
        ),
        the_number_is_wechats,
    ),
)
