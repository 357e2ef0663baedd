"""A small load as somebody at a terminal starts it: Locust, a mock and a backend."""

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.running import heed_signals
from tests.environments import child_environment
from tests.processes import eventually


pytestmark = [pytest.mark.slow, pytest.mark.timeout(100)]

ROOT = Path(__file__).parent.parent.parent
SECONDS = 60
PEOPLE = 200
BACKEND = """
import sys

from waitress.server import create_server

from docs.examples.flask_backend.app import create_app

ids = ("wx6d6f636b77780001", "6d6f636b77786d6f636b77786d6f636b")
app = create_app(sys.argv[1], *ids)
server = create_server(app, host="127.0.0.1", port=0, threads=8)
print(f"http://127.0.0.1:{server.effective_port}", flush=True)
server.run()
"""
FILE = """
name: Shop
base_url: {url}
send: {{header: {{Authorization: "Bearer ${{storage.token}}"}}}}
calls:
  login: {{path: /login, json: {{code: "${{code}}"}}, keep: {{token: data.token}}}}
  profile:
    path: /user-info
    json:
      rawData: ${{rawData}}
      signature: ${{signature}}
      encryptedData: ${{encryptedData}}
      iv: ${{iv}}
"""
LOCUSTFILE = """
from locust import constant
from locust import task

from simulator.load import WxUser


class Shopper(WxUser):
    wait_time = constant(60)

    @task
    def log_in(self) -> None:
        self.relaunch()
        self.call("login", code=self.wx.login().code)
        sealed = self.wx.get_user_info(with_credentials=True)
        self.call(
            "profile",
            rawData=sealed.raw_data,
            signature=sealed.signature,
            encryptedData=sealed.encrypted_data,
            iv=sealed.iv,
        )
"""


class Gate(ThreadingHTTPServer):
    """Answers nobody until so many wait."""

    request_queue_size = 200
    daemon_threads = True

    def __init__(self, parties: int) -> None:
        super().__init__(("127.0.0.1", 0), _Guard)
        self.barrier = threading.Barrier(parties)


class _Guard(BaseHTTPRequestHandler):
    server: Gate

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self.server.barrier.wait(SECONDS / 2)
            self.send_response(200)
        except threading.BrokenBarrierError:
            self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Site:
    """A mock and a backend that run, and the files that name them."""

    mock: str
    folder: Path
    programs: list["subprocess.Popen[str]"] = field(default_factory=list)

    def aims(self, prefix: str = "") -> list[str]:
        file = str(self.folder / "shop.backend.yaml")
        return [f"--{prefix}backend={file}", f"--{prefix}mock={self.mock}"]

    def start(self, *command: str | Path) -> "subprocess.Popen[str]":
        program = subprocess.Popen(
            [sys.executable, *map(str, command)],
            cwd=ROOT,
            env=child_environment(PYTHONPATH=str(ROOT)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            preexec_fn=heed_signals if os.name == "posix" else None,
        )
        self.programs.append(program)
        return program

    def load(self, *arguments: str) -> "subprocess.Popen[str]":
        return self.start("-m", "simulator", "load", *self.aims(), *arguments)

    def ask(self, path: str, world: str = "default") -> dict[str, Any]:
        question = urllib.request.Request(
            f"{self.mock}/_mockwx/api/{path}", headers={"X-Mockwx-World": world}
        )
        with urllib.request.urlopen(question) as response:
            answer: dict[str, Any] = json.load(response)
            return answer

    def exchanged(self, world: str = "default") -> Counter[str]:
        """Count the codes that the backend exchanged, by person."""
        found = self.ask("exchanges?path=/sns/jscode2session", world)["exchanges"]
        assert {each["errcode"] for each in found} <= {0}
        return Counter(each["user"] for each in found)

    def results(self, prefix: Path) -> dict[str, tuple[int, int]]:
        """Read how many requests and failures each step had."""
        with open(f"{prefix}_stats.csv", encoding="utf-8") as file:
            return {
                row["Name"]: (int(row["Request Count"]), int(row["Failure Count"]))
                for row in csv.DictReader(file)
            }


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site("", tmp_path)
    try:
        mock = site.start("-m", "mockwx", "serve", "--port", "0")
        site.mock = read_line(mock).rpartition(" ")[2]
        url = read_line(site.start("-c", BACKEND, site.mock))
        text = FILE.format(url=url)
        (tmp_path / "shop.backend.yaml").write_text(text, encoding="utf-8")
        yield site
    finally:
        for program in site.programs:
            program.terminate()
        for program in site.programs:
            program.communicate(timeout=20)


def read_line(program: "subprocess.Popen[str]") -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until something listens."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"nothing listens on {port}")


def end(program: "subprocess.Popen[str]") -> str:
    return program.communicate(timeout=SECONDS)[0]


def test_two_hundred_people_log_in_once_each_and_are_answered_rightly(
    site: Site, tmp_path: Path
) -> None:
    page = tmp_path / "locust.html"
    program = site.load(
        *(f"--users={PEOPLE}", "--rate=40", "--time=12s", "--pause=60"),
        *(f"--csv={tmp_path / 'load'}", f"--html={page}"),
    )
    out = end(program)

    assert program.returncode == 0, out
    people = site.exchanged()
    assert set(people.values()) == {1}
    assert set(people) == {f"alice-0-{n}" for n in range(1, PEOPLE + 1)}
    assert site.results(tmp_path / "load") == {
        "wx.login": (PEOPLE, 0),
        "backend.login": (PEOPLE, 0),
        "wx.getUserInfo": (PEOPLE, 0),
        "backend.profile": (PEOPLE, 0),
        "Aggregated": (4 * PEOPLE, 0),
    }
    assert "<html" in page.read_text(encoding="utf-8")


def test_plain_locustfile_runs_headless(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "locustfile.py"
    file.write_text(LOCUSTFILE, encoding="utf-8")
    program = site.start(
        *("-m", "locust", "-f", file, "--headless", "-u", "20", "-r", "20"),
        *("-t", "3s", f"--csv={tmp_path / 'load'}", *site.aims("wx-")),
    )
    out = end(program)

    assert program.returncode == 0, out
    assert site.exchanged() == {f"person-0-{n}": 1 for n in range(1, 21)}
    results = site.results(tmp_path / "load")
    assert results["backend.profile"] == (20, 0)
    assert results["Aggregated"] == (80, 0)


def test_people_are_spread_over_worlds_by_a_master_as_by_one_process(
    site: Site, tmp_path: Path
) -> None:
    port = free_port()
    order = ("--users=12", "--rate=12", "--time=4s", "--pause=60", "--worlds=3")
    alone = site.load(*order)
    out = end(alone)
    found = [site.exchanged(f"load-{number}") for number in (1, 2, 3)]

    master = site.load("--master", f"--master-port={port}", *order)
    worker = site.load("--worker", f"--master-port={port}")
    end(master)
    end(worker)
    again = [site.exchanged(f"load-{number}") for number in (1, 2, 3)]

    assert (alone.returncode, master.returncode, worker.returncode) == (0, 0, 0), out
    assert site.exchanged() == {}
    assert found[0] == {f"alice-0-{number}": 1 for number in (3, 6, 9, 12)}
    assert again == [dict.fromkeys(each, 2) for each in found]


def test_no_two_workers_play_the_same_person(site: Site, tmp_path: Path) -> None:
    port = free_port()
    order = ("--users=20", "--rate=20", "--time=4s", "--pause=60", "--expect-workers=2")
    shared = (f"--master-port={port}", f"--csv={tmp_path / 'load'}")
    master = site.load("--master", *shared, *order)
    led = ("--worker", f"--master-port={port}")
    workers = [site.load(*led) for _ in range(2)]
    out = end(master)
    ends = [(end(each), each.returncode)[1] for each in workers]

    assert (master.returncode, ends) == (0, [0, 0]), out
    people = site.exchanged()
    assert set(people.values()) == {1}
    assert Counter(name.split("-")[1] for name in people) == {"0": 10, "1": 10}
    assert site.results(tmp_path / "load")["backend.login"] == (20, 0)


def test_nobody_waits_for_another(site: Site, tmp_path: Path) -> None:
    with Gate(100) as gate:
        threading.Thread(target=gate.serve_forever, daemon=True).start()
        file = tmp_path / "gate.backend.yaml"
        call = "calls: {login: {path: /, json: {code: '${code}'}}}"
        url = f"base_url: http://127.0.0.1:{gate.server_port}"
        file.write_text(f"{url}\n{call}\n", encoding="utf-8")
        program = site.load(
            *(f"--backend={file}", "--users=100", "--rate=100", "--time=10s"),
            *("--pause=60", f"--csv={tmp_path / 'load'}"),
        )
        out = end(program)
        gate.shutdown()

    assert program.returncode == 0, out
    assert site.results(tmp_path / "load")["backend.login"] == (100, 0)


def test_scenario_is_played_by_everybody(site: Site, tmp_path: Path) -> None:
    story = tmp_path / "two.scenario.yaml"
    story.write_text(
        "name: two\ndevices: {hers: {person: alice}, his: {person: bob}}\nsteps:\n"
        "- wx.login:\n  device: hers\n  save: one\n"
        "- backend.login: {code: '${one.code}'}\n  device: hers\n"
        "- wx.login:\n  device: his\n  save: other\n"
        "- backend.login: {code: '${other.code}'}\n  device: his\n"
        "  name: he logs in\n",
        encoding="utf-8",
    )
    program = site.load(
        *(f"--scenario={story}", "--users=5", "--time=3s", "--pause=60"),
        f"--csv={tmp_path / 'load'}",
    )
    out = end(program)

    assert program.returncode == 0, out
    names = {f"{who}-0-{n}" for who in ("alice", "bob") for n in range(1, 6)}
    assert set(site.exchanged()) == names
    assert site.results(tmp_path / "load")["he logs in"] == (5, 0)


def test_wrong_answers_decide_the_exit_status(site: Site, tmp_path: Path) -> None:
    closed = f"--backend-url=http://127.0.0.1:{free_port()}"
    few = ("--users=2", "--time=2s", "--pause=60")
    strict = site.load(closed, *few)
    out = end(strict)
    lenient = site.load(closed, *few, "--fail-ratio=0.5")
    end(lenient)

    assert (strict.returncode, lenient.returncode) == (1, 0)
    assert "ERR_CONNECTION_REFUSED" in out


def test_mock_that_dies_amid_a_load_fails_it_in_a_sentence(site: Site) -> None:
    program = site.load("--users=5", "--rate=5", "--time=6s", "--pause=0.2")
    assert eventually(lambda: bool(site.exchanged()))
    site.programs[0].kill()
    out = end(program)

    assert program.returncode == 1, out
    assert "No mock answers" in out
    assert "Traceback" not in out


def test_control_c_ends_it_with_its_results(site: Site) -> None:
    few = ("--users=5", "--time=60s", "--fail-ratio=1")
    program = site.load(*few, "--", "--only-summary")
    # Nobody logs in twice before an answer came: the sixth login proves one result.
    site.ask("exchanges/wait?path=/sns/jscode2session&count=6&timeout=20")
    program.send_signal(signal.SIGINT)
    out = end(program)

    assert program.returncode == 0, out
    assert "backend.login" in out
    assert "KeyboardInterrupt" not in out
    assert "Traceback" not in out


def test_page_of_locust_begins_a_load(site: Site) -> None:
    port = free_port()
    program = site.load(f"--web-port={port}", "--fail-ratio=1")
    page = f"http://127.0.0.1:{port}"
    wait_for(port)
    with urllib.request.urlopen(f"{page}/") as answer:
        html = answer.read().decode()
    order = b"user_count=3&spawn_rate=3"
    with urllib.request.urlopen(f"{page}/swarm", order) as answer:
        begun = json.load(answer)
    site.ask("exchanges/wait?path=/sns/jscode2session&timeout=20")
    program.send_signal(signal.SIGINT)
    out = end(program)

    assert "Locust" in html
    assert begun["success"]
    assert program.returncode == 0, out
    assert site.exchanged().keys() <= {f"alice-0-{n}" for n in range(1, 4)}


def test_engine_is_stopped_before_a_mock_that_is_not_there(site: Site) -> None:
    program = site.load(f"--mock=http://127.0.0.1:{free_port()}")
    out = end(program)

    assert program.returncode == 2
    assert "No mock answers" in out
    assert "没有 mock 应答" in out
