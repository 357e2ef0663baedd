"""The command `mockwx`: output, exit status, a sentence in each language."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from typing import NoReturn

import pytest

import mockwx.__main__
from mockwx import MockServer
from mockwx import cli
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import Settings
from mockwx.demo import DemoError
from mockwx.domain.errors import ErrCode
from mockwx.launch.account import Account
from mockwx.launch.account import Tally
from mockwx.listeners.port import PortError
from mockwx.listeners.port import bind
from mockwx.probe import asking
from mockwx.probe import report
from mockwx.probe.questions import QUESTIONS
from mockwx.version import __version__
from mockwx.web.interfaces import INTERFACES


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(ended.value.code or 0)


def _refused(
    capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    """Run a command that says no; return its status, and what each language said."""
    status = _run(*arguments)

    out, err = capsys.readouterr()
    assert out == ""
    english, chinese = err.splitlines()
    assert english.startswith("mockwx: ")
    assert chinese.startswith("mockwx：")
    return status, english.removeprefix("mockwx: "), chinese.removeprefix("mockwx：")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Collect the settings of each `serve` instead of listening."""
    collected: list[Settings] = []

    def serve(settings: Settings, announce: Any, *, workers: int) -> int:
        collected.append(settings)
        announce(f"http://{settings.host}:{settings.port}")
        return 0

    monkeypatch.setattr("mockwx.listeners.http.serve", serve)
    return collected


def test_help_lists_the_commands_and_an_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = _run()

    out = capsys.readouterr().out
    assert status == 0
    assert all(word in out for word in ("serve", "routes", "errcodes", "demo"))
    assert "Example:" in out


@pytest.mark.parametrize("command", sorted(cli.cli.commands))
def test_every_command_has_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(command, "--help") == 0
    assert f"mockwx {command}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--version") == 0
    assert capsys.readouterr().out == f"mockwx {__version__}\n"


def test_routes_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("routes") == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(INTERFACES)
    assert lines[0].split() == ["GET", "/sns/jscode2session", "code2Session", "sns"]


def test_routes_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("routes", "--json") == 0

    rows = json.loads(capsys.readouterr().out)
    assert rows[0] == {
        "method": "GET",
        "path": "/sns/jscode2session",
        "name": "code2Session",
        "family": "sns",
    }


def test_errcodes_are_all_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("errcodes", "--json") == 0

    rows = json.loads(capsys.readouterr().out)
    assert [row["errcode"] for row in rows] == [int(each) for each in ErrCode]


@pytest.mark.parametrize("code", [40029, 40163, -1])
def test_errcode_is_explained_in_both_languages(
    code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("errcodes", str(code)) == 0

    known = ErrCode(code)
    assert capsys.readouterr().out == f"{code}  {known.errmsg}  {known.zh}\n"


FAILURES: list[tuple[Sequence[str], int, str, str]] = [
    (("errcodes", "5"), 1, "errcode 5 is not known here; ", "这里没有 errcode 5；"),
    (
        ("serve", "--port", "65536"),
        2,
        "--port must be a whole number from 0 to 65535, not 65536.",
        "--port 必须是 0 到 65535 之间的整数，不能是 65536。",
    ),
    (
        ("serve", "--host", "a..b"),
        2,
        "cannot listen on a..b port 7778 (not a host name); ",
        "无法监听 a..b 端口 7778（not a host name）；",
    ),
    (
        ("serve", "--seed", "-1"),
        2,
        "--seed must be a whole number from 0 to ",
        "--seed 必须是 0 到 ",
    ),
    (
        ("run", "--max-body", "1", "true"),
        2,
        "--max-body must be a whole number from 1024 to ",
        "--max-body 必须是 1024 到 ",
    ),
    (
        ("env", "--host", ""),
        2,
        "--host must not be empty; use 127.0.0.1.",
        "--host 不能为空；可用 127.0.0.1。",
    ),
    (
        ("serve", "--token", "a b"),
        2,
        "--token must be printable ASCII characters without blanks.",
        "--token 必须是可打印的 ASCII 字符，不含空格。",
    ),
    (
        ("serve", "--store", "postgres://x"),
        2,
        "--store must be memory:, sqlite:///FILE or redis://HOST:PORT/DATABASE, not",
        "--store 必须是 memory:、sqlite:///FILE 或 redis://HOST:PORT/DATABASE，不能是",
    ),
    (
        ("serve", "--workers", "0"),
        2,
        "--workers must be from 1 to 64, not 0.",
        "--workers 必须在 1 到 64 之间，不能是 0。",
    ),
    (
        ("serve", "--store", "sqlite:///no/such/folder/mock.db"),
        2,
        "the store no/such/folder/mock.db cannot be used: it cannot be opened; its",
        "无法使用存储 no/such/folder/mock.db：无法打开；它所在的文件夹",
    ),
    (
        ("ca", "export", "-o", "no/such/folder/ca.pem"),
        2,
        "no/such/folder/ca.pem cannot be opened (",
        "无法打开 no/such/folder/ca.pem（",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "status", "english", "chinese"),
    FAILURES,
    ids=[" ".join(row[0]) for row in FAILURES],
)
def test_error_is_one_line_in_each_language(
    arguments: Sequence[str],
    status: int,
    english: str,
    chinese: str,
    data_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended, said, said_zh = _refused(capsys, *arguments)

    assert ended == status
    assert said.startswith(english)
    assert said_zh.startswith(chinese)


MISUSES: list[tuple[Sequence[str], str, str, str]] = [
    (
        ("errcodes", "x"),
        "'x' is not a valid integer",
        "CODE 的值有误",
        "mockwx errcodes",
    ),
    (("nonsense",), "No such command 'nonsense'", "用法有误", "mockwx"),
    (("ca", "nonsense"), "No such command 'nonsense'", "用法有误", "mockwx ca"),
    (("serve", "--nonsense"), "No such option", "没有选项 --nonsense", "mockwx serve"),
    (("serve", "extra"), "unexpected extra argument", "用法有误", "mockwx serve"),
    (("serve", "two\nlines"), "extra argument (two lines)", "用法有误", "mockwx serve"),
    (
        ("serve", "--port", "x"),
        "'x' is not a valid integer",
        "--port 的值有误",
        "mockwx serve",
    ),
    (
        ("serve", "--policy", "x"),
        "'x' is not one of 'docs', 'strict'",
        "--policy 的值有误",
        "mockwx serve",
    ),
    (
        ("serve", "--world", "none.yaml"),
        "'none.yaml' does not exist",
        "--world 的值有误",
        "mockwx serve",
    ),
    (("run",), "Missing argument 'COMMAND...'", "缺少 COMMAND", "mockwx run"),
    (
        ("env", "--shell", "x"),
        "'x' is not one of 'sh', 'fish'",
        "--shell 的值有误",
        "mockwx env",
    ),
    (
        ("ca", "path", "--format", "x"),
        "'x' is not one of 'pem'",
        "--format 的值有误",
        "mockwx ca path",
    ),
    (
        ("doctor", "--lang", "x"),
        "'x' is not one of 'en', 'zh'",
        "--lang 的值有误",
        "mockwx doctor",
    ),
    (("probe",), "Missing option '--host'", "缺少 --host", "mockwx probe"),
]


@pytest.mark.parametrize(
    ("arguments", "english", "chinese", "program"),
    MISUSES,
    ids=[repr(" ".join(row[0])) for row in MISUSES],
)
def test_misuse_is_one_line_in_each_language(
    arguments: Sequence[str],
    english: str,
    chinese: str,
    program: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, said, said_zh = _refused(capsys, *arguments)

    assert status == 2
    assert english in said
    assert said.endswith(f"; see `{program} --help`.")
    assert said_zh == f"{chinese}；请看 `{program} --help`。"


def test_serve_without_options_has_the_documented_defaults(
    served: list[Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("serve") == 0

    assert served == [Settings()]
    assert capsys.readouterr().out == "mockwx ready on http://127.0.0.1:7778\n"


def test_serve_takes_every_setting_as_an_option(served: list[Settings]) -> None:
    options = "--port 0 --seed 5 --policy strict --locale en_US --errmsg-suffix none"
    options += " --sns-content-type application/json --json-content-type text/plain"
    options += " --escape-slash --freeze 9"
    options += " --journal-size 7 --history-days 8 --max-body 2048"

    _run("serve", *options.split())

    assert served == [
        Settings(
            port=0,
            seed=5,
            policy="strict",
            locale="en_US",
            errmsg_suffix="none",
            sns_content_type="application/json",
            json_content_type="text/plain",
            escape_slash=True,
            freeze=9,
            journal_size=7,
            history_days=8,
            max_body=2048,
        )
    ]


def test_serve_takes_every_setting_from_the_environment_below_options(
    served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKWX_SEED", "5")
    monkeypatch.setenv("MOCKWX_PORT", "1")
    monkeypatch.setenv("MOCKWX_ESCAPE_SLASH", "1")

    _run("serve", "--port", "0")

    assert served == [Settings(seed=5, port=0, escape_slash=True)]


def test_exposed_mock_makes_a_token_and_prints_it(
    served: list[Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    _run("serve", "--host", "0.0.0.0")

    ready, token = capsys.readouterr().out.splitlines()
    assert ready == "mockwx ready on http://0.0.0.0:7778"
    assert token == f"control API token: {served[0].token}"
    assert len(served[0].token or "") == 43


def test_given_token_is_not_printed(
    served: list[Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    _run("serve", "--host", "0.0.0.0", "--token", "mine")

    assert served[0].token == "mine"
    assert "mine" not in capsys.readouterr().out


def test_token_on_loopback_is_said_to_be_needless(
    served: list[Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    _run("serve", "--token", "mine")

    assert "--token is not needed on 127.0.0.1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (
            OSError(errno.EADDRINUSE, "x"),
            "port 7778 on 127.0.0.1 is in use; stop",
            "127.0.0.1 的端口 7778 已被占用；",
        ),
        (
            OSError(errno.EACCES, "denied"),
            "cannot listen on 127.0.0.1 port 7778 (denied); ",
            "无法监听 127.0.0.1 端口 7778（denied）；",
        ),
    ],
    ids=["in use", "not ours"],
)
def test_port_that_cannot_be_had_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: OSError,
    english: str,
    chinese: str,
) -> None:
    def fail(settings: Settings, announce: Any, *, workers: int) -> int:
        raise error

    monkeypatch.setattr("mockwx.listeners.http.serve", fail)

    status, said, said_zh = _refused(capsys, "serve")

    assert status == 2
    assert said.startswith(english)
    assert said_zh.startswith(chinese)


def test_one_port_for_two_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(settings: Settings, announce: Any, *, workers: int) -> int:
        raise PortError(OSError(errno.EADDRINUSE, "x"), settings.tls_port)

    monkeypatch.setattr("mockwx.listeners.http.serve", fail)

    assert _refused(capsys, "serve", "--tls", "--port", "5", "--tls-port", "5") == (
        2,
        "--port and --tls-port both say 5; choose another for one of them.",
        "--port 和 --tls-port 都是 5；请为其中之一换一个端口。",
    )


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Collect the settings of each `run` instead of running a command."""
    collected: list[Settings] = []

    def run(
        command: Sequence[str], settings: Settings, *, isolated: bool
    ) -> tuple[int, Account]:
        collected.append(settings)
        return 0, Account(command=command, tally=Tally())

    monkeypatch.setattr("mockwx.launch.run", run)
    return collected


def test_run_takes_the_options_of_serve(ran: list[Settings], tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'mock.db'}"
    options = "--host 0.0.0.0 --port 5 --tls --tls-port 6 --proxy --proxy-port 7"
    options += f" --seed 8 --policy calm --token t --store {store} --workers 1"

    assert _run("run", *options.split(), "--", "true") == 0

    (settings,) = ran
    assert settings == Settings(
        host="0.0.0.0",
        port=5,
        tls=True,
        tls_port=6,
        proxy=True,
        proxy_port=7,
        seed=8,
        policy="calm",
        token="t",
        store=store,
    )


def test_run_that_others_reach_makes_a_token_and_says_it(
    ran: list[Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    _run("run", "--host", "0.0.0.0", "true")

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"mockwx: control API token: {ran[0].token}\n")


def test_run_answers_by_itself_alone(
    ran: list[Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    status, english, chinese = _refused(capsys, "run", "--workers", "2", "true")

    assert (status, ran) == (2, [])
    assert english.startswith("--workers 2 is for mockwx serve, ")
    assert chinese.startswith("--workers 2 用于 mockwx serve，")


def test_run_in_a_store_that_cannot_be_used_runs_nothing(
    ran: list[Settings], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    store = f"sqlite:///{tmp_path}"

    status, english, _ = _refused(capsys, "run", "--store", store, "true")

    assert (status, ran) == (2, [])
    assert english.startswith(f"the store {tmp_path} cannot be used: ")


def test_reader_who_leaves_early_sees_no_traceback() -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "mockwx", "errcodes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    program.stdout.close()

    _, err = program.communicate(timeout=20)

    assert program.returncode == 1
    assert err == b""


def test_full_disk_is_one_line_in_each_language() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "mockwx", "errcodes"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            encoding="utf-8",
        )

    english, chinese = ran.stderr.splitlines()
    assert ran.returncode == 1
    assert english.startswith("mockwx: the output cannot be written (")
    assert chinese.startswith("mockwx：无法写出结果（")


def test_closed_output_is_opened_to_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdout", None)

    status = _run("errcodes")

    assert status == 0
    assert sys.stdout.name > 2
    sys.stdout.close()


def test_file_that_cannot_be_had_is_one_line_in_each_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise OSError(errno.EACCES, "denied", "a/file")

    monkeypatch.setattr("mockwx.demo.play", fail)

    assert _refused(capsys, "demo") == (
        2,
        "a/file cannot be opened (denied).",
        "无法打开 a/file（denied）。",
    )


def test_other_errors_of_the_system_are_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> int:
        raise OSError(errno.ENOENT, "x")

    monkeypatch.setattr("mockwx.demo.play", fail)

    with pytest.raises(OSError, match="x"):
        cli.main(["demo"])


def test_missing_granian_is_said(
    served: list[Settings],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("mockwx.listeners.http.has_granian", lambda: False)

    _run("serve")

    assert "granian is not installed; using waitress" in capsys.readouterr().err


def test_workers_without_granian_are_refused(
    served: list[Settings],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("mockwx.listeners.http.has_granian", lambda: False)

    status, said, said_zh = _refused(capsys, "serve", "--workers", "2")

    assert status == 2
    assert said.startswith("--workers 2 needs granian; install it")
    assert said_zh.startswith("--workers 2 需要 granian")
    assert served == []


def test_demo_ends_with_the_status_of_the_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mockwx.demo.play", lambda: 1)

    assert _run("demo") == 1


def test_demo_that_cannot_run_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise DemoError("the phone is missing.", "缺少手机。")

    monkeypatch.setattr("mockwx.demo.play", fail)

    assert _refused(capsys, "demo") == (1, "the phone is missing.", "缺少手机。")


class _Interrupted(ModuleType):
    """A module during whose import somebody presses Control-C."""

    def __getattr__(self, name: str) -> NoReturn:
        raise KeyboardInterrupt


def test_interrupt_of_the_import_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mockwx.cli", _Interrupted("mockwx.cli"))

    with pytest.raises(SystemExit) as ended:
        mockwx.__main__.main()

    assert ended.value.code == 130
    assert capsys.readouterr().err == ""


def test_interrupt_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("mockwx.demo.play", interrupted)

    assert _run("demo") == 130
    assert "Traceback" not in capsys.readouterr().err


def test_serve_begins_with_a_world_file(tmp_path: Path, served: list[Settings]) -> None:
    path = tmp_path / "w.yaml"
    path.write_text("seed: 3\npolicy: strict\nusers: [{name: bob}]", "utf-8")

    _run("serve", "--world", str(path), "--policy", "calm")

    (settings,) = served
    assert (settings.seed, settings.policy) == (3, "calm"), "an option wins"
    assert settings.world.users == ({"name": "bob"},)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (
            "seed: 1\nseeds: 2",
            ":2: unknown field 'seeds'; did you mean 'seed'?",
            ":2：未知字段 'seeds'；是否想写 'seed'？",
        ),
        ("a: \0", ": not YAML (", "：不是 YAML（"),
    ],
    ids=["unknown field", "told by YAML in two lines"],
)
def test_world_file_that_cannot_be_used_is_one_line_in_each_language(
    text: str,
    english: str,
    chinese: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(text, "utf-8")

    status, said, said_zh = _refused(capsys, "serve", "--world", str(path))

    assert status == 2
    assert said.startswith(f"{path}{english}")
    assert said_zh.startswith(f"{path}{chinese}")


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOCKWX_DATA", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("form", ["pem", "bundle", "p12"])
def test_ca_path_names_a_file_with_what_export_writes(
    form: str, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = data_folder / "exported"

    assert _run("ca", "path", "--format", form) == 0
    assert _run("ca", "export", "--format", form, "-o", str(output)) == 0

    file = Path(capsys.readouterr().out.rstrip("\n"))
    assert file.parent == data_folder / "ca"
    # Java's store is salted anew each time.
    assert form == "p12" or file.read_bytes() == output.read_bytes()
    assert file.stat().st_size == output.stat().st_size


def test_ca_renew_makes_another_authority(
    data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("ca", "export") == 0
    before = capsys.readouterr().out
    assert _run("ca", "renew") == 0
    assert "restart the mock" in capsys.readouterr().out
    assert _run("ca", "export") == 0

    assert capsys.readouterr().out != before


def test_run_writes_its_account_of_a_command_that_is_no_utf_8(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command = ["echo", os.fsdecode("中".encode() + b"\xff")]
    account = Account(command=[*command, "\udce4\udcb8\udcad"], tally=Tally())
    monkeypatch.setattr("mockwx.launch.run", lambda *a, **named: (0, account))
    report = tmp_path / "account.json"

    assert _run("run", "--json", str(report), "--", *command) == 0

    told = json.loads(report.read_text("utf-8"))
    assert told["command"] == ["echo", "中\ufffd", "中"]


def test_ca_that_cannot_be_used_is_one_line_in_each_language(
    data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_folder / "ca").mkdir()
    (data_folder / "ca" / "authority.pem").touch()

    status, english, chinese = _refused(capsys, "ca", "path")

    assert status == 2
    assert english.endswith("is damaged; make a new one with 'mockwx ca renew'.")
    assert chinese.endswith("已损坏；请用 'mockwx ca renew' 重新生成。")


def test_ca_alone_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("ca") == 0

    assert "renew" in capsys.readouterr().out


def test_env_without_a_mock_says_what_to_start(
    data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with bind("127.0.0.1", 0) as unused:
        port = str(unused.getsockname()[1])
        status = _run("env", "--runtime", "go", "--shell", "json", "--proxy-port", port)

    out, err = capsys.readouterr()
    assert status == 0
    assert json.loads(out)["HTTPS_PROXY"] == f"http://127.0.0.1:{port}"
    english, chinese = err.splitlines()
    assert english.startswith(f"mockwx: nothing answers on port {port} yet; start ")
    assert chinese.startswith(f"mockwx：端口 {port} 上还没有应答；")


@pytest.fixture
def few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask two questions, and one that needs an app: the others would take seconds."""
    chosen = ("login-nothing", "token-nothing", "login-impossible-code")
    few = tuple(each for each in QUESTIONS if each.name in chosen)
    for module in (asking, report):
        monkeypatch.setattr(module, "QUESTIONS", few)


@pytest.mark.slow
@pytest.mark.usefixtures("few_questions")
def test_probe_of_a_mock_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    with MockServer() as host:
        status = _run("probe", "--host", host.url)

    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "= login-nothing: a login without any parameter",
        "= token-nothing: an access_token without any parameter",
        "2 agreed, 0 differed, 0 could not be asked.",
        "1 more with --appid and --secret.",
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("few_questions")
def test_probe_tells_what_differs_in_chinese(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with MockServer(Settings(sns_content_type="application/json")) as host:
        status = _run("probe", "--host", host.url, "--lang", "zh")

    assert status == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "≠ login-nothing：不带任何参数的登录",
        "  · 内容类型",
        "    对方：application/json",
        "    本地：text/plain",
    ]
    assert lines[-2:] == [
        "1 项一致，1 项不同，0 项无法询问。",
        "加上 --appid 和 --secret 还可再问 1 项。",
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("few_questions")
def test_probe_answers_in_json_with_a_secret_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOCKWX_PROBE_SECRET", DEFAULT_SECRET)
    with MockServer(Settings(errmsg_suffix="none")) as host:
        url = host.url
        status = _run("probe", "--host", url, "--appid", DEFAULT_APPID, "--json")

    out = capsys.readouterr().out
    found = json.loads(out)
    assert status == 1
    assert DEFAULT_SECRET not in out
    assert (found["host"], found["ok"]) == (url, False)
    assert (found["agreed"], found["differs"], found["could_not_be_asked"]) == (0, 3, 0)
    last = found["findings"][-1]
    assert last["question"] == "login-impossible-code"
    assert last["differences"] == [
        {"aspect": "suffix", "there": "none", "here": "', rid: RID'"}
    ]
    assert last["there"] == '{"errcode":40029,"errmsg":"invalid code"}'


@pytest.mark.slow
@pytest.mark.usefixtures("few_questions")
def test_probe_that_nobody_answers_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bind("127.0.0.1", 0) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        status = _run("probe", "--host", url, "--lang", "zh")

    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert lines[0].startswith("? login-nothing：")
    assert lines[1].startswith("  没有得到回答：no answer: ")


def test_probe_that_must_not_begin_says_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, english, chinese = _refused(capsys, "probe", "--host", "api.weixin.qq.com")

    assert status == 2
    assert english.endswith("is no address; write https://HOST.")
    assert chinese.endswith("不是地址；请写成 https://HOST。")
