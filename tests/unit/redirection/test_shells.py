"""Variables survive the way through each shell."""

import json
import subprocess

import pytest

from mockwx.redirection import shells


AWKWARD = {
    "PLAIN": "http://127.0.0.1:7777",
    "BLANKS": "a b",
    "QUOTES": """it's "so" \\ $HOME `x`""",
    "JSON": '{"hosts":["a"]}',
    "EMPTY": "",
}


@pytest.mark.needs("sh")
def test_sh_sets_what_was_meant() -> None:
    script = shells.write("sh", AWKWARD) + "\nenv -0"

    out = subprocess.run(["sh", "-c", script], capture_output=True, check=True).stdout

    assert AWKWARD.items() <= {
        tuple(each.split("=", 1)) for each in out.decode().rstrip("\0").split("\0")
    }


def test_json_is_read_as_what_was_meant() -> None:
    assert json.loads(shells.write("json", AWKWARD)) == AWKWARD


@pytest.mark.parametrize(
    ("shell", "text", "line"),
    [
        ("fish", "it's \\", r"set -gx N 'it\'s \\';"),
        ("powershell", "it's $x", "$env:N = 'it''s $x'"),
        ("dotenv", "http://127.0.0.1:7777", "N=http://127.0.0.1:7777"),
        ("dotenv", "a b", "N='a b'"),
    ],
)
def test_each_shell_has_its_quotes(shell: str, text: str, line: str) -> None:
    assert shells.write(shell, {"N": text}) == line
