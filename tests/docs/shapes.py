"""What scenario and backend files may say, as tables made of the simulator's shapes."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from simulator.matchers import MATCHERS
from simulator.scenario.actions import ACTIONS
from simulator.scenario.faults import BODIES
from simulator.scenario.faults import EFFECT
from simulator.scenario.faults import EffectShape
from simulator.scenario.grammar import BACKEND_FILE
from simulator.scenario.grammar import SCENARIO
from simulator.scenario.rules import RulesShape
from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import Flag
from simulator.scenario.shapes import ListOf
from simulator.scenario.shapes import MapOf
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import OrNull
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Shape
from simulator.scenario.shapes import Text
from simulator.scenario.steps import StepShape
from simulator.scenario.templates import KeptShape
from simulator.scenario.templates import PathShape
from simulator.scenario.templates import Template
from simulator.scenario.templates import Templated
from simulator.scenario.templates import TemplateText


Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language for what stands in a file."""

    text: str
    number: str
    flag: str
    anything: str
    path: str
    kept: str
    rules: str
    step: str
    effect: str
    list_of: str
    mapping_to: str
    mapping_of: str
    or_null: str
    free: str
    name: str
    value: str
    action: str
    arguments: str
    words: str
    file: str
    device: str
    effects: str
    backend_file: str
    send: str
    call: str
    matchers: str


ENGLISH = Words(
    text="text",
    number="a number",
    flag="`true` or `false`",
    anything="anything",
    path="a path",
    kept="a path, perhaps with `?`",
    rules="rules",
    step="step",
    effect="an effect",
    list_of="a list of: ",
    mapping_to="a mapping to: ",
    mapping_of="a mapping of ",
    or_null=" or `null`",
    free="[what the mock takes](control-api.md)",
    name="name",
    value="value",
    action="word",
    arguments="arguments",
    words="Every word",
    file="The file",
    device="A device",
    effects="Effects of a fault",
    backend_file="The file",
    send="What `send` sends",
    call="A call",
    matchers="Matchers",
)
CHINESE = Words(
    text="文本",
    number="数字",
    flag="`true` 或 `false`",
    anything="任意值",
    path="路径",
    kept="路径，可带 `?`",
    rules="规则",
    step="步骤",
    effect="一种效果",
    list_of="列表，每项为：",
    mapping_to="映射，值为：",
    mapping_of="映射，可含 ",
    or_null="，或 `null`",
    free="[mock 接受的字段](control-api.zh-CN.md)",
    name="名称",
    value="值",
    action="词",
    arguments="参数",
    words="全部的词",
    file="文件",
    device="设备",
    effects="故障的效果",
    backend_file="文件",
    send="`send` 发送什么",
    call="一个调用",
    matchers="比较方式",
)


def scenarios(words: Words, table: Table) -> str:
    """List every word of a story, then what stands around the steps."""
    rows = [
        (f"`{word}`", words.free if action.free else _arguments(action.shape, words))
        for word, action in ACTIONS.items()
    ]
    device = SCENARIO.fields["device"]
    effects = [*_rows(EFFECT, words), ("`body`", _body(words))]
    effects = list(dict(effects).items())
    return _sections(
        (words.words, table((words.action, words.arguments), rows)),
        (words.file, table((words.name, words.value), _rows(SCENARIO, words))),
        (words.device, table((words.name, words.value), _rows(device, words))),
        (words.effects, table((words.name, words.value), effects)),
    )


def backend_files(words: Words, table: Table) -> str:
    """List what a backend file and each of its calls may say."""
    columns = (words.name, words.value)
    calls = BACKEND_FILE.fields["calls"]
    call = calls.item if isinstance(calls, MapOf) else calls
    return _sections(
        (words.backend_file, table(columns, _rows(BACKEND_FILE, words))),
        (words.call, table(columns, _rows(call, words))),
        (words.send, table(columns, _rows(BACKEND_FILE.fields["send"], words))),
        (words.matchers, ", ".join(f"`{name}`" for name in MATCHERS) + "\n"),
    )


def in_words(shape: Shape, words: Words) -> str:
    """Say what may stand for a value."""
    return SAY[type(shape)](shape, words)


def _text(shape: Text, words: Words) -> str:
    pattern = (shape.pattern or "").replace("|", r"\|")
    return f"{words.text} `{pattern}`" if pattern else words.text


def _names(record: Record, words: Words) -> str:
    return words.mapping_of + ", ".join(f"`{name}`" for name in record.fields)


def _arguments(shape: Shape, words: Words) -> str:
    """List arguments; neighbours that take the same are told together."""
    alike = groupby(_rows(shape, words), key=itemgetter(1))
    return "; ".join(
        f"{', '.join(name for name, _ in rows)}: {value}" for value, rows in alike
    )


def _rows(shape: Shape, words: Words) -> list[tuple[str, str]]:
    if not isinstance(shape, Record):
        raise TypeError(f"{shape} has no names to list")
    return [
        (f"`{name}`" + "*" * (name in shape.required), in_words(each, words))
        for name, each in shape.fields.items()
    ]


def _body(words: Words) -> str:
    return f"{words.text}; " + ", ".join(f"`{body}`" for body in BODIES)


def _sections(*sections: tuple[str, str]) -> str:
    return "\n".join(f"## {heading}\n\n{made}" for heading, made in sections)


SAY: Mapping[type, Callable[[Any, Words], str]] = {
    Templated: lambda shape, words: in_words(shape.shape, words),
    TemplateText: lambda shape, words: in_words(shape.text, words),
    OrNull: lambda shape, words: in_words(shape.shape, words) + words.or_null,
    Text: _text,
    Choice: lambda shape, words: ", ".join(f"`{word}`" for word in shape.words),
    ListOf: lambda shape, words: words.list_of + in_words(shape.item, words),
    MapOf: lambda shape, words: words.mapping_to + in_words(shape.item, words),
    Record: lambda shape, words: _names(shape, words),
    Flag: lambda _, words: words.flag,
    Number: lambda _, words: words.number,
    Template: lambda _, words: words.anything,
    PathShape: lambda _, words: words.path,
    KeptShape: lambda _, words: words.kept,
    RulesShape: lambda _, words: words.rules,
    StepShape: lambda _, words: words.step,
    EffectShape: lambda _, words: words.effect,
}
