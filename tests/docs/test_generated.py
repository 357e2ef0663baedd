"""The reference pages say what the code says."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from mockwx import create_app
from mockwx.cli import cli
from mockwx.config import Settings
from mockwx.domain.handset import FIELDS as HANDSET
from mockwx.domain.handset import Handset
from mockwx.domain.mini_program import FIELDS as MINI_PROGRAM
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.session import Policy
from mockwx.domain.variant import VARIANTS
from mockwx.services.device import CALLS
from mockwx.services.world import USER_FIELDS as USER
from tests.docs import reference
from tests.docs.pages import DOCS
from tests.docs.pages import ROOT
from tests.docs.pages import named
from tests.docs.pages import twin


SETTINGS = DOCS / "reference" / "settings.md"
PAYLOADS = DOCS / "how-to" / "break-things.md"
FIDELITY = DOCS / "reference" / "fidelity.md"
CONTROL_API = DOCS / "reference" / "control-api.md"

SERVE = cli.commands["serve"]


@pytest.mark.parametrize("page", reference.tables(), ids=named)
def test_generated_table_is_up_to_date(page: Path) -> None:
    written = page.read_text(encoding="utf-8")

    assert written == reference.refreshed(page, reference.tables()[page]), (
        "to renew the tables: python -m tests.docs.reference"
    )


def test_schema_of_world_files_is_up_to_date() -> None:
    written = reference.WORLD_SCHEMA.read_text(encoding="utf-8")

    assert written == reference.world_schema(), (
        "to renew it: python -m tests.docs.reference"
    )


@pytest.mark.parametrize("page", [SETTINGS, twin(SETTINGS)], ids=named)
def test_settings_page_has_each_option_with_its_variable_and_default(
    page: Path,
) -> None:
    rows = rows_of(page)

    for option in options():
        row = rows.pop(option.opts[0])
        assert str(option.envvar) in row
        assert default_of(option) in row
    assert rows == {}


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_has_each_call_and_no_other(page: Path) -> None:
    written = {name for name in rows_of(page) if re.match("[A-Z]+ /", name)}

    assert written == control_calls()


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_has_each_wx_call_with_its_arguments(page: Path) -> None:
    rows = rows_of(page)

    for name, call in CALLS.items():
        assert [each for each in call.arguments if f"`{each}`" not in rows[name]] == []


def id_of(parameter: object) -> str:
    """Name a test after its page alone."""
    return named(parameter) if isinstance(parameter, Path) else ""


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_names_each_field_of_apps_and_people(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert [name for name in (*MINI_PROGRAM, *USER) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", [CONTROL_API, twin(CONTROL_API)], ids=named)
def test_control_page_names_what_every_wx_call_may_say(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert [name for name in HANDSET if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", [PAYLOADS, twin(PAYLOADS)], ids=named)
def test_page_on_faults_names_each_broken_payload_and_no_other(page: Path) -> None:
    assert {name for name in rows_of(page) if "{" not in name} == set(VARIANTS)


@pytest.mark.parametrize("page", [FIDELITY, twin(FIDELITY)], ids=named)
def test_fidelity_page_names_every_file_that_infers_something(page: Path) -> None:
    written = owners(page)
    inferring = [
        file.relative_to(ROOT).as_posix()
        for file in sorted((ROOT / "mockwx").rglob("*.py"))
        if "inferred" in file.read_text(encoding="utf-8").lower()
    ]

    forgotten = [each for each in inferring if not each.startswith(written)]

    assert forgotten == [], "each needs a row in the table"
    assert [each for each in written if not (ROOT / each).exists()] == []


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


def control_calls() -> set[str]:
    """List the control API's calls as the page writes them."""
    prefix = "/_mockwx/api"
    return {
        f"{method} {rule.rule.removeprefix(prefix)}".replace("<", "{").replace(">", "}")
        for rule in create_app().url_map.iter_rules()
        if rule.rule.startswith(prefix)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def rows_of(page: Path) -> dict[str, str]:
    """Return the table rows of a page by the code in their first column."""
    found = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        first, _, rest = line.removeprefix("| `").partition("`")
        if line.startswith("| `"):
            found[first] = rest
    return found
