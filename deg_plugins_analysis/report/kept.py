"""What other commands computed and left in the project: agreement, learning curves, folds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from deg_plugins_analysis.report.document import (
    MOST_ROWS,
    Block,
    Download,
    Grid,
    Missing,
    Picture,
    Section,
    Text,
    plain_cell,
)
from deg_plugins_analysis.report.drawn import MOST_BYTES

if TYPE_CHECKING:
    from deg_core import Project


_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one command leaves behind.

    Attributes:
        title: Of the section.
        folder: Where, in the project.
        command: That makes it.
        tables: Those shown, with what they say.
        reading: How it is to be read.
    """

    title: str
    folder: str
    command: str
    tables: dict[str, str]
    reading: str = ""


_KINDS = (
    _Kind("What more labels would bring", "learning-curve", "deg learning-curve",
          {"curves": "The fitted curves, and what the next hour of scoring would bring if they hold.",
           "trials": "Each training: how much it learned from, and its score."}),
    _Kind("Fold by fold", "cross-validation", "deg cross-validate",
          {"summary": "Mean and spread over folds.",
           "together": "Scores of the test frames of all folds together."}),
    _Kind("Agreement", "analysis/agreement", "deg agreement",
          {"all_raters": "How far all raters agree.",
           "pairs": "How far each two raters agree.",
           "places": "Whether deg differs from people as they do from each other.",
           "bouts_by_rater": "Bouts as each rater saw them."},
          " Where deg is one of the raters, it may have learned from these recordings, and then agrees too well."),
)  # fmt: skip


def kept_sections(project: Project) -> Iterator[Section]:
    """A section for each kind, which says so where there is nothing."""
    for kind in _KINDS:
        anchor = kind.folder.rpartition("/")[2]
        yield Section(anchor, kind.title, tuple(_blocks(project.workspace.layout.root / kind.folder, kind)))


def _blocks(folder: Path, kind: _Kind) -> Iterator[Block]:
    tables = [path for name in kind.tables if (path := folder / f"{name}.csv").is_file()]
    if not tables:
        yield Missing(kind.title, "it was not computed", kind.folder, f"compute it: {kind.command}")
        return
    made = datetime.fromtimestamp(max(path.stat().st_mtime for path in tables)).astimezone()
    yield Text(f"Made by {kind.command}, last on {made:%Y-%m-%d %H:%M}, and taken over as it is.{kind.reading}")
    for path in sorted(folder.glob("*.png")):
        png = path.read_bytes()
        if png.startswith(_PNG):
            caption = path.stem.replace("-", " ").replace("_", " ").capitalize()
            yield Picture(png, caption, f"{caption}.", kind.command)
    for path in tables:
        yield _grid(path, kind)


def _grid(path: Path, kind: _Kind) -> Block:
    caption = kind.tables[path.stem]
    try:
        text = path.read_text(encoding="utf-8")
        header, *rows = csv.reader(text.splitlines())
        if any(len(row) != len(header) for row in rows):
            raise ValueError("rows of different lengths")
    except (ValueError, OSError, csv.Error) as error:
        return Missing(caption, f"damaged: {error}", f"{kind.folder}/{path.name}", f"make it again: {kind.command}")
    shown = tuple(tuple(map(_cell, row)) for row in rows[:MOST_ROWS])
    download = Download(path.name, text) if len(text) <= MOST_BYTES else None
    return Grid(caption, tuple(name.replace("_", " ") for name in header), shown, download, len(rows))


def _cell(text: str) -> str:
    """A field as a person reads it: what is empty is not defined, and no more than four digits."""
    if not text:
        return "undefined"
    try:
        return plain_cell(int(text) if text.lstrip("-").isdigit() else float(text))
    except ValueError:
        return text
