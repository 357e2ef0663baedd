"""SDKs of Java and Go that are told another address, without `mockwx run`."""

import json
import subprocess

import pytest

from mockwx import MockServer
from mockwx.config import DEFAULT_APPID
from tests.control import Mock
from tests.environments import child_environment
from tests.sdk.row import Row
from tests.sdk.rows import go
from tests.sdk.rows import jvm


pytestmark = [pytest.mark.external, pytest.mark.timeout(800, func_only=True)]

SECONDS = 100


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=[pytest.mark.needs(t) for t in row.needs])
        for row in (*jvm.ROWS, *go.ROWS)
        if row.base_url
    ],
)
def test_sdk_with_the_setting_of_its_row_asks_the_mock(row: Row) -> None:
    with MockServer() as server:
        address = {"MOCKWX_URL": server.url, "WECHAT_API": server.url}
        said = subprocess.check_output(
            row.command(),
            encoding="utf-8",
            timeout=SECONDS,
            env=child_environment(**address),
        )
        openid = server.wechat.directory.openid_of(DEFAULT_APPID, "alice")
        asked = Mock(server.url).errcodes("/sns/jscode2session")
    shown = json.loads(said.splitlines()[-1])

    assert sorted(shown) == sorted(row.flows)
    assert shown["login"]["openid"] == openid
    assert asked == [0, 40163]
