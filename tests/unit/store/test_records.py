"""Stored values as plain JSON, and back."""

import json
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.domain.errors import ErrCode
from mockwx.domain.fault import Effect
from mockwx.domain.user import Phone
from mockwx.domain.user import User
from mockwx.store.records import RecordError
from mockwx.store.records import by_name
from mockwx.store.records import from_record
from mockwx.store.records import to_record


KNOWN = by_name(Effect, ErrCode, Phone, User)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.tuples(inner, inner),
    max_leaves=8,
)
PHONES = st.builds(Phone, st.text(), st.text(), st.text())


@given(value=PLAIN | PHONES)
def test_value_survives_the_way_through_json(value):
    record = json.loads(json.dumps(to_record(value)))

    assert from_record(record, KNOWN) == value


@pytest.mark.parametrize(
    "value",
    [Effect(errcode=ErrCode.MINUTE_QUOTA, delay_ms=3), ErrCode.SYSTEM_ERROR],
    ids=str,
)
def test_typed_value_comes_back_as_its_type(value):
    back = from_record(to_record(value), KNOWN)

    assert back == value
    assert type(back) is type(value)


@dataclass(frozen=True)
class Stranger:
    name: str


PHONE = {"phone_number": "1", "pure_phone_number": "1", "country_code": "86"}


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({}, "expected a value"),
        ({"type": "Stranger", "fields": {"name": "x"}}, "no type 'Stranger'"),
        ({"type": "Phone"}, "expected a type and its fields"),
        ({"type": "Phone", "fields": {**PHONE, "x": 1}}, "no field 'x'"),
        ({"type": "Phone", "fields": {"phone_number": "1"}}, "missing country_code"),
        ({"type": "Phone", "fields": {**PHONE, "country_code": 86}}, "country_code"),
        ({"type": "Effect", "fields": {"delay_ms": True}}, "delay_ms"),
        ({"type": "ErrCode", "fields": {}}, "expected a type and its fields"),
        ({"enum": "ErrCode", "name": "NOTHING"}, "no such member"),
        ({"enum": "Phone", "name": "x"}, "no such member"),
        ({"enum": "ErrCode", "name": ["x"]}, "no such member"),
        ({"base64": "%"}, "expected Base64"),
        ([{"type": 5}], r"record\[0\]"),
    ],
    ids=str,
)
def test_record_that_is_none_of_ours_is_refused(record, words):
    with pytest.raises(RecordError, match=words):
        from_record(record, KNOWN)


def test_stranger_is_not_saved():
    with pytest.raises(TypeError, match="object cannot be saved"):
        to_record(object())


@given(
    record=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "fields", "enum", "name", "base64", "delay_ms"]
                ),
                inner | st.sampled_from(["Phone", "Effect", "ErrCode"]),
                max_size=3,
            )
        ),
        max_leaves=10,
    )
)
def test_any_json_is_read_or_refused(record):
    with suppress(RecordError):
        from_record(record, KNOWN)
