"""The shape of expectations: rules by path, each a value or a matcher."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.expressions import look_ups
from simulator.matchers import MATCHERS
from simulator.matchers import Rule
from simulator.patterns import checked
from simulator.scenario.shapes import Flag
from simulator.scenario.shapes import ListOf
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Schema
from simulator.scenario.shapes import near
from simulator.scenario.source import Node
from simulator.scenario.templates import Template
from simulator.scenario.templates import check_template
from simulator.scenario.templates import read_path


@dataclass(frozen=True, slots=True)
class RulesShape:
    """Expectations by path: a value that should be there, or a matcher."""

    fixed: bool = False
    """Judged where no story is known: there is nothing to look up."""

    def read(self, node: Node, report: Report) -> tuple[Rule, ...]:
        """Return the rules."""
        if not isinstance(node.value, dict):
            report.add(node, f"expected rules by path (a mapping), found {node.kind}")
            return ()
        rules: list[Rule] = []
        for text, expected in node.members().items():
            path = read_path(text, expected, report)
            if self.fixed and any(look_ups(expected.plain())):
                report.add(expected, "nothing can be looked up here; write the value")
            elif path is not None:
                rules += [
                    Rule(path, matcher, value)
                    for matcher, value in _matchers(expected, report)
                ]
        return tuple(rules)

    def schema(self) -> Schema:
        """Say object of values or matchers."""
        literal = {"type": ["string", "number", "boolean", "null", "array"]}
        matchers = {
            "type": "object",
            "properties": {name: {} for name in MATCHERS},
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {
            "type": "object",
            "additionalProperties": {"anyOf": [literal, matchers]},
        }


def _matchers(node: Node, report: Report) -> list[tuple[str, object]]:
    if not isinstance(node.value, dict):
        check_template(node, report)
        return [("equals", node.plain())]
    read: list[tuple[str, object]] = []
    for name, expected in node.members().items():
        if name not in MATCHERS:
            hint = near(name, MATCHERS) or f"; known: {', '.join(MATCHERS)}"
            report.add(expected, f"there is no matcher '{name}'{hint}")
            continue
        _check_expected(name, expected, report)
        read.append((name, expected.plain()))
    if not node.members():
        report.add(node, "expected a matcher such as {present: true}, found none")
    return read


def _check_expected(matcher: str, node: Node, report: Report) -> None:
    check_template(node, report)
    if isinstance(node.value, str) and "${" in node.value:
        return
    if matcher in ("present", "absent"):
        Flag().read(node, report)
    elif matcher in ("greater_than", "less_than"):
        Number(minimum=None, whole=False).read(node, report)
    elif matcher == "length":
        Number().read(node, report)
    elif matcher == "any_of":
        ListOf(Template(), "a list of choices").read(node, report)
    elif matcher == "matches":
        _check_pattern(node, report)


def _check_pattern(node: Node, report: Report) -> None:
    try:
        checked(str(node.value))
    except re.error as error:
        report.add(node, f"'{node.value}' is not a regular expression: {error}")
