from __future__ import annotations

import re
import zlib
from base64 import a85decode

from reportlab.platypus import Paragraph

from deg_plugins_analysis.answers.table import Table
from deg_plugins_analysis.report import pdf
from deg_plugins_analysis.report.document import Document, Picture, Section, grid_of
from deg_plugins_analysis.report.pdf import to_pdf


def n_pages(pages: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pages))


def test_pages_are_made_of_hostile_names(document: Document) -> None:
    pages = to_pdf(document)
    assert pages.startswith(b"%PDF-")
    assert n_pages(pages) == 1
    assert b"/Subtype /Image" in pages


def test_names_stay_letters_and_are_no_marks(document: Document) -> None:
    pdf.to_pdf(document)  # after that the fonts are known
    texts = [each.getPlainText() for each in pdf._flow(document) if isinstance(each, Paragraph)]
    assert texts.count(document.title) >= 3  # title, summary, heading
    assert any(document.title in text and text.startswith("Not in this report") for text in texts)


def test_letters_of_other_scripts_are_in_the_fonts(document: Document) -> None:
    assert b"DejaVuSans" in to_pdf(document)


def test_long_tables_run_over_pages_and_repeat_their_heads(document: Document) -> None:
    table = Table("long", ("recording", "n"), tuple((f"recording {n}", n) for n in range(30)))
    rows = [(name, str(n)) for name, n in table.rows]
    grids = tuple(grid_of("a table", table, rows) for _ in range(5))
    assert n_pages(to_pdf(Document("long", "", "", (), (Section("a", "tables", grids),)))) > 2


def test_a_picture_wider_than_the_page_is_made_smaller(document: Document) -> None:
    (picture,) = [each for each in document.sections[0].blocks if isinstance(each, Picture)]
    assert picture.size_in == (7.1, 2.0)
    pages = to_pdf(Document("wide", "", "", (), (Section("a", "pictures", (picture,)),)))
    streams = [_inflated(each) for each in re.findall(rb"stream\r?\n(.*?)endstream", pages, re.DOTALL)]
    widths = [float(each) for text in streams for each in re.findall(rb"([\d.]+) 0 0 [\d.]+ [\d.]+ [\d.]+ cm", text)]
    assert widths
    assert max(widths) <= (210 - 2 * 16) / 25.4 * 72 + 0.1


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(a85decode(stream.strip(), adobe=True) if stream.strip().endswith(b"~>") else stream)
    except (ValueError, zlib.error):
        return b""
