"""How figures of this package look in print, and how they get into files."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click
import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from deg_core.api import ProjectError

P = ParamSpec("P")

# Okabe and Ito, "Color Universal Design" (2008), without the yellow, which hardly shows on white paper.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""So that no figure says anything by colour alone."""
PAGE_WIDTH_IN = 7.1
_DPI = 300

_STYLE: Any = {
    "font.family": "sans-serif",
    "font.size": 7,
    "axes.titlesize": 8,
    "axes.labelsize": 7,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "lines.linewidth": 1.0,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "text.parse_math": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
}


def in_print_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw in the style of this package, whatever the settings of matplotlib are."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_STYLE):
            figure = draw(*args, **kwargs)
            FigureCanvasAgg(figure)
            return figure

    return styled


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure in the format of its suffix, and say where.

    Raises:
        ProjectError: The file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with matplotlib.rc_context(_STYLE):
            figure.savefig(part, format=path.suffix.lower().lstrip("."), dpi=_DPI)
        part.replace(path)
    except OSError as error:
        raise ProjectError(
            f"cannot write: {error.strerror or error}", where=str(path), fix="choose another folder with --output"
        ) from error
    click.echo(str(path))
