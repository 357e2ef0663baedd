"""WeChat's side as OpenAPI: made of the interface table and of what its pages say."""

from __future__ import annotations

from collections.abc import Iterator

from mockwx import shipped
from mockwx.config import Settings
from mockwx.domain.control import Schema
from mockwx.version import __version__
from mockwx.web.api_security import HEADERS
from mockwx.web.endpoints import VIEWS
from mockwx.web.interfaces import Interface
from mockwx.web.openapi.document import OPENAPI
from mockwx.web.openapi.document import TEXT
from mockwx.web.openapi.document import Document
from mockwx.web.openapi.document import content
from mockwx.web.openapi.document import ref
from mockwx.web.openapi.document import shape
from mockwx.web.openapi.document import summary_of
from mockwx.web.openapi.protocol import DESCRIBED
from mockwx.web.openapi.protocol import IMAGE
from mockwx.web.openapi.protocol import PNG
from mockwx.web.openapi.protocol import Described
from mockwx.web.openapi.protocol import Properties
from mockwx.web.reply import content_type


HTML = "text/html"
# Whatever a request declares its body to be, WeChat reads JSON.
JSON = "application/json"

_ERROR: Document = {
    "type": "object",
    "description": "WeChat answers errors with HTTP 200.",
    "properties": {
        "errcode": {"type": "integer", "not": {"const": 0}},
        "errmsg": TEXT,
    },
    "required": ["errcode", "errmsg"],
}
_SEALED: Document = {
    "description": "What a signed call asks or is answered, encrypted.",
    **shape(iv=TEXT, data=TEXT, authtag=TEXT),
}


def describe_wechat(settings: Settings) -> Document:
    """Describe WeChat's interfaces as they answer with these settings."""
    known = shipped.replies()
    paths = {
        interface.path: {
            interface.method.lower(): _described(
                interface, settings, known.get(interface.name)
            )
        }
        for interface in VIEWS
    }
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "WeChat's server interfaces, as mockwx answers them",
            "version": __version__,
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR, "Sealed": _SEALED},
            "responses": {
                "Gateway": {
                    "description": "Refused before any interface saw it.",
                    "content": content(HTML, TEXT),
                }
            },
        },
    }


def _described(interface: Interface, settings: Settings, example: object) -> Document:
    described = DESCRIBED.get(interface, Described())
    found: Document = {
        "operationId": interface.name,
        "tags": [interface.family],
        "summary": summary_of(VIEWS[interface].__doc__),
        "parameters": list(_parameters(interface, described)),
    }
    if described.body or described.optional_body:
        body = _object(described.body, described.optional_body)
        if interface.signable:
            body = {"anyOf": [body, ref("Sealed")]}
        found["requestBody"] = {"required": True, "content": content(JSON, body)}
    answers = _page if interface.is_page else _answers
    return {**found, "responses": answers(interface, described, settings, example)}


def _parameters(interface: Interface, described: Described) -> Iterator[Document]:
    if interface.takes_access_token:
        yield _in_query("access_token", TEXT, required=True)
    if interface.takes_component_access_token:
        yield _in_query("component_access_token", TEXT, required=True)
    if interface.signable:
        yield from (_header(name) for name in HEADERS.values())
    for name, schema in described.query.items():
        yield _in_query(name, schema, required=True)
    for name, schema in described.optional_query.items():
        yield _in_query(name, schema, required=False)


def _in_query(name: str, schema: Document, *, required: bool) -> Document:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _header(name: str) -> Document:
    return {"name": name, "in": "header", "required": False, "schema": TEXT}


def _answers(
    interface: Interface, described: Described, settings: Settings, example: object
) -> Document:
    kind = content_type(interface.family, settings)
    others = [ref("Error"), ref("Sealed")] if interface.signable else [ref("Error")]
    either: Schema = {"anyOf": [_success(interface, described), *others]}
    if interface.is_picture:
        pictures = {**content(IMAGE, {}), **content(PNG, {})}
        answers = {**pictures, **content(kind, ref("Error"))}
    else:
        answers = content(kind, either, example=example)
    return {
        "200": {"description": "Success, or an error.", "content": answers},
        "4XX": {"$ref": "#/components/responses/Gateway"},
    }


def _page(
    interface: Interface, described: Described, settings: Settings, example: object
) -> Document:
    """Describe what a person in a browser gets."""
    page = content(HTML, TEXT)
    return {
        "200": {"description": "A page that asks, or says no.", "content": page},
        "302": {
            "description": "Leads on with a code.",
            "headers": {"Location": {"required": True, "schema": TEXT}},
            "content": page,
        },
        "4XX": {"$ref": "#/components/responses/Gateway"},
    }


def _success(interface: Interface, described: Described) -> Document:
    ok: Properties = (
        {"errcode": {"const": 0}, "errmsg": {"const": described.errmsg}}
        if interface.announces_success
        else {}
    )
    return _object({**ok, **described.answer}, described.sometimes)


def _object(required: Properties, optional: Properties) -> Document:
    # Nothing is refused for being unknown: WeChat ignores it.
    found: Document = {"type": "object", "properties": {**required, **optional}}
    return {**found, "required": list(required)} if required else found
