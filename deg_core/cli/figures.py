"""How the figures of commands look in print, and how they and the numbers behind them get into files.

The style itself is `deg_core/print.mplstyle`. Only what draws imports this module, which brings matplotlib.
"""

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

from deg_core.data.whole_file import writing_beside

PAGE_WIDTH_IN = 7.1
"""Two columns of most journals, 180 mm."""

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#000000")
"""Told apart with any colour vision: Okabe and Ito, "Color Universal Design" (2008).

Their yellow is left out: on white paper it hardly shows (contrast 1.3 to 1).
"""

P = ParamSpec("P")


def in_print_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw in deg's style for print, whatever the settings of matplotlib are."""

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


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure in the format of its suffix: png, svg or pdf; gives the path.

    Raises:
        ProjectError: The file cannot be written.
    """
    kind = path.suffix.lower().lstrip(".")
    # Without a date the same figure is the same file.
    metadata = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    with writing_beside(path) as part, _print_style():
        figure.savefig(part, format=kind, metadata=metadata)
    return path


def save_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write the numbers behind a figure as CSV; gives the path. NaN and None become empty fields.

    Raises:
        ProjectError: The file cannot be written.
    """
    with writing_beside(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_field(value) for value in row] for row in rows)
    return path


def _field(value: object) -> object:
    unknown = value is None or value != value  # NaN alone is not itself
    if unknown:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value
