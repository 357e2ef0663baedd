"""What is guessed of an OpenAPI or Swagger description."""

from typing import Any

import pytest

from simulator.ports import SimulatorError
from simulator.sketch.model import CallSketch
from simulator.sketch.model import Sent
from simulator.sketch.model import Sketch
from simulator.sketch.openapi import read_openapi


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def described(path: str, operation: dict[str, Any], **document: Any) -> Sketch:
    paths = {path: {"post": operation}, **document.pop("paths", {})}
    return read_openapi({"openapi": "3.1.0", "paths": paths, **document}, "api.json")


def takes(media: str, **properties: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {media: {"schema": schema(**properties)}}}}


def answers(**properties: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema(**properties)}}
    return {"responses": {"200": {"content": content}}}


def test_login_is_the_call_that_takes_a_code_and_sounds_like_one() -> None:
    sketch = described(
        "/coupons",
        takes("application/json", code={"type": "string"}),
        paths={"/wx/login": {"post": takes("application/json", js_code={})}},
    )

    assert sketch.login == CallSketch(
        "login", "POST", "/wx/login", json={"js_code": "${code}"}
    )


def test_token_is_found_inside_the_answer() -> None:
    operation = {
        **takes("application/json", code={}),
        **answers(code={"type": "integer"}, data=schema(user=schema(accessToken={}))),
    }

    assert described("/login", operation).keep == "data.data.user.accessToken"


def test_form_and_constants_are_filled_in() -> None:
    operation = takes(
        "application/x-www-form-urlencoded",
        loginCode={},
        grantType={"enum": ["wechat"]},
        clientId={"default": "mini"},
        remark={"type": "string"},
    )

    assert described("/login", operation).login.form == {
        "loginCode": "${code}",
        "grantType": "wechat",
        "clientId": "mini",
    }


def test_what_is_required_and_unknown_is_left_to_edit() -> None:
    body = schema(code={}, shopId={"type": "string"}) | {"required": ["shopId"]}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Login"}}}

    sketch = described(
        "/login",
        {"requestBody": {"content": content}},
        components={"schemas": {"Login": {"allOf": [body]}}},
    )

    assert sketch.login.json == {"code": "${code}", "shopId": "EDIT"}


def test_nested_payload_is_filled_in() -> None:
    operation = takes(
        "application/json",
        code={},
        payload=schema(encryptedData={}, iv={}, rawData={}, signature={}),
    )

    assert described("/login", operation).login.json["payload"] == {
        "encryptedData": "${encryptedData}",
        "iv": "${iv}",
        "rawData": "${rawData}",
        "signature": "${signature}",
    }


def test_parameters_go_where_they_belong() -> None:
    operation = {
        "parameters": [
            {"in": "path", "name": "appid", "required": True},
            {"in": "header", "name": "X-WX-Code", "required": True},
            {"in": "query", "name": "lang"},
        ]
    }

    sketch = described("/apps/{appid}/login", operation)

    assert sketch.login == CallSketch(
        "login",
        "POST",
        "/apps/${device.appid}/login",
        header={"X-WX-Code": "${code}"},
    )


def test_code_in_the_path_is_seen() -> None:
    operation = {"parameters": [{"in": "path", "name": "code"}]}

    assert described("/login/{code}", operation).login.path == "/login/${code}"


@pytest.mark.parametrize(
    ("scheme", "sent"),
    [
        (
            {"type": "http", "scheme": "bearer"},
            Sent("header", "Authorization", "Bearer ${storage.token}"),
        ),
        (
            {"type": "apiKey", "in": "header", "name": "X-Token"},
            Sent("header", "X-Token", "${storage.token}"),
        ),
        (
            {"type": "apiKey", "in": "cookie", "name": "sid"},
            Sent("cookie", "sid", "${storage.token}"),
        ),
    ],
)
def test_security_says_how_the_state_is_sent(
    scheme: dict[str, Any], sent: Sent
) -> None:
    sketch = described(
        "/login",
        takes("application/json", code={}),
        components={"securitySchemes": {"it": scheme}},
    )

    assert sketch.sent == sent


def test_other_calls_of_a_login_are_found() -> None:
    sealed = takes("application/json", encryptedData={}, iv={})
    sketch = described(
        "/login",
        takes("application/json", code={}),
        paths={
            "/user/phone": {"post": takes("application/json", code={})},
            "/user/info": {"post": sealed},
            "/me": {"get": {}},
            "/goods": {"get": {}},
        },
    )

    assert [(each.purpose, each.path) for each in sketch.others] == [
        ("phone", "/user/phone"),
        ("profile", "/user/info"),
        ("page", "/me"),
    ]
    assert sketch.others[0].json == {"code": "${phoneCode}"}


@pytest.mark.parametrize(
    ("servers", "url", "path"),
    [
        ([{"url": "https://api.example/"}], "https://api.example", "/login"),
        ([{"url": "/v1"}], "http://127.0.0.1:8000", "/v1/login"),
        ([], "http://127.0.0.1:8000", "/login"),
    ],
)
def test_address_is_that_of_the_first_server(
    servers: list[Any], url: str, path: str
) -> None:
    body = takes("application/json", code={})

    sketch = described("/login", body, servers=servers)

    assert (sketch.base_url, sketch.login.path) == (url, path)


def test_swagger_2_is_read_as_well() -> None:
    parameters = [{"in": "body", "name": "body", "schema": schema(code={})}]
    sketch = read_openapi(
        {
            "swagger": "2.0",
            "host": "shop.example",
            "basePath": "/api",
            "schemes": ["https"],
            "securityDefinitions": {"t": {"in": "header", "name": "token"}},
            "paths": {
                "/login": {
                    "post": {
                        "parameters": parameters,
                        "responses": {200: {"schema": schema(token={})}},
                    }
                }
            },
        },
        "swagger.yaml",
    )

    assert sketch.base_url == "https://shop.example"
    assert sketch.login.path == "/api/login"
    assert sketch.keep == "data.token"
    assert sketch.sent == Sent("header", "token", "${storage.token}")


def test_description_without_a_code_says_so() -> None:
    with pytest.raises(SimulatorError, match="describes no call that takes a code"):
        described("/login", takes("application/json", password={}))


def test_first_of_several_bodies_is_taken() -> None:
    content = {"application/json": {"schema": {"oneOf": [schema(wxCode={})]}}}

    sketch = described("/login", {"requestBody": {"content": content}})

    assert sketch.login.json == {"wxCode": "${code}"}


def test_wide_schema_that_refers_to_itself_ends() -> None:
    itself = {"$ref": "#/components/schemas/Node"}
    node = schema(code={}, **{f"child{number}": itself for number in range(50)})
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}

    sketch = described(
        "/login",
        {"requestBody": {"content": content}},
        components={"schemas": {"Node": node}},
    )

    assert sketch.login.json["code"] == "${code}"
