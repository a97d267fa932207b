"""A small project of fakes with `deg plot`, and a document that holds one of everything."""

from __future__ import annotations

import numpy as np
import pytest

from deg_core import in_print_style
from deg_core.testing import FAKES, only_plugins
from deg_plugins_analysis.answers.table import Table
from deg_plugins_analysis.report.document import Caution, Document, Lines, Missing, Picture, Section, Text, grid_of
from deg_plugins_analysis.report.pictures import png_of
from deg_plugins_figures.plugin import deg_commands

HOSTILE = '<script>alert("&amp; {{ 7*7 }}")</script></style>'


@pytest.fixture
def only_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed but fakes and what draws."""
    catalog = only_plugins(*FAKES, *deg_commands())
    monkeypatch.setattr("deg_core.jobs.workspace.load_catalog", lambda: catalog)


@in_print_style
def _figure():
    from matplotlib.figure import Figure

    return Figure(figsize=(7.1, 2))


@pytest.fixture
def document() -> Document:
    table = Table("numbers", ("behaviour", HOSTILE), ((HOSTILE, 0.123456789), ("rest", float("nan"))))
    rows = [(HOSTILE, "0.1235"), ("rest", "undefined")]
    blocks = (
        Text(f"of {HOSTILE}"),
        Lines(("deg train", HOSTILE)),
        Picture(png_of(_figure()), HOSTILE, HOSTILE, f"deg plot {HOSTILE}", grid_of("", table, rows).numbers),
        grid_of(HOSTILE, table, rows),
        Missing(HOSTILE, "not there", HOSTILE, "deg evaluate"),
    )
    return Document(
        HOSTILE, "made by hand", HOSTILE, (Caution("warning", HOSTILE, HOSTILE),), (Section("a", HOSTILE, blocks),)
    )


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
