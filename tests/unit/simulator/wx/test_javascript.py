"""The functions of JavaScript, byte for byte."""

import pytest

from simulator.wx.javascript import encode_uri_component
from simulator.wx.javascript import stringify
from simulator.wx.javascript import to_text
from simulator.wx.javascript import url_encoded


def test_encode_uri_component_leaves_exactly_javascripts_characters_alone() -> None:
    ascii_text = "".join(map(chr, range(0x20, 0x7F)))

    # What node prints for the same text.
    assert encode_uri_component(ascii_text) == (
        "%20!%22%23%24%25%26'()*%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D~"
    )


def test_encode_uri_component_writes_utf_8() -> None:
    assert encode_uri_component("微🍉") == "%E5%BE%AE%F0%9F%8D%89"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": "微🍉/"}, '{"a":1,"b":"微🍉/"}'),
        ([1.0, 1.5, True, None], "[1,1.5,true,null]"),
        (float("nan"), "null"),
        ({1: float("inf")}, '{"1":null}'),
        ("\ud800", '"\\ud800"'),
        ('"\n', '"\\"\\n"'),
    ],
)
def test_stringify_writes_what_json_stringify_writes(value: object, text: str) -> None:
    assert stringify(value) == text


def test_text_stays_bare_and_the_rest_is_json() -> None:
    assert [to_text(each) for each in ("a", 1, True, {"b": 1})] == [
        "a",
        "1",
        "true",
        '{"b":1}',
    ]


def test_pairs_are_url_encoded_so_that_plus_survives() -> None:
    assert url_encoded({"a b": "x+/=", "c": 1}) == "a%20b=x%2B%2F%3D&c=1"
