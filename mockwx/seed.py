"""World files: the apps, people, policies and faults a world begins with.

YAML or JSON. Every field is read as the control API reads it, so a file and a call
never differ; what is wrong is told with file, line and what was expected.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from typing import NoReturn

from mockwx.config import ERRMSG_SUFFIXES
from mockwx.config import JSON_CONTENT_TYPES
from mockwx.config import LOCALES
from mockwx.config import POLICIES
from mockwx.config import SNS_CONTENT_TYPES
from mockwx.config import Settings
from mockwx.config import StartingWorld
from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.domain.fault import FIELDS as FAULT_FIELDS
from mockwx.domain.fault import REQUIRED as FAULT_REQUIRED
from mockwx.domain.mini_program import FIELDS as MINI_PROGRAM_FIELDS
from mockwx.domain.refusal import RefusalError
from mockwx.secrecy.lookout import LOOKOUT
from mockwx.secrecy.looks import kept
from mockwx.services.world import USER_FIELDS
from mockwx.services.world import USER_REQUIRED
from mockwx.wechat import WeChat


if TYPE_CHECKING:
    from yaml import Node


Body = Mapping[str, object]

SETTINGS: dict[str, control.Reader] = {
    "seed": control.whole(),
    "locale": control.one_of(*LOCALES),
    "policy": control.one_of(*POLICIES),
    "freeze": control.whole(),
    "errmsg_suffix": control.one_of(*ERRMSG_SUFFIXES),
    "sns_content_type": control.one_of(*SNS_CONTENT_TYPES),
    "json_content_type": control.one_of(*JSON_CONTENT_TYPES),
    "escape_slash": control.flag,
    "escape_oauth_slash": control.flag,
}


class WorldFileError(RefusalError, ValueError):
    """A world file that cannot be used: the text names file, line and the cure."""


@dataclass(frozen=True, slots=True)
class WorldFile:
    """A file's settings, which an option or a variable overrules, and its world."""

    settings: Body
    world: StartingWorld


def load(path: Path) -> WorldFile:
    """Read a world file; raises WorldFileError."""
    return _Reader(path).read()


class _Reader:
    """Reads one file, remembering where every part of it stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # What a world could not begin with is found by beginning one, part by part.
        self._trial = WeChat(Settings())

    def read(self) -> WorldFile:
        root = self._compose()
        parts = dict(self._pairs(root))
        known = {*SETTINGS, *_LISTS}
        for name, (key, _) in parts.items():
            if name not in known:
                unknown = control.unknown_field(name, known)
                self._refuse(key, unknown.message, unknown.message_zh)
        settings = {
            name: self._setting(name, parts[name][1])
            for name in SETTINGS
            if name in parts
        }
        lists = {
            name: tuple(self._items(parts[name][1], part))
            for name, part in _LISTS.items()
            if name in parts
        }
        return WorldFile(settings, StartingWorld(**lists))

    def _items(self, node: Node, part: _Part) -> Iterator[Body]:
        from yaml import SequenceNode

        if not isinstance(node, SequenceNode):
            self._refuse(node, "expected a list.", "此处应为列表。")
        for item in node.value:
            body = dict(self._pairs(item))
            values = {name: self._value(value) for name, (_, value) in body.items()}
            try:
                part.begin(self._trial, values)
            except ControlError as error:
                at = body.get(str(error.field), (item, item))[0]
                self._refuse(at, error.message, error.message_zh)
            if isinstance(values.get("secret"), str):
                values["secret"] = kept(str(values["secret"]))
            yield values

    def _setting(self, name: str, node: Node) -> object:
        try:
            return SETTINGS[name](name, self._value(node))
        except ControlError as error:
            self._refuse(node, error.message, error.message_zh)

    def _pairs(self, node: Node) -> Iterator[tuple[str, tuple[Node, Node]]]:
        from yaml import MappingNode

        if not isinstance(node, MappingNode):
            self._refuse(node, "expected names and values.", "此处应为名称和值。")
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                self._refuse(
                    key,
                    f"{key.value!r} is given twice.",
                    f"{key.value!r} 写了两次。",
                )
            seen.add(str(key.value))
            yield str(key.value), (key, value)

    def _value(self, node: Node) -> object:
        from yaml import YAMLError
        from yaml.constructor import SafeConstructor

        try:
            value: object = SafeConstructor().construct_document(node)
        except (YAMLError, ValueError) as error:
            self._refuse(
                node, f"not a plain value ({error}).", f"不是普通的值（{error}）。"
            )
        return value

    def _compose(self) -> Node:
        import yaml

        try:
            text = self.path.read_text("utf-8")
            root = yaml.compose(text, yaml.SafeLoader)
        except OSError as error:
            raise self._error(
                f": {error.strerror}.", f"：无法读取（{error.strerror}）。"
            ) from None
        except UnicodeDecodeError:
            raise self._error(
                ": not UTF-8; save it as UTF-8.", "：不是 UTF-8；请以 UTF-8 保存。"
            ) from None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self._error(
                f":{line}: {error.problem}.", f":{line}：不是 YAML（{error.problem}）。"
            ) from None
        except (yaml.YAMLError, RecursionError) as error:
            raise self._error(
                f": not YAML ({error}).", f"：不是 YAML（{error}）。"
            ) from None
        LOOKOUT.look(text, str(self.path))
        if root is None:
            raise self._error(
                ":1: expected a world, the file is empty.",
                ":1：此处应描述一个世界，而文件是空的。",
            )
        return root

    def _refuse(self, node: Node, message: str, message_zh: str) -> NoReturn:
        line = node.start_mark.line + 1
        raise self._error(f":{line}: {message}", f":{line}：{message_zh}")

    def _error(self, message: str, message_zh: str) -> WorldFileError:
        return WorldFileError(f"{self.path}{message}", f"{self.path}{message_zh}")


def schema() -> control.Schema:
    """Return what a world file may say, as JSON Schema for editors."""
    described = {name: reader.schema for name, reader in SETTINGS.items()}
    for name, part in _LISTS.items():
        items = control.object_schema(part.fields, required=part.required)
        described[name] = {"type": "array", "items": items}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "World file of mockwx",
        "type": "object",
        "properties": described,
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class _Part:
    """A list of a world file: how a world begins with a member, and what it may say."""

    begin: Callable[[WeChat, Body], object]
    fields: control.Spec
    required: tuple[str, ...] = ()


_LISTS: dict[str, _Part] = {
    "mini_programs": _Part(
        lambda wechat, body: wechat.begin_with(body), MINI_PROGRAM_FIELDS
    ),
    "users": _Part(
        lambda wechat, body: wechat.world.add_user(body), USER_FIELDS, USER_REQUIRED
    ),
    "faults": _Part(
        lambda wechat, body: wechat.faults.arm(body), FAULT_FIELDS, FAULT_REQUIRED
    ),
}
