"""An answer taken apart."""

import pytest

from mockwx.outgoing import Incoming
from mockwx.probe.answers import aspects
from mockwx.probe.answers import shape
from mockwx.probe.answers import split_errmsg


RID = "63e60657-344dd3ee-28b67950"
# As logged from the real service.
SUFFIXES = [
    (f"code been used, rid: {RID}", "code been used", "', rid: RID'"),
    (f"invalid appsecret rid: {RID}", "invalid appsecret", "' rid: RID'"),
    (
        f"invalid code hint: [hElexSDNRa-XiBFgA] rid: {RID}",
        "invalid code",
        "' hint: [HINT] rid: RID'",
    ),
    (
        "code been used, hints: [ req_id: AijFoqaLRa-pTFm4 ]",
        "code been used",
        "', hints: [ req_id: HINT ]'",
    ),
    ("x hint: [jotvMa01143580]!", "x", "' hint: [HINT]!'"),
    (f" rid: {RID}", "", "' rid: RID'"),
    ("ok", "ok", "none"),
    ("rid: nonsense", "rid: nonsense", "none"),
]


@pytest.mark.parametrize(
    ("errmsg", "message", "suffix"), SUFFIXES, ids=[row[0] for row in SUFFIXES]
)
def test_errmsg_is_split_into_message_and_grammar(
    errmsg: str, message: str, suffix: str
) -> None:
    assert split_errmsg(errmsg) == (message, suffix)


def test_shape_has_keys_in_order_and_kinds() -> None:
    value = {"b": 1, "a": [{"c": "x"}, {"c": "y"}, None], "d": 1.5, "e": True, "f": []}

    assert shape(value) == (
        "{b: integer, a: [{c: string}, null], d: number, e: boolean, f: []}"
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"[1]", b"{", b"\xff", b"[" * 9000, b'{"a":' * 3000 + b"1" + b"}" * 3000],
    ids=["nothing", "a list", "half", "no text", "a deep list", "a deep object"],
)
def test_any_body_is_taken_apart(body: bytes) -> None:
    seen = aspects(Incoming(200, "text/plain", body, 1))

    assert seen["status"] == "200"
    assert seen["keys"]


@pytest.mark.parametrize(
    ("body", "letters"),
    [(rb'{"a":"\u4f60"}', r"\uXXXX"), ('{"a":"你"}'.encode(), "UTF-8"), (b"{}", None)],
    ids=["escaped", "raw", "none to see"],
)
def test_letters_are_told_where_there_are_any(body: bytes, letters: str | None) -> None:
    seen = aspects(Incoming(200, "text/plain", body, 1))

    assert seen.get("letters") == letters
