"""`caltech-txt`: the Caltech Behavior Annotator; frames from 1, both ends inside, `other` is none of the behaviours.

The file begins with its configuration, `name key` in each line, all of which were looked for. Streams are chosen as
`annotator`.
"""

from __future__ import annotations

import re
from pathlib import Path

from deg_core.api import Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import lines_of, other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import CodingSettings
from deg_plugins_io.labels.spans import Scale

_FIRST_LINE = "Caltech Behavior Annotator"
_ROW = re.compile(r"(\d+)\s+(\d+)\s+(\S.*)")
_OTHER = "other"


def _parse(path: Path, settings: CodingSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    text = read_text(path)
    if not text.lstrip().startswith(_FIRST_LINE):
        raise other_format(path, f"its first line does not begin with {_FIRST_LINE!r}")
    stream, behaviours, marks = "", [], []
    configuring = False
    for number, line in enumerate(lines_of(text), start=1):
        row, heading = _ROW.fullmatch(line.strip()), re.fullmatch(r"(S\d+):.*", line.strip())
        if heading:
            stream, configuring = heading[1], False
        elif stream and row:
            marks.append(Mark(row[3], float(row[1]), float(row[2]), f"line {number}", annotator=stream))
        elif configuring and len(line.split()) == 2:
            behaviours.append(line.split()[0])
        elif line.strip().lower().startswith("configuration"):
            configuring = True
    if not stream:
        raise other_format(path, "has no stream, S1:")
    observation = Observation(
        marks=[mark for mark in marks if mark.behaviour != _OTHER],
        behaviours=tuple(dict.fromkeys(name for name in behaviours if name != _OTHER)),
        observed=tuple((mark.start, mark.stop) for mark in marks),
    )
    return Coding(path=path, observations=[observation], scale=Scale("frames", first=1, stop_inside=True))


read = reader(_parse, "the Caltech Behavior Annotator")
