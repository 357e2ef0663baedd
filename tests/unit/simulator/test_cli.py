"""wxsim from the outside: exit status, files written, one sentence on errors."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
from click.testing import CliRunner
from click.testing import Result

import simulator.__main__
from simulator.cli import main


LOGIN = "name: Login\nsteps:\n- wx.login\n- wx.checkSession\n"
WRONG = "name: Wrong\nsteps:\n- wx.login:\n  expect: {code: other}\n"
BROKEN = "name: Broken\nsteps:\n- wx.logn\n"


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return written(tmp_path, LOGIN)


def written(tmp_path: Path, text: str, name: str = "x.scenario.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def wxsim(*arguments: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], env=env)


def test_run_plays_with_a_mock_of_its_own(scenario: Path) -> None:
    result = wxsim("run", scenario)

    assert result.exit_code == 0
    assert "1 scenario, 2 steps, none failed" in result.stdout
    assert "\x1b[" not in result.stdout


def test_run_fails_with_1_if_a_step_fails(tmp_path: Path) -> None:
    result = wxsim("run", written(tmp_path, WRONG))

    assert result.exit_code == 1
    assert 'code should be "other"' in result.stdout


def test_run_writes_junit_and_json_lines(scenario: Path, tmp_path: Path) -> None:
    junit, jsonl = tmp_path / "junit.xml", tmp_path / "events.jsonl"

    result = wxsim("run", scenario, "--junit", junit, "--jsonl", jsonl)

    assert result.exit_code == 0
    assert ET.parse(junit).getroot()[0].get("tests") == "2"
    events = [json.loads(line) for line in jsonl.read_text("utf-8").splitlines()]
    assert [each["event"] for each in events] == [
        "PlayStarted",
        "ScenarioStarted",
        "StepPassed",
        "StepPassed",
        "ScenarioFinished",
    ]


def test_run_writes_a_page_in_the_language_asked_for(
    scenario: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"

    result = wxsim("run", scenario, "--html", page, "--lang", "zh")

    assert result.exit_code == 0
    assert '<html lang="zh-CN">' in page.read_text(encoding="utf-8")
    assert "没有失败" in result.stdout


@pytest.mark.slow
def test_json_lines_on_standard_output_are_alone_there(scenario: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "simulator", "run", str(scenario), "--jsonl", "-"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert [json.loads(line)["event"] for line in shown.stdout.splitlines()] == [
        "PlayStarted",
        "ScenarioStarted",
        "StepPassed",
        "StepPassed",
        "ScenarioFinished",
    ]


def test_folders_are_played_in_the_order_of_names(tmp_path: Path) -> None:
    written(tmp_path, LOGIN.replace("Login", "Second"), "b.scenario.yaml")
    written(tmp_path, LOGIN.replace("Login", "First"), "a.scenario.yaml")

    result = wxsim("run", tmp_path)

    assert result.stdout.index("First") < result.stdout.index("Second")


def test_stories_are_played_at_the_same_time(tmp_path: Path) -> None:
    for number in range(8):
        text = LOGIN.replace("Login", f"Story {number}")
        written(tmp_path, text, f"{number}.scenario.yaml")
    written(tmp_path, "name: Alone\nsteps: [mock.reset]", "alone.scenario.yaml")

    result = wxsim("run", tmp_path, "-n", 4)

    assert result.exit_code == 0
    assert "9 scenarios, 17 steps, none failed" in result.stdout


def test_stories_may_share_one_world(tmp_path: Path) -> None:
    for number in range(4):
        written(tmp_path, LOGIN, f"{number}.scenario.yaml")
    written(tmp_path, "name: Alone\nsteps: [mock.reset]", "alone.scenario.yaml")

    result = wxsim("run", tmp_path, "-n", 4, "--world", "none")

    assert result.exit_code == 0
    assert "5 scenarios" in result.stdout


@pytest.mark.parametrize("name", ["", "a b", "世界", "x" * 61])
def test_impossible_name_of_worlds_is_2(name: str, scenario: Path) -> None:
    result = wxsim("run", scenario, "--world", name)

    assert result.exit_code == 2
    assert "use 1 to 60 letters" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence", "zh"),
    [
        (["--mock", "http://127.0.0.1:1"], "start `mockwx serve`", "请先运行"),
        (["--mock", "localhost:1"], "is not an address", "不是地址"),
        (["--backend", "http://127.0.0.1:1"], "give --mock URL", "用 --mock 给出地址"),
        (["--backend", "wsgi:no_such_module"], "cannot be loaded", "无法加载"),
        (["--backend", "none.backend.yaml"], "cannot be read", "无法读取"),
    ],
)
def test_wrong_use_is_2_and_a_sentence_in_both_languages(
    arguments: list[str], sentence: str, zh: str, scenario: Path
) -> None:
    result = wxsim("run", scenario, *arguments)

    assert result.exit_code == 2
    english, chinese = result.stderr.splitlines()
    assert sentence in english
    assert zh in chinese


def test_broken_file_is_2_and_names_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, BROKEN)

    result = wxsim("run", path)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"{path}:3: there is no step 'wx.logn'")


def test_empty_folder_is_2(tmp_path: Path) -> None:
    result = wxsim("run", tmp_path)

    assert result.exit_code == 2
    assert "holds no *.scenario.yaml" in result.stderr


def test_options_have_their_twins_in_the_environment(scenario: Path) -> None:
    result = wxsim("run", scenario, env={"WXSIM_MOCK": "http://127.0.0.1:1"})

    assert result.exit_code == 2
    assert "http://127.0.0.1:1" in result.stderr


def test_check_says_ok_or_everything_that_is_wrong(tmp_path: Path) -> None:
    good = written(tmp_path, LOGIN)
    bad = written(tmp_path, BROKEN, "bad.scenario.yaml")
    other = written(tmp_path, "calls: {}", "bad.backend.yaml")

    assert wxsim("check", good).stdout == "ok\n"
    result = wxsim("check", good, bad, other)

    assert result.exit_code == 1
    assert f"{bad}:3:" in result.stderr
    assert f"{other}:1: a backend file needs 'base_url'" in result.stderr


def test_check_compares_stories_with_the_one_backend_file(tmp_path: Path) -> None:
    story = written(
        tmp_path,
        "name: x\nsteps:\n- backend.logn\n- backend.login:\n    cod: 1\n    save: t\n"
        "- wx.getStorage: {key: '${storage.tokn}'}\n",
    )
    login = "{path: /, json: {code: '${code}'}, keep: {token: data.t}}"
    backend = written(
        tmp_path,
        f"name: shop\nbase_url: http://h\ncalls: {{login: {login}}}",
        "x.backend.yaml",
    )

    result = wxsim("check", tmp_path)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[:5] == [
        f"{story}:3: shop has no call 'logn'; did you mean 'login'?",
        f"{story}:4: backend.login needs 'code'",
        f"{story}:5: backend.login takes no 'cod'; did you mean 'code'?",
        f"{story}:6: 'save' stands beside backend.login, not inside it: "
        "indent it as far as backend.login",
        f"{story}:7: nothing keeps 'tokn' on the phone; did you mean 'token'?",
    ]
    assert (
        f"{story}:3：shop 没有名为 'logn' 的调用；是不是想写 'login'？" in result.stderr
    )
    assert wxsim("check", story).exit_code == 0
    assert wxsim("check", story, "--backend", backend).exit_code == 1


def test_check_of_a_folder_without_files_is_2(tmp_path: Path) -> None:
    result = wxsim("check", tmp_path)

    assert result.exit_code == 2
    assert "holds no *.scenario.yaml or *.backend.yaml" in result.stderr


def test_check_refuses_a_file_that_is_neither(tmp_path: Path) -> None:
    result = wxsim("check", written(tmp_path, LOGIN, "x.yaml"))

    assert result.exit_code == 1
    english, chinese = result.stderr.splitlines()
    assert english == (
        f"{tmp_path / 'x.yaml'}:1: neither a scenario nor a backend file; "
        "name it *.scenario.yaml or *.backend.yaml"
    )
    assert chinese.endswith(
        "x.yaml:1：既不是场景文件也不是后端文件；"
        "请命名为 *.scenario.yaml 或 *.backend.yaml"
    )


def test_check_answers_programs_in_json(tmp_path: Path) -> None:
    bad = written(tmp_path, BROKEN, "bad.scenario.yaml")

    right = wxsim("check", "--json", written(tmp_path, LOGIN))
    wrong = wxsim("check", "--json", bad)

    assert (right.exit_code, wrong.exit_code) == (0, 1)
    assert json.loads(right.stdout) == {"ok": True, "problems": []}
    told = json.loads(wrong.stdout)
    assert told["ok"] is False
    assert told["problems"][0] == {
        "file": str(bad),
        "line": 3,
        "message": {
            "en": "there is no step 'wx.logn'; did you mean 'wx.login'?",
            "zh": "没有名为 'wx.logn' 的步骤；是不是想写 'wx.login'？",
        },
    }
    assert wrong.stderr == ""


@pytest.mark.parametrize("kind", ["scenario", "backend"])
def test_schema_is_json(kind: str) -> None:
    assert json.loads(wxsim("schema", kind).stdout)["type"] == "object"


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["check", "-h"], ["schema", "-h"]]
)
def test_help_has_an_example(arguments: list[str]) -> None:
    result = wxsim(*arguments)

    assert result.exit_code == 0
    assert "Example: wxsim" in result.stdout


def test_version_is_that_of_the_distribution() -> None:
    assert wxsim("--version").output.endswith(f" {version('mockwx')}\n")


@pytest.mark.slow
def test_module_runs_as_a_program(tmp_path: Path) -> None:
    path = written(tmp_path, BROKEN)

    shown = subprocess.run(
        [sys.executable, "-m", "simulator", "check", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert shown.returncode == 1
    assert "wx.logn" in shown.stderr


def test_names_of_the_package_are_all_there() -> None:
    import simulator

    assert all(getattr(simulator, name) for name in simulator.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        simulator.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("arguments", "english", "chinese", "program"),
    [
        (["nope"], "No such command 'nope'", "用法有误", "wxsim"),
        (["check", "--nope"], "No such option", "没有选项 --nope", "wxsim check"),
        (["run"], "Missing argument 'SCENARIO...'", "缺少 SCENARIO...", "wxsim run"),
        (
            ["schema", "x"],
            "'x' is not one of 'scenario', 'backend'",
            "KIND 的值有误",
            "wxsim schema",
        ),
        (["run", "-n", "x", __file__], "not a valid", "-n 的值有误", "wxsim run"),
        (
            ["load", "--backend", "x", "-t", "3x"],
            "write a time such as 30s, 5m or 1h30m",
            "--time 的值有误",
            "wxsim load",
        ),
        (
            ["load", "--backend", "x", "--csv", f"{__file__}/x"],
            f"nothing can be written in '{__file__}'",
            "--csv 的值有误",
            "wxsim load",
        ),
    ],
    ids=["command", "option", "argument", "choice", "number", "time", "place"],
)
def test_misuse_is_one_sentence_in_each_language(
    arguments: list[str], english: str, chinese: str, program: str
) -> None:
    result = CliRunner().invoke(main, arguments, prog_name="wxsim")

    first, second = result.stderr.splitlines()
    assert result.exit_code == 2
    assert english in first
    assert first.endswith(f"; see `{program} --help`.")
    assert second == f"wxsim：{chinese}；请看 `{program} --help`。"


def test_file_that_cannot_be_written_is_one_sentence_in_each_language(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "folder"

    result = wxsim("init", "--yes", "--folder", folder)

    english, chinese = result.stderr.splitlines()
    assert result.exit_code == 2
    assert english == f"wxsim: {folder} cannot be opened (Not a directory)."
    assert chinese == f"wxsim：无法打开 {folder}（Not a directory）。"


def test_full_disk_is_one_sentence_in_each_language() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "simulator", "schema", "scenario"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            encoding="utf-8",
        )

    english, chinese = ran.stderr.splitlines()
    assert ran.returncode == 1
    assert english.startswith("wxsim: the output cannot be written (")
    assert chinese.startswith("wxsim：无法写出结果（")


def test_closed_output_is_opened_to_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)

    with pytest.raises(SystemExit) as ended:
        main(["schema", "backend"])

    assert ended.value.code == 0
    assert sys.stdout.name > 2
    sys.stdout.close()


class _Interrupted(ModuleType):
    """A module during whose import somebody presses Control-C."""

    def __getattr__(self, name: str) -> NoReturn:
        raise KeyboardInterrupt


def test_interrupt_of_the_import_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "simulator.cli", _Interrupted("simulator.cli"))

    with pytest.raises(SystemExit) as ended:
        simulator.__main__.main()

    assert ended.value.code == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", sorted(main.commands))
def test_environment_says_what_an_option_says(command: str) -> None:
    shown = " ".join(wxsim(command, "--help").stdout.split())

    options = [each.opts for each in main.commands[command].params]
    names = [each.lstrip("-") for row in options for each in row if each[:2] == "--"]
    for name in names:
        twin = f"WXSIM_{name.replace('-', '_').upper()}"
        assert re.search(rf"env var: ?{twin}\b", shown), name


def test_no_command_shows_the_help() -> None:
    result = CliRunner().invoke(main, [])

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage:")


def test_record_writes_a_file_that_checks(tmp_path: Path) -> None:
    told = {"user": "alice", "at": 1.0, "errcode": None, "kind": "phone", "number": 1}
    body = '{"code":"0123456789abcdef","errMsg":"login:ok"}'
    told |= {"request": {"method": "", "path": "wx.login", "query": "", "body": "{}"}}
    told |= {"response": {"status": 200, "body": body}}
    journal = written(tmp_path, json.dumps([told]), "journal.json")
    file = tmp_path / "told.scenario.yaml"

    result = wxsim("record", file, "--journal", journal, "--name", "One login")

    assert result.exit_code == 0
    assert "1 step; play them with `wxsim run" in result.stdout
    assert "name: One login" in file.read_text(encoding="utf-8")
    assert wxsim("check", file).exit_code == 0
    again = wxsim("record", file, "--journal", journal)
    assert again.exit_code == 2
    assert "--force" in again.stderr


@pytest.mark.parametrize("command", ["load", "record"])
def test_running_mock_is_where_serve_listens(command: str) -> None:
    shown = " ".join(wxsim(command, "--help").stdout.split())

    assert "WXSIM_MOCK; default: http://127.0.0.1:7778]" in shown


def test_record_without_a_mock_says_so(tmp_path: Path) -> None:
    file = tmp_path / "told.scenario.yaml"

    result = wxsim("record", file, "--mock", "http://127.0.0.1:1")

    assert result.exit_code == 2
    assert "No mock answers at http://127.0.0.1:1" in result.stderr
    assert not file.exists()


def test_load_without_locust_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.cli.load.find_spec", lambda name: None)

    result = wxsim("load", "--backend", "x.backend.yaml")

    assert result.exit_code == 2
    assert "pip install 'mockwx[load]'" in result.stderr
    assert "加压需要 Locust" in result.stderr
