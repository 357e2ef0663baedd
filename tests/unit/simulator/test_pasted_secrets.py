"""A real secret in somebody's files stands in nothing that wxsim writes."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result

from simulator.adapters.backend_program import BackendProgramError
from simulator.adapters.backend_program import Command
from simulator.adapters.backend_program import running
from simulator.cli import main
from simulator.recording.known_values import KnownValues
from simulator.speech.masking import mask_text
from tests import pasted


BACKEND = """\
name: shop
base_url: "wsgi:docs.examples.flask_backend.app:create_app"
factory:
  wechat_api: ${{mock.url}}
  appid: wx6d6f636b77780001
  secret: 6d6f636b77786d6f636b77786d6f636b
header: {{X-Debug: "{secret}"}}
calls:
  login:
    path: /login?access_token={token}
    header: {{Authorization: "Bearer {bearer}", X-Again: "{bearer}"}}
    json: {{code: "${{code}}", note: "app_secret={secret}", key: "{pem}"}}
    success: {{statusCode: 599}}
"""
STORY = """\
name: story
steps:
  - wx.login:
    save: login
  - backend.login: {code: "${login.code}"}
"""
CODE = "0f1FUYRMTzBmS19Kdc8DYlvWzdepCRli"


def wxsim(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records]


def standing(secrets: Iterable[str], *texts: str) -> list[str]:
    return [each for each in secrets if any(each in text for text in texts)]


def test_check_warns_of_each_real_secret_with_file_and_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    story, backend = tmp_path / "a.scenario.yaml", tmp_path / "a.backend.yaml"
    story.write_text(
        "name: a\nsteps:\n  - wx.request:\n      url: /x\n"
        f"      header: {{Authorization: 'Bearer {pasted.bearer('story')}'}}\n"
    )
    backend.write_text(
        "name: a\nbase_url: http://127.0.0.1:1\n"
        f"secret: {pasted.app_secret('backend file')}\ncalls: {{}}\n"
    )

    result = wxsim("check", story, backend)

    assert result.exit_code == 0
    said = "\n".join(warnings(caplog))
    assert len(caplog.records) == 2
    assert f"{story}:5, Authorization: this looks like" in said
    assert f"{backend}:3, secret: this looks like an AppSecret that is real" in said
    assert f"{backend}:3，secret：这像是真实的 AppSecret" in said


def test_no_report_of_a_run_holds_a_real_secret(tmp_path: Path) -> None:
    name = "reports"
    pem = pasted.private_key(name).replace("\n", "\\n")
    secrets = {
        "secret": pasted.app_secret(name),
        "token": pasted.access_token(name),
        "bearer": pasted.bearer(name),
        "pem": pem,
    }
    backend, story = tmp_path / "s.backend.yaml", tmp_path / "s.scenario.yaml"
    backend.write_text(BACKEND.format(**secrets))
    story.write_text(STORY)
    reports = {each: tmp_path / each for each in ("junit", "jsonl", "html")}
    options = [part for name, path in reports.items() for part in (f"--{name}", path)]

    result = wxsim("run", story, "--backend", backend, *options)

    assert result.exit_code == 1
    texts = [result.output, *(path.read_text("utf-8") for path in reports.values())]
    assert "statusCode should be 599" in result.output
    assert standing([*secrets.values(), pem[40:100]], *texts) == []
    assert secrets["bearer"][:4] in texts[2]


def test_error_about_a_file_repeats_no_real_secret(tmp_path: Path) -> None:
    secret = pasted.app_secret("swapped")
    path = tmp_path / "a.backend.yaml"
    path.write_text(f"name: a\nbase_url: http://h\nappid: {secret}\ncalls: {{}}\n")

    result = wxsim("check", path)

    assert result.exit_code == 1
    assert f"{path}:3: " in result.output
    assert secret not in result.output


def entry(url: str, body: Any, answer: Any, **headers: str) -> dict[str, Any]:
    return {
        "request": {
            "method": "POST",
            "url": url,
            "headers": [{"name": n, "value": v} for n, v in headers.items()],
            "postData": {"mimeType": "application/json", "text": json.dumps(body)},
        },
        "response": {"headers": [], "content": {"text": json.dumps(answer)}},
    }


def test_files_made_of_a_recording_hold_no_real_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = "recording"
    secret, key = pasted.app_secret(name), pasted.session_key(name)
    token, bearer = pasted.access_token(name), pasted.bearer(name)
    first = entry(
        f"https://{bearer}@shop.example/login?t={token}",
        {"code": CODE, "debug": token, "deep": {"app_id": secret}},
        {"data": {"session_key": key, "token": bearer}},
    )
    later = entry("https://shop.example/me", {}, {}, Authorization=f"Bearer {bearer}")
    har = tmp_path / "shop.har"
    har.write_text(json.dumps({"log": {"entries": [first, later]}}, indent=1))

    result = wxsim("init", "--har", har, "--yes", "--folder", tmp_path / "made")

    assert result.exit_code == 0
    texts = [each.read_text("utf-8") for each in (tmp_path / "made").iterdir()]
    assert len(texts) == 2
    assert standing((secret, key, token, bearer), *texts, result.output) == []
    said = "\n".join(warnings(caplog))
    assert f"{har}:" in said
    assert "an AppSecret that is real" in said
    assert "a session_key that is real" in said
    assert "an access_token that is real" in said
    assert "Authorization" not in said


def test_real_secret_given_to_init_is_not_written_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = pasted.app_secret("init")

    result = wxsim(
        "init", "--yes", "--name", "s", "--secret", secret, "--folder", tmp_path
    )

    assert result.exit_code == 0
    text = (tmp_path / "s.backend.yaml").read_text("utf-8")
    assert secret not in text
    assert "A made-up secret will do" in text
    assert "wxsim init, secret: " in warnings(caplog)[0]


def test_recorded_value_that_is_real_is_not_told() -> None:
    token, pem = pasted.access_token("told"), pasted.private_key("told")

    told = str(KnownValues().told({"a": f"see {token} there", "b": pem, "c": token}))

    assert standing((token, pem, pem.splitlines()[1]), told) == []


def test_last_words_of_a_backend_hold_no_real_secret() -> None:
    token = pasted.access_token("last words")
    command = Command(f"echo token {token}; exit 3", seconds=20)

    with (
        pytest.raises(BackendProgramError) as ended,
        running(command, "http://127.0.0.1:9", {}),
    ):
        pass

    assert "token 86_" in ended.value.output
    assert token not in ended.value.output


@pytest.mark.parametrize("name", ["token", "x", "anything"])
def test_real_token_is_masked_under_any_name(name: str) -> None:
    token = pasted.access_token("any name")

    shown = mask_text(f'{{"{name}": "{token}"}}')

    assert token[:5] not in shown
    assert token[:4] in shown
