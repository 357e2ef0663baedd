"""The control API as OpenAPI: made of its routes, and of what its views declare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from mockwx.domain import control
from mockwx.domain.handset import FIELDS as HANDSET
from mockwx.domain.handset import read_user
from mockwx.services.device import CALLS
from mockwx.version import __version__
from mockwx.web.openapi.answers import ANSWERS
from mockwx.web.openapi.answers import JSON
from mockwx.web.openapi.answers import QUERY
from mockwx.web.openapi.answers import SCHEMAS
from mockwx.web.openapi.answers import Answer
from mockwx.web.openapi.document import ANYTHING
from mockwx.web.openapi.document import OPENAPI
from mockwx.web.openapi.document import TEXT
from mockwx.web.openapi.document import Document
from mockwx.web.openapi.document import content
from mockwx.web.openapi.document import ref
from mockwx.web.openapi.document import summary_of
from mockwx.worlds import NAME as WORLD_NAME


PLAY = "play"
"""The one view behind every wx call; each is described for itself."""

_IN_PATH: Mapping[str, control.Schema] = {"user": read_user.schema}
_SEGMENT: control.Schema = {"type": "string", "pattern": "^[^/]+$"}
_PARAMETER = re.compile(r"\{(\w+)\}")

# Read as a whole and not by fields: a state is nothing that people write.
_BODIES: Mapping[str, control.Schema] = {"restore_snapshot": ref("Snapshot")}

_WORLD: Document = {
    "name": "X-Mockwx-World",
    "in": "header",
    "description": "Works in a world of its own.",
    "schema": {"type": "string", "pattern": f"^{WORLD_NAME.pattern}$"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call, as its route and its view tell it."""

    name: str
    method: str
    path: str
    """Its parameters in braces."""
    tag: str
    summary: str
    query: frozenset[str] = frozenset()
    fields: control.Spec = field(default_factory=dict)
    required: tuple[str, ...] = ()


def describe_control_api(operations: Iterable[Operation]) -> Document:
    """Describe the control API."""
    paths: dict[str, Document] = {}
    for each in _one_by_one(operations):
        paths.setdefault(each.path, {})[each.method.lower()] = _described(each)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "mockwx control API",
            "version": __version__,
            "description": "Everything that only a mock has.",
        },
        "servers": [{"url": "/"}],
        # Open from this machine; from any other the server asks for its token.
        "security": [{}, {"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(SCHEMAS),
            "parameters": {"World": _WORLD},
            "responses": {
                "Refused": _response("Refused, and why.", "Error"),
                "Unavailable": _response("The store is out of reach.", "Error"),
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _one_by_one(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Yield each call, and in the place of the phone's door each wx call."""
    for each in operations:
        if each.name == PLAY:
            yield from _wx_calls(each)
        else:
            yield each


def _wx_calls(door: Operation) -> Iterator[Operation]:
    for name, call in CALLS.items():
        yield replace(
            door,
            name=f"wx.{name}",
            path=_PARAMETER.sub(name, door.path),
            summary=summary_of(call.verb.__doc__),
            fields={**HANDSET, **call.arguments},
        )


def _described(operation: Operation) -> Document:
    found: Document = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [
            *_parameters(operation),
            {"$ref": "#/components/parameters/World"},
        ],
    }
    body = _body(operation)
    if body is not None:
        found["requestBody"] = body
    return {**found, "responses": _responses(operation)}


def _parameters(operation: Operation) -> Iterator[Document]:
    for name in _PARAMETER.findall(operation.path):
        schema = _IN_PATH.get(name, _SEGMENT)
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name in sorted(operation.query):
        yield {"name": name, "in": "query", "schema": QUERY.get(name, TEXT)}


def _body(operation: Operation) -> Document | None:
    schema = _BODIES.get(operation.name)
    if schema is None and operation.fields:
        schema = control.object_schema(operation.fields, required=operation.required)
    if schema is None:
        return None
    needed = bool(operation.required) or operation.name in _BODIES
    return {"required": needed, "content": content(JSON, schema)}


def _responses(operation: Operation) -> Document:
    usual = ANSWERS[PLAY] if operation.tag == "wx" else Answer("Anything")
    answer = ANSWERS.get(operation.name, usual)
    done = _response("Done.", answer.schema, media_type=answer.media_type)
    if answer.links:
        done["links"] = answer.links
    return {
        str(answer.status): done,
        "4XX": {"$ref": "#/components/responses/Refused"},
        "503": {"$ref": "#/components/responses/Unavailable"},
    }


def _response(description: str, schema: str, *, media_type: str = JSON) -> Document:
    described = ref(schema) if schema in SCHEMAS else ANYTHING
    if media_type != JSON:
        described = TEXT
    return {"description": description, "content": content(media_type, described)}
