"""Pages of small panels."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deg_core import PAGE_WIDTH_IN

TITLE_LETTERS = 32
"""Of a line above a panel, of three side by side."""


def panel_page(n: int, columns: int, row_in: float) -> tuple[Figure, list[Axes]]:
    """A page with `n` panels, in rows of `columns`.

    Args:
        n: Panels, at least one.
        columns: Panels side by side.
        row_in: Height of a row, inches.
    """
    columns = min(columns, n)
    rows = -(-n // columns)
    width = PAGE_WIDTH_IN if columns > 1 else PAGE_WIDTH_IN / 2
    figure = Figure(figsize=(width, 0.25 + rows * row_in), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for spare in panels[n:]:
        spare.remove()
    return figure, list(panels[:n])
