"""What a report is, before it is a web page or pages to print: sections of texts, tables and pictures.

Every value is plain text; what becomes of `<` in a behaviour's name is for those who write the page.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from deg_core.api import DegError
from deg_plugins_analysis.answers.table import Table, csv_text

PICTURE_DPI = 300
"""Of every figure of deg."""
MOST_ROWS = 30
"""Rows of a table that are shown; its file holds all."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the page brings along.

    Attributes:
        name: Of the file.
        content: CSV.
    """

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """What is typed, or read, line by line."""

    kind: ClassVar[str] = "lines"
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure.

    Attributes:
        png: The picture, at `PICTURE_DPI`.
        alt: What is in it, for whoever cannot see it.
        caption: Below it.
        command: That draws it again, in other formats too; empty where none does.
        numbers: What it was drawn from.
    """

    kind: ClassVar[str] = "picture"
    png: bytes
    alt: str
    caption: str
    command: str = ""
    numbers: Download | None = None

    @property
    def size_in(self) -> tuple[float, float]:
        """Width and height on paper, inches."""
        width, height = struct.unpack(">II", self.png[16:24])
        return width / PICTURE_DPI, height / PICTURE_DPI


@dataclass(frozen=True, slots=True)
class Grid:
    """A table for a person.

    Attributes:
        caption: Above it.
        columns: Names.
        rows: Cells as they are read.
        numbers: All rows, unrounded.
        n_rows: How many there are, where not all are shown.
    """

    kind: ClassVar[str] = "grid"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: Download | None = None
    n_rows: int = 0

    @property
    def is_number(self) -> tuple[bool, ...]:
        """Which columns hold numbers, which stand at the right."""
        return tuple(all(_NUMBER.match(row[at]) for row in self.rows) for at in range(len(self.columns)))


_NUMBER = re.compile(r"(?:[-+\N{MINUS SIGN}<]?[\d.]|undefined$|-$|$)")


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that could not be made.

    Attributes:
        what: The part.
        problem: Why.
        where: The file or setting.
        fix: What brings it.
    """

    kind: ClassVar[str] = "missing"
    what: str
    problem: str
    where: str
    fix: str

    @classmethod
    def of(cls, what: str, error: DegError) -> Missing:
        """A part that an error stands in for."""
        return cls(what, error.problem, error.where, error.fix)


@dataclass(frozen=True, slots=True)
class Caution:
    """What a reader must know before believing a number.

    Attributes:
        level: Whether it may make a score wrong, or only says how far it goes.
        headline: In a few words.
        text: What was seen, and what to do.
    """

    level: Literal["warning", "note"]
    headline: str
    text: str


Block = Text | Lines | Picture | Grid | Missing


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes:
        anchor: Its name in links.
        title: Its heading.
        blocks: What it holds.
    """

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes:
        title: The project.
        made: When, and with what.
        summary: In a few sentences.
        cautions: The gravest first.
        sections: In order.
    """

    title: str
    made: str
    summary: str
    cautions: tuple[Caution, ...]
    sections: tuple[Section, ...]


def amount(n: int, noun: str) -> str:
    """How many of something."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def grid_of(caption: str, table: Table, rows: Sequence[Sequence[str]], columns: Sequence[str] = ()) -> Grid:
    """A table as a person reads it, with its file.

    Args:
        caption: Above it.
        table: The numbers.
        rows: The same, or some columns of it, as text.
        columns: Names of those columns; by default all of the table's.
    """
    shown = tuple(tuple(row) for row in rows[:MOST_ROWS])
    return Grid(caption, tuple(columns or table.columns), shown, download_of(table), len(rows))


def download_of(table: Table) -> Download:
    """A table's file."""
    return Download(f"{table.name}.csv", csv_text(table))


def plain_cell(value: Any) -> str:
    """A value for a person: four digits of a number, `undefined` where there is none."""
    if value is None or value != value:  # NaN alone is not itself
        return "undefined"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def setting_text(value: Any) -> str:
    """A setting for a person."""
    if value is None:
        return "not set"
    if isinstance(value, Mapping):
        return f"({', '.join(f'{name} {setting_text(each)}' for name, each in value.items())})"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"({', '.join(map(setting_text, value))})"
    return f"{value:g}" if isinstance(value, float) else str(value)
