"""`mockwx doctor`: values in, words out, and an exit status for scripts."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from mockwx import MockServer
from mockwx import cli
from tests.control import Mock


# The sample of WeChat's own documentation, and a phone number sealed with its key.
KEY = "tiihtNczf5v6AKRyjwEUhQ=="
IV = "r7BXXKkLb8qrSNn05n0qiA=="
DATA = (
    "xT8p8W6jIVdEWQ+ccHuD2Uzu1iS5fDFY+/aIjd8e1KrvSf3piD7Zz88QHKQYjdWy931C/a00QjFDk9r4"
    "w/8NyH9+6SF+xcDkovg7w1poStxUL1V9JuGs+wK1sVCuHH+oUWpEegecbqOneQvWANzoHTAw5mgS1Ztk"
    "utWlakbVkzKZzTwZlRZ2811AVSKE05rg3Hb53KCo3nD3A4fOu7F0Jg=="
)
RIGHT = {"session_key": KEY, "iv": IV, "encryptedData": DATA}


def doctor(*arguments: str) -> int:
    """Run the command; return its exit status."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", *arguments])
    return int(ended.value.code or 0)


def options(**values: str) -> list[str]:
    """Write values as options of the command."""
    given = {"--session-key": KEY, "--iv": IV, "--encrypted-data": DATA}
    given |= {f"--{name.replace('_', '-')}": value for name, value in values.items()}
    return [part for pair in given.items() for part in pair]


def test_right_values_end_with_0_and_what_is_inside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert doctor(*options()) == 0

    out = capsys.readouterr().out
    assert out.startswith("nothing is wrong")
    assert '"phoneNumber": "12066600001"' in out


def test_cause_ends_with_1_and_is_told_with_its_cure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert doctor(*options(encrypted_data=DATA.replace("+", " "))) == 1

    out = capsys.readouterr().out
    assert out.startswith("plus_became_space (proved)\n  every + in encryptedData")
    assert "→ Send the values in a JSON body" in out


def test_it_speaks_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(*options(iv=""), "--lang", "zh") == 1

    out = capsys.readouterr().out
    assert "wrong_iv (已证实)" in out
    assert "iv 为空" in out


def test_what_it_does_not_know_it_asks_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert doctor("--error", "bad decrypt") == 1

    out = capsys.readouterr().out
    assert "login_after_payload (likely)" in out
    assert "to say more, the doctor needs:" in out
    assert "--server URL" in out


def test_json_is_the_whole_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(*options(), "--json") == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["findings"], answer["needs"]) == (True, [], [])


def test_file_and_stdin_are_read_and_options_win(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "failed.json"
    file.write_text(json.dumps(RIGHT))
    stdin = io.TextIOWrapper(io.BytesIO(file.read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)

    assert doctor("--file", str(file)) == 0
    assert doctor("--file", "-") == 0
    assert doctor("--file", str(file), "--iv", "") == 1


WRONG_USAGE = {
    "nothing": ([], "nothing to look at; ", "没有可诊断的内容；"),
    "no such file": (
        ["--file", "/no/such/file.json"],
        "--file /no/such/file.json cannot be read (",
        "无法读取 --file /no/such/file.json（",
    ),
    "no address": (
        ["--server", "localhost:7778", "--code", "x"],
        "--server 'localhost:7778' is no address; ",
        "--server 'localhost:7778' 不是地址；",
    ),
    "nobody there": (
        ["--server", "http://127.0.0.1:1", "--code", "x"],
        "no mock answers at http://127.0.0.1:1 (",
        "http://127.0.0.1:1 没有 mock 应答（",
    ),
}


@pytest.mark.parametrize("name", WRONG_USAGE)
def test_wrong_usage_ends_with_2_and_one_line_in_each_language(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, said, said_zh = WRONG_USAGE[name]

    assert doctor(*arguments) == 2

    english, chinese = capsys.readouterr().err.splitlines()
    assert english.startswith(f"mockwx: {said}")
    assert chinese.startswith(f"mockwx：{said_zh}")


@pytest.mark.parametrize(
    ("written", "said", "said_zh"),
    [
        ("{", "is not JSON", "不是 JSON"),
        ("[]", "must hold a JSON object", "必须是一个 JSON 对象"),
        (
            '{"encrypted": "x"}',
            "did you mean 'encryptedData'?",
            "是否想写 'encryptedData'？",
        ),
        ('{"iv": 7}', "field 'iv' must be a string", "字段 'iv' 必须是字符串"),
    ],
    ids=["no JSON", "no object", "unknown field", "no text"],
)
def test_wrong_file_ends_with_2_and_says_what_is_wrong(
    written: str,
    said: str,
    said_zh: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "failed.json"
    file.write_text(written)

    assert doctor("--file", str(file)) == 2

    english, chinese = capsys.readouterr().err.splitlines()
    assert said in english
    assert said_zh in chinese


def test_running_mock_knows_the_story(
    mock: Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    mock.login_code()
    tapped: dict[str, Any] = mock.wx("getPhoneNumber")
    question = ["--iv", tapped["iv"], "--session-key", "undefined"]

    assert doctor(*question, "--server", mock.url + "/") == 1

    assert "code_used_twice" in capsys.readouterr().out


def test_refusal_of_the_mock_is_passed_on(
    mock: Mock, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "failed.json"
    file.write_text('{"sessionkey": "x"}')

    assert doctor("--file", str(file), "--server", mock.url) == 2

    english, chinese = capsys.readouterr().err.splitlines()
    assert english.startswith(f"mockwx: {mock.url} refused: unknown field 'sessionkey'")
    assert chinese.startswith(f"mockwx：{mock.url} 拒绝了：未知字段 'sessionkey'")


def test_server_that_is_no_mock_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with MockServer() as server:
        elsewhere = f"{server.url}/elsewhere"

        assert doctor("--code", "x", "--server", elsewhere) == 2

    english, chinese = capsys.readouterr().err.splitlines()
    assert english == f"mockwx: {elsewhere} is no mockwx: it answered HTTP 404."
    assert chinese == f"mockwx：{elsewhere} 不是 mockwx：它回答了 HTTP 404。"


def test_world_and_token_are_sent_along(
    mock: Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    mock.login_code()
    tapped = mock.wx("getPhoneNumber")
    arguments = ["--iv", tapped["iv"], "--server", mock.url, "--token", "t"]

    assert doctor(*arguments, "--world", "another") == 1
    assert "inside:" not in capsys.readouterr().out
    assert doctor(*arguments) == 0
