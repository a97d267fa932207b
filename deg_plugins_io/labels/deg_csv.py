"""`deg-csv`: a row per frame, numbered from 0 under `frame`; a column per behaviour; 1, 0, or -1 not labelled."""

from __future__ import annotations

from pathlib import Path

from deg_core.api import Labels, NoSettings, Timeline, mark_rows
from deg_plugins_io.labels.columns import labels_of, require_frame_numbers
from deg_plugins_io.labels.reading import other_format
from deg_plugins_io.text import read_table, write_table

_VALUES = {"1": 1, "0": 0, "-1": -1}


def read(
    path: Path,
    settings: NoSettings,  # noqa: ARG001
    timeline: Timeline | None,
    behaviours: tuple[str, ...],  # noqa: ARG001
) -> Labels:
    """See `ReadLabels`."""
    table = read_table(path, lambda header: _require_header(header, path))
    require_frame_numbers(table, 0)
    return labels_of(table, dict(enumerate(table.header[1:], start=1)), _VALUES, timeline)


def _require_header(header: tuple[str, ...], path: Path) -> None:
    if header[0] != "frame":
        fix = "choose the format that the file is in; this one begins `frame,<behaviour>,...`"
        raise other_format(f"{path}, header", f"the first column is {header[0]!r}, not 'frame'", fix)
    if "background" in header:
        fix = "read the file as deepethogram-csv, or take the column out"
        raise other_format(f"{path}, header", "background is not a behaviour but the absence of all", fix)


def write(
    path: Path,
    labels: Labels,
    settings: NoSettings,  # noqa: ARG001
    timeline: Timeline,  # noqa: ARG001
) -> tuple[str, ...]:
    """See `WriteLabels`. Nothing is lost."""
    write_table(path, ["frame", *labels.behaviours], mark_rows(labels.marks))
    return ()
