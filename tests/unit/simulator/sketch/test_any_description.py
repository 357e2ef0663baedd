"""Somebody else's file may hold anything: it is read, or refused in a sentence."""

import contextlib
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from simulator.playing import check
from simulator.ports import SimulatorError
from simulator.sketch.answers import defaults
from simulator.sketch.answers import sketched
from simulator.sketch.reading import described
from simulator.sketch.writing import backend_text
from simulator.sketch.writing import scenario_text


# Hundreds of descriptions.
pytestmark = pytest.mark.slow


QUICK = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=40,
)
NAMES = st.sampled_from(
    (
        *("openapi", "paths", "/login", "post", "get", "requestBody", "content"),
        *("application/json", "schema", "properties", "required", "code", "token"),
        *("parameters", "name", "in", "query", "path", "header", "$ref", "allOf"),
        *("responses", "200", "servers", "url", "info", "title", "oneOf", "enum"),
        *("log", "entries", "request", "response", "method", "headers", "value"),
        *("postData", "text", "mimeType", "params", "default", "encoding"),
        *("components", "securitySchemes", "type", "iv", "encryptedData"),
    )
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | NAMES
    | st.sampled_from(("#/paths", "0f1FUYRMTzBmS19Kdc8DYlvWzdepCRli", "${x", "http")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=30,
)


@QUICK
@given(document=st.dictionaries(NAMES, VALUES, max_size=5), har=st.booleans())
def test_any_description_is_read_or_refused(
    document: object, har: bool, tmp_path: Path
) -> None:
    source = tmp_path / "source.json"
    source.write_text(json.dumps(document), encoding="utf-8")

    with contextlib.suppress(SimulatorError):
        described(None if har else source, source if har else None)


BODIES = st.dictionaries(
    st.text(min_size=1, max_size=12) | st.sampled_from(("code", "iv", "userInfo")),
    st.text(max_size=12) | st.integers() | st.booleans() | st.none(),
    max_size=5,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=40,
)
@given(body=BODIES, name=st.text(min_size=1, max_size=20), segment=st.text(max_size=9))
def test_whatever_was_recorded_is_written_as_files_that_are_right(
    body: dict[str, object], name: str, segment: str, tmp_path: Path
) -> None:
    code = "0f1FUYRMTzBmS19Kdc8DYlvWzdepCRli"
    posted = {"mimeType": "json", "text": json.dumps({**body, "wxcode": code})}
    url = f"http://h:1/{quote(segment, safe='')}"
    talk = {"request": {"method": "POST", "url": url, "postData": posted}}
    source = tmp_path / "x.har"
    source.write_text(json.dumps({"log": {"entries": [talk]}}), encoding="utf-8")
    known = described(None, source)
    usual = defaults(known, folder="x") | {"name": name}

    sketch = sketched(known, usual)
    backend, story = tmp_path / "x.backend.yaml", tmp_path / "x.scenario.yaml"
    backend.write_text(backend_text(sketch), encoding="utf-8")
    story.write_text(scenario_text(sketch), encoding="utf-8")

    check([backend, story])
