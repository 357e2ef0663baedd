"""A recorded story as the text of a scenario file."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

import yaml


_LONGEST = 72


class _Dumper(yaml.SafeDumper):
    """Writes nothing for null, and short arguments on the line of their step."""


def _write_none(dumper: _Dumper, _: None) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:null", "")


def _write_mapping(dumper: _Dumper, value: Mapping[str, Any]) -> yaml.MappingNode:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", value)
    # In braces only what holds no more than words: a null cannot be seen there.
    nested = any(
        each is None or isinstance(each, (dict, list)) for each in value.values()
    )
    length = sum(len(f"{name}: '{each}', ") for name, each in value.items())
    node.flow_style = not nested and length <= _LONGEST
    return node


_Dumper.add_representer(type(None), _write_none)
_Dumper.add_representer(dict, _write_mapping)


def scenario_text(story: Mapping[str, Any], notes: Iterable[str]) -> str:
    """Write a story, its remarks on top."""
    remarks = ["Recorded by wxsim record; change it as you like.", *notes]
    head = "".join(f"# {line}\n" for line in remarks)
    body = yaml.dump(
        dict(story), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=88
    )
    return head + body
