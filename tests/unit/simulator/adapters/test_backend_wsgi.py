"""WSGI applications called without a socket."""

from collections.abc import Iterator
from typing import Any
from wsgiref.validate import validator

import pytest
from flask import Flask
from flask import request

from simulator.adapters.backend_wsgi import WsgiBackend
from simulator.adapters.backend_wsgi import call_wsgi
from simulator.ports import Request


def echo() -> Flask:
    app = Flask(__name__)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: str) -> dict[str, Any]:
        return {
            "path": path,
            "query": request.query_string.decode(),
            "name": request.headers.get("X-Name"),
            "type": request.content_type,
            "body": request.get_data(as_text=True),
            "host": request.host,
        }

    return app


def test_request_arrives_whole() -> None:
    backend = WsgiBackend(echo())
    header = (("X-Name", "abc"), ("content-type", "text/x"))
    url = "http://backend.example:81/%E5%BE%AE/a%20b?q=1%2B"

    response = backend.send(Request("POST", url, header, "微".encode()))

    assert response.status == 200
    assert Flask(__name__).json.loads(response.body) == {
        "path": "微/a b",
        "query": "q=1%2B",
        "name": "abc",
        "type": "text/x",
        "body": "微",
        "host": "backend.example:81",
    }


def test_environ_is_what_the_standard_demands() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("204 No Content", [])
        return []

    assert call_wsgi(validator(app), Request("GET", "http://h/")).status == 204


def test_body_is_collected_and_closed() -> None:
    closed = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter((b"b", b"c"))

        def close(self) -> None:
            closed.append(True)

    def app(environ: Any, start_response: Any) -> Body:
        start_response("200 OK", [("X-A", "1")])(b"a")
        return Body()

    response = call_wsgi(app, Request("GET", "http://h/"))

    assert (response.body, response.headers, closed) == (
        b"abc",
        (("X-A", "1"),),
        [True],
    )


def test_crash_is_a_500_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        raise RuntimeError("boom")

    response = WsgiBackend(app).send(Request("GET", "http://h/x"))

    assert response.status == 500
    assert "GET http://h/x crashed" in caplog.text


def test_application_that_never_starts_is_a_500() -> None:
    assert WsgiBackend(lambda *_: []).send(Request("GET", "http://h/")).status == 500
