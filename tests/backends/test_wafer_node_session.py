"""wafer-node-session, unchanged, in an Express server of its own."""

import pytest

from tests.backends.conftest import Play
from tests.control import Mock


pytestmark = [
    pytest.mark.external,
    pytest.mark.needs("npm"),
    pytest.mark.needs("node"),
    pytest.mark.timeout(120, func_only=True),
]


@pytest.mark.parametrize(
    ("flow", "errcodes"),
    [
        pytest.param("01_silent_login", [0, 0], id="silent login"),
        pytest.param("03_user_info", [0, 0, 0], id="user info"),
        pytest.param("07_login_too_late", [0, 0, 0], id="login inside the callback"),
        pytest.param("08_bad_codes", [0, 40163, 40029, 40029, 40125], id="bad codes"),
        pytest.param("12_many_at_once", [0] * 8, id="many at once"),
    ],
)
def test_flow_runs_end_to_end(
    play: Play, mock: Mock, flow: str, errcodes: list[int]
) -> None:
    play(flow)

    assert mock.errcodes("/sns/jscode2session") == errcodes
