"""passport-wechat-mp's setting for another address, without `mockwx run`."""

import json
import subprocess

import pytest

from tests.control import Mock
from tests.environments import child_environment
from tests.sdk.row import DRIVERS
from tests.sdk.rows.node import installed


pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(800, func_only=True),
    pytest.mark.needs("node"),
    pytest.mark.needs("npm"),
]

SECONDS = 100


def test_authorization_url_leads_the_login_to_the_mock(mock: Mock) -> None:
    words = [DRIVERS / "node_sdk.js", installed(), "passport-wechat-mp", mock.url]

    driven = subprocess.run(
        ["node", *words],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=True,
        env=child_environment(MOCKWX_URL=mock.url),
    )

    assert json.loads(driven.stdout)["error"] == {"errcode": 40163}
    assert mock.errcodes("/sns/jscode2session") == [0, 0, 40163]
