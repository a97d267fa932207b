"""`audacity`: a label track of Audacity, `start<TAB>stop<TAB>text` without a header; seconds, half-open.

Where both are the same, it is an instant. Lines that begin with a backslash are frequencies of the label above.
"""

from __future__ import annotations

import re
from pathlib import Path

from deg_core.api import Labels, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import lines_of, other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import CodingSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, seconds_text, write_text

_LABEL = re.compile(r"(-?\d+(?:[.,]\d*)?)\t(-?\d+(?:[.,]\d*)?)\t(.*)")


def _parse(path: Path, settings: CodingSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    marks = []
    for number, line in enumerate(lines_of(read_text(path)), start=1):
        found = _LABEL.fullmatch(line.rstrip("\n"))
        if found:
            start_s, stop_s = (float(found[at].replace(",", ".")) for at in (1, 2))
            marks.append(Mark(found[3].strip(), start_s, stop_s, f"line {number}", is_point=start_s == stop_s))
        elif line.strip() and not (line.startswith("\\") and marks):
            raise other_format(f"{path}, line {number}", "not start, stop and text with tabs between them")
    if not marks:
        raise other_format(path, "holds no label")
    return Coding(path=path, observations=[Observation(marks=marks)], scale=Scale(resolution_s=0.000001))


read = reader(_parse, "Audacity")


def write(path: Path, labels: Labels, settings: CodingSettings, timeline: Timeline) -> tuple[str, ...]:  # noqa: ARG001
    """See `WriteLabels`. Frames that are not labelled become absent, which is said; so is a track without a label."""
    rate = timeline.frames_per_second
    lines = [
        f"{seconds_text(bout.start_s, rate)}\t{seconds_text(bout.stop_s, rate)}\t{bout.behaviour}\n"
        for bout in bouts_in(labels, timeline)
    ]
    write_text(path, "".join(lines))
    nothing = () if lines else ("a track without a label cannot be told from any other empty file",)
    return (*notes_on_loss(labels), *nothing)
