"""How the figures of this package look in print, as those of `deg plot` do.

Plugin packages do not import each other, so this package has a style of its own: the same measures and colours.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from deg_core.api import writing_beside

PAGE_WIDTH_IN = 7.1
"""Two columns of most journals, 180 mm."""

# Okabe and Ito, "Color Universal Design" (2008), without their yellow, which hardly shows on white paper.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""Shapes beside colours, so that no figure says anything by colour alone."""

_STYLE: Any = {  # which keys there are depends on the version of matplotlib
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"],
    "font.size": 7,
    "axes.titlesize": 8,
    "axes.labelsize": 7,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.0,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "text.parse_math": False,  # a behaviour may be called `sniff_$`
    "pdf.fonttype": 42,  # letters stay letters, as journals ask
    "svg.fonttype": "none",
    "svg.hashsalt": "deg",  # the same figure is the same file
}

P = ParamSpec("P")


def in_print_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw in this style, whatever the settings of matplotlib are."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_available()):
            figure = draw(*args, **kwargs)
            FigureCanvasAgg(figure)
            return figure

    return styled


def _available() -> Any:
    """The style without fonts that are not installed: matplotlib logs a warning for each."""
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return {**_STYLE, "font.sans-serif": [name for name in _STYLE["font.sans-serif"] if name in installed]}


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure in the format of its suffix: png, svg or pdf.

    Raises:
        ProjectError: The file cannot be written.
    """
    kind = path.suffix.lower().lstrip(".")
    metadata = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    with writing_beside(path) as part, matplotlib.rc_context(_available()):
        figure.savefig(part, format=kind, dpi=300, metadata=metadata)
    return path


def colour_of(place: int) -> str:
    """The colour of a behaviour or group by its place. They repeat: names tell them apart for certain."""
    return COLOURS[place % len(COLOURS)]
