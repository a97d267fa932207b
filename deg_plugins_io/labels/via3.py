"""`via3`: temporal segments of VGG Image Annotator 3, as CSV or as a project; seconds, half-open, silence means absent.

Where there is one attribute, its value is the behaviour; where there are several, a behaviour is `attribute: value`.
Files of VIA 1 and 2 hold regions of pictures and are refused.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import lines_of, other_format, read_json, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import ObservedSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, seconds_text, write_text

_ATTRIBUTE = "TEMPORAL-SEGMENTS"
_HEADER = "# CSV_HEADER = metadata_id,file_list,temporal_segment_start,temporal_segment_end,metadata"


@dataclass(frozen=True, slots=True)
class _Segment:
    files: tuple[str, ...]
    times_s: tuple[float, ...]
    values: dict[str, str]
    place: str


def _parse(path: Path, settings: ObservedSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    text = read_text(path)
    if text.lstrip().startswith("{"):
        segments = list(_of_project(read_json(path), path))
    else:
        segments = list(_of_table(text, path))
    attributes = {name for segment in segments for name in segment.values}
    by_files: dict[tuple[str, ...], list[Mark]] = {}
    for segment in segments:
        marks = by_files.setdefault(segment.files, [])
        for name, value in segment.values.items():
            behaviour = value if len(attributes) == 1 else f"{name}: {value}"
            is_point = len(segment.times_s) == 1
            marks.append(Mark(behaviour, segment.times_s[0], segment.times_s[-1], segment.place, is_point=is_point))
    # A view of several files shows them side by side.
    observations = [
        Observation(marks=marks, name=", ".join(files), files=files[:1]) for files, marks in by_files.items()
    ]
    return Coding(path=path, observations=observations, scale=Scale(resolution_s=0.001))


read = reader(_parse, "VIA")


def _of_table(text: str, path: Path) -> Iterator[_Segment]:
    lines = lines_of(text)
    if lines[0].startswith("#filename"):
        raise other_format(path, "regions of pictures, of VIA 1 or 2", "VIA 3 exports temporal segments")
    header = next((line.partition("=")[2].strip() for line in lines if line.startswith("# CSV_HEADER")), None)
    if header is None:
        raise other_format(path, "has no line `# CSV_HEADER = ` of VIA 3")
    names = header.split(",")
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            cells = dict(zip(names, next(csv.reader([line])), strict=True))
            yield _Segment(tuple(json.loads(cells["file_list"])), _times(cells), _texts(cells), f"line {number}")


def _times(cells: dict[str, str]) -> tuple[float, ...]:
    if "temporal_coordinates" in cells:
        return tuple(float(each) for each in json.loads(cells["temporal_coordinates"]))
    times_s = float(cells["temporal_segment_start"]), float(cells["temporal_segment_end"])
    return times_s[:1] if times_s[0] == times_s[1] else times_s


def _texts(cells: dict[str, str]) -> dict[str, str]:
    return {str(name): str(value) for name, value in json.loads(cells["metadata"]).items()}


def _of_project(project: Any, path: Path) -> Iterator[_Segment]:
    if not isinstance(project, dict) or not {"metadata", "attribute", "view", "file"} <= set(project):
        raise other_format(path, "not a project of VIA 3")
    attributes = project["attribute"]
    for key, said in project["metadata"].items():
        if said.get("xy") or not said["z"]:
            continue  # regions of pictures
        if len(said["z"]) > 2:
            raise LabelError(f"{len(said['z'])} times in one segment", where=f"{path}, {key}", fix="mend it in VIA")
        files = tuple(str(project["file"][str(fid)]["fname"]) for fid in project["view"][said["vid"]]["fid_list"])
        values = {
            str(attributes[aid]["aname"]): str((attributes[aid].get("options") or {}).get(value, value))
            for aid, value in said["av"].items()
        }
        yield _Segment(files, tuple(float(each) for each in said["z"]), values, key)


def write(path: Path, labels: Labels, settings: ObservedSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`; as CSV. Frames that are not labelled become absent, which is said."""
    rate = timeline.frames_per_second
    files = json.dumps([settings.observation or timeline.name], ensure_ascii=False)
    lines = ["# Exported by deg for VGG Image Annotator 3", _HEADER]
    for number, bout in enumerate(bouts_in(labels, timeline)):
        about = json.dumps({_ATTRIBUTE: bout.behaviour}, ensure_ascii=True)
        times = f"{seconds_text(bout.start_s, rate)},{seconds_text(bout.stop_s, rate)}"
        lines.append(f'"1_{number:08d}",{_cell(files)},{times},{_cell(about)}')
    write_text(path, "\n".join(lines) + "\n")
    return notes_on_loss(labels)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
