"""Writes labels and predictions in any format that can be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from deg_core.data.labels import Labels
from deg_core.data.record import Record
from deg_core.errors import ProjectError
from deg_core.jobs.add import recording_timeline
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.label_files import chosen_writer, write_chosen
from deg_core.jobs.workspace import Workspace
from deg_core.project.store import load_prediction
from deg_core.project.timeline_file import kept_timeline

if TYPE_CHECKING:
    from deg_core.jobs.predict import Target

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
    writer = Writer(workspace, choice)
    return [
        writer.write(_labels(workspace, record, what), record.video_path, folder / f"{record.name}_{what}")
        for record in records
    ]


def export_targets(writer: Writer, targets: Sequence[Target], folder: Path | None = None) -> list[Exported]:
    """Write one file for each prediction, into a folder or beside it.

    Raises:
        ProjectError: A target is not predicted yet.
    """
    return [
        writer.write(
            _present(target.prediction_path),
            target.video_path,
            (folder or target.prediction_path.parent) / f"{target.name}_predictions",
        )
        for target in targets
    ]


class Writer:
    """Writes files of one label format.

    Args:
        workspace: The project.
        choice: The format.

    Raises:
        LabelError: The format cannot be written.
    """

    def __init__(self, workspace: Workspace, choice: FormatChoice) -> None:
        self._workspace = workspace
        self._chosen = chosen_writer(choice, workspace.catalog)

    def write(self, labels: Labels, video: Path, stem: Path) -> Exported:
        """Write the labels of one video into a file of this name, its suffix added."""
        timeline = kept_timeline(self._workspace.layout, video, self._workspace.manifest.video)
        timeline = timeline or recording_timeline(self._workspace, video, video.stem)
        path = stem.with_name(stem.name + self._chosen.plugin.suffixes[0])
        return Exported(path, write_chosen(path, labels, timeline, self._chosen))


def _labels(workspace: Workspace, record: Record, what: What) -> Labels:
    if what == "labels":
        labels = workspace.labels(record)
        if labels is None:
            raise ProjectError(
                f"recording {record.name!r} has no labels", where=str(workspace.layout.root), fix="deg import-labels"
            )
        return labels
    return _present(workspace.layout.prediction(record.name))


def _present(prediction: Path) -> Labels:
    ethogram = load_prediction(prediction).ethogram
    return Labels(ethogram.present.astype(np.int8), ethogram.behaviours, ethogram.frames_per_second)
