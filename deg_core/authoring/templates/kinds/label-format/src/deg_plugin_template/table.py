"""A line of behaviours, then a line of marks for every frame: 1, 0, or -1 where nobody looked; separated by tabs.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core.api import LabelError, Labels, NoSettings, Timeline


def read_table(path: Path, settings: NoSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
    """Read labels.

    Args:
        path: The file.
        settings: None.
        timeline: The recording's frame times, if they are known; then the rows must be as many.
        behaviours: Those of the project; the file names its own.

    Raises:
        LabelError: It is no such table, or as long as another recording.
    """
    try:
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        marks = np.array([[int(mark) for mark in row.split("\t")] for row in rows], dtype=np.int8)
        labels = Labels(marks.reshape(len(rows), -1), tuple(header.split("\t")))
    except (OSError, ValueError) as error:
        raise LabelError(f"not marks: {error}", where=str(path), fix="write 1, 0 or -1 in each column") from None
    if timeline is not None and timeline.n_frames != labels.n_frames:
        problem = f"{labels.n_frames} rows for {timeline.n_frames} frames"
        raise LabelError(problem, where=str(path), fix="write a row for every frame")
    return labels


def write_table(path: Path, labels: Labels, settings: NoSettings, timeline: Timeline) -> tuple[str, ...]:
    """Write what `read_table` reads; nothing is lost."""
    rows = ["\t".join(str(mark) for mark in row) for row in labels.marks]
    path.write_text("\n".join(["\t".join(labels.behaviours), *rows]) + "\n", encoding="utf-8")
    return ()
