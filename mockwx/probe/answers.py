"""An answer taken apart into what can be compared: never ids, times or other values."""

from __future__ import annotations

import json
import re

from mockwx.outgoing import Incoming


STATUS = "status"
CONTENT_TYPE = "content type"
KEYS = "keys"
ERRCODE = "errcode"
MESSAGE = "message"
SUFFIX = "suffix"
BLANKS = "blanks"
SLASHES = "slashes"
LETTERS = "letters"
HEADERS = "headers"

ANSWER = (
    STATUS,
    CONTENT_TYPE,
    KEYS,
    ERRCODE,
    MESSAGE,
    SUFFIX,
    BLANKS,
    SLASHES,
    LETTERS,
)
# Once for each family, whose servers are not the same; else each answer would say it.
ANSWER_AND_HEADERS = (*ANSWER, HEADERS)

_RID = "[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}"
_HINT_TEXT = "[A-Za-z0-9._-]{8,32}"
_HINT = re.compile(rf"(\[ ?(?:req_id: ?)?){_HINT_TEXT}( ?\])")
_SUFFIXED = re.compile(
    rf"(?P<message>.*?)(?P<suffix>(?:,? ?(?:rid: ?{_RID}"
    rf"|hints?: ?\[ ?(?:req_id: ?)?{_HINT_TEXT} ?\]))+!?)",
    re.S,
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_KINDS = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
# These belong to a connection, and change with what stands in between.
_OF_THE_WAY = {"connection", "keep-alive", "transfer-encoding"}


def aspects(answer: Incoming) -> dict[str, str]:
    """Take an answer apart; what it does not show is left out."""
    seen = {
        STATUS: str(answer.status),
        CONTENT_TYPE: answer.content_type,
        HEADERS: ", ".join(sorted({*map(str.lower, answer.headers)} - _OF_THE_WAY)),
    }
    text = answer.body.decode(errors="replace")
    try:
        found = json.loads(text)
        keys = shape(found)
    except (ValueError, RecursionError):
        found, keys = None, ""
    if not isinstance(found, dict):
        return seen | {KEYS: "no JSON object"}
    seen |= {KEYS: keys} | _spelling(text)
    if "errcode" in found:
        seen[ERRCODE] = json.dumps(found["errcode"])
    if isinstance(errmsg := found.get("errmsg"), str):
        seen[MESSAGE], seen[SUFFIX] = split_errmsg(errmsg)
    return seen


def split_errmsg(errmsg: str) -> tuple[str, str]:
    """Split a text into its message and the grammar of what follows it."""
    found = _SUFFIXED.fullmatch(errmsg)
    if found is None:
        return errmsg, "none"
    suffix = _HINT.sub(r"\1HINT\2", found["suffix"])
    return found["message"], repr(re.sub(_RID, "RID", suffix))


def shape(value: object) -> str:
    """Write the keys of an object in their order, with the kinds of their values."""
    if isinstance(value, dict):
        pairs = (f"{key}: {shape(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(dict.fromkeys(map(shape, value)))}]"
    return _KINDS[type(value)]


def _spelling(text: str) -> dict[str, str]:
    """Tell how JSON is written, where there is a choice and the text shows it."""
    seen = {BLANKS: "some" if re.search(r"\s", _STRING.sub("", text)) else "none"}
    if "/" in text:
        seen[SLASHES] = r"\/" if r"\/" in text else "/"
    if re.search(r"\\u[0-9a-fA-F]{4}", text):
        seen[LETTERS] = r"\uXXXX"
    elif not text.isascii():
        seen[LETTERS] = "UTF-8"
    return seen
