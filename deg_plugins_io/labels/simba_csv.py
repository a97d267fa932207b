"""`simba-csv`: SimBA's `targets_inserted` and `machine_results`, a row per frame from 0; 1 present, 0 absent.

The classifiers stand at the end, behind pose and features, and nothing marks where they begin: they are those that the
project or the settings name.
"""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.columns import labels_of, require_frame_numbers
from deg_plugins_io.labels.reading import damage_refused, other_format
from deg_plugins_io.labels.settings import SimbaSettings
from deg_plugins_io.text import Table, read_table

_VALUES = {"1": 1, "0": 0, "1.0": 1, "0.0": 0}


def read(path: Path, settings: SimbaSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
    """See `ReadLabels`."""

    def require_header(header: tuple[str, ...]) -> None:
        if header[0] or not any(_is_pose(header[at : at + 3]) for at in range(1, len(header))):
            raise other_format(path, "has no index and pose before other columns, as SimBA's tables do")

    with damage_refused(path, "SimBA"):
        table = read_table(path, require_header)
        require_frame_numbers(table, 0)
        names = settings.classifiers or tuple(name for name in behaviours if name in table.header)
        missing = [name for name in names if name not in table.header]
        if not names or missing:
            problem = f"has no column {missing[0]!r}" if missing else "does not say which columns are classifiers"
            could_be = ", ".join(_binary_columns(table)) or "none"
            fix = f"set `classifiers` to their names; the last columns that hold but 0 and 1: {could_be}"
            raise LabelError(problem, where=f"{path}, header", fix=fix)
        return labels_of(table, {table.header.index(name): name for name in names}, _VALUES, timeline)


def _is_pose(names: tuple[str, ...]) -> bool:
    return [name[-2:] for name in names] == ["_x", "_y", "_p"]


def _binary_columns(table: Table) -> list[str]:
    def is_binary(at: int) -> bool:
        is_pose = table.header[at].endswith(("_x", "_y", "_p"))
        return not is_pose and all(row.cells[at] in _VALUES for row in table.rows)

    last = takewhile(is_binary, range(len(table.header) - 1, 0, -1))
    return [table.header[at] for at in last][::-1]
