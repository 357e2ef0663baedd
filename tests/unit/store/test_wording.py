"""Values in words: equal values have equal words, and every value comes back."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.domain.errors import ErrCode
from mockwx.domain.exchange import Exchange
from mockwx.domain.fault import Effect
from mockwx.domain.user import Phone
from mockwx.store.base import StoreError
from mockwx.store.records import by_name
from mockwx.store.records import to_record
from mockwx.store.wording import Wording


KNOWN = by_name(Effect, Exchange, Phone)

VALUES = st.one_of(
    st.integers(),
    st.text(),
    st.builds(Phone, st.text(), st.text(), st.text()),
    st.builds(Effect, errcode=st.sampled_from(ErrCode), delay_ms=st.integers()),
    st.from_type(Exchange),
)


@given(value=VALUES)
def test_value_comes_back_from_its_words(value):
    words = Wording(KNOWN).write(value)

    back = Wording(KNOWN).read(words)

    assert back == value
    assert type(back) is type(value)


@given(value=VALUES)
def test_words_are_the_record_of_saved_worlds(value):
    words = Wording(KNOWN).write(value)

    assert words == value or json.loads(words) == to_record(value)


@given(one=VALUES, other=VALUES)
def test_values_are_equal_if_their_words_are(one, other):
    wording = Wording(KNOWN)

    assert (wording.write(one) == wording.write(other)) is (one == other)


def test_what_was_written_is_not_read_again():
    wording, phone = Wording(KNOWN), Phone("1", "1", "86")

    assert wording.read(wording.write(phone)) is phone


def test_what_is_remembered_is_bounded():
    wording = Wording(KNOWN)
    for number in range(10_000):
        wording.write(Phone(str(number), "1", "86"))

    assert len(wording._young) + len(wording._old) <= 4_000
    assert wording.read(wording.write(Phone("0", "1", "86"))) == Phone("0", "1", "86")


@dataclass(frozen=True)
class Stranger:
    name: str


@pytest.mark.parametrize(
    "words",
    ["", "{", "[" * 100_000, '{"type":"Stranger","fields":{}}', '{"type":"Phone"}'],
    ids=lambda words: words[:20],
)
def test_words_of_nobody_here_are_refused_in_both_languages(words):
    with pytest.raises(StoreError, match="this version cannot read") as refused:
        Wording(KNOWN).read(words)

    assert "无法读取" in refused.value.message_zh


def test_stranger_has_no_words():
    with pytest.raises(TypeError, match="Stranger cannot be saved"):
        Wording(KNOWN).write(Stranger("x"))
