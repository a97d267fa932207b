"""Writes labels and predictions in any format that can be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from deg_core.data.labels import Labels
from deg_core.data.record import Record
from deg_core.descriptors import LabelFormatPlugin
from deg_core.errors import LabelError, ProjectError
from deg_core.jobs.add import recording_timeline
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.workspace import Workspace
from deg_core.project.files import writing_beside
from deg_core.project.manifest import Slot
from deg_core.project.resolve import choose
from deg_core.project.store import load_prediction

What = Literal["predictions", "labels"]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, and what its format could not hold."""

    path: Path
    lost: tuple[str, ...]


def export(
    workspace: Workspace, records: Sequence[Record], what: What, choice: FormatChoice, folder: Path
) -> list[Exported]:
    """Write one file per recording.

    Raises:
        LabelError: The format cannot be written.
        ProjectError: A recording has no labels, or no prediction yet.
    """
    slot = Slot(name=choice.name, settings=dict(choice.settings or {}))
    chosen = choose(workspace.catalog, LabelFormatPlugin, slot, where="label format")
    write = chosen.plugin.write
    if write is None:
        raise LabelError(f"deg does not write {choice.name!r} files", where="--format", fix="choose another format")
    exported = []
    for record in records:
        labels = _labels(workspace, record, what)
        timeline = recording_timeline(workspace, record.video_path, record.video_path.stem)
        path = folder / f"{record.name}_{what}{chosen.plugin.suffixes[0]}"
        with writing_beside(path) as part:
            lost = write(part, labels, chosen.settings, timeline)
        exported.append(Exported(path, tuple(lost)))
    return exported


def _labels(workspace: Workspace, record: Record, what: What) -> Labels:
    if what == "labels":
        labels = workspace.labels(record)
        if labels is None:
            raise ProjectError(
                f"recording {record.name!r} has no labels", where=str(workspace.layout.root), fix="deg import-labels"
            )
        return labels
    ethogram = load_prediction(workspace.layout.prediction(record.name)).ethogram
    return Labels(ethogram.present.astype(np.int8), ethogram.behaviours, ethogram.frames_per_second)
