"""What an audit tries, as the pages of the reference show it."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import groupby

from simulator.audit.model import Words
from simulator.audit.registry import CHECKS
from simulator.reporters.audit_console import CHAPTERS
from simulator.reporters.audit_console import SEVERITY_WORDS


Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]

COLUMNS: Mapping[str, Sequence[str]] = {
    "en": ("probe", "severity", "does", "why it matters", "cure"),
    "zh": ("探测", "严重程度", "内容", "原因", "处理"),
}


def probes(language: str, table: Table) -> str:
    """List every probe, a table for each chapter."""

    def say(words: Words) -> str:
        return words.zh if language == "zh" else words.en

    sections = []
    for chapter, checks in groupby(CHECKS, key=lambda check: check.probe.chapter):
        rows = [
            (
                f"`{probe.id}` {say(probe.title)}",
                say(SEVERITY_WORDS[probe.severity]),
                say(probe.does),
                f"{say(probe.matters)} [→]({probe.page})",
                say(probe.cure),
            )
            for probe in (check.probe for check in checks)
        ]
        title = say(CHAPTERS[chapter])
        sections.append(f"## {title}\n\n" + table(COLUMNS[language], rows))
    return "\n".join(sections)
