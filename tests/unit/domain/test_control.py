"""Readers of the control API: what they take, and how they refuse."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.domain import control
from mockwx.domain.control import ControlError


def refused(call, *args, **kwargs):
    with pytest.raises(ControlError) as error:
        call(*args, **kwargs)
    return error.value


DIGITS = re.compile("[0-9]+")

TAKEN = [
    (control.text, "é🌸", "é🌸"),
    (control.text, "", ""),
    (control.flag, True, True),
    (control.whole(), 0, 0),
    (control.whole(), 2**53 - 1, 2**53 - 1),
    (control.whole(at_least=1, at_most=2), 2, 2),
    (control.one_of("a", "b"), "b", "b"),
    (control.matching(DIGITS, "digits", "数字"), "12", "12"),
    (control.optional(control.flag), None, None),
    (control.optional(control.flag), False, False),
    (control.list_of(control.flag), [True, False], (True, False)),
    (control.list_of(control.flag), [], ()),
]

REFUSED = [
    (control.text, 1, "f", "a string"),
    (control.text, None, "f", "a string"),
    (control.text, "a\ud800", "f", "valid Unicode"),
    (control.flag, 1, "f", "true or false"),
    (control.flag, "true", "f", "true or false"),
    (control.whole(), True, "f", "a whole number"),
    (control.whole(), 1.0, "f", "a whole number"),
    (control.whole(), "1", "f", "a whole number"),
    (control.whole(), -1, "f", "between 0 and"),
    (control.whole(), 2**53, "f", "between 0 and"),
    (control.whole(), 10**4000, "f", "between 0 and"),
    (control.whole(at_least=1, at_most=2), 3, "f", "between 1 and 2"),
    (control.one_of("a", "b"), "c", "f", "one of: a, b"),
    (control.one_of("a", "b"), ["a"], "f", "one of: a, b"),
    (control.matching(DIGITS, "digits", "数字"), "1a", "f", "digits"),
    (control.matching(DIGITS, "digits", "数字"), "1\n", "f", "digits"),
    (control.optional(control.flag), 0, "f", "true or false"),
    (control.list_of(control.flag), "no", "f", "a list"),
    (control.list_of(control.flag), [True, 3], "f[1]", "true or false"),
]


@pytest.mark.parametrize(("reader", "value", "read"), TAKEN)
def test_reader_takes(reader, value, read):
    assert reader("f", value) == read


@pytest.mark.parametrize(
    ("reader", "value", "field", "expected"),
    REFUSED,
    ids=[ascii(row[1:]) for row in REFUSED],
)
def test_reader_refuses_and_says_what_it_wants(reader, value, field, expected):
    error = refused(reader, "f", value)
    assert (error.code, error.status, error.field) == ("bad_request", 400, field)
    assert error.message.startswith(f"field {field!r} must be ")
    assert expected in error.message
    assert error.message_zh.startswith(f"字段 {field!r} 必须是")


def test_unknown_field_is_refused_with_the_nearest_right_word():
    error = refused(control.read_fields, {"secrt": 1}, {"secret": control.text})
    assert error.message == "unknown field 'secrt'; did you mean 'secret'?"
    assert error.message_zh == "未知字段 'secrt'；是否想写 'secret'？"
    assert error.field == "secrt"


def test_unknown_field_where_none_is_taken_is_refused():
    error = refused(control.read_fields, {"x": 1}, {})

    assert error.message == "unknown field 'x'; none is taken here."
    assert error.message_zh == "未知字段 'x'；此处不接受任何字段。"


def test_unknown_field_like_no_other_is_refused_with_the_list():
    spec = {"b": control.text, "a": control.text}
    error = refused(control.read_fields, {"xyz": 1}, spec)
    assert error.message == "unknown field 'xyz'; known: a, b."
    assert error.message_zh == "未知字段 'xyz'；可用字段：a、b。"


def test_required_field_is_asked_for_by_name():
    error = refused(control.read_fields, {}, {"name": control.text}, required=("name",))
    assert error.message == "field 'name' is required."
    assert (error.status, error.field) == (400, "name")


def test_fields_are_read_in_the_order_of_the_body():
    spec = {"a": control.text, "b": control.whole()}
    assert list(control.read_fields({"b": 1, "a": "x"}, spec).items()) == [
        ("b", 1),
        ("a", "x"),
    ]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("bad_request", 400),
        ("forbidden", 403),
        ("not_found", 404),
        ("timeout", 408),
        ("conflict", 409),
        ("unprocessable", 422),
    ],
)
def test_code_of_an_error_decides_its_status(code, status):
    assert ControlError(code, "a", "b").status == status


def test_error_is_shaped_for_programs_and_people():
    error = ControlError("conflict", "It exists.", "已存在。", field="name")
    assert str(error) == "It exists."
    assert error.as_json() == {
        "error": {
            "code": "conflict",
            "message": "It exists.",
            "message_zh": "已存在。",
            "field": "name",
        }
    }


@given(st.text(st.characters()).filter(lambda name: name != "\0known"))
def test_any_name_can_be_refused_in_words_that_can_be_sent(name):
    error = refused(control.read_fields, {name: 1}, {"\0known": control.text})
    json.dumps(error.as_json(), ensure_ascii=False).encode()
    assert len(error.message) < 400


def test_long_name_is_shown_whole_up_to_a_limit():
    error = refused(control.read_fields, {"x" * 64: 1}, {"secret": control.text})
    assert error.field == "x" * 64


def test_endless_name_is_cut():
    error = refused(control.read_fields, {"x" * 10**6: 1}, {"secret": control.text})
    assert error.field == "x" * 64 + "…"
