"""Bouts as a line each: behaviour, first frame, and the frame after the last.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from deg_core.api import LabelError, Labels, NoSettings, Timeline, find_runs

HEADER = ["behaviour", "start", "stop"]


def read_spans(path: Path, settings: NoSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
    if timeline is None:
        raise LabelError("bouts do not say how long a recording is", where=str(path), fix="add its video first")
    try:
        header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        bouts = [(name, int(start), int(stop)) for name, start, stop in rows]
    except (OSError, ValueError, csv.Error) as error:
        raise LabelError(f"no list of bouts: {error}", where=str(path), fix="write behaviour,start,stop") from None
    names = tuple(dict.fromkeys([*behaviours, *(name for name, _, _ in bouts)]))
    if header != HEADER or not names:
        raise LabelError("its first line is another", where=str(path), fix=f"begin with {','.join(HEADER)}")
    marks_TK = np.zeros((timeline.n_frames, len(names)), dtype=np.int8)
    for name, start, stop in bouts:
        if not 0 <= start < stop <= timeline.n_frames:
            fix = f"the recording has {timeline.n_frames} frames"
            raise LabelError(f"a bout from {start} to {stop}", where=str(path), fix=fix)
        marks_TK[start:stop, names.index(name)] = 1
    return Labels(marks_TK, names)


def write_spans(path: Path, labels: Labels, settings: NoSettings, timeline: Timeline) -> tuple[str, ...]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for name, marks_T in zip(labels.behaviours, labels.marks.T, strict=True):
            writer.writerows([name, start, stop] for start, stop in find_runs(marks_T == 1))
    return ("frames that nobody labelled count as absent",) if (labels.marks == -1).any() else ()
