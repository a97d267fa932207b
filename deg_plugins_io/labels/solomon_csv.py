"""`solomon-csv`: Solomon Coder, `Time` in seconds at a fixed step, then a column per category with what goes on in it.

Within a column one thing excludes the others, so that a behaviour is `category: value`; an empty cell is none of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from deg_core.api import Timeline
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.samples import Samples, one_hot
from deg_plugins_io.labels.settings import SampledSettings
from deg_plugins_io.text import read_table


def _parse(path: Path, settings: SampledSettings, timeline: Timeline | None) -> Samples:  # noqa: ARG001
    def require_header(header: tuple[str, ...]) -> None:
        if header[0] != "Time" or len(header) < 2 or {"Behavior", "Status"} <= set(header):
            raise other_format(path, "its first column is not 'Time'")

    table = read_table(path, require_header)
    times_s = np.array([table.number(row, 0) for row in table.rows])
    names: list[str] = []
    columns = []
    for at, category in enumerate(table.header[1:], start=1):
        cells = [row.cells[at] for row in table.rows]
        values = sorted(set(cells) - {""})
        names += [f"{category}: {value}" for value in values]
        columns.append(one_hot(cells, values))
    if not names or all(name.rsplit(": ", 1)[1].replace(".", "").isdigit() for name in names):
        raise other_format(path, "no cell names a behaviour")
    marks = np.concatenate(columns, axis=1)
    return Samples(path=path, marks=marks, behaviours=tuple(names), times_s=times_s - (settings.time_offset_s or 0.0))


read = reader(_parse, "Solomon Coder")
