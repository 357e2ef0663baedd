"""Which runtimes a command runs, by what Linux shows of its processes."""

import os
import shutil
import struct
import sys
from pathlib import Path

import pytest

from mockwx.launch.onlooker import Onlooker
from mockwx.launch.onlooker import Sighting
from mockwx.launch.onlooker import guess


TOLD = {
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "PYTHONPATH": "/hooks/python",
    "NODE_OPTIONS": "--require x",
    "JAVA_TOOL_OPTIONS": "-Dx",
}


class Proc:
    """A folder that looks like /proc."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self, pid: int, program: str, *, children: str = "", maps: str = "", **told: str
    ) -> None:
        """Add a process, with our environment unless told otherwise."""
        thread = self.folder / str(pid) / "task" / str(pid)
        thread.mkdir(parents=True)
        (thread / "children").write_text(children)
        process = self.folder / str(pid)
        (process / "exe").symlink_to(program)
        (process / "maps").write_text(maps)
        (process / "cmdline").write_text(told.pop("cmdline", program + "\0"))
        environ = told.pop("environ", None)
        if environ is None:
            environ = "".join(f"{k}={v}\0" for k, v in TOLD.items())
        (process / "environ").write_text(environ)

    def seen_from(self, pid: int) -> list[Sighting]:
        """Look at a process and its family once."""
        onlooker = Onlooker(TOLD, self.folder)
        onlooker.know(pid)
        onlooker.look()
        return onlooker.stop()


@pytest.fixture
def proc(tmp_path: Path) -> Proc:
    return Proc(tmp_path / "proc")


def elf(section: bytes) -> bytes:
    """Write the smallest program whose one section bears a name."""
    head = b"\x7fELF\x02\x01".ljust(40, b"\0") + struct.pack("<Q", 64)
    head = head.ljust(58, b"\0") + struct.pack("<HHH", 64, 1, 0)
    names = struct.pack("<IIQQQQIIQQ", 0, 0, 0, 0, 128, len(section), 0, 0, 0, 0)
    return head + names + section


def test_runtime_is_found_behind_a_shell(proc: Proc) -> None:
    proc.add(1, "/bin/sh", children="2 ")
    proc.add(2, "/usr/bin/make", children="3 ")
    proc.add(3, "/usr/bin/python3.12")
    proc.add(4, "/usr/bin/node")

    assert proc.seen_from(1) == [Sighting("python", "python3.12")]


def test_number_of_one_who_is_gone_may_be_a_strangers(proc: Proc) -> None:
    proc.add(1, "/bin/sh", children="2 ")
    proc.add(2, "/usr/bin/make")
    onlooker = Onlooker(TOLD, proc.folder)
    onlooker.know(1)
    onlooker.look()
    shutil.rmtree(proc.folder / "2")
    (proc.folder / "1" / "task" / "1" / "children").write_text("")
    onlooker.look()
    proc.add(2, "/usr/bin/node")
    onlooker.look()

    assert onlooker.stop() == []


def test_runtime_is_found_as_a_library(proc: Proc) -> None:
    proc.add(1, "/opt/shop", maps="7f00-7f01 r-xp 0 0:0 0 /opt/lib/libjvm.so\n")

    assert proc.seen_from(1) == [Sighting("java", "shop")]


def test_go_is_found_by_what_its_compiler_leaves(proc: Proc, tmp_path: Path) -> None:
    for name, section in (("shop", b".go.buildinfo\0"), ("other", b".text\0")):
        (tmp_path / name).write_bytes(elf(section))
    proc.add(1, str(tmp_path / "shop"))
    proc.add(2, str(tmp_path / "other"))

    assert proc.seen_from(1) == [Sighting("go", "shop")]
    assert proc.seen_from(2) == []


def test_tool_out_of_a_node_package_is_not_suspected(
    proc: Proc, tmp_path: Path
) -> None:
    tool = tmp_path / "node_modules" / "@esbuild" / "linux-x64" / "bin" / "esbuild"
    tool.parent.mkdir(parents=True)
    tool.write_bytes(elf(b".go.buildinfo\0"))
    proc.add(1, "/bin/node", children="2 ")
    proc.add(2, str(tool))

    assert proc.seen_from(1) == [Sighting("node", "node")]


def test_who_started_somebody_is_named_before_it(proc: Proc) -> None:
    proc.add(9001, "/bin/node", children="17 8 ")
    proc.add(17, "/bin/python3")
    proc.add(8, "/bin/ruby")

    assert [each.runtime for each in proc.seen_from(9001)] == ["node", "python", "ruby"]


@pytest.mark.parametrize(
    ("program", "variable"),
    [
        ("/bin/python3", "PYTHONPATH"),
        ("/bin/node", "NODE_OPTIONS"),
        ("/bin/java", "JAVA_TOOL_OPTIONS"),
        ("/bin/ruby", "HTTPS_PROXY"),
    ],
)
def test_lost_variable_is_named(proc: Proc, program: str, variable: str) -> None:
    proc.add(1, program, environ="PATH=/bin\0")

    assert [each.untold for each in proc.seen_from(1)] == [variable]


def test_variable_that_somebody_added_to_is_not_lost(proc: Proc) -> None:
    proc.add(1, "/bin/node", environ="NODE_OPTIONS=--max-old-space-size=9 --require x")

    assert [each.untold for each in proc.seen_from(1)] == [""]


def test_title_in_the_place_of_the_environment_says_nothing(proc: Proc) -> None:
    proc.add(1, "/bin/python3", environ="worker [shop]\0\0")

    assert [each.untold for each in proc.seen_from(1)] == [""]


@pytest.mark.parametrize(
    ("words", "alone"),
    [
        (["-I", "x.py"], "-I"),
        (["-uE", "-m", "shop"], "-uE"),
        (["-m", "shop", "-S"], ""),
        (["-c", "pass", "-I"], ""),
        (["x.py", "-I"], ""),
        (["--version"], ""),
    ],
)
def test_option_that_keeps_the_hook_out_is_named(
    proc: Proc, words: list[str], alone: str
) -> None:
    proc.add(1, "/bin/python3", cmdline="\0".join(["python3", *words, ""]))

    assert [each.alone for each in proc.seen_from(1)] == [alone]


def test_web_servers_elsewhere_are_noted(proc: Proc) -> None:
    proc.add(1, "/bin/python3")
    process = proc.folder / "1"
    (process / "net").mkdir()
    (process / "fd").mkdir()
    head = "  sl  local_address rem_address st queues timer retrnsmt uid timeout inode"
    remotes = {
        "11": "097100CB:01BB",  # 203.0.113.9, port 443
        "12": "0100007F:01BB",  # this machine
        "13": "097100CB:1538",  # another port
        "14": "0A7100CB:01BB",  # another process's
    }
    rows = [f"0: 0:0 {remote} 01 0 0 0 0 0 {n}" for n, remote in remotes.items()]
    (process / "net" / "tcp").write_text("\n".join([head, *rows]))
    mapped = "0000000000000000FFFF00000B7100CB:0050"
    row = f"0: 0:0 {mapped} 02 0 0 0 0 0 15"
    (process / "net" / "tcp6").write_text(f"{head}\n{row}")
    for number in (11, 12, 13, 15):
        (process / "fd" / str(number)).symlink_to(f"socket:[{number}]")

    onlooker = Onlooker(TOLD, proc.folder)
    onlooker.know(1)
    onlooker.look()

    assert [each.address for each in onlooker.contacts()] == [
        "203.0.113.9",
        "203.0.113.11",
    ]


def test_process_that_is_gone_is_nobody(proc: Proc) -> None:
    proc.add(1, "/bin/sh", children="2")

    assert proc.seen_from(1) == []


@pytest.mark.needs("sh")
def test_own_process_is_seen() -> None:
    onlooker = Onlooker({**TOLD, "PYTHONPATH": ""})
    onlooker.know(os.getpid())
    if sys.platform == "linux":
        onlooker.look()

    seen = onlooker.stop()

    assert {each.runtime for each in seen} == (
        {"python"} if sys.platform == "linux" else set()
    )


@pytest.mark.parametrize(
    ("command", "runtime"),
    [
        (["python3", "x.py"], "python"),
        (["sh", "-c", "cd /shop && exec java -jar shop.jar"], "java"),
        (["sh", "-c", "it's broken"], None),
        (["make", "serve"], None),
    ],
)
def test_words_of_a_command_are_a_guess(
    command: list[str], runtime: str | None
) -> None:
    guessed = guess(command)

    assert (guessed.runtime if guessed else None) == runtime


def test_go_program_is_guessed_by_its_file(tmp_path: Path) -> None:
    program = tmp_path / "shop"
    program.write_bytes(elf(b".go.buildinfo\0"))
    program.chmod(0o700)

    assert guess(["sh", "-c", f"{program} serve"]) == Sighting("go", "shop")
