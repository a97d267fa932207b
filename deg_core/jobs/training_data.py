"""What a project has to train on: its split, the labels, and whether they will do.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deg_core.data.labels import Labels, count_labels
from deg_core.data.record import Span
from deg_core.data.splits import Split
from deg_core.errors import LabelError, ProjectError
from deg_core.jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What there is to train on.

    Attributes:
        split: Which frames play which part.
        labels: Of the recordings in the training and validation parts, by name.
        videos: Of every recording of the project, by name.
    """

    split: Split
    labels: Mapping[str, Labels]
    videos: Mapping[str, Path]

    @property
    def labelled_names(self) -> list[str]:
        """Recordings in the training and validation parts."""
        return sorted(self.labels)

    def marks(self, spans: Sequence[Span]) -> NDArray[np.int8]:
        """Labels of some spans, one after the other; shape (T, K)."""
        n_behaviours = next((labels.marks.shape[1] for labels in self.labels.values()), 0)
        pieces = [self.labels[span.record].marks[span.start : span.stop] for span in spans]
        return np.concatenate([np.empty((0, n_behaviours), np.int8), *pieces])

    def check_length(self, name: str, n_frames: int) -> None:
        """Refuse labels that are not one for each frame of the video.

        Raises:
            LabelError: Names both numbers.
        """
        if self.labels[name].n_frames != n_frames:
            raise LabelError(
                f"{n_frames} frames in the video, {self.labels[name].n_frames} in the labels",
                where=f"recording {name!r}",
                fix="import the labels again: deg import-labels",
            )


def load_training_data(workspace: Workspace, split: Split | None = None) -> TrainingData:
    """Load what a project has to train on, by its own split or by that of a run's card.

    Raises:
        ProjectError: The data are not split, the training part is empty, or labels that the split tells of are gone.
    """
    split = split or workspace.split()
    if not split.train:
        raise ProjectError(
            "the training part of the split is empty",
            where=str(workspace.layout.split),
            fix="give it a share (split.fractions) and split again: deg split",
        )
    names = sorted({span.record for span in (*split.train, *split.validation)})
    labels = {record.name: workspace.labels(record) for record in workspace.records(names)}
    known = {name: each for name, each in labels.items() if each is not None}
    for span in (*split.train, *split.validation):
        if span.record not in known or span.stop > known[span.record].n_frames:
            raise ProjectError(
                f"the split tells of frames {span.start} to {span.stop}, which have no labels any more",
                where=f"recording {span.record!r}",
                fix="import its labels again (deg import-labels), or split anew (deg split)",
            )
    videos = {record.name: record.video_path for record in workspace.records()}
    return TrainingData(split, known, videos)


def unseen_behaviours(data: TrainingData, behaviours: Sequence[str]) -> list[str]:
    """Behaviours that are never present in the training part, so that nothing about them can be learned.

    Raises:
        ProjectError: That is true of all.
    """
    present = count_labels(data.marks(data.split.train))[:, 1]
    unseen = [name for name, count in zip(behaviours, present, strict=True) if count == 0]
    if len(unseen) == len(behaviours):
        raise ProjectError(
            "no behaviour is present in any training frame, so there is nothing to learn",
            where="split.yaml, train",
            fix="label frames in which behaviours happen, then split again: deg split",
        )
    return unseen
