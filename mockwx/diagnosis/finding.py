"""What the doctor says: findings with their proof and cure, in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace


PROVED = "proved"
LIKELY = "likely"
POSSIBLE = "possible"
CERTAINTIES = (PROVED, LIKELY, POSSIBLE)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said in English and in Chinese."""

    en: str
    zh: str

    def as_json(self) -> dict[str, object]:
        """Shape the two for the control API."""
        return {"en": self.en, "zh": self.zh}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the flow it happened: which step, when, and on which page if known."""

    step: str
    at: int
    page: str = ""

    def as_json(self) -> dict[str, object]:
        """Shape the place for the control API."""
        return {"step": self.step, "at": self.at, "page": self.page or None}


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause, how sure it is, what shows it, and what cures it."""

    cause: str
    certainty: str
    message: Said
    cure: Said
    evidence: tuple[Said, ...] = ()
    where: Place | None = None

    def as_json(self) -> dict[str, object]:
        """Shape the finding for the control API."""
        return {
            "cause": self.cause,
            "certainty": self.certainty,
            "message": self.message.as_json(),
            "evidence": [each.as_json() for each in self.evidence],
            "cure": self.cure.as_json(),
            "where": self.where.as_json() if self.where else None,
        }


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything found, the most certain first; `ok` if what was given agrees."""

    ok: bool
    findings: tuple[Finding, ...] = ()
    plaintext: Mapping[str, object] | None = None
    needs: tuple[Said, ...] = ()
    """What would have to be known to say more."""

    @property
    def causes(self) -> tuple[str, ...]:
        """The ids of what was found."""
        return tuple(each.cause for each in self.findings)

    def as_json(self) -> dict[str, object]:
        """Shape the diagnosis for the control API."""
        return {
            "ok": self.ok,
            "findings": [each.as_json() for each in self.findings],
            "plaintext": None if self.plaintext is None else dict(self.plaintext),
            "needs": [each.as_json() for each in self.needs],
        }


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put the most certain first, and each cause only once, with all its evidence."""
    kept: dict[str, Finding] = {}
    for each in sorted(findings, key=lambda one: CERTAINTIES.index(one.certainty)):
        known = kept.get(each.cause)
        if known is None:
            kept[each.cause] = each
            continue
        fresh = [
            said
            for said in (each.message, *each.evidence)
            if said not in (known.message, *known.evidence)
        ]
        kept[each.cause] = replace(known, evidence=(*known.evidence, *fresh))
    return tuple(kept.values())
