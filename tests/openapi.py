"""Hold every answer of an app against the OpenAPI files that describe it."""

import json
from functools import cache
from typing import Any

from flask import Flask
from flask import Response
from flask import request
from jsonschema import Draft202012Validator

from mockwx import create_app
from mockwx.web.context import EXTENSION
from mockwx.web.interfaces import INTERFACES


API = "/_mockwx/api"
INTERFACE_AT = {interface.path: interface for interface in INTERFACES}


@cache
def control_api() -> Any:
    """Return the description of the control API."""
    return _asked_for("openapi.json")


@cache
def wechat() -> Any:
    """Return the description of WeChat's side."""
    return _asked_for("openapi-wechat.json")


def watch(app: Flask) -> list[str]:
    """Note from now on every answer that is not as described."""
    violations: list[str] = []

    def look(response: Response) -> Response:
        if response.status_code < 500 and not _spoilt_on_purpose(app):
            violations.extend(_violations(response))
        return response

    app.after_request(look)
    return violations


@cache
def answer_schema(path: str, method: str, status: str) -> Draft202012Validator:
    """Return what judges the JSON that a call answers with a status."""
    document = control_api() if path.startswith(API) else wechat()
    answer = document["paths"][path][method]["responses"][status]
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].split("/")[-1]]
    schemas = [
        described["schema"]
        for kind, described in answer["content"].items()
        if kind.startswith(("application/json", "text/plain"))
    ]
    components = {"components": document["components"]}
    return Draft202012Validator({**schemas[0], **components} if schemas else False)


def success_properties(path: str) -> list[str]:
    """Return what WeChat's success may have, in the order of its pages."""
    interface = INTERFACE_AT[path]
    validator = answer_schema(path, interface.method.lower(), "200")
    success = validator.schema["anyOf"][0]
    return list(success["properties"])


def _violations(response: Response) -> list[str]:
    path = _described_path()
    document = control_api() if path.startswith(API) else wechat()
    operations = document["paths"].get(path, {})
    method = request.method.lower()
    if path in INTERFACE_AT and method != "head":
        # WeChat takes other methods too, and says in its own words which it wants.
        method = INTERFACE_AT[path].method.lower()
    if method not in operations:
        return []
    status = str(response.status_code)
    if status not in operations[method]["responses"]:
        status = f"{status[0]}XX"
    where = f"{request.method} {path} {response.status_code}"
    if status not in operations[method]["responses"]:
        return [f"{where}: the status is not described"]
    if response.mimetype not in ("application/json", "text/plain"):
        return []
    answer = json.loads(response.get_data())
    found = [
        f"{where}: {error.message} in {answer}"
        for error in answer_schema(path, method, status).iter_errors(answer)
    ]
    if path in INTERFACE_AT and not answer.get("errcode") and "authtag" not in answer:
        ordered = [name for name in success_properties(path) if name in answer]
        if list(answer) != ordered:
            found.append(f"{where}: {list(answer)}, described as {ordered}")
    return found


def _described_path() -> str:
    rule = request.url_rule
    if rule is None or rule.rule == f"{API}/wx/<api>":
        return request.path
    return rule.rule.replace("<", "{").replace(">", "}")


def _spoilt_on_purpose(app: Flask) -> bool:
    """Say whether a fault struck: what it makes of an answer is described nowhere."""
    kept = app.extensions[EXTENSION].default.journal.tail()
    return bool(kept and kept[-1].fault)


def _asked_for(name: str) -> Any:
    return create_app().test_client().get(f"{API}/{name}").get_json()
