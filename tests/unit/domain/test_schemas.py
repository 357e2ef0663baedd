"""What a reader takes, its schema allows; what it refuses, its schema forbids."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema import ValidationError

from mockwx import seed
from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.domain.fault import FIELDS as FAULT
from mockwx.domain.handset import FIELDS as HANDSET
from mockwx.domain.mini_program import FIELDS as MINI_PROGRAM
from mockwx.domain.payment import FIELDS as PAYMENT
from mockwx.domain.push import read_revoke_info
from mockwx.services.device import CALLS
from mockwx.services.world import USER_FIELDS as USER


SPECS: dict[str, control.Spec] = {
    "mini program": MINI_PROGRAM,
    "user": USER,
    "fault": FAULT,
    "handset": HANDSET,
    "payment": PAYMENT,
    "settings of a world file": seed.SETTINGS,
    "revocation": {"revoke_info": read_revoke_info},
    **{f"wx.{name}": call.arguments for name, call in CALLS.items()},
}
READERS = [
    pytest.param(reader, id=f"{what} {name}")
    for what, spec in SPECS.items()
    for name, reader in spec.items()
]

VALUES: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 2, 3, 8, 600, 1.5, 2**53, 10**30),
    *("", " ", "a", "alice", "张三", "👨‍👩‍👧", "a/b", " a", "a ", "x" * 65, "a" * 43),
    *("wx6d6f636b77780001", "wx6D6F636b77780001", "a" * 32, "2.27.1", "2", "1.2.3.4"),
    *("203.0.113.7", "::1", "http://127.0.0.1:8000/x", "ftp://x", "www.example.com"),
    *("https://x", "docs", "strict", "zh_CN", "release", "ios", "devtools", "allow"),
    *("p" * 128, "p" * 129, "pages/a?b=1", "pages/`a`"),
    *("12066600001", "1" * 21, "pages/index/index", "/pages", "json", "xml", "plain"),
    *([], [None], ["a"], [1], ["1.2.3.4"], ["wx6d6f636b77780001"], {}, {"a": 1}),
    {"name": "strict", "session_ttl": 600},
    {"session_ttl": 0},
    {"purePhoneNumber": "51234567", "countryCode": "852"},
    {"countryCode": "852"},
    {"per_second": 4, "page_views": None},
    {"per_second": 0},
    {"declared": ["getPhoneNumber"], "use_privacy_check": True},
    {"declared": ["nothing"]},
    {"/cgi-bin/token": 10},
    {"/cgi-bin/token": -1},
    {"path": "/sns/jscode2session"},
    {"errcode": 45011},
    {"errcode": 0},
    {"errcode": -1, "delay_ms": 5},
    {"errcode": -1, "transport": "reset"},
    {"http_status": 502},
    {"http_status": 502, "body": "anything"},
    {"body": "html"},
    {"body": "anything"},
    {"delay_ms": 5},
    {"session": "rotate"},
    {"session": "rotate", "body": "html"},
    {"transport": "hang"},
    {"scope.werun": True},
    {"scope.nothing": True},
    {"scope.werun": 1},
    {"mainSwitch": True, "itemSettings": {"t1": "accept"}},
    {"mainSwitch": 1},
    {"t1": "accept"},
    {"t1": "reject"},
    {"t1": "perhaps"},
)


def takes(reader: control.Reader, value: object) -> bool:
    """Say whether the reader takes the value."""
    try:
        reader("f", value)
    except ControlError:
        return False
    return True


def allows(schema: control.Schema, value: object) -> bool:
    """Say whether the schema allows the value."""
    validator = Draft202012Validator(
        schema, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    try:
        validator.validate(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("reader", READERS)
def test_reader_and_schema_agree_on_every_value(reader: control.Reader) -> None:
    differing = [
        value
        for value in VALUES
        if takes(reader, value) != allows(reader.schema, value)
    ]

    assert differing == []


@pytest.mark.parametrize("reader", READERS)
def test_schema_is_valid_and_can_be_written(reader: control.Reader) -> None:
    Draft202012Validator.check_schema(reader.schema)

    assert json.loads(json.dumps(reader.schema)) == reader.schema


def test_object_schema_forbids_what_read_fields_refuses() -> None:
    spec: control.Spec = {"a": control.flag, "b": control.text}

    schema = control.object_schema(spec, required=("a",))

    assert allows(schema, {"a": True, "b": ""})
    assert not allows(schema, {"b": ""})
    assert not allows(schema, {"a": True, "c": 1})
    assert not allows(schema, {"a": "true"})
