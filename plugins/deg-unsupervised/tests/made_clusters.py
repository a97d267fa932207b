"""Features whose clusters are known, and projects that have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from deg_core import Project
from deg_core.api import Labels
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs
from numpy.typing import NDArray

BEHAVIOURS = ("walk", "rear", "dig")


def blobs(
    groups: NDArray[np.int64], n_features: int = 12, *, spread: float = 0.3, seed: int = 0
) -> NDArray[np.float32]:
    """Features that lie about one place for each group."""
    rng = np.random.default_rng(0)  # the places are the same for all seeds
    places = rng.normal(0, 3, (int(groups.max(initial=0)) + 10, n_features))
    noise = np.random.default_rng(seed).normal(0, spread, (len(groups), n_features))
    return (places[groups] + noise).astype(np.float32)


def make_project(folder: Path, *, predict: bool = True, unnamed: str | None = None, **options: Any) -> Project:
    """A project of fakes whose latents are the colours of each frame, behaviour k being colour k.

    Args:
        folder: An empty folder.
        predict: Whether everything is predicted.
        unnamed: A behaviour that happens, and that nobody labelled.
        **options: Of `tiny_project`.
    """
    settings = {"features": {"settings": {"window": 1}}}
    workspace = tiny_project(folder, behaviours=BEHAVIOURS, n_frames=200, manifest=settings, **options)
    untrained_runs(workspace)
    project = Project(workspace.layout.root, catalog=only_plugins(*FAKES))
    if unnamed is not None:
        for record in project.recordings():
            labels = project.labels(record.name)
            assert labels is not None
            marks = labels.marks.copy()
            marks[:, BEHAVIOURS.index(unnamed)] = 0
            project.set_labels(record.name, Labels(marks, labels.behaviours, labels.frames_per_second))
    if predict:
        project.predict()
    return project
