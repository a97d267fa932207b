"""Predictions and labels of a project.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deg_core.api import Labels, ProjectError
from deg_plugins_analysis.observations.observation import DEG, Observation

if TYPE_CHECKING:
    from deg_core import Project

PERSON = "labels"
"""The rater of a project's own labels."""


def predicted(project: Project) -> list[Observation]:
    """What deg says about every recording that is predicted.

    Raises:
        ProjectError: None is, or probabilities are NaN.
    """
    layout = project.workspace.layout
    names = [each.name for each in project.recordings() if layout.prediction(each.name).is_file()]
    if not names:
        raise ProjectError("nothing is predicted yet", where=str(layout.root), fix="predict: deg predict")
    return [_prediction(project, name) for name in names]


def _prediction(project: Project, name: str) -> Observation:
    prediction = project.prediction(name)
    decisions = prediction.decisions
    undefined = np.isnan(decisions.probabilities).any(axis=1)
    if undefined.any():
        raise ProjectError(
            f"probabilities of {int(undefined.sum())} frames are NaN, the first is frame {int(undefined.argmax())}",
            where=f"prediction of {name!r}",
            fix="predict it again (deg predict); if it stays so, train again: the network is broken",
        )
    marks = decisions.present.astype(np.int8)
    return Observation(name, DEG, Labels(marks, decisions.behaviours, prediction.frames_per_second))


def labelled(project: Project) -> list[Observation]:
    """What a person says about every recording that is labelled.

    Raises:
        ProjectError: None is.
    """
    found = {record.name: project.labels(record.name) for record in project.recordings()}
    kept = {name: labels for name, labels in found.items() if labels is not None}
    if not kept:
        raise ProjectError(
            "nothing is labelled", where=str(project.workspace.layout.root), fix="bring labels: deg import-labels"
        )
    return [
        Observation(name, PERSON, Labels(labels.marks, labels.behaviours, _rate(project, name)))
        for name, labels in kept.items()
    ]


def _rate(project: Project, name: str) -> float:
    """Frames per second, out of the prediction where there is one, else of the video."""
    if project.workspace.layout.prediction(name).is_file():
        return float(project.prediction(name).frames_per_second)
    reader = project.open_video(name)
    try:
        return float(reader.frames_per_second)
    finally:
        reader.close()


def groups_of(project: Project) -> dict[str, dict[str, str]]:
    """What each recording belongs to, by its name."""
    return {record.name: dict(record.groups) for record in project.recordings()}
