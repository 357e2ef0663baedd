"""What the audits of the open backends found, as the pages of the reference show it."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.audit.model import SEVERITIES
from simulator.audit.model import Probe
from simulator.audit.model import Severity
from simulator.audit.model import Words
from simulator.audit.registry import CHECKS
from simulator.reporters.audit_console import SEVERITY_WORDS
from tests.backends.findings import FINDINGS
from tests.backends.findings import Finding
from tests.backends.hosted import BACKENDS
from tests.backends.hosted import Hosted
from tests.backends.verdicts import recorded


Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]

PROBES: Mapping[str, Probe] = {check.probe.id: check.probe for check in CHECKS}


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language."""

    language: str
    columns: tuple[str, ...]
    counted: str
    told: str
    """How to get the package, and the files that say more."""

    def say(self, words: Words) -> str:
        """Choose the language of a text."""
        return words.zh if self.language == "zh" else words.en


ENGLISH = Wording(
    language="en",
    columns=("severity", "what we saw", "where it comes from", "cure", "probes"),
    counted=(
        "{passed} probes passed, {failed} failed, {not_applicable} do not apply, "
        "{inconclusive} prove neither."
    ),
    told="`{install}`, [backend file]({file}), [host]({host}), [verdicts]({json})",
)
CHINESE = Wording(
    language="zh",
    columns=("严重程度", "现象", "原因", "处理", "探测"),
    counted=(
        "{passed} 项探测通过，{failed} 项失败，{not_applicable} 项不适用，"
        "{inconclusive} 项无结论。"
    ),
    told="`{install}`、[后端文件]({file})、[宿主]({host})、[结论]({json})",
)


def written(wording: Wording, table: Table) -> str:
    """Write a section for each backend: what passed, and what did not and why."""
    return "\n".join(_section(backend, wording, table) for backend in BACKENDS)


def severity_of(finding: Finding) -> Severity:
    """Return the worst severity of a finding's probes, or the one it names."""
    known = [PROBES[probe].severity for probe in finding.probes]
    known += [finding.severity] if finding.severity else []
    return min(known, key=SEVERITIES.index)


def _section(backend: Hosted, wording: Wording, table: Table) -> str:
    heading = f"## {backend.package} {backend.version}\n\n"
    counted = Counter(recorded(backend).values())
    numbers = wording.counted.format(
        passed=counted["pass"],
        failed=counted["fail"],
        not_applicable=counted["not_applicable"],
        inconclusive=counted["inconclusive"],
    )
    told = wording.told.format(
        install=backend.install,
        file=f"../../fixtures/backends/{backend.file.name}",
        host=f"../../tests/backends/hosts/{backend.host}",
        json=f"../../fixtures/audits/{backend.verdicts.name}",
    )
    found = sorted(
        FINDINGS[backend.name], key=lambda each: SEVERITIES.index(severity_of(each))
    )
    rows = [_row(finding, wording) for finding in found]
    return f"{heading}{numbers} {told}\n\n" + table(wording.columns, rows)


def _row(finding: Finding, wording: Wording) -> tuple[str, ...]:
    return (
        wording.say(SEVERITY_WORDS[severity_of(finding)]),
        wording.say(finding.seen),
        wording.say(finding.cause),
        wording.say(finding.cure),
        "<br>".join(f"`{probe}`" for probe in finding.probes) or "–",
    )
