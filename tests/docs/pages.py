"""The project's pages in Markdown, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    page
    for page in [ROOT / "README.md", *DOCS.rglob("*.md"), *(ROOT / "plugins").glob("*/README.md")]
    if DOCS / "_build" not in page.parents
)

_BLOCK = re.compile(r"^(?:<!-- ([^\n]*) -->\n)?```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """Something that stands in a page, and where.

    Attributes:
        page: The page.
        line: Its first line there, from 1.
        text: What stands there.
        language: Of a block of code, what stands behind its fence.
        mark: Of a block of code, the comment in the line before it.
    """

    page: Path
    line: int
    text: str
    language: str = ""
    mark: str = ""

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(language: str) -> list[Piece]:
    """Blocks of code in a language; an empty one for blocks that name none."""
    return [block for page in PAGES for block in blocks_of(page) if block.language == language]


def blocks_of(page: Path) -> list[Piece]:
    """All blocks of code of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Piece(page, text[: found.start(3)].count("\n") + 1, found[3], found[2], found[1] or "")
        for found in _BLOCK.finditer(text)
    ]


def code_spans() -> list[Piece]:
    """Code within lines of text."""
    return _outside_blocks(_CODE)


def links() -> list[Piece]:
    """Targets of links and pictures."""
    return _outside_blocks(_LINK)


def _outside_blocks(pattern: re.Pattern[str]) -> list[Piece]:
    return [
        Piece(page, text[: found.start()].count("\n") + 1, found[1])
        for page, text in ((page, _without_blocks(text)) for page, text in _texts())
        for found in pattern.finditer(text)
    ]


def anchors(page: Path) -> set[str]:
    """Names under which the headings of a page can be linked to."""
    headings = _HEADING.findall(_without_blocks(page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _texts() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        yield page, page.read_text(encoding="utf-8")


def _without_blocks(text: str) -> str:
    """The text with as many lines, those of blocks of code empty."""
    return _BLOCK.sub(lambda found: "\n" * found[0].count("\n"), text)
