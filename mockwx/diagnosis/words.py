"""The doctor's sentences: each cause in each situation, in English and in Chinese.

A name with a dot is a cause in one of its situations; before the dot stands the cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from datetime import timezone

from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.finding import Place
from mockwx.diagnosis.finding import Said
from mockwx.domain.payload import SealedPayload
from mockwx.domain.session import LOGIN
from mockwx.domain.session import PREFETCH
from mockwx.domain.session import RESET
from mockwx.domain.session import SessionKey


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a cause, with places for names, numbers and times."""

    en: str
    zh: str
    cure_en: str
    cure_zh: str


_FRESH_LOGIN = (
    "Store the session_key of every exchange in place of the one before it, and ask "
    "for a fresh wx.login when decryption fails.",
    "每次换取后都用新的 session_key 覆盖旧的；解密失败时请小程序重新 wx.login。",
)
_LOGIN_FIRST = (
    "Call wx.login and exchange its code before the button is shown; in the tap's "
    "callback call only wx.checkSession.",
    "请在按钮显示之前完成 wx.login 和 code 换取；点击回调里只调用 wx.checkSession。",
)
_SEND_JSON = (
    "Send the values in a JSON body; in a form or a query escape them with "
    "encodeURIComponent.",
    "请用 JSON 请求体传递；放在表单或查询串里时必须先 encodeURIComponent。",
)
_DECODE_ONCE = (
    "Decode the request exactly once, and do not call encodeURIComponent for JSON.",
    "请只解码一次；使用 JSON 请求体时不要再调用 encodeURIComponent。",
)
_STANDARD_BASE64 = (
    "Pass Base64 on as WeChat wrote it: with + and /, and with its = at the end.",
    "请原样传递微信给出的 Base64：保留 + 和 /，也保留末尾的 =。",
)
_WHOLE = (
    "Keep the whole text: a TEXT column, a POST body, no cut logs in between.",
    "请保存完整文本：使用 TEXT 列和 POST 请求体，不要从被截断的日志里取值。",
)
_OWN_IV = (
    "Send the iv that came in the same callback as encryptedData, unchanged, and "
    "decode it from Base64 once.",
    "请使用与 encryptedData 同一次回调返回的 iv，原样传递，只做一次 Base64 解码。",
)
_ONE_EXCHANGE = (
    "Exchange each code once, look at errcode before using the answer, and ask for a "
    "new wx.login when it is not there to be used.",
    "每个 code 只换取一次；使用返回值前先检查 errcode，失败时重新 wx.login。",
)
_RIGHT_CODE = (
    "Send the code of wx.login to jscode2session and the code of the phone button to "
    "getuserphonenumber; the two are not interchangeable.",
    "wx.login 的 code 用于 jscode2session，手机号按钮的 code 用于 getuserphonenumber，"
    "二者不能互换。",
)
_EXACT_BYTES = (
    "Sign the string rawData exactly as it was received; never parse and dump it.",
    "请对收到的 rawData 字符串原样计算签名，不要解析后再序列化。",
)
_KEY_AS_TEXT = (
    "The signature takes session_key as its 24 characters of text; only AES decodes "
    "it.",
    "计算签名时使用 session_key 的 24 个字符原文；只有 AES 才需要 Base64 解码。",
)
_ONE_APP = (
    "Use the AppID, AppSecret and session_key of the mini program that made the data, "
    "and compare watermark.appid every time.",
    "请使用生成数据的小程序自己的 AppID、AppSecret 和 session_key，"
    "并始终校验 watermark.appid。",
)
_KEEP_KEY = (
    "Store session_key as it came, all 24 characters of it, in a column of at least "
    "32.",
    "请原样保存 session_key 的全部 24 个字符，列宽至少 32。",
)
_PER_PERSON = (
    "Store the key per openid and app, never under one name for everybody.",
    "请按 openid 和 appid 分别保存 session_key，不要所有人共用一个缓存键。",
)
_LOGIN_STATE = (
    "The signature is lower-case hex of HMAC-SHA256 with session_key (its text) as the "
    "key and the empty string as the message.",
    "signature = 以 session_key 原文为密钥、空字符串为消息的 HMAC-SHA256，"
    "输出小写十六进制。",
)
_LOOK_IT_UP = (
    "Look up by the openid whose key it is, and use the key of this person.",
    "请按 openid 查找并使用此人自己的 session_key。",
)

_ORDER = (
    "Look at the order of the arguments in the SDK's call; they differ between SDKs.",
    "请检查 SDK 调用的参数顺序；各 SDK 的顺序并不相同。",
)

TABLE: dict[str, Words] = {
    # 1 and its kin
    "login_after_payload": Words(
        "login at {login_at} replaced key {sealed}; this {api} payload was "
        "sealed with key {sealed} at {made_at}, so key {held} cannot open it.",
        "{login_at} 的登录替换了 key {sealed}；这份 {api} 数据是在 {made_at} "
        "用 key {sealed} 加密的，因此 key {held} 解不开。",
        *_LOGIN_FIRST,
    ),
    "login_after_payload.guess": Words(
        "key and payload are both well formed but do not belong together; most often "
        "wx.login was called after the payload was made, and brought a new key.",
        "密钥和数据格式都正确，但彼此不配；最常见的原因是生成数据之后又调用了 "
        "wx.login，"
        "换来了新的密钥。",
        *_LOGIN_FIRST,
    ),
    "key_replaced_after_payload": Words(
        "{replaced_by} at {replaced_at} replaced key {sealed}; this {api} "
        "payload was sealed with key {sealed} at {made_at}, so key {held} cannot open "
        "it.",
        "{replaced_at} 的{replaced_by} 替换了 key {sealed}；这份 {api} 数据是在 "
        "{made_at} 用 key {sealed} 加密的，因此 key {held} 解不开。",
        "Keep the key of the moment the data were made until they are decrypted.",
        "在数据解密完成之前，请保留生成数据时的那个密钥。",
    ),
    # 2
    "login_race": Words(
        "two logins raced: the code issued at {older_at} (key {held}) was exchanged "
        "after "
        "the code issued at {newer_at} (key {newer}), and the older key was kept; this "
        "{api} payload was sealed with key {sealed} at {made_at}.",
        "两次登录发生竞争：{older_at} 签发的 code（key {held}）在 {newer_at} 签发的 "
        "code（key {newer}）之后才被换取，旧密钥被保留了下来；这份 {api} 数据是在 "
        "{made_at} 用 key {sealed} 加密的。",
        "Let one login finish before the next begins (one shared promise), and never "
        "let "
        "the key of an older code overwrite a newer one.",
        "请让登录串行（共用一个 Promise），不要让较早 code 的密钥覆盖较新的密钥。",
    ),
    "login_race.guess": Words(
        "two logins may have raced, so that the server kept the key of the older one.",
        "可能有两次登录发生竞争，服务器保留了较早那次的密钥。",
        "Let one login finish before the next begins (one shared promise), and never "
        "let "
        "the key of an older code overwrite a newer one.",
        "请让登录串行（共用一个 Promise），不要让较早 code 的密钥覆盖较新的密钥。",
    ),
    # 3
    "stale_key": Words(
        "the backend holds key {held}, which {replaced_by} replaced at {replaced_at}; "
        "this "
        "{api} payload was sealed with key {sealed} at {made_at}.",
        "后端持有的是 key {held}，它已在 {replaced_at} 被{replaced_by} 替换；这份 "
        "{api} "
        "数据是在 {made_at} 用 key {sealed} 加密的。",
        *_FRESH_LOGIN,
    ),
    "stale_key.sealed": Words(
        "this {api} payload was sealed at {made_at} with key {sealed}, which key "
        "{held} had "
        "replaced before: WeChat never does so, a fault of the mock did.",
        "这份 {api} 数据在 {made_at} 使用了已被 key {held} 替换的 key {sealed} 加密："
        "微信不会这样，这是 mock 的故障注入所致。",
        "Refuse such data and ask for a fresh login; nothing is wrong with the key "
        "held.",
        "请拒绝这样的数据并要求重新登录；后端持有的密钥本身没有问题。",
    ),
    "stale_key.guess": Words(
        "the server may hold a key that a later login has replaced.",
        "服务器持有的可能是已被之后的登录替换的旧密钥。",
        *_FRESH_LOGIN,
    ),
    "stale_key.alone": Words(
        "key {held} is no longer valid: {replaced_by} replaced it at {replaced_at}.",
        "key {held} 已失效：{replaced_at} 被{replaced_by} 替换。",
        *_FRESH_LOGIN,
    ),
    "stale_key.expired": Words(
        "key {held} is no longer valid: it expired at {expired_at}.",
        "key {held} 已失效：它在 {expired_at} 过期。",
        *_FRESH_LOGIN,
    ),
    # 4, 5, 19
    "plus_became_space.guess": Words(
        "the + of encryptedData, iv or key may have become blanks.",
        "encryptedData、iv 或密钥中的 + 可能变成了空格。",
        *_SEND_JSON,
    ),
    "plus_became_space": Words(
        "every + in {part} became a blank: it was sent unescaped in a form or a query.",
        "{part} 中的 + 变成了空格：它未经转义就放进了表单或查询串。",
        *_SEND_JSON,
    ),
    "url_encoded.guess": Words(
        "encryptedData, iv or rawData may still be percent-encoded.",
        "encryptedData、iv 或 rawData 可能仍处于百分号编码状态。",
        *_DECODE_ONCE,
    ),
    "url_encoded": Words(
        "{part} is still percent-encoded, {levels} time(s) over.",
        "{part} 仍处于百分号编码状态，被编码了 {levels} 次。",
        *_DECODE_ONCE,
    ),
    "base64_variant.guess": Words(
        "encryptedData or iv may be Base64 of another alphabet, or without its =.",
        "encryptedData 或 iv 可能使用了另一种 Base64 字母表，或缺少末尾的 =。",
        *_STANDARD_BASE64,
    ),
    "base64_variant": Words(
        "{part} is not standard Base64: its alphabet or its padding was changed on the "
        "way.",
        "{part} 不是标准 Base64：字母表或末尾的 = 在途中被改动。",
        *_STANDARD_BASE64,
    ),
    "extra_whitespace": Words(
        "{part} has blanks or line breaks that WeChat did not put there.",
        "{part} 中混入了微信没有写入的空格或换行。",
        *_STANDARD_BASE64,
    ),
    # 6
    "wrong_algorithm": Words(
        "key, iv and data are right, so the backend's algorithm is wrong; here they "
        "open.",
        "密钥、iv 和数据都正确，所以是后端的算法有误；在这里可以正常解开。",
        "Use AES-128-CBC with the 16 bytes that session_key decodes to, the 16 bytes "
        "of "
        "the iv, and PKCS#7 removed once; try it on WeChat's sample.",
        "请使用 AES-128-CBC：session_key 解码后的 16 字节作密钥，iv 解码后的 16 字节，"
        "只去一次 PKCS#7 填充；可先用官方示例验证。",
    ),
    "wrong_algorithm.guess": Words(
        "the error fits a wrong AES variant: a mode chosen by the length of the text, "
        "a key "
        "not decoded from Base64, or padding of 32 bytes.",
        "该错误符合 AES 用法不对的特征：按文本长度选择了模式、密钥未经 Base64 解码，"
        "或使用了 32 字节填充。",
        "Use AES-128-CBC with the 16 bytes that session_key decodes to, the 16 bytes "
        "of "
        "the iv, and PKCS#7 removed once; try it on WeChat's sample.",
        "请使用 AES-128-CBC：session_key 解码后的 16 字节作密钥，iv 解码后的 16 字节，"
        "只去一次 PKCS#7 填充；可先用官方示例验证。",
    ),
    # 7
    "truncated_data": Words(
        "encryptedData was cut: {length} of its {whole} characters are there.",
        "encryptedData 被截断：{whole} 个字符只剩 {length} 个。",
        *_WHOLE,
    ),
    "truncated_data.offline": Words(
        "encryptedData was cut: what opens of its {length} characters breaks off.",
        "encryptedData 被截断：{length} 个字符解开后内容中断。",
        *_WHOLE,
    ),
    "truncated_data.blocks": Words(
        "encryptedData is not made of whole blocks of 16 bytes: most often it was cut "
        "({length} characters are there).",
        "encryptedData 不是 16 字节的整数倍，通常是被截断（现有 {length} 个字符）。",
        *_WHOLE,
    ),
    "truncated_data.guess": Words(
        "encryptedData may have been cut: it is not made of whole blocks of 16 bytes.",
        "encryptedData 可能被截断：它不是 16 字节的整数倍。",
        *_WHOLE,
    ),
    "truncated_data.empty": Words(
        "encryptedData is empty.",
        "encryptedData 为空。",
        "Look at whether the person allowed the data (errMsg ends in :ok), and at the "
        "name "
        "of the field.",
        "请检查用户是否授权（errMsg 以 :ok 结尾）以及字段名是否正确。",
    ),
    "tampered_data": Words(
        "{count} character(s) of encryptedData are not those that were handed out.",
        "encryptedData 中有 {count} 个字符与发出时不同。",
        "Refuse such data; if it happens by itself, look for what rewrites them on the "
        "way.",
        "请拒绝这样的数据；若并非有意篡改，请查找途中改写数据的环节。",
    ),
    "tampered_data.offline": Words(
        "encryptedData was changed: single blocks are garbled in the middle of "
        "readable text.",
        "encryptedData 被改动：可读文本中间有个别数据块成了乱码。",
        "Refuse such data; if it happens by itself, look for what rewrites them on the "
        "way.",
        "请拒绝这样的数据；若并非有意篡改，请查找途中改写数据的环节。",
    ),
    # 8
    "wrong_iv.guess": Words(
        "the iv may be missing, cut or another call's.",
        "iv 可能缺失、被截断，或属于另一次调用。",
        *_OWN_IV,
    ),
    "wrong_iv": Words(
        "the iv is not the one this payload was made with.",
        "iv 不是加密这份数据时所用的那一个。",
        *_OWN_IV,
    ),
    "wrong_iv.other": Words(
        "the iv belongs to another payload ({other_api}, made at {other_at}).",
        "iv 属于另一份数据（{other_api}，生成于 {other_at}）。",
        *_OWN_IV,
    ),
    "wrong_iv.key": Words(
        "the session_key was passed as the iv.",
        "把 session_key 当成了 iv。",
        *_OWN_IV,
    ),
    "wrong_iv.length": Words(
        "the iv has {length} characters and does not decode to 16 bytes.",
        "iv 有 {length} 个字符，解码后不是 16 字节。",
        *_OWN_IV,
    ),
    "wrong_iv.missing": Words(
        "the iv is empty: it was not sent, or its field has another name.",
        "iv 为空：没有发送，或字段名不对。",
        *_OWN_IV,
    ),
    "wrong_iv.offline": Words(
        "the iv is wrong: only the first 16 bytes are garbled, the watermark is "
        "readable.",
        "iv 不对：只有前 16 个字节是乱码，后面的 watermark 可读。",
        *_OWN_IV,
    ),
    # 9, 13
    "code_used_twice": Words(
        "the code was exchanged a second time at {at} and answered 40163, and the "
        "backend "
        "went on without a session_key.",
        "code 在 {at} 被再次换取，微信返回 40163，而后端在没有 session_key "
        "的情况下继续执行。",
        *_ONE_EXCHANGE,
    ),
    "code_used_twice.guess": Words(
        "there is no session_key: the exchange failed, most often because the code was "
        "exchanged twice (40163), and its error was not looked at.",
        "没有 session_key：换取失败却没有检查错误，最常见的是 code "
        "被换取了两次（40163）。",
        *_ONE_EXCHANGE,
    ),
    "code_refused": Words(
        "the exchange of the code at {at} was answered {errcode}, so there is no "
        "session_key.",
        "{at} 换取 code 时微信返回 {errcode}，因此没有 session_key。",
        *_ONE_EXCHANGE,
    ),
    "code_refused.account": Words(
        "the backend asked at {at} with an appid or secret that are not those of the "
        "mock ({errcode}), so there is no session_key.",
        "{at} 后端请求时的 appid 或 secret 与 mock 的不一致（{errcode}），因此没有 "
        "session_key。",
        "Give the backend the appid and secret of the mock, or the mock those of the "
        "backend: POST /_mockwx/api/mini_programs, a world file, or `appid` and "
        "`secret` in a *.backend.yaml.",
        "请让后端使用 mock 的 appid 和 secret，或让 mock 知道后端的：POST "
        "/_mockwx/api/mini_programs、世界文件，或 *.backend.yaml 里的 appid 和 "
        "secret。",
    ),
    "wrong_code_kind.guess": Words(
        "a code of another kind may have been sent.",
        "可能发送了另一种 code。",
        *_RIGHT_CODE,
    ),
    "wrong_code_kind": Words(
        "a {kind} code was sent to {path} at {at}: that interface takes another kind.",
        "{at} 把 {kind} code 发给了 {path}，而该接口需要另一种 code。",
        *_RIGHT_CODE,
    ),
    "unknown_code": Words(
        "the code was not issued here: another mock, another environment, or made up.",
        "该 code 不是这里签发的：来自另一个 mock、另一个环境，或是编造的。",
        *_RIGHT_CODE,
    ),
    # 10
    "swapped_arguments.guess": Words(
        "key, iv and data may have been passed in each other's place.",
        "key、iv 和数据的参数位置可能传反。",
        *_ORDER,
    ),
    "swapped_arguments": Words(
        "the arguments are mixed up: {swaps_en}.",
        "参数传反了：{swaps_zh}。",
        *_ORDER,
    ),
    "swapped_arguments.foreign": Words(
        "what was passed as session_key is {what}.",
        "作为 session_key 传入的其实是 {what}。",
        *_ORDER,
    ),
    # 11
    "raw_data_changed": Words(
        "rawData was parsed and written again: the same content in other bytes.",
        "rawData 被解析后重新序列化：内容相同，字节不同。",
        *_EXACT_BYTES,
    ),
    "raw_data_changed.content": Words(
        "rawData has another content than what was signed: {fields}.",
        "rawData 的内容与签名时不同：{fields}。",
        *_EXACT_BYTES,
    ),
    "raw_data_changed.guess": Words(
        "rawData may have been parsed and written again before the signature was "
        "checked.",
        "rawData 可能在校验签名之前被解析并重新序列化。",
        *_EXACT_BYTES,
    ),
    "signature_decoded_key": Words(
        "the signature was computed with the decoded session_key instead of its text.",
        "计算签名时使用了 Base64 解码后的 session_key，而不是它的原文。",
        *_KEY_AS_TEXT,
    ),
    "signature_sorted_parts": Words(
        "the signature was computed over sorted or reordered parts, as for a JS "
        "ticket.",
        "签名是按排序或换序后的各部分计算的（JS-SDK 票据的算法）。",
        "The signature is sha1(rawData + session_key), in this order, nothing between.",
        "signature = sha1(rawData + session_key)，按此顺序，中间没有任何分隔。",
    ),
    "signature_stale_key": Words(
        "rawData was signed with key {sealed} at {made_at}, and the backend holds key "
        "{held}.",
        "rawData 是在 {made_at} 用 key {sealed} 签名的，而后端持有的是 key {held}。",
        *_FRESH_LOGIN,
    ),
    "signature_stale_key.guess": Words(
        "the signature fits neither rawData nor key; most often the server's key is "
        "stale.",
        "签名与 rawData 和密钥不符；最常见的原因是服务器的密钥已过时。",
        *_FRESH_LOGIN,
    ),
    "wrong_signature": Words(
        "the signature is none that was handed out, nor one that rawData and key can "
        "make.",
        "该签名既不是发出过的，也无法由这份 rawData 和密钥得到。",
        "Send the signature of the same callback as rawData, and refuse any other.",
        "请使用与 rawData 同一次回调返回的 signature，其他一律拒绝。",
    ),
    "charset_damage": Words(
        "{part} was decoded in a wrong charset on its way, and its characters were "
        "broken.",
        "{part} 在途中用错误的字符集解码，字符已损坏。",
        "Read and write UTF-8 everywhere: body, column (utf8mb4), HTTP client.",
        "请求体、数据库列（utf8mb4）和 HTTP 客户端都请使用 UTF-8。",
    ),
    # 12
    "field_not_in_payload": Words(
        "{api} has no {missing}: {why_en}.",
        "{api} 的数据中没有 {missing}：{why_zh}。",
        "Take openid and unionid from jscode2session, and treat every field as "
        "optional.",
        "openid 和 unionid 请取自 jscode2session，并把每个字段都当作可选。",
    ),
    # 14
    "payload_in_url": Words(
        "the payload was sent in the URL, which is limited in length and mangles +.",
        "数据放在了 URL 里：URL 有长度限制，还会破坏 +。",
        "Send the payload in the body of a POST.",
        "请用 POST 请求体传递数据。",
    ),
    # 15
    "wrong_app": Words(
        "the data belong to mini program {theirs}, and are opened in the name of "
        "{ours}.",
        "数据属于小程序 {theirs}，却在用 {ours} 的配置解密。",
        *_ONE_APP,
    ),
    "wrong_app.watermark": Words(
        "the watermark names mini program {theirs}, not {ours}.",
        "watermark 中的小程序是 {theirs}，不是 {ours}。",
        *_ONE_APP,
    ),
    "wrong_app.guess": Words(
        "the key may be one of another mini program.",
        "密钥可能属于另一个小程序。",
        *_ONE_APP,
    ),
    # 16
    "mangled_key.guess": Words(
        "the session_key may have been cut or changed in storage.",
        "session_key 可能在存储中被截断或改动。",
        *_KEEP_KEY,
    ),
    "mangled_key": Words(
        "the session_key was changed in storage: {how_en}.",
        "session_key 在存储中被改动：{how_zh}。",
        *_KEEP_KEY,
    ),
    # 17
    "other_persons_key": Words(
        "key {held} is {key_user}'s, and the payload is {payload_user}'s: a cache "
        "shared "
        "between people.",
        "key {held} 是 {key_user} 的，而数据是 {payload_user} 的：不同用户共用了缓存。",
        *_PER_PERSON,
    ),
    "other_persons_key.alone": Words(
        "key {held} is {key_user}'s, not {payload_user}'s.",
        "key {held} 是 {key_user} 的，不是 {payload_user} 的。",
        *_PER_PERSON,
    ),
    "other_persons_key.guess": Words(
        "the key may be another person's, from a cache shared between people.",
        "密钥可能是另一个用户的，来自共用的缓存。",
        *_PER_PERSON,
    ),
    # 20 and what the mock alone can know
    "own_token_as_key.guess": Words(
        "a token of your own may have been passed as session_key.",
        "可能把后端自己的令牌当成了 session_key。",
        *_LOOK_IT_UP,
    ),
    "own_token_as_key": Words(
        "what was passed as session_key looks like {shape}: a token of your own, never "
        "one "
        "of WeChat's keys.",
        "作为 session_key 传入的看起来是 {shape}：这是后端自己的令牌，不是微信的密钥。",
        "Keep the two apart: look up the session_key that belongs to your token.",
        "请区分二者：用自己的令牌查出对应的 session_key。",
    ),
    "unknown_key": Words(
        "this session_key was never issued here: another mock or environment, or made "
        "up.",
        "这个 session_key 从未在这里签发：来自另一个 mock 或环境，或是编造的。",
        *_LOOK_IT_UP,
    ),
    "unknown_key.sealed": Words(
        "this {api} payload was sealed at {made_at} with a key that was never issued: "
        "a "
        "fault of the mock did so.",
        "这份 {api} 数据在 {made_at} 用一个从未签发的密钥加密：这是 mock "
        "的故障注入所致。",
        "Refuse such data and ask for a fresh login.",
        "请拒绝这样的数据并要求重新登录。",
    ),
    "unknown_payload": Words(
        "this payload was not made here: another mock, the real WeChat, or made up.",
        "这份数据不是这里生成的：来自另一个 mock、真正的微信，或是编造的。",
        "Make data and key in the same environment.",
        "请让数据和密钥来自同一个环境。",
    ),
    "old_watermark": Words(
        "the watermark is of {marked_at}, and the payload was made at {made_at}: "
        "replayed "
        "or forged data look so.",
        "watermark 的时间是 {marked_at}，而数据生成于 {made_at}："
        "重放或伪造的数据就是这样。",
        "Refuse data whose watermark.timestamp is older than a few minutes.",
        "请拒绝 watermark.timestamp 早于几分钟之前的数据。",
    ),
    # the signature of checksession and resetusersessionkey
    "checksession_signature_decoded_key": Words(
        "the login-state signature was made with the decoded session_key.",
        "登录态签名使用了 Base64 解码后的 session_key。",
        *_LOGIN_STATE,
    ),
    "checksession_signature_swapped": Words(
        "key and message of the login-state signature are swapped: session_key was "
        "signed "
        "with an empty key.",
        "登录态签名的密钥和消息传反了：用空密钥对 session_key 做了签名。",
        *_LOGIN_STATE,
    ),
    "checksession_signature_openid": Words(
        "the login-state signature was made over the openid instead of the empty "
        "string.",
        "登录态签名的消息用了 openid，而应当是空字符串。",
        *_LOGIN_STATE,
    ),
    "checksession_signature_raw_bytes": Words(
        "the login-state signature was sent as raw bytes or Base64 instead of hex.",
        "登录态签名发送的是原始字节或 Base64，而不是十六进制。",
        *_LOGIN_STATE,
    ),
    "checksession_signature_sha1": Words(
        "the sha1 signature of getUserInfo was sent as the login-state signature.",
        "把 getUserInfo 的 sha1 签名当成了登录态签名。",
        *_LOGIN_STATE,
    ),
    "checksession_signature_uppercase": Words(
        "the login-state signature is right but written in upper case.",
        "登录态签名是对的，但写成了大写。",
        *_LOGIN_STATE,
    ),
}

CAUSES = tuple(dict.fromkeys(name.partition(".")[0] for name in TABLE))
"""Every cause there is, in the order of the table."""

ZONE = timezone(timedelta(hours=8))
"""Times are said as WeChat's own pages do: in China's."""


def tell(
    name: str,
    certainty: str,
    *evidence: Said,
    where: Place | None = None,
    **facts: object,
) -> Finding:
    """Say what is known of a cause in one of its situations.

    A fact that is said differently in each language comes as `Said`.
    """
    words = TABLE[name]
    return Finding(
        cause=name.partition(".")[0],
        certainty=certainty,
        message=Said(
            words.en.format(**_in_english(facts)),
            words.zh.format(**_in_chinese(facts)),
        ),
        cure=Said(words.cure_en, words.cure_zh),
        evidence=evidence,
        where=where,
    )


def _in_english(facts: Mapping[str, object]) -> dict[str, object]:
    return {k: fact.en if isinstance(fact, Said) else fact for k, fact in facts.items()}


def _in_chinese(facts: Mapping[str, object]) -> dict[str, object]:
    return {k: fact.zh if isinstance(fact, Said) else fact for k, fact in facts.items()}


FROM_PAGE = Said(" from page `{page}`", "来自页面 `{page}`")


def from_page(page: str) -> Said:
    """Say which page something came from; nothing where that is not known."""
    if not page:
        return Said("", "")
    return Said(FROM_PAGE.en.format(page=page), FROM_PAGE.zh.format(page=page))


def time_of(at: int) -> str:
    """Write a time of day; the evidence has the date."""
    return datetime.fromtimestamp(at, ZONE).strftime("%H:%M:%S")


def time_on(at: int, page: str) -> Said:
    """Write a time of day, and the page that was open then if it is known."""
    origin, time = from_page(page), time_of(at)
    return Said(f"{time}{origin.en}", f"{time} {origin.zh}".rstrip())


def moment(at: int) -> str:
    """Write a time in full."""
    return datetime.fromtimestamp(at, ZONE).isoformat(" ")


REPLACED_BY = {
    LOGIN: "wx.login",
    PREFETCH: "a data pre-fetch (数据预拉取)",
    RESET: "resetusersessionkey",
}


def replaced_by(key: SessionKey) -> str:
    """Name what brought a key: a call of WeChat's, or one of the mock's own."""
    return REPLACED_BY.get(key.cause, "sessions/rotate")


def replacement(key: SessionKey) -> dict[str, object]:
    """Return what sentences say of the arrival of a key that replaced another.

    In Chinese a blank goes before Latin letters and not before others, so the name of
    what brought the key comes with its own.
    """
    name, origin = replaced_by(key), from_page(key.page)
    before = f"{origin.zh} 的" if key.page else ""
    return {
        "replaced_by": Said(f"{name}{origin.en}", f"{before} {name}"),
        "replaced_at": time_of(key.created_at),
        "login_at": time_on(key.created_at, key.page),
    }


def birthplace(key: SessionKey) -> Place:
    """Return where in the flow a key was brought."""
    return Place(replaced_by(key), key.created_at, key.page)


def place_of(payload: SealedPayload) -> Place:
    """Return where in the flow a payload was sealed."""
    return Place(payload.api, payload.produced_at, payload.page)
