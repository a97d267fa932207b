"""`jabs-json`: JABS's annotations of one video; frames from 0, both ends inside; blocks of present and of absent.

Frames in no block are not labelled. Animals are chosen as `subject`. Nothing is lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deg_core.api import Labels, Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, read_json, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import CodingSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, write_json


def _parse(path: Path, settings: CodingSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    file = read_json(path)
    if not isinstance(file, dict) or not {"file", "num_frames", "labels"} <= set(file):
        raise other_format(path, "not annotations of JABS")
    # `labels` is cut where the animal is lost.
    animals = file.get("unfragmented_labels") or file["labels"]
    names = file.get("external_identities") or {}
    marks = [
        Mark(
            behaviour,
            float(block["start"]),
            float(block["end"]),
            f"animal {animal}, {behaviour}, block {at}",
            str(names.get(animal, animal)),
            value=1 if block["present"] else 0,
        )
        for animal, behaviours in animals.items()
        for behaviour, blocks in behaviours.items()
        for at, block in enumerate(blocks, start=1)
    ]
    behaviours = tuple(dict.fromkeys(behaviour for each in animals.values() for behaviour in each))
    observation = Observation(
        marks=marks, files=(str(file["file"]),), behaviours=behaviours, n_frames=int(file["num_frames"])
    )
    return Coding(path=path, observations=[observation], scale=Scale("frames", stop_inside=True), silence=-1)


read = reader(_parse, "JABS")


def write(path: Path, labels: Labels, settings: CodingSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`. Nothing is lost."""
    blocks: dict[str, list[dict[str, Any]]] = {behaviour: [] for behaviour in labels.behaviours}
    for value in (1, 0):
        for bout in bouts_in(labels, timeline, value):
            blocks[bout.behaviour].append({"start": bout.start, "end": bout.stop - 1, "present": value == 1})
    ordered = {name: sorted(each, key=lambda block: int(block["start"])) for name, each in blocks.items()}
    animal = {settings.subject or "0": ordered}
    write_json(
        path,
        {
            "version": 1,
            "file": timeline.name,
            "num_frames": labels.n_frames,
            "labels": animal,
            "unfragmented_labels": animal,
            "metadata": {"project": {}, "video": {}},
        },
    )
    return ()
