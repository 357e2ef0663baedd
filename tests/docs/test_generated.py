"""The reference pages say what the code says."""

import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask
from werkzeug.routing import Rule

from mockwx import create_app
from mockwx.cli import cli
from mockwx.config import Settings
from mockwx.domain.fault import BODIES
from mockwx.domain.fault import SESSION_ACTS
from mockwx.domain.fault import TRANSPORTS
from mockwx.domain.fault import Effect
from mockwx.domain.handset import FIELDS as HANDSET
from mockwx.domain.handset import Handset
from mockwx.domain.mini_program import FIELDS as MINI_PROGRAM
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.session import Policy
from mockwx.domain.variant import VARIANTS
from mockwx.services.device import CALLS
from mockwx.services.world import USER_FIELDS as USER
from mockwx.web.control.filters import FILTERS
from mockwx.web.control.question import question_of
from simulator.cli import main as wxsim
from tests.docs import reference
from tests.docs.pages import DOCS
from tests.docs.pages import ROOT
from tests.docs.pages import named
from tests.docs.pages import twin
from tests.docs.rows import TO_DO
from tests.docs.rows import demand
from tests.docs.rows import row
from tests.docs.rows import rows_of
from tests.docs.rows import worded


SETTINGS = DOCS / "reference" / "settings.md"
COMMANDS = DOCS / "reference" / "commands.md"
PAYLOADS = DOCS / "how-to" / "break-things.md"
FIDELITY = DOCS / "reference" / "fidelity.md"
CONTROL_API = DOCS / "reference" / "control-api.md"

SERVE = cli.commands["serve"]

# What the control page tells once, for all calls.
TOLD_ONCE = {"appid", "user", "reveal", *FILTERS, *MINI_PROGRAM, *USER}

# Flask writes <appid>, the pages {appid}.
BRACES = str.maketrans("<>", "{}")


@pytest.mark.parametrize("page", reference.PAGES, ids=named)
def test_generated_table_is_up_to_date(page: Path) -> None:
    written = page.read_text(encoding="utf-8")

    assert written == reference.refreshed(page, reference.tables()[page]), (
        "to renew the tables: python -m tests.docs.reference"
    )


@pytest.mark.parametrize("page", reference.SCHEMAS, ids=named)
def test_schema_for_editors_is_up_to_date(page: Path) -> None:
    written = page.read_text(encoding="utf-8")

    assert written == reference.schema(page), (
        "to renew it: python -m tests.docs.reference"
    )


@pytest.mark.parametrize("page", [SETTINGS, twin(SETTINGS)], ids=named)
def test_settings_page_has_each_option_with_its_variable_and_default(
    page: Path,
) -> None:
    rows, known = rows_of(page), {each.opts[0]: each for each in options()}

    missing = [
        setting_row(option, page)
        for name, option in known.items()
        if not {option.envvar, default_of(option)} <= cells_of(rows.get(name, ""))
    ]

    gone = rows.keys() - known
    demand(page, missing=missing, gone=gone)


@pytest.mark.parametrize("page", [COMMANDS, twin(COMMANDS)], ids=named)
def test_page_of_commands_has_each_of_both_programs(page: Path) -> None:
    rows = rows_of(page)
    known = {**commands("mockwx", cli), **commands("wxsim", wxsim)}

    missing = [
        row(name, worded(does, page))
        for name, does in known.items()
        if name not in rows
    ]

    demand(page, missing=missing, gone=rows.keys() - known)


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_has_each_call_and_no_other(page: Path) -> None:
    written = {name for name in rows_of(page) if re.match("[A-Z]+ /", name)}
    known = control_calls()

    missing = [
        row(name, worded(does, page))
        for name, does in sorted(known.items())
        if name not in written
    ]

    gone = written - known.keys()
    demand(page, missing=missing, gone=gone)


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_names_with_each_call_what_it_alone_takes(page: Path) -> None:
    rows = rows_of(page)

    missing = [
        row(name, f"{TO_DO} `{field}` {TO_DO}")
        for name, taken in sorted(taken_by_calls().items())
        for field in sorted(taken - TOLD_ONCE)
        if not re.search(rf"\b{field}\b", rows.get(name, ""))
    ]

    demand(page, missing=missing)


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_has_each_wx_call_with_its_arguments(page: Path) -> None:
    rows = rows_of(page)

    missing = [
        row(name, ", ".join(f"`{each}`" for each in call.arguments))
        for name, call in CALLS.items()
        if any(f"`{each}`" not in rows.get(name, "") for each in call.arguments)
        or name not in rows
    ]

    demand(page, missing=missing)


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_names_each_field_of_apps_and_people(page: Path) -> None:
    missing = fields_missing(page, (*MINI_PROGRAM, *USER))

    demand(page, missing=missing)


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_names_what_every_wx_call_may_say(page: Path) -> None:
    missing = fields_missing(page, HANDSET)

    demand(page, missing=missing)


@pytest.mark.parametrize("page", [PAYLOADS, twin(PAYLOADS)], ids=named)
def test_page_on_faults_names_each_broken_payload_and_no_other(page: Path) -> None:
    written = {name for name in rows_of(page) if "{" not in name}

    missing = [row(name, TO_DO) for name in VARIANTS if name not in written]

    gone = written - VARIANTS.keys()
    demand(page, missing=missing, gone=gone)


@pytest.mark.parametrize("page", [PAYLOADS, twin(PAYLOADS)], ids=named)
def test_page_on_faults_names_everything_that_can_go_wrong(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    effects = [field.name for field in fields(Effect)]

    missing = [
        f"`{name}`"
        for name in (*effects, *BODIES, *TRANSPORTS, *SESSION_ACTS)
        if not re.search(rf'[`"]{name}[`"]', text)
    ]

    demand(page, missing=missing)


@pytest.mark.parametrize("page", [FIDELITY, twin(FIDELITY)], ids=named)
def test_fidelity_page_names_every_file_that_infers_something(page: Path) -> None:
    written = owners(page)

    missing = [
        f"| {TO_DO} ({place}: {line}) | {TO_DO} | | `{file}` |"
        for file, place, line in inferences()
        if not file.startswith(written)
    ]

    gone = [each for each in written if not (ROOT / each).exists()]
    demand(page, missing=missing, gone=gone)


@pytest.mark.parametrize("page", [FIDELITY, twin(FIDELITY)], ids=named)
def test_fidelity_page_names_settings_that_exist(page: Path) -> None:
    known = {
        field.name
        for kind in (Settings, Policy, MiniProgram, Handset)
        for field in fields(kind)
    }
    named_there = re.findall(
        r"`([a-z_]+)`(?=[^|]*\| `mockwx/)", page.read_text("utf-8")
    )

    assert named_there
    assert set(named_there) - known == set()


def owners(page: Path) -> tuple[str, ...]:
    """Return the files, or folders of one chapter, that a page says own a choice."""
    return tuple(re.findall(r"`(mockwx/[^`]+)`", page.read_text(encoding="utf-8")))


def options() -> list[click.Option]:
    """List what `mockwx serve` can be told."""
    return [each for each in SERVE.params if isinstance(each, click.Option)]


def default_of(option: click.Option) -> str:
    """Write a default as the page does."""
    if option.is_flag:
        return "on" if option.default else "off"
    return "–" if option.default is None else f"`{option.default}`"


def commands(name: str, command: click.Command) -> dict[str, str]:
    """List what can be typed, with what each does."""
    if not isinstance(command, click.Group):
        return {name: command.get_short_help_str(limit=200)}
    return {
        typed: does
        for word, each in sorted(command.commands.items())
        for typed, does in commands(f"{name} {word}", each).items()
    }


def setting_row(option: click.Option, page: Path) -> str:
    """Draft the row of an option."""
    help_text = worded(option.help or TO_DO, page)
    return row(option.opts[0], f"`{option.envvar}`", default_of(option), help_text)


def cells_of(rest: str) -> set[str]:
    """Split a row into its cells, each with and without its code marks."""
    cells = {cell.strip() for cell in rest.split("|")}
    return cells | {cell.strip("`") for cell in cells}


def fields_missing(page: Path, names: Iterable[str]) -> list[str]:
    """Draft a row for each field a page does not speak of."""
    text = page.read_text(encoding="utf-8")
    return [row(name, TO_DO) for name in names if f"`{name}`" not in text]


def inferences() -> Iterator[tuple[str, str, str]]:
    """Yield every line that says it is inferred: its file, its place, its words."""
    for path in sorted((ROOT / "mockwx").rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if "inferred" in line.lower():
                yield file, f"line {number}", line.strip()


def control_rules(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Yield each control call as the page writes it, with its rule."""
    prefix = "/_mockwx/api"
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(prefix):
            path = rule.rule.removeprefix(prefix).translate(BRACES)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield f"{method} {path}", rule


def control_calls() -> dict[str, str]:
    """List the control API's calls with what each does, in its own words."""
    app = create_app()
    return {
        name: first_line(app.view_functions[rule.endpoint].__doc__)
        for name, rule in control_rules(app)
    }


def taken_by_calls() -> dict[str, set[str]]:
    """List the fields and the parameters of each control call."""
    app = create_app()
    with app.app_context():
        asked = {name: question_of(rule.endpoint) for name, rule in control_rules(app)}
    return {name: {*each.query, *each.fields} for name, each in asked.items()}


def first_line(docstring: str | None) -> str:
    """Return what a docstring says in its first line."""
    return (docstring or TO_DO).splitlines()[0]
