"""The named ways a payload can be wrong, as the catalogue of failures knows them.

Each name is a cause that developers met (see docs: why decryption fails). A variant
says which key seals, what is changed inside before sealing, and what is done to the
texts afterwards; everything it does not say stays true.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


Answer = dict[str, object]
Plain = Mapping[str, object]
Damage = Callable[[bytes, Callable[[bytes], bytes]], bytes]
"""What changes sealed bytes, knowing to what they would open."""

FOREIGN_APPID = "wx0000000000000000"
OLD_WATERMARK = 30 * 86_400

_BLOCK = 16

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
    damage: Damage | None = None
    """What is done to the ciphertext; the mock still knows what it sealed."""
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


def _flip_a_bit(sealed: bytes, opened: Callable[[bytes], bytes]) -> bytes:
    """Change one bit, if possible so that only who reads strictly is put off.

    The block with that bit opens to noise. Mostly there is a quote or a line break in
    the noise, and no JSON is left. Noise that is merely no UTF-8 tells more: lenient
    readers put question marks there and go on. So short a text as that of a phone
    number has no room for it.
    """
    middle = len(sealed) // 2
    honest = _leniently(opened(sealed))
    for at in range(middle, len(sealed) - 2 * _BLOCK):
        for bit in range(8):
            changed = _flipped(sealed, at, bit)
            if _passes_for(honest, opened(changed)):
                return changed
    return _flipped(sealed, middle, 0)


def _flipped(sealed: bytes, at: int, bit: int) -> bytes:
    return sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :]


def _leniently(opened: bytes) -> Mapping[str, object]:
    """Read a padded plaintext as somebody does who overlooks what is no UTF-8."""
    try:
        found = json.loads(opened[: -opened[-1]].decode("utf-8", "replace"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _passes_for(honest: Mapping[str, object], opened: bytes) -> bool:
    """Say whether only broken characters tell noise from an honest plaintext."""
    found = _leniently(opened)
    told = ("openId", "watermark")
    return (
        found.keys() == honest.keys()
        and all(found.get(name) == honest.get(name) for name in told)
        and "\ufffd" in json.dumps(found, ensure_ascii=False)
    )


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
    "tampered_ciphertext": Variant(damage=_flip_a_bit),
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
