"""`feral-json`: labels of FERAL, a class, or a mark for each class, in every frame of many videos.

Where a frame has one class, `other` is none of the behaviours. Videos are chosen by name, or as `observation`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from deg_core.api import Labels, Timeline
from deg_plugins_io.labels.choice import choose_recording
from deg_plugins_io.labels.reading import other_format, read_json, reader
from deg_plugins_io.labels.samples import Samples, whole_numbers
from deg_plugins_io.labels.settings import FrameSettings
from deg_plugins_io.labels.writing import notes_on_loss, write_json

_NOTHING = {"other", "background", "none"}


def _parse(path: Path, settings: FrameSettings, timeline: Timeline | None) -> Samples:
    file = read_json(path)
    if not isinstance(file, dict) or not {"class_names", "labels", "is_multilabel"} <= set(file):
        raise other_format(path, "no labels of FERAL")
    name = choose_recording(
        {video: (video,) for video in file["labels"]},
        settings.observation,
        timeline.name if timeline else "",
        what="video",
        setting="observation",
        where=str(path),
    )
    classes = {int(number): str(each) for number, each in file["class_names"].items()}
    said = whole_numbers(file["labels"][name])
    if file["is_multilabel"]:
        marks = said.reshape(-1, len(classes))[:, sorted(classes)]
        behaviours = tuple(classes[number] for number in sorted(classes))
    else:
        if said.ndim != 1 or not set(np.unique(said).tolist()) <= set(classes):
            raise ValueError("a frame of a class that has no name")
        numbers = [n for n in sorted(classes) if not (n == 0 and classes[n].lower() in _NOTHING)]
        marks, behaviours = said[:, None] == np.array(numbers), tuple(classes[number] for number in numbers)
    if not set(np.unique(marks).tolist()) <= {0, 1}:
        raise ValueError("a mark other than 0 and 1")
    return Samples(path=path, marks=marks.astype(np.int8), behaviours=behaviours)


read = reader(_parse, "FERAL")


def write(path: Path, labels: Labels, settings: FrameSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`; one video, with a mark for each class. Frames that are not labelled become absent."""
    name = settings.observation or f"{timeline.name}.mp4"
    classes = {str(number): behaviour for number, behaviour in enumerate(labels.behaviours)}
    marks = np.maximum(labels.marks, 0).tolist()
    file = {"class_names": classes, "is_multilabel": True, "labels": {name: marks}, "splits": {"inference": [name]}}
    write_json(path, file, indent=None)
    return tuple(note.replace("a list of bouts", "FERAL") for note in notes_on_loss(labels))
