"""Reading a recorded exchange: names and texts, in order, however deep they lie."""

import pytest

from mockwx.diagnosis.watch import code_exchange
from mockwx.domain.exchange import SERVER
from mockwx.domain.exchange import Exchange


def asked(body: str) -> Exchange:
    return Exchange(
        number=1,
        rid="",
        at_ms=1_700_000_000_000,
        duration_us=0,
        method="POST",
        path="/wxa/business/getuserphonenumber",
        query=b"",
        request_body=body.encode(),
        status=200,
        response_body=b'{"errcode":40029}',
        response_type="application/json",
        client_ip="127.0.0.1",
        appid="",
        user="",
        errcode=40029,
        kind=SERVER,
    )


def test_first_of_several_codes_is_taken() -> None:
    found = code_exchange(asked('{"a":[{"code":"one"},{"code":"two"}],"code":"three"}'))

    assert found is not None
    assert found.code == "one"


@pytest.mark.parametrize("depth", [1, 400, 800])
def test_code_is_found_however_deep_it_lies(depth: int) -> None:
    # As deep as Python's own reader goes with a few frames below it.
    found = code_exchange(asked('{"a":' * depth + '{"code":"deep"}' + "}" * depth))

    assert found is not None
    assert found.code == "deep"
