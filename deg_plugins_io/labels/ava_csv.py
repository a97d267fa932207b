"""`ava-csv`: AVA's actions, `video,second,x1,y1,x2,y2,action,person` without a header; each tells of one second.

Seconds that are not in the file are not labelled. Videos are chosen by name, or as `observation`, persons as `subject`.
"""

from __future__ import annotations

from pathlib import Path

from deg_core.api import Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import ObservedSettings
from deg_plugins_io.text import Row, read_rows

_WIDTH = 8


def _parse(path: Path, settings: ObservedSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    text = read_text(path)
    if not _is_action(text.partition("\n")[0].strip().split(",")):
        raise other_format(path, "its first line is not an action of AVA")
    rows = read_rows(text, ",", path)
    for row in rows:
        if not _is_action(list(row.cells)):
            raise ValueError(f"line {row.line} is not an action")
    by_video: dict[str, list[Row]] = {}
    for row in rows:
        by_video.setdefault(row.cells[0], []).append(row)
    return Coding(path=path, observations=[_observation(video, each) for video, each in by_video.items()])


read = reader(_parse, "AVA")


def _is_action(cells: list[str]) -> bool:
    return len(cells) == _WIDTH and cells[1].isdigit() and cells[6].isdigit()


def _observation(video: str, rows: list[Row]) -> Observation:
    marks = [
        Mark(row.cells[6], float(row.cells[1]), float(row.cells[1]) + 1, f"line {row.line}", row.cells[7])
        for row in rows
    ]
    observed = tuple(sorted({(mark.start, mark.stop) for mark in marks}))
    return Observation(marks=marks, name=video, files=(video,), observed=observed)
