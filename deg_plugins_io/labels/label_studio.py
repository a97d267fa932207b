"""`label-studio`: Label Studio's video timelines, JSON; frames from 1, both ends inside, silence means absent.

Tasks are chosen by their video, persons as `annotator`; annotations that were cancelled do not count. Frames are
counted at the frame rate of the project, which has to be the video's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, read_json, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import ObservedSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, write_json

_KIND = "timelinelabels"


def _parse(path: Path, settings: ObservedSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    tasks = read_json(path)
    if not isinstance(tasks, list) or not tasks or not all(isinstance(task, dict) for task in tasks):
        raise other_format(path, "not a list of tasks of Label Studio")
    if not all({"annotations", "data"} <= set(task) for task in tasks):
        raise other_format(path, "not tasks with `annotations` and `data`, as Label Studio's JSON export has them")
    observations = [_task(task, path) for task in tasks]
    scale = Scale("frames", first=1, stop_inside=True)
    return Coding(path=path, observations=observations, scale=scale)


read = reader(_parse, "Label Studio")


def _task(task: dict[str, Any], path: Path) -> Observation:
    place = f"task {task.get('id')}"
    kept = [each for each in task["annotations"] if not each.get("was_cancelled")]
    if not kept:
        raise LabelError(f"nobody annotated {place}", where=str(path), fix="annotate it, or export the others alone")
    people = [_person(each) for each in kept]
    twice = {name for name, count in Counter(people).items() if count > 1}
    marks = [
        mark
        for each, person in zip(kept, people, strict=True)
        for mark in _annotation(each, f"{person} ({each['id']})" if person in twice else person, place)
    ]
    video = next((str(value) for value in task["data"].values() if isinstance(value, str)), "")
    return Observation(marks=marks, name=place, files=(_without_hash(video),))


def _person(annotation: dict[str, Any]) -> str:
    by = annotation.get("completed_by", "")
    return str(by.get("email") or by.get("id")) if isinstance(by, dict) else str(by)


def _annotation(annotation: dict[str, Any], person: str, place: str) -> Iterator[Mark]:
    for result in annotation["result"]:
        if result.get("type") == _KIND:
            for label in result["value"][_KIND]:
                for each in result["value"]["ranges"]:
                    where = f"{place}, region {result.get('id')}"
                    yield Mark(str(label), float(each["start"]), float(each["end"]), where, annotator=person)


def _without_hash(video: str) -> str:
    """The video's own name: an upload puts eight digits and a hyphen before it."""
    name = PureWindowsPath(video).name
    is_hashed = len(name) > 9 and name[8] == "-" and all(digit in "0123456789abcdef" for digit in name[:8])
    return name[9:] if is_hashed else name


def write(path: Path, labels: Labels, settings: ObservedSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`. Frames that are not labelled become absent, which is said."""
    result = [
        {
            "id": f"r{number}",
            "type": _KIND,
            "from_name": "timelineLabels",
            "to_name": "video",
            "origin": "manual",
            "value": {"ranges": [{"start": bout.start + 1, "end": bout.stop}], _KIND: [bout.behaviour]},
        }
        for number, bout in enumerate(bouts_in(labels, timeline))
    ]
    annotation = {"id": 1, "completed_by": settings.annotator or 1, "result": result, "was_cancelled": False}
    write_json(path, [{"id": 1, "annotations": [annotation], "predictions": [], "data": {"video": timeline.name}}])
    return notes_on_loss(labels)
