"""Measure the doctor without a history: python -m tests.docs.accuracy.

With the history of a mock every cause is named exactly; a test of the doctor proves it.
Pasted values alone cannot tell whose key it was or when: this counts how often they do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mockwx.diagnosis.doctor import diagnose
from mockwx.diagnosis.finding import PROVED
from mockwx.diagnosis.finding import Diagnosis
from mockwx.diagnosis.words import CAUSES
from mockwx.diagnosis.words import TABLE
from tests.docs import reference
from tests.docs.pages import DOCS
from tests.docs.pages import twin
from tests.unit.diagnosis.breakages import RIGHT
from tests.unit.diagnosis.breakages import combinations
from tests.unit.diagnosis.breakages import play
from tests.unit.diagnosis.scene import Scene


MARKER = "<!-- python -m tests.docs.accuracy -->\n\n"
PAGE = DOCS / "reference" / "diagnosis.md"
ROUNDS = 8


@dataclass(frozen=True)
class Score:
    """How often a cause was named, of all the cases it was in."""

    cases: int = 0
    first: int = 0
    among: int = 0
    proved: int = 0

    def with_case(self, cause: str, diagnosis: Diagnosis) -> Score:
        """Count one more case."""
        proved = [f.cause for f in diagnosis.findings if f.certainty == PROVED]
        return Score(
            self.cases + 1,
            self.first + (diagnosis.causes[:1] == (cause,)),
            self.among + (cause in diagnosis.causes),
            self.proved + (cause in proved),
        )


@cache
def scores() -> dict[str, Score]:
    """Break payloads in one way each, and ask the doctor who remembers nothing."""
    found: dict[str, Score] = {}
    for number in range(ROUNDS):
        scene = Scene(number)
        for combination in _single_causes():
            broken = play(scene, combination, random.Random(number))
            (cause,) = broken.causes
            score = found.get(cause, Score())
            found[cause] = score.with_case(cause, diagnose(broken.question))
    return found


def _single_causes() -> Iterator[tuple[str, ...]]:
    for combination in combinations():
        if combination[0] == RIGHT:
            if len(combination) == 2:
                yield combination
        elif len(combination) == 1:
            yield combination


def pages() -> dict[Path, str]:
    """Make the table of the page and of its twin."""
    return {PAGE: _table("en"), twin(PAGE): _table("zh")}


def refreshed(page: Path, made: str) -> str:
    """Return the page with its table replaced."""
    words, _, _ = page.read_text(encoding="utf-8").partition(MARKER)
    return words + MARKER + made


_COLUMNS = {
    "en": ("cause", "what it says", "first", "named", "proved"),
    "zh": ("原因", "结论", "首位", "提到", "证实"),
}


def _table(lang: str) -> str:
    rows = [(f"`{cause}`", _said(cause, lang), *_shares(cause)) for cause in CAUSES]
    return reference.table(_COLUMNS[lang], rows)


def _said(cause: str, lang: str) -> str:
    said: str = getattr(TABLE[cause], lang)
    return said.replace("{", "`").replace("}", "`").replace("|", "\\|")


def _shares(cause: str) -> tuple[str, str, str]:
    score = scores().get(cause)
    if score is None:
        return "–", "–", "–"
    return tuple(  # type: ignore[return-value]  # three of three
        f"{round(100 * each / score.cases)} %"
        for each in (score.first, score.among, score.proved)
    )


def main() -> None:
    """Bring both pages up to date."""
    for page, made in pages().items():
        page.write_text(refreshed(page, made), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
