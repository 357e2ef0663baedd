"""A recorded call: facts as they are, secrets masked."""

from dataclasses import replace

import pytest

from mockwx.domain.exchange import PHONE
from mockwx.domain.exchange import Exchange
from mockwx.secrecy.named import mask
from mockwx.secrecy.named import masked


EXCHANGE = Exchange(
    number=3,
    rid="65537700-00000000-00000000",
    at_ms=1_700_000_000_250,
    duration_us=1500,
    method="GET",
    path="/sns/jscode2session",
    query=b"appid=wx1&secret=0123456789abcdef&js_code=0a",
    request_body=b"",
    status=200,
    response_body=b'{"session_key":"\\/IkZj0123456789==","openid":"o1"}',
    response_type="text/plain",
    client_ip="127.0.0.1",
    appid="wx1",
    user="alice",
    errcode=0,
)


def test_exchange_is_shown_with_its_secrets_masked():
    expected = {
        "number": 3,
        "kind": "server",
        "rid": "65537700-00000000-00000000",
        "at": 1_700_000_000.25,
        "duration_ms": 1.5,
        "appid": "wx1",
        "user": "alice",
        "errcode": 0,
        "fault": None,
        "note": None,
        "client_ip": "127.0.0.1",
        "request": {
            "method": "GET",
            "path": "/sns/jscode2session",
            "query": "appid=wx1&secret=0123…&js_code=0a",
            "body": "",
        },
        "response": {
            "status": 200,
            "content_type": "text/plain",
            "body": '{"session_key":"\\/Ik…","openid":"o1"}',
        },
    }
    assert EXCHANGE.as_json() == {**EXCHANGE.as_json(), **expected}


def test_exchange_is_shown_as_it_was_on_request():
    shown = EXCHANGE.as_json(reveal=True)
    assert shown["request"]["query"] == EXCHANGE.query.decode()
    assert shown["response"]["body"] == EXCHANGE.response_body.decode()


@pytest.mark.parametrize(
    ("wire", "shown"),
    [
        (b'{"user": "\\u5c0f\\u660e"}', '{"user":"小明"}'),
        (b'{"user":"\\ud800"}', '{"user":"?"}'),
        (b"", "{}"),
        (b'{"user": "alice', '{"user": "alice'),
    ],
    ids=["escaped", "lone surrogate", "nothing", "cut"],
)
def test_body_of_a_phone_is_shown_the_same_however_it_was_spelt(wire, shown):
    step = replace(EXCHANGE, kind=PHONE, request_body=wire)

    assert step.as_json()["request"]["body"] == shown


@pytest.mark.parametrize(
    ("wire", "shown"),
    [
        (b"access_token=99_abcdefghij", "access_token=99_a…"),
        (b"a=1&SECRET=abcdefghij#x", "a=1&SECRET=abcd…#x"),
        (b"secret=short", "secret=…"),
        (b"secret=&a=1", "secret=&a=1"),
        (b"nosecret=abcdefghij", "nosecret=abcdefghij"),
        (b'{"secret": "abcdefghij"}', '{"secret": "abcd…"}'),
        (b'{"access_token":"ab\\"cdefghij"}', '{"access_token":"ab\\"…"}'),
        (b'{"component_appsecret":"abcdefghij', '{"component_appsecret":"abcd…'),
        (b'{"encrypt_key":"abcdefghij"}', '{"encrypt_key":"abcd…"}'),
        (b"access%5Ftoken=99_abcdefghij", "access%5Ftoken=99_a…"),
        (b"a?appSecret=abcdefghij", "a?appSecret=abcd…"),
        (b'{"sessionKey":"abcdefghij"}', '{"sessionKey":"abcd…"}'),
        (
            b'"{\\"session_key\\":\\"ab\\\\/cdefgh\\"}"',
            '"{\\"session_key\\":\\"ab\\\\…\\"}"',
        ),
        (b"\xff\xfe", "��"),
        (b"", ""),
    ],
    ids=ascii,
)
def test_secrets_are_cut_wherever_they_stand(wire, shown):
    assert masked(wire) == shown


@pytest.mark.parametrize(
    ("secret", "shown"), [("123456789", "1234…"), ("12345678", "…"), ("", "…")]
)
def test_mask_keeps_too_little_to_use(secret, shown):
    assert mask(secret) == shown
