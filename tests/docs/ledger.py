"""The ledger of fidelity: which behaviours of WeChat the tests prove, and how sure.

A test says so itself: `@pytest.mark.fidelity("documented", "code2Session: …")`.
"""

import ast
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.docs.sources import DOCUMENTED
from tests.docs.sources import INFERRED
from tests.docs.sources import LOGGED
from tests.docs.sources import TESTS


MARK = "fidelity"

CERTAINTIES = (DOCUMENTED, LOGGED, INFERRED)
"""By WeChat's own pages; seen in logs of real traffic; by neither, so a choice."""

Ledger = Mapping[str, Mapping[str, Sequence[Path]]]
"""Certainty → what is proved → the files that do."""


@cache
def ledger() -> Ledger:
    """Read every mark of the tests; nothing is imported, nothing is run."""
    found: dict[str, dict[str, list[Path]]] = {each: {} for each in CERTAINTIES}
    for file in sorted(TESTS.rglob("test_*.py")):
        for certainty, topic in marks(file.read_text(encoding="utf-8")):
            if certainty not in CERTAINTIES:
                raise ValueError(
                    f"{file}: {certainty!r} is no certainty; use one of {CERTAINTIES}"
                )
            files = found[certainty].setdefault(topic, [])
            if file not in files:
                files.append(file)
    return found


def marks(source: str) -> Iterator[tuple[str, str]]:
    """Yield certainty and topic of each mark in a file, in no order."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _is_mark(node.func):
            certainty, topic = map(ast.literal_eval, node.args)
            yield certainty, topic


def _is_mark(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == MARK
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "mark"
    )
