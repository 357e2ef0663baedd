"""A real secret that reaches the mock by mistake stands nowhere, and is warned of."""

import json
from pathlib import Path

import pytest
from flask import Flask

from mockwx import Settings
from mockwx import create_app
from mockwx.config import DEFAULT_APPID
from mockwx.config import StartingWorld
from mockwx.seed import load
from tests import pasted
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


REAL_APPID = "wx4f8a1c93d07be645"


def everything(control: Control) -> str:
    """Return all that a mock tells of itself, without any mask of its own."""
    shown = (
        control.get("exchanges", reveal=1),
        control.get("snapshot"),
        control.get("mini_programs"),
        control.get("exchanges", reveal=1, kind="act"),
    )
    return json.dumps(shown)


CALLS = {
    "code2session": lambda server, secret: server.code2session(
        "0" * 32, appid=REAL_APPID, secret=secret
    ),
    "token": lambda server, secret: server.token(appid=REAL_APPID, secret=secret),
    "stable_token": lambda server, secret: server.stable_token(
        appid=REAL_APPID, secret=secret
    ),
    "web_token": lambda server, secret: server.web_token(
        "0" * 32, appid=REAL_APPID, secret=secret
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_backend_with_its_real_secret_is_refused_and_warned(
    call: str,
    server: DeveloperServer,
    control: Control,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = pasted.app_secret(call)

    answer = CALLS[call](server, secret).get_json(force=True)

    assert answer["errcode"] == 40013
    assert secret not in everything(control)
    assert f"{secret[:4]}(masked)" in everything(control)
    (warning,) = [each.getMessage() for each in caplog.records]
    assert "secret: this looks like an AppSecret that is real" in warning
    assert "这像是真实的 AppSecret" in warning
    assert secret[:6] not in warning


def test_wrong_secret_that_is_real_is_still_40125(
    server: DeveloperServer, control: Control
) -> None:
    secret = pasted.app_secret("wrong")

    answer = server.code2session("0" * 32, secret=secret).get_json(force=True)

    assert answer["errcode"] == 40125
    assert secret not in everything(control)
    assert control.get("exchanges")["exchanges"][0]["note"] is not None


def test_wrong_secret_that_is_made_up_is_kept_as_it_is(
    server: DeveloperServer, control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    server.code2session("0" * 32, secret="0123456789abcdef" * 2)

    assert "0123456789abcdef" * 2 in everything(control)
    assert caplog.records == []


def test_real_access_token_is_unknown_and_masked(
    server: DeveloperServer, control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    token = pasted.access_token("phone number")

    answer = server.phone_number(token, {"code": "1"}).get_json(force=True)

    assert answer["errcode"] == 40001
    assert token not in everything(control)
    assert "an access_token that is real" in caplog.text


def test_real_access_token_that_nobody_asked_for_is_masked(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    token = pasted.access_token("as WxJava sends it")

    answer = server.code2session(phone.login(), access_token=token)

    assert "session_key" in answer.get_json(force=True)
    assert token not in everything(control)


def test_old_token_of_a_mock_that_is_gone_is_no_real_one(
    server: DeveloperServer, caplog: pytest.LogCaptureFixture
) -> None:
    another = create_app(Settings(seed=2))
    old = DeveloperServer(another).access_token()

    server.phone_number(old, {"code": "1"})

    assert caplog.records == []


def test_app_with_a_real_secret_logs_in_and_keeps_its_digest(
    app: Flask, server: DeveloperServer, phone: Phone, control: Control
) -> None:
    secret = pasted.app_secret("an app's")

    added = control.post("mini_programs", appid=REAL_APPID, secret=secret)
    answer = server.code2session(
        phone.login(appid=REAL_APPID), appid=REAL_APPID, secret=secret
    )

    assert "session_key" in answer.get_json(force=True)
    assert added["secret"].startswith("sha256:")
    assert secret not in everything(control)
    control.http.put("/_mockwx/api/snapshot", json=control.get("snapshot"))
    assert "access_token" in server.token(appid=REAL_APPID, secret=secret).get_json(
        force=True
    )


def test_app_whose_secret_the_mock_drew_shows_it(
    control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    added = control.post("mini_programs", appid=REAL_APPID)

    assert len(added["secret"]) == 32
    assert caplog.records == []


def test_world_file_with_a_real_secret_is_warned_of_with_its_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = pasted.app_secret("world file")
    path = tmp_path / "shop.yaml"
    path.write_text(f"mini_programs:\n  - appid: {REAL_APPID}\n    secret: {secret}\n")

    app = create_app(Settings(freeze=NOON, world=load(path).world))

    assert f"{path}:3, secret: this looks like an AppSecret" in caplog.text
    assert len(caplog.records) == 1
    answer = DeveloperServer(app).token(appid=REAL_APPID, secret=secret)
    assert "access_token" in answer.get_json(force=True)
    assert secret not in everything(Control(app))


def test_real_secret_in_settings_is_warned_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    apps = ({"appid": DEFAULT_APPID, "secret": pasted.app_secret("settings")},)

    create_app(Settings(world=StartingWorld(mini_programs=apps)))

    assert "an app of the starting world: this looks like" in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_key", pasted.session_key("doctor")),
        ("error", f"bad token {pasted.access_token('doctor')}"),
    ],
)
def test_doctor_warns_of_what_is_real_and_repeats_it_not(
    name: str, value: str, control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    asked = {name: value, "iv": pasted.session_key("iv"), "encryptedData": "AA=="}

    told = control.post("doctor", **asked)

    assert "POST /_mockwx/api/doctor" in caplog.text
    assert value.split()[-1] not in json.dumps(told)


def test_two_workers_of_one_store_know_a_real_secret(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path / 'mock.db'}")
    secret = pasted.app_secret("two workers")
    one, other = create_app(settings), create_app(settings)

    Control(one).post("mini_programs", appid=REAL_APPID, secret=secret)
    answer = DeveloperServer(other).token(appid=REAL_APPID, secret=secret)

    assert "access_token" in answer.get_json(force=True)
    assert secret not in everything(Control(other))
    files = [each.read_bytes() for each in tmp_path.iterdir()]
    assert not any(secret.encode() in each for each in files)


def test_keys_that_the_mock_works_with_are_shown_masked(
    control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    aes_key = pasted.letters("push", 42) + "A"
    api_key = pasted.key("api")
    control.patch(f"mini_programs/{DEFAULT_APPID}", encoding_aes_key=aes_key)
    control.http.put(
        f"/_mockwx/api/mini_programs/{DEFAULT_APPID}/api_security",
        json={"symmetric": {"sn": "1", "key": api_key}},
    )

    shown = json.dumps(
        (
            control.get("mini_programs"),
            control.get(f"mini_programs/{DEFAULT_APPID}/api_security"),
            control.get("exchanges", reveal=1, kind="act"),
        )
    )

    assert aes_key not in shown
    assert api_key not in shown
    assert f"{aes_key[:4]}maskedmasked" in shown
    assert "an EncodingAESKey that is real" in caplog.text
    assert "an API symmetric key that is real" in caplog.text
