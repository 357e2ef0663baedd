"""The named ways a payload can be wrong, as the catalogue of failures knows them.

Each name is a cause that developers met (see docs: why decryption fails). A variant
says which key seals, what is changed inside before sealing, and what is done to the
texts afterwards; everything it does not say stays true.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


Answer = dict[str, object]
Plain = Mapping[str, object]

FOREIGN_APPID = "wx0000000000000000"
OLD_WATERMARK = 30 * 86_400

CURRENT = "current"
PREVIOUS = "previous"
OTHER_USER = "other_user"
UNKNOWN = "unknown"


def _same_plain(plain: Plain) -> Plain:
    return plain


def _same_answer(answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to be wrong."""

    key: str = CURRENT
    """Which session key seals and signs."""
    plain: Callable[[Plain], Plain] = _same_plain
    answer: Callable[[Answer], Answer] = _same_answer


def _watermark(**changes: object) -> Callable[[Plain], Plain]:
    def change(plain: Plain) -> Plain:
        mark = plain.get("watermark")
        if not isinstance(mark, dict):
            return plain
        changed = dict(mark)
        for name, value in changes.items():
            changed[name] = value(mark[name]) if callable(value) else value
        return {**plain, "watermark": changed}

    return change


def _text(name: str, change: Callable[[str], str]) -> Callable[[Answer], Answer]:
    """Change one text of the answer, where it is there."""

    def changed(answer: Answer) -> Answer:
        value = answer.get(name)
        return {**answer, name: change(value)} if isinstance(value, str) else answer

    return changed


def _texts(change: Callable[[str], str]) -> Callable[[Answer], Answer]:
    """Change what a careless transport would change: data and iv alike."""

    def changed(answer: Answer) -> Answer:
        return _text("iv", change)(_text("encryptedData", change)(answer))

    return changed


def _flip_a_byte(encoded: str) -> str:
    """Change one bit in the middle: another block than the first and the last."""
    try:
        sealed = bytearray(base64.b64decode(encoded))
    except binascii.Error:
        return encoded
    if not sealed:
        return encoded
    sealed[len(sealed) // 2] ^= 1
    return base64.b64encode(bytes(sealed)).decode()


def _other_iv(iv: str) -> str:
    """Return sixteen other bytes, the same ones for the same iv."""
    other = hashlib.blake2b(iv.encode(), digest_size=16).digest()
    return base64.b64encode(other).decode()


def _swapped(answer: Answer) -> Answer:
    if "iv" not in answer or "encryptedData" not in answer:
        return answer
    swapped = {"encryptedData": answer["iv"], "iv": answer["encryptedData"]}
    return {**answer, **swapped}


def _reserialised(raw_data: str) -> str:
    """Parse and dump, as a careless middleware does: escapes, blanks, sorted keys."""
    return json.dumps(json.loads(raw_data), sort_keys=True)


def _in_lines(encoded: str) -> str:
    """Break the lines as MIME does."""
    return "\r\n".join(encoded[i : i + 76] for i in range(0, len(encoded), 76))


def _read_as_latin_1(raw_data: str) -> str:
    """Read UTF-8 as what HTTP once took text without a charset for."""
    return raw_data.encode().decode("latin-1")


def _forged(signature: str) -> str:
    return hashlib.sha1(signature.encode(), usedforsecurity=False).hexdigest()


def _renamed(raw_data: str) -> str:
    changed = json.loads(raw_data)
    changed["nickName"] = f"{changed.get('nickName', '')}!"
    return json.dumps(changed, ensure_ascii=False, separators=(",", ":"))


TRUE = Variant()
"""Nothing is wrong."""

VARIANTS: dict[str, Variant] = {
    "stale_key": Variant(key=PREVIOUS),
    "other_users_key": Variant(key=OTHER_USER),
    "unknown_key": Variant(key=UNKNOWN),
    "wrong_iv": Variant(answer=_text("iv", _other_iv)),
    "missing_iv": Variant(answer=_text("iv", lambda iv: "")),
    "short_iv": Variant(answer=_text("iv", lambda iv: iv[:12])),
    "swapped_iv": Variant(answer=_swapped),
    "tampered_ciphertext": Variant(answer=_text("encryptedData", _flip_a_byte)),
    "truncated_ciphertext": Variant(answer=_text("encryptedData", lambda t: t[:255])),
    "empty_ciphertext": Variant(answer=_text("encryptedData", lambda t: "")),
    "truncated_at_block": Variant(answer=_text("encryptedData", lambda t: t[:128])),
    "plus_became_space": Variant(answer=_texts(lambda t: t.replace("+", " "))),
    "url_encoded": Variant(answer=_texts(lambda t: quote(t, safe=""))),
    "url_encoded_twice": Variant(
        answer=_texts(lambda t: quote(quote(t, safe=""), safe=""))
    ),
    "broken_lines": Variant(answer=_text("encryptedData", _in_lines)),
    "url_safe_base64": Variant(
        answer=_texts(lambda t: t.replace("+", "-").replace("/", "_"))
    ),
    "unpadded_base64": Variant(answer=_texts(lambda t: t.rstrip("="))),
    "wrong_watermark_appid": Variant(plain=_watermark(appid=FOREIGN_APPID)),
    "old_watermark_timestamp": Variant(
        plain=_watermark(timestamp=lambda at: int(at) - OLD_WATERMARK)
    ),
    "reserialised_raw_data": Variant(answer=_text("rawData", _reserialised)),
    "url_encoded_raw_data": Variant(
        answer=_text("rawData", lambda t: quote(t, safe=""))
    ),
    "mojibake_raw_data": Variant(answer=_text("rawData", _read_as_latin_1)),
    "changed_raw_data": Variant(answer=_text("rawData", _renamed)),
    "forged_signature": Variant(answer=_text("signature", _forged)),
}
"""Every variant by name; the truth is never among them."""
