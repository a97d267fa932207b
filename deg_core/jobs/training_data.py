"""What a project has to train on: its split, the labels, and whether they will do.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
        taught: What a teacher answers for, with the training part in it; empty without one.
        soft: Its answers mixed with the labels, by name of recording; shapes (T, K), float32.
    """

    split: Split
    labels: Mapping[str, Labels]
    videos: Mapping[str, Path]
    taught: tuple[Span, ...] = ()
    soft: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Recordings in the training and validation parts, and those of the teacher."""
        return sorted({*self.labels, *(span.record for span in self.taught)})

    @property
    def train(self) -> tuple[Span, ...]:
        """What is learned from with labels or with what a teacher says."""
        return self.taught or self.split.train

    def targets(self, span: Span) -> NDArray[Any]:
        """What is to be learned of a span of `train`: its marks, int8, or soft labels, float32; shape (T, K)."""
        whole = self.soft.get(span.record)
        return self.marks([span]) if whole is None else whole[span.start : span.stop]

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
        if name in self.labels and self.labels[name].n_frames != n_frames:
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
