"""How the figures of this package look in print, as those of `deg plot` do.

The style itself is in the core; colours are this package's own, and the same as those of `deg plot`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

# Okabe and Ito, "Color Universal Design" (2008), without their yellow, which hardly shows on white paper.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""Shapes beside colours, so that no figure says anything by colour alone."""

P = ParamSpec("P")


def in_print_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw in this style, whatever the settings of matplotlib are."""

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
    """Write a figure in the format of its suffix: png, svg or pdf.

    Raises:
        ProjectError: The file cannot be written.
    """
    kind = path.suffix.lower().lstrip(".")
    metadata = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    with writing_beside(path) as part, _print_style():
        figure.savefig(part, format=kind, dpi=300, metadata=metadata)
    return path


def colour_of(place: int) -> str:
    """The colour of a behaviour or group by its place. They repeat: names tell them apart for certain."""
    return COLOURS[place % len(COLOURS)]
