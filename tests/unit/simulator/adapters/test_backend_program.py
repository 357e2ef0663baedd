"""A backend that is started by us: what cannot be started is said before."""

from pathlib import Path

import pytest

from mockwx import MockServer
from simulator.adapters.backend_program import Command
from simulator.adapters.backend_program import running
from simulator.playing import Order
from simulator.playing import play
from simulator.ports import SimulatorError


NEVER = Command("exit 9")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "x.scenario.yaml"
    path.write_text("name: x\nsteps:\n- wx.login: {}\n")
    return path


def test_backend_that_is_not_named_cannot_be_started(story: Path) -> None:
    with pytest.raises(SimulatorError, match="--backend") as caught:
        play(Order((story,), program=NEVER), [])

    assert "--backend" in caught.value.zh


def test_backend_in_this_process_cannot_be_started() -> None:
    with (
        pytest.raises(SimulatorError, match="--exec starts a backend that is asked"),
        running(NEVER, "wsgi:shop:app", {}),
    ):
        pytest.fail("It was started.")


def test_mock_without_doors_leads_nobody(story: Path) -> None:
    with MockServer() as mock:
        order = Order((story,), "http://127.0.0.1:1", mock=mock.url, program=NEVER)

        with pytest.raises(SimulatorError, match="mockwx serve --tls") as caught:
            play(order, [])

    assert "mockwx serve --tls" in caught.value.zh


def test_address_where_somebody_answers_is_taken() -> None:
    with (
        MockServer() as other,
        pytest.raises(SimulatorError, match="already: stop it"),
        running(NEVER, other.url, {}),
    ):
        pytest.fail("It was started.")


def test_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    command = Command("exit 9", log=tmp_path / "nowhere" / "log")

    with (
        pytest.raises(SimulatorError, match="cannot be written"),
        running(command, "http://127.0.0.1:1", {}),
    ):
        pytest.fail("It was started.")
