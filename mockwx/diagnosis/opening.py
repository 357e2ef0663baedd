"""Attempts to open a payload, and what a failed one shows all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from mockwx.crypto.open_data import BLOCK
from mockwx.crypto.open_data import UnsealError
from mockwx.crypto.open_data import peek
from mockwx.crypto.open_data import unseal
from mockwx.diagnosis.texts import decoded


Plain = Mapping[str, object]

_READABLE_BLOCKS = 2
"""So many blocks of good text never come by chance: one in 10^20."""


def opened(encrypted_data: str, *, session_key: str, iv: str) -> Plain | None:
    """Return the JSON object inside, or None: right padding alone proves nothing."""
    try:
        plaintext = unseal(encrypted_data, session_key=session_key, iv=iv)
    except UnsealError:
        return None
    return as_object(plaintext)


def as_object(plaintext: bytes | str) -> Plain | None:
    """Return the JSON object a text is, or None; one that JSON can carry again."""
    try:
        found = json.loads(plaintext)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Look:
    """What a failed decryption shows: mostly readable text, so the key is right."""

    bad: tuple[int, ...]
    """The blocks that are garbled."""
    breaks_off: bool
    """Whether the text has no end."""

    @property
    def only_first_is_bad(self) -> bool:
        """Whether it is the iv that is wrong: that garbles nothing else."""
        return self.bad == (0,)


def look(encrypted_data: str, *, session_key: str, iv: str) -> Look | None:
    """Return what can be seen, or None if the key is not the right one."""
    blocks = _blocks(encrypted_data, session_key=session_key, iv=iv)
    if not blocks:
        return None
    end = blocks[-1].rstrip(_PADDING)
    texts = [*blocks[:-1], end]
    bad = tuple(n for n, each in enumerate(texts) if not readable(each))
    good = sum(len(each) == BLOCK for each in texts) - len(bad)
    if good < _READABLE_BLOCKS or good < len(bad):
        return None
    return Look(bad, breaks_off=len(blocks) - 1 not in bad and not end.endswith(b"}"))


def readable(octets: bytes) -> bool:
    """Say whether bytes are a piece of JSON text, perhaps cut within a character."""
    text = octets.decode(errors="replace").strip("\ufffd")
    if len(octets) - len(text.encode()) > 6:
        return False
    return "\ufffd" not in text and all(each >= " " for each in text)


_PADDING = bytes(range(1, 17))


def _blocks(encrypted_data: str, *, session_key: str, iv: str) -> list[bytes]:
    """Decrypt the whole blocks that are there, whatever their padding."""
    key = decoded(session_key)
    if key is None or len(key) != BLOCK:
        return []
    start = decoded(iv) or b""
    start = start if len(start) == BLOCK else bytes(BLOCK)
    octets = _decoded_part(encrypted_data)
    plain = peek(octets[: len(octets) // BLOCK * BLOCK], key=key, iv=start)
    return [plain[i : i + BLOCK] for i in range(0, len(plain), BLOCK)]


def _decoded_part(encrypted_data: str) -> bytes:
    """Decode as many whole groups of four characters as there are."""
    stem = encrypted_data.rstrip("=")
    whole = (
        encrypted_data if len(encrypted_data) % 4 == 0 else stem[: len(stem) // 4 * 4]
    )
    return decoded(whole) or b""
