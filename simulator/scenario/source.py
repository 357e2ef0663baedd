"""YAML with line numbers: text in, a tree of located values out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.ports import SimulatorError
from simulator.speech.file_words import in_chinese
from simulator.speech.masking import mask_text
from simulator.speech.masking import warn_of_real_secrets


if TYPE_CHECKING:
    import yaml

_MAX_NODES = 100_000
_MAX_DEPTH = 60
# Plain scalars as in YAML 1.2 and JSON: `no` and `12:30` are text here.
_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,300})")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
# In braces `${code}` must be quoted: YAML would read the brace as its own.
_BARE_LOOK_UP = re.compile(r"[{,].*[:,{\[]\s*[^\"']*\$\{")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where, and what was expected."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {mask_text(self.message)}"

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        return f"{self.file}:{self.line}：{mask_text(in_chinese(self.message))}"

    def as_json(self) -> dict[str, object]:
        """Shape it for programs."""
        said = {
            "en": mask_text(self.message),
            "zh": mask_text(in_chinese(self.message)),
        }
        return {"file": self.file, "line": self.line, "message": said}


class FileError(SimulatorError):
    """A file that cannot be used, with every problem found in it."""

    located = True

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "\n".join(map(str, problems)), "\n".join(each.zh for each in problems)
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it stands on; members are nodes again."""

    value: object
    line: int

    def members(self) -> dict[str, Node]:
        """List a mapping's members; nothing for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def items(self) -> list[Node]:
        """List a sequence's items; nothing for anything else."""
        return self.value if isinstance(self.value, list) else []

    def plain(self) -> object:
        """Return the value without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    @property
    def kind(self) -> str:
        """Name the kind of value, for messages."""
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        return "nothing" if self.value is None else repr(self.value)


def locate(value: object, line: int) -> Node:
    """Put a plain value on a line."""
    if isinstance(value, Mapping):
        members = {str(key): locate(each, line) for key, each in value.items()}
        return Node(members, line)
    if isinstance(value, (list, tuple)):
        return Node([locate(each, line) for each in value], line)
    return Node(value, line)


def read_source(path: Path) -> Node:
    """Read a YAML file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _file_error(path, 1, "the file is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise SimulatorError(
            f"{path} cannot be read: {reason}.", f"无法读取 {path}：{reason}。"
        ) from error
    warn_of_real_secrets(text, str(path))
    return parse_source(text, path)


def parse_source(text: str, path: Path) -> Node:
    """Parse YAML text; the path is for messages."""
    import yaml  # loaded only when a file is read: --help must not wait for it

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else 1
        hint = _hint(text, line)
        raise _file_error(path, line, f"not YAML: {error.problem}{hint}") from error
    except yaml.YAMLError as error:
        raise _file_error(path, 1, f"not YAML: {error}".splitlines()[0]) from error
    except RecursionError as error:
        raise _file_error(path, 1, "nested too deeply") from error
    if root is None:
        raise _file_error(path, 1, "the file is empty")
    builder = _Builder(path)
    node = builder.node(root, 0)
    if builder.problems:
        raise FileError(tuple(builder.problems))
    return node


def _hint(text: str, line: int) -> str:
    """Guess why YAML gives up on a line."""
    wrong = text.splitlines()[line - 1] if line <= len(text.splitlines()) else ""
    if wrong.startswith("\t") or "\t" in wrong[: len(wrong) - len(wrong.lstrip())]:
        return "; indent with spaces, not tabs"
    if _BARE_LOOK_UP.search(wrong):
        return "; put ${…} in quotes inside braces"
    return ""


class _Builder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = _MAX_NODES
        self.problems: list[Problem] = []

    def node(self, node: yaml.Node, depth: int) -> Node:
        import yaml

        line = node.start_mark.line + 1
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            raise _file_error(
                self._path, line, "too large or too deep; aliases may repeat it"
            )
        if isinstance(node, yaml.MappingNode):
            return Node(dict(self._members(node, depth)), line)
        if isinstance(node, yaml.SequenceNode):
            return Node([self.node(item, depth + 1) for item in node.value], line)
        return Node(_scalar(node), line)

    def _members(
        self, node: yaml.MappingNode, depth: int
    ) -> Iterator[tuple[str, Node]]:
        import yaml

        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._add(line, "a name must be plain text")
                continue
            name = str(key.value)
            if name == "<<":
                self._add(line, "merge keys (<<) are not supported; write it out")
                continue
            if name in seen:
                first = seen[name]
                self._add(line, f"'{name}' stands here twice, first in line {first}")
                continue
            seen[name] = line
            located = self.node(value, depth + 1)
            # A member is blamed where its name stands.
            yield name, Node(located.value, line)

    def _add(self, line: int, message: str) -> None:
        self.problems.append(Problem(str(self._path), line, message))


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    if getattr(node, "style", None) is not None:
        return text  # quoted, or a block of text
    lowered = text.lower() if text in ("True", "TRUE", "False", "FALSE") else text
    if lowered in _WORDS:
        return _WORDS[lowered]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _file_error(path: Path, line: int, message: str) -> FileError:
    return FileError((Problem(str(path), line, message),))
