"""Tables with a row per frame and a column per behaviour.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.naming import NO_NAME, is_name, repeated
from deg_plugins_io.text import Row, Table


def labels_of(
    table: Table, behaviours: Mapping[int, str], values: Mapping[str, int], timeline: Timeline | None
) -> Labels:
    """Labels from the columns of a table.

    Args:
        table: A row per frame.
        behaviours: Behaviour by the column that it stands in.
        values: What each text means, 1, 0 or -1.
        timeline: The recording, whose length must be the table's; None to take any.

    Raises:
        LabelError: There are no frames, a number other than the recording's, no behaviours, one twice or without a
            name, or a cell means nothing.
    """
    names = tuple(behaviours.values())
    _require_names(table, names)
    _require_length(table, timeline)
    marks = np.array([_marks_of(table, row, list(behaviours), values) for row in table.rows], dtype=np.int8)
    return Labels(marks, names, timeline.frames_per_second if timeline is not None else None)


def require_frame_numbers(table: Table, column: int) -> None:
    """Refuse frames that are not numbered 0, 1, 2 and so on.

    Raises:
        LabelError: A row is missing, out of order, or there twice.
    """
    for expected, row in enumerate(table.rows):
        if row.cells[column] not in {str(expected), f"{expected}.0"}:
            raise LabelError(
                f"frame {row.cells[column] or '(blank)'} where frame {expected} should be",
                where=table.where(row),
                fix="every frame needs a row, in order, the first is frame 0",
            )


def _require_names(table: Table, names: Sequence[str]) -> None:
    twice = repeated(name for name in names if name)
    if names and all(map(is_name, names)) and not twice:
        return
    problem = "no column of a behaviour" if not names else NO_NAME
    if twice:
        problem = f"several columns for {', '.join(map(repr, twice))}"
    raise LabelError(problem, where=f"{table.path}, header", fix="name each behaviour's column once in the first row")


def _require_length(table: Table, timeline: Timeline | None) -> None:
    n_rows = len(table.rows)
    if not n_rows:
        raise LabelError("holds no frames", where=str(table.path), fix="export the labels again")
    if timeline is not None and n_rows != timeline.n_frames:
        raise LabelError(
            f"labels for {n_rows} frames, the recording has {timeline.n_frames}",
            where=f"{table.path}, for {timeline.name}",
            fix="check that the file belongs to this recording and that neither was cut",
        )


def _marks_of(table: Table, row: Row, columns: Sequence[int], values: Mapping[str, int]) -> list[int]:
    try:
        return [values[row.cells[column]] for column in columns]
    except KeyError as error:
        cell = error.args[0]
        column = next(column for column in columns if row.cells[column] == cell)
        raise LabelError(
            f"{table.header[column]} is {cell!r}",
            where=table.where(row),
            fix="a label is 1 (present), 0 (absent) or -1 (not labelled)",
        ) from None


def background_of(marks: NDArray[np.int8]) -> NDArray[np.int8]:
    """Background: 1 where every behaviour is absent, 0 where one is present, else -1; shape (T,), a new array."""
    background = np.where((marks == 0).all(axis=1), 1, -1).astype(np.int8)
    background[(marks == 1).any(axis=1)] = 0
    return background
