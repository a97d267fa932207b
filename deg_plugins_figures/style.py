"""How figures look in print, and how they get into files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import matplotlib
import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from deg_core.api import writing_beside

PAGE_WIDTH_IN = 7.1
"""Two columns of most journals, 180 mm."""
PNG_DPI = 300

P = ParamSpec("P")


def in_print_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw in the style of this package, whatever the settings of matplotlib are."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with _print_style():
            figure = draw(*args, **kwargs)
            FigureCanvasAgg(figure)
            return figure

    return styled


@contextmanager
def _print_style() -> Iterator[None]:
    with matplotlib.style.context("deg_core.print"):
        # Fonts that are not installed would each be logged as a warning.
        installed = {font.name for font in fontManager.ttflist}
        wanted = matplotlib.rcParams["font.sans-serif"]
        matplotlib.rcParams["font.sans-serif"] = [name for name in wanted if name in installed]
        yield


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure in the format of its suffix: png, svg or pdf.

    Raises:
        ProjectError: The file cannot be written.
    """
    kind = path.suffix.lower().lstrip(".")
    # Without a date the same figure is the same file.
    metadata = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    with writing_beside(path) as part, _print_style():
        figure.savefig(part, format=kind, dpi=PNG_DPI, metadata=metadata)


def save_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the numbers behind a figure as CSV. NaN and None become empty fields.

    Raises:
        ProjectError: The file cannot be written.
    """
    with writing_beside(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_field(value) for value in row] for row in rows)


def _field(value: object) -> object:
    unknown = value is None or value != value  # NaN alone is not itself
    if unknown:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value
