"""YAML with line numbers."""

import json
from pathlib import Path

import pytest

from simulator.ports import SimulatorError
from simulator.scenario.source import FileError
from simulator.scenario.source import parse_source
from simulator.scenario.source import read_source


HERE = Path("x.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a: -1.5", {"a": -1.5}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: true", {"a": True}),
        ("a: null", {"a": None}),
        ("a:", {"a": None}),
        ("a: no", {"a": "no"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: 0123", {"a": "0123"}),
        ("a: 2024-01-01", {"a": "2024-01-01"}),
        ("a: '1'", {"a": "1"}),
        ("a: |\n  true\n", {"a": "true\n"}),
        ("a: .inf", {"a": ".inf"}),
        ("a: 1_000", {"a": "1_000"}),
        ("- &x [1]\n- *x", [[1], [1]]),
        ("微: 信", {"微": "信"}),
    ],
)
def test_values_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert parse_source(text, HERE).plain() == value


def test_members_stand_on_the_line_of_their_name() -> None:
    root = parse_source("a: 1\nb:\n\n  c: [1,\n   2]\n", HERE)

    b = root.members()["b"]
    assert (b.line, b.members()["c"].line) == (2, 4)
    assert [item.line for item in b.members()["c"].items()] == [4, 5]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: [1", 1, "not YAML"),
        ("a: 1\nb: : c", 2, "not YAML"),
        ("a: 1\n\tb: 1", 2, "not YAML"),
        ("a: 1\nb: 2\na: 3", 3, "stands here twice, first in line 1"),
        ("? [1]\n: 2", 1, "a name must be plain text"),
        ("a: &a {b: 1}\nc: {<<: *a}", 2, "merge keys"),
        ("", 1, "the file is empty"),
        ("# only a comment", 1, "the file is empty"),
        ("a: &a [*a]", 1, "too deep"),
        ("a: 1\n---\nb: 2", 2, "not YAML"),
        ("a: \x00", 1, "not YAML"),
        ("[" * 500, 1, "not YAML|too deep|nested too deeply"),
    ],
)
def test_broken_yaml_names_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(FileError, match=reason) as caught:
        parse_source(text, HERE)

    (problem,) = caught.value.problems
    assert problem.file == "x.yaml"
    assert problem.line >= line


def test_aliases_cannot_blow_a_file_up() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    with pytest.raises(FileError, match="aliases"):
        parse_source("\n".join(lines), HERE)


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!python/object/new:type [z, [], {}]",
    ],
)
def test_tag_of_python_makes_nothing(tag: str) -> None:
    try:
        made = parse_source(f"a: {tag}", HERE).plain()
    except FileError:
        return

    assert json.loads(json.dumps(made)) == made


def test_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="cannot be read"):
        read_source(tmp_path / "none.yaml")
    with pytest.raises(SimulatorError, match="cannot be read"):
        read_source(tmp_path)


def test_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("名: 微信".encode("gbk"))

    with pytest.raises(FileError, match="save it as UTF-8"):
        read_source(path)


def test_byte_order_mark_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")

    assert read_source(path).plain() == {"a": 1}
