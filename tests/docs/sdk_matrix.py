"""What runs unchanged under `mockwx run`, as tables of the rows that are played."""

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass

from tests.sdk.matrix import ROWS
from tests.sdk.row import Row


Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: int
    """Which of the two of a note."""
    sdks: str
    clients: str
    columns: tuple[str, ...]
    last_column: str
    hard_coded: str
    between: str
    leads: str


ENGLISH = Words(
    language=0,
    sdks="SDKs",
    clients="HTTP clients",
    columns=("name", "version", "language, HTTP stack", "way", "exercised"),
    last_column="base URL",
    hard_coded="hard coded",
    between=", ",
    leads="leads all",
)
CHINESE = Words(
    language=1,
    sdks="SDK",
    clients="HTTP 客户端",
    columns=("名称", "版本", "语言、HTTP 库", "方式", "测试了什么"),
    last_column="基础地址",
    hard_coded="写死",
    between="、",
    leads="全部引导",
)


def written(words: Words, table: Table) -> str:
    """Write both tables, SDKs first."""
    sdks = [
        (*_cells(row, words), _base_url(row, words)) for row in ROWS if not row.bare
    ]
    clients = [_cells(row, words) for row in ROWS if row.bare]
    return "\n".join(
        (
            f"## {words.sdks}\n\n" + table((*words.columns, words.last_column), sdks),
            f"## {words.clients}\n\n" + table(words.columns, clients),
        )
    )


def _cells(row: Row, words: Words) -> tuple[str, ...]:
    note = row.note[words.language]
    return (
        row.sdk,
        row.version or "–",
        words.between.join((row.language, row.http_stack)),
        f"`{row.way}`",
        words.between.join(row.flows) + (f"<br>{note}" if note else ""),
    )


def _base_url(row: Row, words: Words) -> str:
    """Say what setting there is, and how far it reaches."""
    if not row.base_url:
        return words.hard_coded
    return f"{row.base_url}<br>{_reach(row, words)}"


def _reach(row: Row, words: Words) -> str:
    if row.led in ((), row.flows):
        return words.leads
    return words.between.join(row.led)
