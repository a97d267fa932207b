"""`calms21-json`: sequences of CalMS21 and MABe, one behaviour at a time in each frame; `other` is none of them.

The numbers of behaviours are those of `metadata.vocab`, else those of task 1. In task 3 the file is about one behaviour
at a time, which stands above its sequences. Sequences are chosen as `observation`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from deg_core.api import Timeline
from deg_plugins_io.labels.choice import choose, choose_recording
from deg_plugins_io.labels.reading import other_format, read_json, reader
from deg_plugins_io.labels.samples import Samples, whole_numbers
from deg_plugins_io.labels.settings import FrameSettings

_TASK_1 = {"attack": 0, "investigation": 1, "mount": 2, "other": 3}
_OTHER = "other"
_RATE = 30.0


def _parse(path: Path, settings: FrameSettings, timeline: Timeline | None) -> Samples:
    groups = read_json(path)
    if not isinstance(groups, dict) or not all(map(_holds_sequences, groups.values())) or not groups:
        raise other_format(path, "no sequences with annotations")
    where = str(path)
    group = choose(groups, settings.annotator, what="annotator", setting="annotator", where=where) or ""
    sequences: dict[str, Any] = groups[group]
    media = {name: (name,) for name in sequences}
    name = choose_recording(
        media,
        settings.observation,
        timeline.name if timeline else "",
        what="sequence",
        setting="observation",
        where=where,
    )
    sequence = sequences[name or ""]
    about = sequence.get("metadata") or {}
    numbers = about.get("vocab") or (_TASK_1 if group.startswith("annotator") else {_OTHER: 0, group: 1})
    behaviours = {behaviour: number for behaviour, number in numbers.items() if behaviour != _OTHER}
    said = whole_numbers(sequence["annotations"])
    if said.ndim != 1 or not set(np.unique(said).tolist()) <= set(numbers.values()):
        raise ValueError(f"annotations other than {sorted(numbers.values())}")
    marks = (said[:, None] == np.array(list(behaviours.values()))).astype(np.int8)
    rate = float(about.get("fps") or _RATE)
    return Samples(path=path, marks=marks, behaviours=tuple(behaviours), rate=rate)


read = reader(_parse, "CalMS21")


def _holds_sequences(group: Any) -> bool:
    return (
        isinstance(group, dict)
        and bool(group)
        and all(isinstance(each, dict) and "annotations" in each for each in group.values())
    )
