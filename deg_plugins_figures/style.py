"""How figures look in print, and how they get into files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from deg_core.api import writing_beside

PAGE_WIDTH_IN = 7.1
"""Two columns of most journals, 180 mm."""
PNG_DPI = 300

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
    "hatch.linewidth": 0.4,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "text.parse_math": False,  # a behaviour may be called `sniff_$`
    "pdf.fonttype": 42,  # letters stay letters, as journals ask
    "svg.fonttype": "none",
    "svg.hashsalt": "deg",  # the same figure is the same file
}

P = ParamSpec("P")


def in_print_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw in the style of this package, whatever the settings of matplotlib are."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_available(_STYLE)):
            figure = draw(*args, **kwargs)
            FigureCanvasAgg(figure)
            return figure

    return styled


def _available(style: Any) -> Any:
    """The style without fonts that are not installed: matplotlib logs a warning for each."""
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return {**style, "font.sans-serif": [name for name in style["font.sans-serif"] if name in installed]}


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure in the format of its suffix: png, svg or pdf.

    Raises:
        ProjectError: The file cannot be written.
    """
    kind = path.suffix.lower().lstrip(".")
    # Without a date the same figure is the same file.
    metadata = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    with writing_beside(path) as part, matplotlib.rc_context(_available(_STYLE)):
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
