"""Reads tables of HTML, as BORIS exports them, and as programs write that call the file a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import chain, pairwise, repeat

_BEGINNING = re.compile(r"\s*(<\?xml[^<>]*>\s*)?(<!doctype html[^<>]*>\s*)?<(html|table)\b", re.IGNORECASE)
# What is not closed goes on to the end: so no page takes longer than it is long.
_UNSEEN = re.compile(r"<!--(.*?-->|.*)|<(head|style|script)\b(.*?</\2\s*>|.*)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(/?)(table|tr|td|th)\b([^<>]*)>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[/!]?[a-z][^<>]*>", re.IGNORECASE)
_SPAN = re.compile(r"\bcolspan\s*=\s*[\"']?(\d{1,9})", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Whether a text begins as a page or a table does."""
    return _BEGINNING.match(text) is not None


def html_rows(text: str, most_columns: int) -> Iterator[tuple[str, ...]]:
    """Rows of all tables on a page, cells as plain text with single blanks.

    Args:
        text: The page.
        most_columns: Cells of a row after which no further ones are laid out.
    """
    text = _UNSEEN.sub("", text)
    cells: list[str] = []
    for tag, after in pairwise(chain(_BREAK.finditer(text), [None])):
        assert tag is not None
        if tag[2].lower() in {"tr", "table"}:
            if cells:
                yield tuple(cells)
            cells = []
        elif not tag[1]:  # ends of cells need not be written, and nothing stands behind them
            said = _said(text[tag.end() : after.start() if after else None])
            cells += repeat(said, min(_width(tag[3]), most_columns + 1 - len(cells)))
    if cells:
        yield tuple(cells)


def _width(attributes: str) -> int:
    found = _SPAN.search(attributes)
    return max(1, int(found[1])) if found else 1


def _said(cell: str) -> str:
    return " ".join(unescape(_TAG.sub("", _LINE_BREAK.sub(" ", cell))).split())
