"""`mockwx run`: unchanged programs ask the mock, and nothing is left behind."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.running import CLIENTS
from tests.e2e.running import LOGIN
from tests.e2e.running import SECONDS
from tests.e2e.running import Run
from tests.namespaces import may_have_a_network_of_its_own
from tests.namespaces import users_may_have_a_network_of_their_own
from tests.processes import eventually
from tests.processes import runs


# Every test starts programs that start others.
pytestmark = pytest.mark.slow

NO_APPID = '{"errcode":41002,"errmsg":"appid missing'


@pytest.mark.parametrize(
    ("command", "calls"),
    [
        pytest.param([sys.executable, str(CLIENTS / "ask.py")], 3, id="python"),
        pytest.param(
            ["node", str(CLIENTS / "ask.js")],
            3,
            id="node",
            marks=pytest.mark.needs("node"),
        ),
        pytest.param(
            ["java", str(CLIENTS / "Ask.java")],
            2,
            id="java",
            marks=pytest.mark.needs("javac"),
        ),
        pytest.param(
            ["java", str(CLIENTS / "AskWithoutProxy.java")],
            4,
            id="java without proxy",
            marks=pytest.mark.needs("javac"),
        ),
        pytest.param(
            ["go", "run", str(CLIENTS / "ask.go")],
            1,
            id="go",
            marks=pytest.mark.needs("go"),
        ),
        pytest.param(
            ["curl", "-sSw", r"\n"], 1, id="curl", marks=pytest.mark.needs("curl")
        ),
    ],
)
def test_own_clients_of_a_runtime_ask_the_mock(
    command: list[str], calls: int, run: Run
) -> None:
    ran = run("--", *command, LOGIN)

    assert ran.returncode == 0, ran.stderr
    assert [line[: len(NO_APPID)] for line in ran.stdout.splitlines() if line] == (
        [NO_APPID] * calls
    )
    noun = "call" if calls == 1 else "calls"
    assert f"mockwx: {calls} {noun} reached WeChat:\n" in ran.stderr
    assert (
        f"{calls}  GET  /sns/jscode2session  errcode 41002  appid missing\n"
        in ran.stderr
    )


@pytest.mark.needs("sh")
@pytest.mark.needs("javac")
def test_java_reaches_other_hosts_as_ever(run: Run) -> None:
    ask = 'java "$0" "http://localhost:${MOCKWX_URL##*:}/_mockwx/api/health"'

    ran = run("--", "sh", "-c", ask, str(CLIENTS / "Ask.java"))

    assert ran.stdout.count('"status":"ok"') == 2, ran.stderr


@pytest.mark.needs("sh")
@pytest.mark.needs("javac")
def test_java_that_cannot_be_led_runs_with_the_proxy(run: Run) -> None:
    ask = 'MOCKWX_REDIRECT=nonsense java "$0" "$1"'

    ran = run("--", "sh", "-c", ask, str(CLIENTS / "Ask.java"), LOGIN)

    assert "mockwx: Java refuses the redirection, the proxy is left (" in ran.stderr
    assert ran.stdout.count(NO_APPID) == 2


def test_settings_of_the_environment_do_not_lead_elsewhere(run: Run) -> None:
    run.environ |= {
        "no_proxy": "api.weixin.qq.com",
        "https_proxy": "http://127.0.0.1:9",
        "SSL_CERT_FILE": "nowhere.pem",
    }

    ran = run("--", sys.executable, str(CLIENTS / "ask.py"), LOGIN)

    assert ran.stdout.count(NO_APPID) == 3


def test_sitecustomize_of_the_project_runs_too(run: Run, tmp_path: Path) -> None:
    # Not in `mockwx run` itself, whose start reads the file too.
    (tmp_path / "sitecustomize.py").write_text(
        "import os\nif 'MOCKWX_REDIRECT' in os.environ: print('the own one')\n"
    )
    run.environ["PYTHONPATH"] = str(tmp_path)

    ran = run("--", sys.executable, str(CLIENTS / "ask.py"), LOGIN)

    assert ran.stdout.startswith("the own one\n")
    assert ran.stdout.count(NO_APPID) == 3


def test_certifi_names_the_certificates_that_vouch_for_the_mock(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "certifi.py").write_text("def where():\n    return 'its own'\n")
    run.environ["PYTHONPATH"] = str(tmp_path)
    code = (
        "import certifi, http.client, ssl;"
        "trusted = ssl.create_default_context(cafile=certifi.where());"
        "c = http.client.HTTPSConnection('api.weixin.qq.com', context=trusted);"
        "c.request('GET', '/sns/jscode2session');"
        "print(c.getresponse().read().decode())"
    )

    ran = run("--", sys.executable, "-c", code)

    assert ran.stdout.startswith(NO_APPID)


def test_input_and_status_pass_through(run: Run) -> None:
    code = "import sys; print(sys.stdin.read().upper()); sys.exit(7)"

    ran = run(sys.executable, "-c", code, stdin="hello")

    assert (ran.returncode, ran.stdout) == (7, "HELLO\n")


def test_command_is_told_where_the_mock_is(run: Run) -> None:
    code = (
        "import os, urllib.request as u;"
        "print(u.urlopen(os.environ['MOCKWX_URL'] + '/_mockwx/api/health').status)"
    )

    assert run("--seed", "1", "--", sys.executable, "-c", code).stdout == "200\n"


def test_command_that_asks_nobody_is_told_what_to_do(run: Run) -> None:
    ran = run("--", sys.executable, "-c", "")

    assert ran.returncode == 0
    assert ran.stderr.startswith("mockwx: 0 calls reached WeChat.\n")
    assert "\nmockwx: If Python (python" in ran.stderr
    assert ran.stderr.count("\n") == 4


@pytest.mark.needs("sh")
def test_command_that_cannot_run_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text").touch(mode=0o600)

    missing, no_program = (
        run("--", "no-such-command"),
        run("--", str(tmp_path / "text")),
    )

    assert (missing.returncode, missing.stderr) == (
        127,
        "mockwx: no-such-command: command not found.\n"
        "mockwx：no-such-command：找不到这个命令。\n",
    )
    assert no_program.returncode == 126
    english, chinese = no_program.stderr.splitlines()
    assert english.endswith("cannot be run (Permission denied).")
    assert chinese.startswith("mockwx：无法运行 ")


def test_run_without_a_command_is_wrong_usage(run: Run) -> None:
    assert run("--").returncode == 2


@pytest.mark.needs("sh")
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)],
    ids=str,
)
def test_signal_ends_the_command_and_all_it_started(
    number: int, status: int, run: Run
) -> None:
    program = run.start("--", "sh", "-c", 'sleep 600 & echo $! "$MOCKWX_URL"; wait')
    assert program.stdout is not None
    started, url = program.stdout.readline().split()

    program.send_signal(number)
    program.communicate(timeout=SECONDS)

    assert program.returncode == status
    assert eventually(lambda: not runs(int(started)))
    assert not listens(int(url.rpartition(":")[2]))
    assert {each.name for each in run.folder.iterdir()} == {"ca"}


@pytest.mark.needs("sh")
def test_killed_command_takes_along_all_it_started(run: Run) -> None:
    ran = run("--", "sh", "-c", "sleep 600 & echo $!; kill -KILL $$")

    assert ran.returncode == 137
    assert eventually(lambda: not runs(int(ran.stdout)))


@pytest.mark.needs("sh")
def test_run_that_is_killed_outright_takes_along_all_it_started(run: Run) -> None:
    told = "trap 'echo told' USR1; sleep 600 & echo $! \"$MOCKWX_URL\""
    program = run.start("--", "sh", "-c", f"{told}; while :; do wait; done")
    assert program.stdout is not None
    started, url = program.stdout.readline().split()
    # Passed on only once it is known to run, and so guarded.
    program.send_signal(signal.SIGUSR1)
    assert program.stdout.readline() == "told\n"

    program.kill()
    program.communicate(timeout=SECONDS)

    assert eventually(lambda: not runs(int(started)))
    assert not listens(int(url.rpartition(":")[2]))
    assert {each.name for each in run.folder.iterdir()} == {"ca"}


@pytest.mark.needs("sh")
def test_process_that_does_not_listen_is_killed(run: Run) -> None:
    deaf = "trap '' TERM; echo $$; while :; do sleep 1; done"

    ran = run("--", "sh", "-c", f'sh -c "{deaf}" & sleep 0.5'.replace("$$", r"\$\$"))

    assert ran.returncode == 0
    assert eventually(lambda: not runs(int(ran.stdout)))


@pytest.mark.needs("sh")
def test_signal_that_the_command_handles_is_its_own_affair(run: Run) -> None:
    program = run.start(
        "--",
        "sh",
        "-c",
        "trap 'echo heard; exit 5' TERM; echo ready; while :; do :; done",
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"

    program.terminate()
    out, _ = program.communicate(timeout=SECONDS)

    assert (program.returncode, out) == (5, "heard\n")


@pytest.mark.needs("nohup")
def test_signal_that_is_ignored_stays_ignored(run: Run) -> None:
    script = "kill -HUP $PPID; sleep 0.2; kill -HUP $$; echo alive"
    program = subprocess.run(
        ["nohup", sys.executable, "-m", "mockwx", "run", "--", "sh", "-c", script],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=run.environ,
    )

    assert (program.returncode, program.stdout) == (0, "alive\n")


def test_settings_of_env_lead_to_a_running_mock(run: Run) -> None:
    mockwx = [sys.executable, "-m", "mockwx"]
    doors = ["--tls", "--tls-port", "0", "--proxy", "--proxy-port", "0"]
    serving = subprocess.Popen(
        [*mockwx, "serve", "--port", "0", *doors],
        stdout=subprocess.PIPE,
        text=True,
        env=run.environ,
    )
    assert serving.stdout is not None
    ports = [serving.stdout.readline().rpartition(":")[2].strip() for _ in range(3)]
    options = ["--port", ports[0], "--tls-port", ports[1], "--proxy-port", ports[2]]
    asking = [sys.executable, str(CLIENTS / "ask.py"), LOGIN]
    try:
        settings = subprocess.run(
            [*mockwx, "env", "--shell", "sh", *options],
            capture_output=True,
            text=True,
            check=True,
            env=run.environ,
        )
        asked = subprocess.run(
            ["sh", "-c", f"{settings.stdout}\n$0 $1 $2", *asking],
            capture_output=True,
            text=True,
            check=True,
            env=run.environ,
        )
    finally:
        serving.terminate()
        serving.communicate(timeout=SECONDS)

    assert settings.stderr == ""
    assert asked.stdout.count(NO_APPID) == 3


@pytest.mark.needs("unshare")
def test_network_of_its_own_leads_any_client_here_or_is_refused(run: Run) -> None:
    # -I keeps the hook out, and http.client knows no proxy: nothing else leads it.
    code = (
        "import http.client; c = http.client.HTTPSConnection('api.weixin.qq.com');"
        "c.request('GET', '/sns/jscode2session');"
        "print(c.getresponse().read().decode())"
    )
    ran = run("--netns", "--", sys.executable, "-I", "-c", code)

    if may_have_a_network_of_its_own():
        assert ran.stdout.startswith(NO_APPID)
        assert "1 call reached WeChat" in ran.stderr
    else:
        assert (ran.returncode, ran.stdout) == (2, "")
        english, chinese = ran.stderr.splitlines()
        assert english.startswith("mockwx: --netns is refused (")
        assert chinese.startswith("mockwx：--netns 被拒绝（")


@pytest.mark.needs("go")
@pytest.mark.needs("unshare")
def test_go_with_a_transport_of_its_own_needs_that_network(run: Run) -> None:
    program = run.folder / "own_transport"
    subprocess.run(
        ["go", "build", "-o", program, str(CLIENTS / "own_transport.go")], check=True
    )

    ran = run("--netns", "--", str(program), LOGIN)

    assert ran.stdout.startswith(NO_APPID) is may_have_a_network_of_its_own()


@pytest.mark.needs("unshare")
def test_network_of_its_own_needs_no_root_where_users_have_namespaces() -> None:
    program = [sys.executable, str(CLIENTS / "enter_as_nobody.py")]

    entered = subprocess.run(program, capture_output=True, text=True, check=False)

    if users_may_have_a_network_of_their_own():
        assert entered.stdout == "a user 127.0.0.1\n", entered.stderr
    else:
        assert entered.stderr.startswith("--netns is refused (")


@pytest.mark.needs("unshare")
def test_who_is_missed_in_a_network_of_its_own_is_said(run: Run) -> None:
    code = (
        "import socket\n"
        "try: socket.getaddrinfo('shop.example', 80)\n"
        "except OSError: print('nobody')"
    )

    ran = run("--netns", "--", sys.executable, "-c", code)

    if may_have_a_network_of_its_own():
        assert ran.stdout == "nobody\n"
        assert "With --netns nobody else is there; it asked for shop" in ran.stderr
    else:
        assert ran.returncode == 2


@pytest.mark.needs("unshare")
def test_network_of_its_own_leaves_this_one_as_it_was(run: Run) -> None:
    before = Path("/etc/hosts").read_bytes()
    temporary = run.folder / "temporary"
    temporary.mkdir()
    run.environ["TMPDIR"] = str(temporary)

    run("--netns", "--", "true")

    assert Path("/etc/hosts").read_bytes() == before
    assert list(temporary.iterdir()) == []


def listens(port: int) -> bool:
    """Say whether anybody listens on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
    except OSError:
        return False
    return True
