"""Paths and ${look-ups}."""

import pytest

from simulator.expressions import ExpressionError
from simulator.expressions import MissingError
from simulator.expressions import look_ups
from simulator.expressions import parse_path
from simulator.expressions import resolve
from simulator.expressions import resolve_text


ANSWER = {
    "data": {"token": "T", "list": [{"id": 1}, {"id": 2}], "odd.key": 7, "-": 0},
    "authSetting": {"scope.userInfo": True},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.token", "T"),
        ("data.list[1].id", 2),
        ("data.list[-1].id", 2),
        ('data["odd.key"]', 7),
        ("data['odd.key']", 7),
        ('data."odd.key"', 7),
        ('authSetting."scope.userInfo"', True),
        ("data.-", 0),
    ],
)
def test_path_leads_to_a_value(path: str, value: object) -> None:
    assert parse_path(path).look_up(ANSWER) == value


@pytest.mark.parametrize(
    "text", ["", ".", "a.", ".a", "a..b", "a b", "a[", "a[x]", "a.[0]", 'a"b"', "${a}"]
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_path(text)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("data.tokn", "did you mean 'token'"),
        ("data.zzz", "there is token, list"),
        ("data.list[5]", "the list has 2 members"),
        ("data.token.x", "'x' is asked of text"),
        ("data[0]", "[0] is asked of"),
    ],
)
def test_a_path_to_nothing_says_what_is_there(path: str, reason: str) -> None:
    with pytest.raises(MissingError) as caught:
        parse_path(path).look_up(ANSWER)

    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "path", ["token.__class__", "__class__", "list.append", "data.keys", "__init__[0]"]
)
def test_path_looks_up_answers_and_never_objects(path: str) -> None:
    with pytest.raises((ExpressionError, MissingError)):
        parse_path(path).look_up(ANSWER)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("${n}", 5),
        ("n=${n}", "n=5"),
        ("${list}", [1, "a"]),
        ("[${list}]", '[[1,"a"]]'),
        ("${flag}!", "true!"),
        ("$${n}", "${n}"),
        ("${n|json}", "5"),
        ("${text|json}", '"a b+"'),
        ("${text|url}", "a%20b%2B"),
        ("${text|base64}", "YSBiKw=="),
        ("${gone?}x", "x"),
        ({"a": ["${n}", {"b": "${text}"}]}, {"a": [5, {"b": "a b+"}]}),
        ({"a": "${gone?}", "b": 1}, {"b": 1}),
        (["${gone?}", 1], [1]),
        (None, None),
    ],
)
def test_template_is_filled_in(template: object, value: object) -> None:
    scope = {"n": 5, "list": [1, "a"], "flag": True, "text": "a b+"}

    assert resolve(template, scope) == value


def test_a_look_up_of_nothing_raises() -> None:
    with pytest.raises(MissingError):
        resolve("${gone}", {})


def test_an_unknown_filter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ExpressionError, match="json, url, base64"):
        resolve("${n|upper}", {"n": 1})


def test_values_are_quoted_where_asked() -> None:
    assert resolve_text("/a/${x}", {"x": "é/"}, lambda t: f"<{t}>") == "/a/<é/>"


def test_look_ups_are_listed_with_their_being_optional() -> None:
    found = [
        (str(path), optional) for path, optional in look_ups({"a": ["${x.y}", "${z?}"]})
    ]

    assert found == [("x.y", False), ("z", True)]
