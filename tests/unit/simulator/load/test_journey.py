"""The story that people play if none is given."""

from pathlib import Path

import pytest

from simulator.load.journey import journey
from simulator.ports import SimulatorError
from simulator.scenario.loader import load_backend
from simulator.scenario.model import Step


FIXTURES = Path(__file__).parents[4] / "fixtures" / "backends"


def steps_of(tmp_path: Path, calls: str) -> tuple[Step, ...]:
    file = tmp_path / "x.backend.yaml"
    text = f"base_url: http://h\nsend: {{header: {{T: '${{storage.t}}'}}}}\n{calls}"
    file.write_text(text, encoding="utf-8")
    return journey(load_backend(file)).steps


def test_every_login_of_a_file_is_in_it() -> None:
    story = journey(load_backend(FIXTURES / "flask_backend.backend.yaml"))

    assert [step.action for step in story.steps] == [
        "wx.login",
        "backend.login",
        "backend.whoami",
        "wx.getUserInfo",
        "backend.profile",
        "button.getPhoneNumber",
        "backend.phone_by_payload",
        "button.getPhoneNumber",
        "backend.phone_by_code",
    ]


def test_arguments_have_the_names_of_the_file(tmp_path: Path) -> None:
    _, login = steps_of(
        tmp_path, "calls:\n  enter: {path: /x, json: {c: '${xcxCode}'}}\n"
    )

    assert login.action == "backend.enter"
    assert login.arguments == {"xcxCode": "${login.code}"}


def test_login_with_sealed_data_gets_them_before(tmp_path: Path) -> None:
    calls = "calls:\n  login:\n    path: /x\n    json:\n"
    calls += "".join(f"      {n}: ${{{n}}}\n" for n in ("code", "encryptedData", "iv"))
    login, sealed, sent = steps_of(tmp_path, calls)

    assert (login.action, sealed.action) == ("wx.login", "wx.getUserInfo")
    assert sent.arguments == {
        "code": "${login.code}",
        "encryptedData": "${user.encryptedData}",
        "iv": "${user.iv}",
    }


def test_file_without_a_login_is_refused_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="--scenario") as refused:
        steps_of(tmp_path, "calls:\n  ping: {path: /ping}\n")

    assert "--scenario" in refused.value.zh
