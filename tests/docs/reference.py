"""Write the tables of the reference: python -m tests.docs.reference.

A page's own words stand above the marker, a table made from the code below it. A test
compares what this makes with what is there.
"""

import json
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from mockwx import seed
from mockwx.domain.errors import ErrCode
from mockwx.web.endpoints import VIEWS
from mockwx.web.interfaces import INTERFACES
from mockwx.web.interfaces import Interface
from simulator.scenario.loader import json_schema
from tests.docs import audit_findings
from tests.docs import coverage
from tests.docs import probes
from tests.docs import sdk_matrix
from tests.docs import shapes
from tests.docs.ledger import ledger
from tests.docs.pages import DOCS
from tests.docs.pages import twin
from tests.docs.sources import TESTS
from tests.docs.sources import source


MARKER = "<!-- python -m tests.docs.reference -->\n\n"

ERRCODES = DOCS / "reference" / "errcodes.md"
ROUTES = DOCS / "reference" / "routes.md"
SCENARIOS = DOCS / "reference" / "scenarios.md"
BACKEND_FILES = DOCS / "reference" / "backend-files.md"
SDK_MATRIX = DOCS / "reference" / "sdk-matrix.md"
COVERAGE = DOCS / "reference" / "coverage.md"
FIDELITY = DOCS / "reference" / "fidelity.md"
AUDIT_PROBES = DOCS / "reference" / "audit-probes.md"
AUDIT_FINDINGS = DOCS / "reference" / "audit-findings.md"
WORLD_SCHEMA = DOCS / "reference" / "world.schema.json"
SCENARIO_SCHEMA = DOCS / "reference" / "scenario.schema.json"
BACKEND_SCHEMA = DOCS / "reference" / "backend.schema.json"
SCHEMAS = (WORLD_SCHEMA, SCENARIO_SCHEMA, BACKEND_SCHEMA)

ENGLISH_PAGES = (
    *(ERRCODES, ROUTES, COVERAGE, FIDELITY),
    *(SCENARIOS, BACKEND_FILES, SDK_MATRIX, AUDIT_PROBES, AUDIT_FINDINGS),
)
PAGES = tuple(each for page in ENGLISH_PAGES for each in (page, twin(page)))


@cache
def tables() -> dict[Path, str]:
    """Make the table of every page that has one."""
    return {
        ERRCODES: errcodes("name", [code.name for code in ErrCode]),
        twin(ERRCODES): errcodes("含义", [code.zh for code in ErrCode]),
        ROUTES: routes("method", "path", "interface", "token", "signed", "proof"),
        twin(ROUTES): routes("方法", "路径", "接口", "token", "签名", "证明"),
        COVERAGE: covered(coverage.ENGLISH),
        twin(COVERAGE): covered(coverage.CHINESE),
        FIDELITY: proofs(
            ("Documented", "Logged", "Inferred"), ("behaviour", "source", "proof")
        ),
        twin(FIDELITY): proofs(
            ("见于文档", "见于日志", "推断"), ("行为", "依据", "证明")
        ),
        SCENARIOS: shapes.scenarios(shapes.ENGLISH, table),
        twin(SCENARIOS): shapes.scenarios(shapes.CHINESE, table),
        BACKEND_FILES: shapes.backend_files(shapes.ENGLISH, table),
        twin(BACKEND_FILES): shapes.backend_files(shapes.CHINESE, table),
        AUDIT_PROBES: probes.probes("en", table),
        twin(AUDIT_PROBES): probes.probes("zh", table),
        AUDIT_FINDINGS: audit_findings.written(audit_findings.ENGLISH, table),
        twin(AUDIT_FINDINGS): audit_findings.written(audit_findings.CHINESE, table),
        SDK_MATRIX: sdk_matrix.written(sdk_matrix.ENGLISH, table),
        twin(SDK_MATRIX): sdk_matrix.written(sdk_matrix.CHINESE, table),
    }


def schema(page: Path) -> str:
    """Write the schema of a kind of file, which editors read from the checkout."""
    kind = page.name.partition(".")[0]
    made = seed.schema() if kind == "world" else json_schema(kind)
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def refreshed(page: Path, made: str) -> str:
    """Return the page with its table replaced."""
    words, marker, _ = page.read_text(encoding="utf-8").partition(MARKER)
    if not marker:
        raise ValueError(f"{page} has no line {MARKER.strip()}; add it above the table")
    return words + MARKER + made


def errcodes(last_column: str, last: Sequence[str]) -> str:
    """List every errcode; English pages name it, Chinese ones explain it."""
    rows = [
        (f"{int(code)}", f"`{code.errmsg}`" if code.errmsg else "", explained)
        for code, explained in zip(ErrCode, last, strict=True)
    ]
    return table(("errcode", "errmsg", last_column), rows)


def routes(*columns: str) -> str:
    """List every interface: its token, whether it may be signed, who proves it."""
    rows = [
        (
            each.method,
            f"`{each.path}`",
            each.name,
            token_of(each),
            "✓" if each.signable else "",
            _tests_of(each),
        )
        for each in INTERFACES
    ]
    return table(columns, rows)


def _tests_of(interface: Interface) -> str:
    """Link the tests of the chapter that an interface belongs to."""
    chapter = VIEWS[interface].__module__.rpartition(".")[2]
    return f"[{chapter}](../../tests/api/test_{chapter}.py)"


def proofs(headings: Sequence[str], columns: Sequence[str]) -> str:
    """List what the tests prove and how it is known, the surest first."""
    sections = [
        f"### {heading}\n\n" + table(columns, list(_proved(certainty, topics)))
        for heading, (certainty, topics) in zip(headings, ledger().items(), strict=True)
    ]
    return "\n".join(sections)


def _proved(
    certainty: str, topics: Mapping[str, Sequence[Path]]
) -> Iterator[tuple[str, str, str]]:
    for topic, files in sorted(topics.items()):
        yield topic, source(certainty, topic, files), linked_tests(files)


def covered(words: coverage.Words) -> str:
    """List every interface with what became of it, the servers' first."""
    return "\n".join(
        (
            f"## {words.server}\n\n" + _chapters(words, coverage.SERVER),
            f"## {words.client}\n\n" + _chapters(words, coverage.CLIENT),
        )
    )


def _chapters(words: coverage.Words, chapters: Sequence[coverage.Chapter]) -> str:
    sections = []
    for chapter in chapters:
        rows = [
            (
                f"`{coverage.shown(name)}`",
                words.states[found.state],
                linked_tests(found.tests),
            )
            for name in chapter.names
            for found in [coverage.covered(name)]
        ]
        title = getattr(chapter, words.language)
        sections.append(f"### {title}\n\n" + table(words.columns, rows))
    return "\n".join(sections)


def linked_tests(files: Sequence[Path]) -> str:
    """Link test files, as a page of the reference does."""
    names = [file.relative_to(TESTS).as_posix() for file in files]
    links = [f"[{name.removesuffix('.py')}](../../tests/{name})" for name in names]
    return ", ".join(links)


def token_of(interface: Interface) -> str:
    """Name the token that is checked before anything else."""
    if interface.takes_access_token:
        return "`access_token`"
    return "`component_access_token`" if interface.takes_component_access_token else ""


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table as Markdown does."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Bring every table up to date."""
    for page, made in tables().items():
        page.write_text(refreshed(page, made), encoding="utf-8", newline="\n")
    for page in SCHEMAS:
        page.write_text(schema(page), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
