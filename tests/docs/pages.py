"""The pages of the documentation: which there are, and what stands on them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"

ENGLISH = ".md"
CHINESE = ".zh-CN.md"

# Examples are programs with a page of their own beside them.
NOT_DOCS = DOCS / "examples"
# Pages for those who change the project are in English alone.
ENGLISH_ONLY = (DOCS / "adr",)

_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=fence)$", re.M | re.S
)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, the words behind it, its text."""

    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    @property
    def sdk(self) -> str:
        """The SDK that it sets up, if it does: its word is sdk=NAME."""
        named = [word for word in self.words if word.startswith("sdk=")]
        return named[0].removeprefix("sdk=") if named else ""

    @property
    def place(self) -> str:
        """Where to find it, as an editor understands it."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    return list(_blocks(page, page.read_text(encoding="utf-8")))


def links(page: Path) -> list[str]:
    """Return where a page links to, code left out."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return [found["target"] for found in _LINK.finditer(prose)]


def docs() -> list[Path]:
    """Return the pages under docs/, English and Chinese."""
    found = sorted(DOCS.rglob(f"*{ENGLISH}"))
    return [page for page in found if NOT_DOCS not in page.parents]


def all_pages() -> list[Path]:
    """Return every page of the project."""
    return sorted(ROOT.glob(f"*{ENGLISH}")) + docs()


def english_pages() -> list[Path]:
    """Return the English pages that must have a Chinese twin."""
    found = [ROOT / "README.md", *docs()]
    return [page for page in found if _needs_twin(page)]


def twin(page: Path) -> Path:
    """Return the Chinese page beside an English one."""
    return page.with_name(page.name.removesuffix(ENGLISH) + CHINESE)


def named(page: Path) -> str:
    """Name a page in a test's id."""
    return page.relative_to(ROOT).as_posix()


def _needs_twin(page: Path) -> bool:
    return not page.name.endswith(CHINESE) and not any(
        folder in page.parents for folder in ENGLISH_ONLY
    )


def _blocks(page: Path, text: str) -> Iterator[Block]:
    for found in _FENCE.finditer(text):
        language, *words = found["info"].split() or [""]
        line = text.count("\n", 0, found.start()) + 1
        yield Block(page, line, language, tuple(words), found["text"])
