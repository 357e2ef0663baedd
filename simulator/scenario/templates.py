"""Shapes with ``${…}`` in them, and paths: what is filled in while a story plays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.expressions import ExpressionError
from simulator.expressions import look_ups
from simulator.expressions import parse_path
from simulator.mapping import Kept
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Schema
from simulator.scenario.shapes import Shape
from simulator.scenario.shapes import Text
from simulator.scenario.source import Node


_TEMPLATE = {"type": "string", "pattern": r"\$\{"}


@dataclass(frozen=True, slots=True)
class Template:
    """Any JSON value with ``${…}`` in it."""

    def read(self, node: Node, report: Report) -> object:
        """Return the value without lines, its look-ups checked."""
        check_template(node, report)
        return node.plain()

    def schema(self) -> Schema:
        """Say anything."""
        return {}


@dataclass(frozen=True, slots=True)
class TemplateText:
    """A piece of text with ``${…}`` in it."""

    text: Text

    def read(self, node: Node, report: Report) -> str:
        """Return the text, its look-ups checked."""
        check_template(node, report)
        return self.text.read(node, report)

    def schema(self) -> Schema:
        """Say what the text says."""
        return self.text.schema()


@dataclass(frozen=True, slots=True)
class Templated:
    """A shape, or a look-up that will give it."""

    shape: Shape

    def read(self, node: Node, report: Report) -> object:
        """Return the template, or what the shape reads."""
        if report.templates and isinstance(node.value, str) and "${" in node.value:
            return Template().read(node, report)
        return self.shape.read(node, report)

    def schema(self) -> Schema:
        """Say either."""
        return {"anyOf": [self.shape.schema(), _TEMPLATE]}


@dataclass(frozen=True, slots=True)
class PathShape:
    """A path such as ``data.token``."""

    def read(self, node: Node, report: Report) -> object:
        """Return the path."""
        return read_path(str(node.value), node, report)

    def schema(self) -> Schema:
        """Say string."""
        return {"type": "string", "description": "a path such as data.token"}


@dataclass(frozen=True, slots=True)
class KeptShape:
    """A path such as ``data.token``, or ``data.token?`` for what need not be there."""

    def read(self, node: Node, report: Report) -> Kept:
        """Return what is kept."""
        text = str(node.value)
        path = read_path(text.removesuffix("?"), node, report)
        return Kept(path, text.endswith("?"))

    def schema(self) -> Schema:
        """Say string."""
        return {
            "type": "string",
            "description": "a path such as data.token, or data.token? if it may lack",
        }


def check_template(node: Node, report: Report) -> None:
    """Report look-ups that are no paths, each on its own line."""
    if not report.templates:
        return
    for member in [*node.members().values(), *node.items()]:
        check_template(member, report)
    if isinstance(node.value, str):
        try:
            list(look_ups(node.value))
        except ExpressionError as error:
            report.add(node, str(error))


def read_path(text: str, node: Node, report: Report) -> Any:
    """Parse a path, or report that it is none."""
    try:
        return parse_path(text)
    except ExpressionError as error:
        report.add(node, str(error))
        return None
