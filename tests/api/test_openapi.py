"""The OpenAPI files describe every route and field, and the documented replies.

That every answer is as they say is held against them by the fixture `app`.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from jsonschema import Draft202012Validator

from mockwx.domain.fault import FIELDS as FAULT
from mockwx.domain.mini_program import FIELDS as MINI_PROGRAM
from mockwx.services.device import CALLS
from mockwx.services.world import USER_FIELDS as USER
from mockwx.shipped import replies
from mockwx.web.interfaces import INTERFACES
from mockwx.web.interfaces import Interface
from mockwx.web.openapi.answers import ANSWERS
from mockwx.web.openapi.answers import QUERY
from mockwx.web.openapi.answers import SCHEMAS
from mockwx.web.openapi.protocol import DESCRIBED
from tests.openapi import API
from tests.openapi import answer_schema
from tests.openapi import control_api
from tests.openapi import success_properties
from tests.openapi import wechat
from tests.wechat import Control


WORLDS = Path(__file__).resolve().parents[2] / "fixtures" / "worlds"
BY_NAME = {interface.name: interface for interface in INTERFACES}
OF_HTTP = {"HEAD", "OPTIONS"}
SAYS_OK = [each for each in INTERFACES if each.announces_success]


def operations(document: Any) -> dict[str, Any]:
    """Return every operation by its id."""
    return {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
    }


def test_each_route_of_the_control_api_is_described(app: Flask) -> None:
    routes = {
        (re.sub("<(.+?)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API) and "<api>" not in rule.rule
        for method in (rule.methods or set()) - OF_HTTP
    }

    described = {
        (path, method.upper())
        for path, methods in control_api()["paths"].items()
        for method in methods
    }

    assert described == routes | {(f"{API}/wx/{name}", "POST") for name in CALLS}


def test_each_control_call_says_what_it_answers() -> None:
    names = {name for name in operations(control_api()) if not name.startswith("wx.")}

    assert names - set(ANSWERS) == set()
    assert set(ANSWERS) - names == {"play", "wx.login"}
    shapes = {answer.schema for answer in ANSWERS.values()}
    assert shapes - set(SCHEMAS) == {"Events"}


def test_each_query_parameter_of_the_control_api_is_explained() -> None:
    taken = {
        parameter["name"]
        for operation in operations(control_api()).values()
        for parameter in operation["parameters"]
        if parameter.get("in") == "query"
    }

    assert taken == set(QUERY)


@pytest.mark.parametrize(
    ("operation_id", "fields"),
    [
        ("add_mini_program", MINI_PROGRAM),
        ("add_user", USER),
        ("arm_fault", FAULT),
        ("wx.login", {"timeout": None, "appid": None, "consent": None}),
    ],
)
def test_body_has_the_fields_that_are_read(operation_id: str, fields: Any) -> None:
    body = operations(control_api())[operation_id]["requestBody"]
    schema = body["content"]["application/json"]["schema"]

    assert set(fields) <= set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_links_lead_to_calls_that_take_what_they_carry() -> None:
    known = operations(control_api())

    for operation in known.values():
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                taken = {
                    parameter.get("name")
                    for parameter in known[link["operationId"]]["parameters"]
                }
                assert set(link["parameters"]) <= taken


def test_each_interface_is_described() -> None:
    assert set(DESCRIBED) == set(INTERFACES)
    assert set(operations(wechat())) == set(BY_NAME)


@pytest.mark.parametrize("interface", SAYS_OK, ids=lambda each: each.name)
def test_success_that_announces_itself_begins_with_errcode(
    interface: Interface,
) -> None:
    assert success_properties(interface.path)[:2] == ["errcode", "errmsg"]


@pytest.mark.parametrize("name", replies())
def test_documented_reply_is_one_that_is_described(name: str) -> None:
    interface, reply = BY_NAME[name], replies()[name]
    validator = answer_schema(interface.path, interface.method.lower(), "200")
    success = {**validator.schema["anyOf"][0], "additionalProperties": False}

    Draft202012Validator(success).validate(reply)

    assert isinstance(reply, dict)
    described = success_properties(interface.path)
    assert list(reply) == [each for each in described if each in reply]


def test_each_interface_that_answers_json_has_a_documented_reply() -> None:
    answering = {
        interface.name
        for interface in INTERFACES
        if not (interface.is_page or interface.is_picture)
    }

    assert set(replies()) == answering


def test_documented_replies_are_the_examples() -> None:
    examples = {
        name: described["example"]
        for name, operation in operations(wechat()).items()
        for described in operation["responses"]["200"]["content"].values()
        if "example" in described
    }

    assert examples == replies()


def test_content_types_are_those_of_the_families(control: Control) -> None:
    content = {
        name: list(operation["responses"]["200"]["content"])
        for name, operation in operations(control.get("openapi-wechat.json")).items()
    }

    assert content["code2Session"] == ["text/plain"]
    assert content["getAccessToken"] == ["application/json; encoding=utf-8"]
    assert content["getQRCode"][:2] == ["image/jpeg", "image/png"]
    assert content["qrconnect"] == ["text/html"]


@pytest.mark.parametrize(
    "file", sorted(WORLDS.glob("*.yaml")), ids=lambda file: file.name
)
def test_shipped_world_is_one_by_the_schema_it_names(
    control: Control, file: Path
) -> None:
    schema = control.get("world.schema.json")
    first_line, _, text = file.read_text(encoding="utf-8").partition("\n")
    named = file.parent / first_line.partition("$schema=")[2]

    Draft202012Validator(schema).validate(yaml.safe_load(text))

    assert json.loads(named.read_text(encoding="utf-8")) == schema
