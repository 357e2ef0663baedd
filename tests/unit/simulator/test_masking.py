"""No secret of WeChat's is ever shown whole."""

import pytest

from simulator.speech.masking import mask


KEY = "HyVFkGl5F5OQWJZZaNzBBg=="


@pytest.mark.parametrize(
    "value",
    [
        {"session_key": KEY},
        {"deep": [{"secret": KEY}]},
        {"refreshToken": KEY},
        {"encryptKey": KEY},
        {"component_appsecret": KEY},
        {"access_token": KEY},
        f'{{"session_key":"{KEY}"}}',
        f'{{"session_key": "{KEY}"}}',
        f'{{"accessToken": "{KEY}"}}',
        f'"{{\\"session_key\\":\\"{KEY}\\"}}"',
        f"appid=wx1&secret={KEY}&js_code=1",
        f"https://api.weixin.qq.com/x?access_token={KEY}",
    ],
)
def test_secret_is_shortened_wherever_it_stands(value: object) -> None:
    shown = str(mask(value))

    assert KEY[:8] not in shown
    assert KEY[:4] in shown
    assert "…" in shown


def test_what_is_nested_beyond_reason_is_cut() -> None:
    value: object = "bottom"
    for _ in range(5000):
        value = [value]

    assert "bottom" not in str(mask(value))


def test_everything_else_stays_as_it_is() -> None:
    value = {"code": "0abc", "n": 1, "list": ["the secret of life", None]}

    assert mask(value) == value


def test_escaped_slash_does_not_end_a_secret() -> None:
    assert mask('{"session_key":"\\/IkZjABCDEF=="}') == '{"session_key":"\\/Ik…"}'
