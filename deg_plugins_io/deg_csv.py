"""`deg-csv`: a row per frame, numbered from 0 under `frame`; a column per behaviour; 1, 0, or -1 not labelled."""

from __future__ import annotations

from pathlib import Path

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.columns import labels_of, require_frame_numbers
from deg_plugins_io.text import read_table, write_table

_VALUES = {"1": 1, "0": 0, "-1": -1}


def read(path: Path, timeline: Timeline | None) -> Labels:
    """See `ReadLabels`."""
    table = read_table(path)
    if table.header[0] != "frame":
        raise LabelError(
            f"the first column is {table.header[0]!r}, not 'frame'",
            where=f"{path}, header",
            fix="choose the format that the file is in; this one begins `frame,<behaviour>,...`",
        )
    if "background" in table.header:
        raise LabelError(
            "background is not a behaviour but the absence of all",
            where=f"{path}, header",
            fix="read the file as deepethogram-csv, or take the column out",
        )
    require_frame_numbers(table, 0)
    return labels_of(table, dict(enumerate(table.header[1:], start=1)), _VALUES, timeline)


def write(path: Path, labels: Labels) -> tuple[str, ...]:
    """See `WriteLabels`. Nothing is lost."""
    rows = ([frame, *marks] for frame, marks in enumerate(labels.marks.tolist()))
    write_table(path, ["frame", *labels.behaviours], rows)
    return ()
