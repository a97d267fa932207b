"""`boris-binary`: BORIS's behaviour binary table, a row per instant, `time` in seconds, then a column per behaviour.

One file for each observation and subject. A cell counts point events, so it may exceed 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from deg_core.api import Timeline
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.samples import Samples
from deg_plugins_io.labels.settings import SampledSettings
from deg_plugins_io.text import read_table


def _parse(path: Path, settings: SampledSettings, timeline: Timeline | None) -> Samples:  # noqa: ARG001
    def require_header(header: tuple[str, ...]) -> None:
        if header[0] != "time" or len(header) < 2:
            raise other_format(path, "its first column is not 'time'")

    table = read_table(path, require_header)
    for row in table.rows[:1]:
        if not all(cell.isdigit() for cell in row.cells[1:]):
            raise other_format(path, "its cells are not 0, 1 or counts")
    times_s = np.array([table.number(row, 0) for row in table.rows])
    counts: Any = np.array([[int(cell) for cell in row.cells[1:]] for row in table.rows], dtype=np.int64)
    marks = (counts > 0).astype(np.int8).reshape(len(table.rows), -1)
    return Samples(
        path=path, marks=marks, behaviours=table.header[1:], times_s=times_s - (settings.time_offset_s or 0.0)
    )


read = reader(_parse, "BORIS")
