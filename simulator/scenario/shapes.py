"""The shapes a file may have: each reads a located value, and writes its JSON Schema.

One description for both, so that an editor and ``wxsim check`` never disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from difflib import get_close_matches
from itertools import combinations
from typing import Any
from typing import Protocol
from typing import TypeAlias

from simulator.scenario.source import Node
from simulator.scenario.source import Problem


Schema: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Report:
    """Collects the problems of one file."""

    file: str
    templates: bool = True
    """Whether ``${…}`` may still stand for a value."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, node: Node, message: str) -> None:
        """Note a problem on the line of a value."""
        self.problems.append(Problem(self.file, node.line, message))


class Shape(Protocol):
    """Something a value may look like."""

    def read(self, node: Node, report: Report) -> Any:
        """Return the value; report what is wrong with it."""
        ...

    def schema(self) -> Schema:
        """Return the same as JSON Schema."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text."""

    example: str = "text"
    pattern: str | None = None

    def read(self, node: Node, report: Report) -> str:
        """Return the text; a number that looks like one is taken as written."""
        if isinstance(node.value, (str, int, float)) and not isinstance(
            node.value, bool
        ):
            text = str(node.value)
            if self.pattern is None or re.fullmatch(self.pattern, text):
                return text
        report.add(node, f"expected {self.example}, found {node.kind}")
        return ""

    def schema(self) -> Schema:
        """Say string, with the pattern if there is one."""
        if self.pattern is None:
            return {"type": ["string", "number"], "description": self.example}
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, node: Node, report: Report) -> bool:
        """Return the flag."""
        if isinstance(node.value, bool):
            return node.value
        report.add(node, f"expected true or false, found {node.kind}")
        return False

    def schema(self) -> Schema:
        """Say boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number not below a minimum, perhaps not above a maximum."""

    minimum: float | None = 0
    whole: bool = True
    maximum: float | None = None

    def read(self, node: Node, report: Report) -> float:
        """Return the number."""
        value = node.value
        allowed = int if self.whole else (int, float)
        if (
            isinstance(value, allowed)
            and not isinstance(value, bool)
            and (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
        ):
            return value
        kind = "a whole number" if self.whole else "a number"
        bounds = "" if self.minimum is None else f" from {self.minimum}"
        bounds += "" if self.maximum is None else f" to {self.maximum}"
        report.add(node, f"expected {kind}{bounds}, found {node.kind}")
        return 0

    def schema(self) -> Schema:
        """Say integer or number."""
        schema: Schema = {"type": "integer" if self.whole else "number"}
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        return schema


WAIT = Number(maximum=600_000)
"""Milliseconds that somebody really waits: ten minutes are enough."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def read(self, node: Node, report: Report) -> str:
        """Return the word."""
        if node.value in self.words:
            return str(node.value)
        nearest = near(str(node.value), self.words)
        listed = ", ".join(self.words)
        report.add(node, f"expected one of {listed}, found {node.kind}{nearest}")
        return self.words[0]

    def schema(self) -> Schema:
        """Say enum."""
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape."""

    item: Shape
    what: str = "a list"

    def read(self, node: Node, report: Report) -> tuple[Any, ...]:
        """Return the items."""
        if isinstance(node.value, list):
            return tuple(self.item.read(each, report) for each in node.items())
        report.add(node, f"expected {self.what}, found {node.kind}")
        return ()

    def schema(self) -> Schema:
        """Say array."""
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping of free names to one shape."""

    item: Shape
    what: str = "a mapping"

    def read(self, node: Node, report: Report) -> dict[str, Any]:
        """Return the members."""
        if isinstance(node.value, dict):
            return {
                name: self.item.read(each, report)
                for name, each in node.members().items()
            }
        report.add(node, f"expected {self.what}, found {node.kind}")
        return {}

    def schema(self) -> Schema:
        """Say object with any names."""
        return {"type": "object", "additionalProperties": self.item.schema()}


@dataclass(frozen=True, slots=True)
class OrNull:
    """A shape, or null."""

    shape: Shape

    def read(self, node: Node, report: Report) -> object:
        """Return null, or what the shape reads."""
        return None if node.value is None else self.shape.read(node, report)

    def schema(self) -> Schema:
        """Say either."""
        return {"anyOf": [self.shape.schema(), {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping of known names; ``build`` makes a value of what was read."""

    what: str
    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    build: Callable[[dict[str, Any]], Any] = dict
    one_of: tuple[str, ...] = ()
    """Names of which at most one may stand here."""

    def read(self, node: Node, report: Report) -> Any:
        """Return what ``build`` makes; None if there were problems."""
        before = len(report.problems)
        read = self.read_members(node, report)
        return None if len(report.problems) > before else self.build(read)

    def read_members(self, node: Node, report: Report) -> dict[str, Any]:
        """Return the members as they are."""
        if not isinstance(node.value, dict):
            report.add(node, f"expected {self.what} (a mapping), found {node.kind}")
            return {}
        read: dict[str, Any] = {}
        for name, member in node.members().items():
            shape = self.fields.get(name)
            if shape is None:
                known = near(name, self.fields) or f"; known: {', '.join(self.fields)}"
                report.add(member, f"{self.what} has no '{name}'{known}")
            else:
                read[name] = shape.read(member, report)
        for name in self.required:
            if name not in node.members():
                report.add(node, f"{self.what} needs '{name}'")
        rivals = [name for name in self.one_of if name in node.members()]
        if len(rivals) > 1:
            report.add(node, f"{self.what} takes only one of {', '.join(rivals)}")
        return read

    def schema(self) -> Schema:
        """Say object with these names."""
        schema: Schema = {
            "type": "object",
            "properties": {name: shape.schema() for name, shape in self.fields.items()},
            "additionalProperties": False,
        }
        if self.required:
            schema["required"] = list(self.required)
        if self.one_of:
            rivals = combinations(self.one_of, 2)
            schema["allOf"] = [{"not": {"required": list(pair)}} for pair in rivals]
        return schema


def misplaced(name: str, word: str) -> str:
    """Say that something stands inside a word and belongs beside it."""
    return f"'{name}' stands beside {word}, not inside it: indent it as far as {word}"


def near(word: str, words: Iterable[str]) -> str:
    """Ask whether the nearest known word was meant; nothing if none is near."""
    found = get_close_matches(word, list(words), n=1)
    return f"; did you mean '{found[0]}'?" if found else ""
