"""What is imported before the first answer: nothing that this answer can do without."""

import subprocess
import sys

import click
import pytest

from mockwx.cli import cli as mockwx
from simulator.cli import main as wxsim


def _imported(code: str) -> set[str]:
    """Run code in a process of its own; return what modules it has in the end."""
    shown = f"{code}\nimport sys; print(); print(*sys.modules)"
    command = [sys.executable, "-c", shown]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


def _of(package: str, modules: set[str]) -> set[str]:
    return {each for each in modules if each.partition(".")[0] == package}


# What click itself imports to write a help, of which `import click` is not all.
_ANY_HELP = """
import click
@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("1")
def cli(): "Help."
@cli.command()
def command(): "Help."
cli.main(["--help"], standalone_mode=False)
"""


def test_help_of_mockwx_imports_click_and_no_command() -> None:
    shown = _imported(
        "from mockwx.cli import cli; cli(['--help'], standalone_mode=False)"
    )

    assert _of("mockwx", shown) == {
        "mockwx",
        "mockwx.cli",
        "mockwx.cli.program",
        "mockwx.domain",
        "mockwx.domain.refusal",
        "mockwx.version",
    }
    assert shown - _of("mockwx", shown) <= _imported(_ANY_HELP)


def test_help_of_wxsim_imports_click_and_no_command() -> None:
    shown = _imported(
        "import simulator.cli as c; c.main(['--help'], standalone_mode=False)"
    )

    assert _of("simulator", shown) == {
        "simulator",
        "simulator.cli",
        "simulator.cli.program",
    }
    assert shown - _of("simulator", shown) <= _imported(_ANY_HELP)


@pytest.mark.parametrize("program", [mockwx, wxsim], ids=["mockwx", "wxsim"])
def test_help_says_of_each_command_what_it_says_of_itself(program: click.Group) -> None:
    context = click.Context(program, max_content_width=200, terminal_width=200)
    listed = program.get_help(context)

    assert list(program.commands)
    for name, command in program.commands.items():
        said = command.get_short_help_str(limit=200)
        assert any(
            line.split(None, 1) == [name, said] for line in listed.splitlines()
        ), name
