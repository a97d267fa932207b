"""`bento-annot`: BENTO, also MARS and Caltech's `.annot`; frames from 1 or seconds, silence means absent.

Three dialects, told apart by the numbers: whole frames from 1, both ends inside; seconds of the same frames (frame /
rate), likewise; and seconds from 0 with a stop that is not inside. Every behaviour in its list was looked for. A
channel is a person or an animal, and is chosen as `annotator`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import lines_of, other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import CodingSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, spans_in, write_text

_FIRST_LINE = "Bento annotation file"
_KEY = re.compile(r"(?:Annotation )?(start frame|stop frame|start time|stop time|framerate):\s*([\d.]+)", re.IGNORECASE)


@dataclass
class _Bento:
    """What stands in a file, line by line."""

    said: dict[str, float] = field(default_factory=dict)
    behaviours: list[str] = field(default_factory=list)
    rows: list[tuple[str, str, str, str, str, int]] = field(default_factory=list)
    """Channel, behaviour, start, stop and duration as they are written, and the line."""
    channel: str = ""
    behaviour: str = ""


def _parse(path: Path, settings: CodingSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    text = read_text(path)
    if not text.lstrip().startswith(_FIRST_LINE):
        raise other_format(path, f"its first line is not {_FIRST_LINE!r}")
    file = _lines(text)
    rate = file.said.get("framerate")
    if any("." in cell for row in file.rows for cell in row[2:4]):
        return _in_seconds(path, file, rate)
    marks = [Mark(row[1], float(row[2]), float(row[3]), f"line {row[5]}", annotator=row[0]) for row in file.rows]
    return _coding(path, file, marks, rate, Scale("frames", first=1, stop_inside=True))


read = reader(_parse, "BENTO")


def _lines(text: str) -> _Bento:
    file, part = _Bento(), ""
    for number, line in enumerate(lines_of(text), start=1):
        heading = _heading(line)
        if part == "annotations" and line.strip():
            file.behaviours.append(line.strip())
        elif found := _KEY.match(line.strip()):
            file.said[found[1].lower()] = float(found[2])
        elif line.lower().startswith("list of"):
            part = line.split()[2].rstrip(":").lower()
        elif heading and not line.startswith(">"):
            file.channel, file.behaviour, part = heading, "", "channel"
        elif part == "channel":
            _add_line(file, line, number)
        elif not line.strip():
            part = ""
    return file


def _heading(line: str) -> str:
    """The channel that a line begins, `NAME----------`; empty where it begins none."""
    whole = line.rstrip()
    name = whole.rstrip("-")
    return name.strip() if len(whole) - len(name) >= 5 else ""


def _add_line(file: _Bento, line: str, number: int) -> None:
    """A line below a channel's heading: a behaviour, the names of its columns, or a bout."""
    cells = line.split()
    if line.startswith(">"):
        file.behaviour = line[1:].strip()
    elif file.behaviour and len(cells) >= 2 and cells[0].lower() != "start":
        file.rows.append((file.channel, file.behaviour, cells[0], cells[1], (*cells, "")[2], number))


def _in_seconds(path: Path, file: _Bento, rate: float | None) -> Coding:
    if not rate:
        fix = "add its line `Annotation framerate:`"
        raise LabelError("seconds without a frame rate", where=str(path), fix=fix)
    if _stops_are_outside(path, file, rate):
        marks = [Mark(row[1], float(row[2]), float(row[3]), f"line {row[5]}", annotator=row[0]) for row in file.rows]
        return _coding(path, file, marks, rate, Scale(resolution_s=0.001))
    marks = [
        Mark(row[1], round(float(row[2]) * rate), round(float(row[3]) * rate), f"line {row[5]}", annotator=row[0])
        for row in file.rows
    ]
    return _coding(path, file, marks, rate, Scale("frames", first=1, stop_inside=True))


def _stops_are_outside(path: Path, file: _Bento, rate: float) -> bool:
    """Whether durations are stop - start: then stops are not inside, and times count from 0."""
    verdicts = set()
    for _, _, start, stop, duration, number in file.rows:
        excess = (float(duration) - (float(stop) - float(start))) * rate if duration else 1.0
        if abs(excess) < 0.25:
            verdicts.add("outside")
        elif abs(excess - 1) < 0.25 or excess > 1.25:  # frames written as seconds keep durations in frames
            verdicts.add("inside")
        else:
            fix = "correct the row, or export it again from BENTO"
            raise LabelError(
                f"a duration of {duration} s from {start} to {stop}", where=f"{path}, line {number}", fix=fix
            )
    if len(verdicts) > 1:
        fix = "export it again from BENTO"
        raise LabelError(
            "durations follow two rules, so that it is not known where bouts stop", where=str(path), fix=fix
        )
    return verdicts == {"outside"}


def _coding(path: Path, file: _Bento, marks: list[Mark], rate: float | None, scale: Scale) -> Coding:
    said = file.said
    observed = None
    if scale.unit == "frames" and "start frame" in said and said.get("stop frame", 0) >= said["start frame"]:
        observed = ((said["start frame"], said["stop frame"]),)
    if scale.unit == "seconds" and "start time" in said and "stop time" in said:
        observed = ((said["start time"], said["stop time"]),)
    observation = Observation(
        marks=marks, behaviours=tuple(dict.fromkeys(file.behaviours)), rate=rate, observed=observed
    )
    return Coding(path=path, observations=[observation], scale=scale)


def write(path: Path, labels: Labels, settings: CodingSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`; in frames. Frames that are not labelled become absent, which is said."""
    channel = (settings.annotator or "Ch1").replace("\n", " ")
    lines = [_FIRST_LINE, f"Movie file(s): {timeline.name}", "", "Stimulus name: ", "Annotation start frame: 1"]
    lines += [f"Annotation stop frame: {labels.n_frames}", f"Annotation framerate: {timeline.frames_per_second:.6f}"]
    lines += ["", "List of channels:", channel, "", "List of annotations:", *labels.behaviours, ""]
    lines += [f"{channel}----------"]
    for behaviour, bouts in spans_in(bouts_in(labels, timeline), labels.behaviours):
        if bouts:
            rows = [f"{bout.start + 1}\t{bout.stop}\t{bout.stop - bout.start}" for bout in bouts]
            lines += [f">{behaviour}", "Start\t Stop\t Duration ", *rows, ""]
    write_text(path, "\n".join([*lines, "", ""]))
    return notes_on_loss(labels)
