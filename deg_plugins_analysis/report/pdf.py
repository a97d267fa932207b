"""Writes a report as pages to print.

ReportLab lays out running text and tables over pages, with wheels for all systems and nothing else to install.
Matplotlib's `PdfPages` would need a typesetter of our own; what prints web pages needs a browser or system libraries.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    CondPageBreak,
    Image,
    KeepTogether,
    LongTable,
    Paragraph,
    Preformatted,
    SimpleDocTemplate,
    Spacer,
)

from deg_plugins_analysis.report.document import Block, Caution, Document, Grid, Lines, Missing, Picture, Text

_MARGIN = 16 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_TALLEST = A4[1] - 2 * _MARGIN - 30 * mm
_HEADING_ROOM = 20 * mm
_FONT = "DejaVu Sans"
_MOST_COLUMNS = 10
"""Columns beside each other on a page; the web page shows all."""

_BODY = ParagraphStyle("body", fontName=_FONT, fontSize=8.5, leading=12.5, spaceAfter=5)
_SMALL = ParagraphStyle("small", _BODY, fontSize=7.2, leading=9.8, textColor=HexColor("#555555"))
_CELL = ParagraphStyle("cell", _BODY, fontSize=6.6, leading=8.2, spaceAfter=0)
_NUMBER = ParagraphStyle("number", _CELL, alignment=2)
_TITLE = ParagraphStyle("title", _BODY, fontSize=17, leading=22, spaceAfter=2)
_HEADING = ParagraphStyle("heading", _BODY, fontSize=12.5, leading=16, spaceBefore=14, spaceAfter=6, keepWithNext=1)
_TYPED = ParagraphStyle("typed", _BODY, fontName="DejaVu Sans Mono", fontSize=7.5, leading=10.5, leftIndent=8)


def to_pdf(document: Document) -> bytes:
    """The pages, A4."""
    _register_fonts()
    pages = io.BytesIO()
    template = SimpleDocTemplate(
        pages, pagesize=A4, title=document.title, author="deg", leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN, bottomMargin=_MARGIN,
    )  # fmt: skip
    template.build(list(_flow(document)), onFirstPage=_number_page, onLaterPages=_number_page)
    return pages.getvalue()


def _register_fonts() -> None:
    """Letters of most scripts, from what matplotlib brings along; the fonts of PDF itself know Latin alone."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in (
        (_FONT, "DejaVuSans"),
        (f"{_FONT} Bold", "DejaVuSans-Bold"),
        ("DejaVu Sans Mono", "DejaVuSansMono"),
    ):
        registerFont(TTFont(name, str(folder / f"{file}.ttf")))
    registerFontFamily(_FONT, normal=_FONT, bold=f"{_FONT} Bold", italic=_FONT, boldItalic=f"{_FONT} Bold")


def _number_page(canvas: Any, template: Any) -> None:
    canvas.saveState()
    canvas.setFont(_FONT, 6.5)
    canvas.setFillColor(HexColor("#555555"))
    canvas.drawString(_MARGIN, 9 * mm, template.title[:90])
    canvas.drawRightString(A4[0] - _MARGIN, 9 * mm, str(template.page))
    canvas.restoreState()


def _flow(document: Document) -> Iterator[Any]:
    yield _paragraph(document.title, _TITLE, bold=True)
    yield _paragraph(document.made, _SMALL)
    yield _paragraph(document.summary, _BODY)
    yield _paragraph("Before you believe a number", _HEADING, bold=True)
    if not document.cautions:
        yield _paragraph("Nothing that deg looks for was found.", _BODY)
    yield from map(_caution, document.cautions)
    for section in document.sections:
        yield CondPageBreak(_HEADING_ROOM + _height(section.blocks[0]))
        yield _paragraph(section.title, _HEADING, bold=True)
        for block in section.blocks:
            yield from _block(block)


def _paragraph(text: str, style: ParagraphStyle, *, bold: bool = False) -> Paragraph:
    """Text as it is: its `<` and `&` are no marks."""
    marked = escape(text)
    return Paragraph(f"<b>{marked}</b>" if bold else marked, style)


def _height(block: Block) -> float:
    """Room that a heading needs below it, so that it does not stand alone: a whole picture, or a few lines."""
    return float(_image(block).drawHeight) if isinstance(block, Picture) else 12 * mm


def _caution(caution: Caution) -> Paragraph:
    level, colour = caution.level.capitalize(), "#a64000" if caution.level == "warning" else "#555555"
    text = f'<b><font color="{colour}">{level}:</font> {escape(caution.headline)}</b><br/>{escape(caution.text)}'
    return Paragraph(text, _BODY)


def _block(block: Block) -> Iterator[Any]:
    if isinstance(block, Text):
        yield _paragraph(block.text, _BODY)
    elif isinstance(block, Lines):
        yield Preformatted("\n".join(block.lines), _TYPED)
        yield Spacer(1, 6)
    elif isinstance(block, Picture):
        yield KeepTogether([_image(block), _paragraph(_caption(block), _SMALL), Spacer(1, 8)])
    elif isinstance(block, Missing):
        told = f"{escape(block.problem)} ({escape(block.where)}). To have it: {escape(block.fix)}."
        yield Paragraph(f"<b>Not in this report: {escape(block.what)}.</b> {told}", _BODY)
    else:
        yield from _table(block)


def _caption(picture: Picture) -> str:
    command = f" Again, with its numbers: {picture.command}" if picture.command else ""
    return f"{picture.caption}{command}"


def _image(picture: Picture) -> Image:
    width, height = (side * 72 for side in picture.size_in)
    scale = min(1.0, _WIDTH / width, _TALLEST / height)
    return Image(io.BytesIO(picture.png), width * scale, height * scale, hAlign="LEFT")


def _table(grid: Grid) -> Iterator[Any]:
    n_columns = min(len(grid.columns), _MOST_COLUMNS)
    notes = [grid.caption]
    if n_columns < len(grid.columns):
        notes.append(f"{n_columns} of {len(grid.columns)} columns are shown; the web page has all.")
    if grid.n_rows > len(grid.rows):
        notes.append(f"{len(grid.rows)} of {grid.n_rows} rows are shown.")
    caption = _paragraph(" ".join(notes), _SMALL)
    caption.keepWithNext = 1
    yield caption
    styles = [_NUMBER if is_number else _CELL for is_number in grid.is_number[:n_columns]]
    cells = [[_paragraph(name, style, bold=True) for name, style in zip(grid.columns, styles, strict=False)]]
    cells += [[_paragraph(cell, style) for cell, style in zip(row, styles, strict=False)] for row in grid.rows]
    line = HexColor("#d5d5d5")
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor("#1a1a1a")),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, line),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    yield LongTable(cells, colWidths=_widths(grid, n_columns), repeatRows=1, hAlign="LEFT", style=style)
    yield Spacer(1, 10)


def _widths(grid: Grid, n_columns: int) -> list[float]:
    """Shares of the page by the longest words and the lengths of cells in each column; no wider than they need."""
    wanted = []
    for at in range(n_columns):
        cells = [grid.columns[at], *(row[at] for row in grid.rows)]
        longest_word = max((len(word) for cell in cells for word in cell.split()), default=1)
        wanted.append(max(min(longest_word, 24), min(max(map(len, cells)), 48), 3) * 4.3 + 10)
    scale = min(1.0, _WIDTH / sum(wanted))
    return [width * scale for width in wanted]
