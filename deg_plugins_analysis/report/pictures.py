"""Figures as pictures."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from matplotlib.figure import Figure

from deg_core import save_figure


def png_of(figure: Figure) -> bytes:
    """A figure as PNG, as `deg stats` and others write it."""
    with TemporaryDirectory() as folder:
        return save_figure(figure, Path(folder) / "figure.png").read_bytes()
