"""JSON of somebody else: what is sane is read, the rest is a ValueError."""

import json

import pytest

from simulator.foreign_json import DEEPEST
from simulator.foreign_json import parsed


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize("text", ['{"a": [1, null, "中"]}', b'{"a": [1]}', "1", '""'])
def test_json_is_read_as_it_is(text: str | bytes) -> None:
    assert parsed(text) == json.loads(text)


def test_many_values_side_by_side_are_not_deep() -> None:
    text = json.dumps([{"a": [{}]}] * 1000)

    assert parsed(text) == json.loads(text)


def test_as_many_levels_as_allowed_are_read() -> None:
    assert parsed(nested(DEEPEST)) == json.loads(nested(DEEPEST))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "success",
        nested(DEEPEST + 1),
        nested(900),
        nested(5_000),
        "[" * 5_000 + "]" * 5_000,
        b"[" * 900 + b"]" * 900,
    ],
    ids=["nothing", "half", "a word", "one", "900", "5000", "a list", "bytes"],
)
def test_what_is_no_json_or_too_deep_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"^(Expecting|nested too deeply)"):
        parsed(text)
