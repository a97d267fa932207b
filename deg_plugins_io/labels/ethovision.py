"""`ethovision`: Noldus EthoVision's raw data of a trial, as a sheet or text; samples at the rate of tracking.

Behaviours are the columns that exclude each other, `Rearing(Mutually exclusive)`; `-` is a sample that is missing. Time
0 is the start of recording, which the header relates to the start of the video. Each arena has a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from deg_core.api import LabelError, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.choice import choose
from deg_plugins_io.labels.reading import lines_of, other_format, reader
from deg_plugins_io.labels.samples import Samples
from deg_plugins_io.labels.settings import SampledSettings
from deg_plugins_io.sheets import is_workbook, read_sheets
from deg_plugins_io.text import read_rows, separator_of

_FIRST_CELL = "Number of header lines:"
_BEHAVIOUR = re.compile(r"(.+)\(Mutually exclusive(?: \d+)?\)")
_VALUES = {"0": 0, "1": 1, "-": -1, "": -1, "0.0": 0, "1.0": 1}

Cells = Sequence[tuple[str, ...]]


def _parse(path: Path, settings: SampledSettings, timeline: Timeline | None) -> Samples:  # noqa: ARG001
    arenas = _arenas(path)
    chosen = choose(arenas, settings.subject, what="arena", setting="subject", where=str(path))
    rows = arenas[chosen or ""]
    n_header = int(rows[0][1])
    header, data = rows[n_header - 2], [row for row in rows[n_header:] if any(row)]
    columns = {at: found[1].strip() for at, name in enumerate(header) if (found := _BEHAVIOUR.fullmatch(name))}
    if not columns:
        fix = "in EthoVision, score behaviours that exclude each other, and export the raw data again"
        raise LabelError("has no column of behaviours that exclude each other", where=str(path), fix=fix)
    at_time = header.index("Recording time")
    times_s = np.array([float(row[at_time].replace(",", ".")) for row in data], dtype=np.float64)
    marks = [[_VALUES[row[at] if at < len(row) else ""] for at in columns] for row in data]
    return Samples(
        path=path,
        marks=np.array(marks, dtype=np.int8).reshape(len(data), len(columns)),
        behaviours=tuple(columns.values()),
        times_s=times_s - _offset_s(rows[:n_header], settings, path),
    )


read = reader(_parse, "EthoVision")


def _arenas(path: Path) -> dict[str, Cells]:
    """The cells of each arena by its name."""
    if is_workbook(path):
        sheets: dict[str, Cells] = {name: rows for name, rows in read_sheets(path).items() if _is_track(rows)}
    else:
        text = read_text(path)
        first = lines_of(text)[0]
        if _FIRST_CELL not in first:
            raise other_format(path, f"does not begin with {_FIRST_CELL!r}")
        # Lines of the header that are blank count, too.
        rows = [_cells(line, separator_of(first), path) for line in lines_of(text)]
        sheets = {"": rows}
    if not sheets:
        raise other_format(path, f"no sheet begins with {_FIRST_CELL!r}")
    return sheets


def _cells(line: str, separator: str, path: Path) -> tuple[str, ...]:
    rows = read_rows(line, separator, path)
    return rows[0].cells if rows else ()


def _is_track(rows: Cells) -> bool:
    return bool(rows) and rows[0][:1] == (_FIRST_CELL,)


def _offset_s(header: Cells, settings: SampledSettings, path: Path) -> float:
    """Seconds by which recording began before the video; below 0 where the video was there first."""
    if settings.time_offset_s is not None:
        return settings.time_offset_s
    said = {row[0]: row[1] for row in header if len(row) > 1}
    texts = [said.get("Video start time", ""), said.get("Start time", "")]
    if not all(texts):
        return 0.0
    video, recording = (_moment(text, path) for text in texts)
    return (video - recording).total_seconds()


def _moment(text: str, path: Path) -> datetime:
    for form in ("%m/%d/%Y %H:%M:%S.%f", "%d-%m-%Y %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S.%f"):
        try:
            return datetime.strptime(text.replace(",", "."), form)
        except ValueError:
            continue
    fix = "set `time_offset_s` to the seconds by which recording began before the video, 0 for together"
    raise LabelError(f"the time {text!r} is in no known form", where=str(path), fix=fix)
