"""`deepethogram-csv`: DeepEthogram's labels and predictions, `,background,<behaviour>,...` with a row per frame.

Frames count from 0. `background`, or `none`, is the absence of all behaviours: left out when read, derived when
written.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

import numpy as np

from deg_core.api import LabelError, Labels, NoSettings, OtherFormatError, Timeline, mark_rows
from deg_plugins_io.labels.columns import background_of, labels_of, require_frame_numbers
from deg_plugins_io.labels.reading import other_format
from deg_plugins_io.text import Table, read_table, write_table

log = logging.getLogger(__name__)

_VALUES = {"1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1, "": -1, "nan": -1, "NaN": -1}
_INDEX = re.compile(r"|Unnamed: 0|index|frame", re.IGNORECASE)
"""The name of an index column: none, as pandas writes it, or what people give it."""
_BACKGROUND = {"background", "none"}


def read(
    path: Path,
    settings: NoSettings,  # noqa: ARG001
    timeline: Timeline | None,
    behaviours: tuple[str, ...],
) -> Labels:
    """See `ReadLabels`. A column `none` is a behaviour only where the project has one of this name."""
    table = _read_table(path)
    first = 1 if _INDEX.fullmatch(table.header[0]) else 0
    columns = dict(enumerate(table.header[first:], start=first))
    background = {at for at, name in columns.items() if name.lower() in _BACKGROUND and name not in behaviours}
    if table.header[0] == "frame" and not background:
        raise other_format(path, "frames are numbered under `frame` and there is no background", "read it as deg-csv")
    labels = _read_marks(table, first, {at: name for at, name in columns.items() if at not in background}, timeline)
    for column in background:
        _report_contradictions(table, column, labels)
    return labels


def _read_table(path: Path) -> Table:
    headers: list[tuple[str, ...]] = []
    try:
        return read_table(path, headers.append)
    except LabelError as error:
        if headers and "background" in headers[0]:
            raise
        raise OtherFormatError(error.problem, where=error.where, fix=error.fix) from error


def _read_marks(table: Table, first: int, columns: dict[int, str], timeline: Timeline | None) -> Labels:
    try:
        if first:
            require_frame_numbers(table, 0)
        return labels_of(table, columns, _VALUES, timeline)
    except LabelError as error:
        if "background" in table.header:
            raise
        # Without a background nothing but its cells shows that it is no such file.
        raise OtherFormatError(error.problem, where=error.where, fix=error.fix) from error


def _report_contradictions(table: Table, column: int, labels: Labels) -> None:
    name = table.header[column]
    claimed = labels_of(table, {column: name}, _VALUES, None).marks[:, 0] == 1
    n_both = int((claimed & (labels.marks == 1).any(axis=1)).sum())
    if n_both:
        log.warning("%s: %r together with a behaviour in %d frames; the behaviour counts", table.path, name, n_both)


def write(
    path: Path,
    labels: Labels,
    settings: NoSettings,  # noqa: ARG001
    timeline: Timeline,  # noqa: ARG001
) -> tuple[str, ...]:
    """See `WriteLabels`. Nothing is lost."""
    marks = np.column_stack([background_of(labels.marks), labels.marks])
    write_table(path, ["", "background", *labels.behaviours], mark_rows(marks))
    return ()
