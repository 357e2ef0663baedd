"""What both descriptions have in common: their version, their shapes, their parts."""

from __future__ import annotations

from typing import TypeAlias

from mockwx.domain.control import Schema


OPENAPI = "3.1.0"

Document: TypeAlias = dict[str, object]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {"type": "object"}


def shape(**properties: Schema) -> Schema:
    """Describe an object that has all of these properties, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(items: Schema) -> Schema:
    """Describe a list."""
    return {"type": "array", "items": items}


def nullable(schema: Schema) -> Schema:
    """Describe what may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """Point at a schema of the same document."""
    return {"$ref": f"#/components/schemas/{name}"}


def content(media_type: str, schema: Schema, *, example: object = None) -> Document:
    """Describe a body; an example of None is none."""
    described: Document = {"schema": schema}
    if example is not None:
        described["example"] = example
    return {media_type: described}


def summary_of(docstring: str | None) -> str:
    """Return what a docstring says first."""
    return (docstring or "").partition("\n")[0].rstrip(".")
