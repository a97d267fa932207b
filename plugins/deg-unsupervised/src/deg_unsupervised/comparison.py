"""Clusters beside labels, and beside the ethogram that deg predicts of the same frames.

Axes: T frames of a recording, F frames of several, K behaviours, G clusters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from deg_core.api import DegError
from numpy.typing import NDArray

from deg_unsupervised.agreement import combinations, f1_scores, partition_scores
from deg_unsupervised.assignment import to_present
from deg_unsupervised.frames import Part, Recordings
from deg_unsupervised.report import Agreement, BehaviourF1
from deg_unsupervised.suggestions import Assigned

if TYPE_CHECKING:
    from deg_core import Project


def labelled_frames(
    assigned: Mapping[str, Assigned], recordings: Recordings, chosen: Mapping[str, NDArray[np.bool_]], n_behaviours: int
) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
    """Clusters (F,) and labels (F, K) of chosen frames of labelled recordings, one after the other."""
    names = [name for name in chosen if name in recordings.marks]
    clusters = [assigned[name].clusters_T[chosen[name]] for name in names]
    marks = [recordings.marks[name][chosen[name]] for name in names]
    return (
        np.concatenate([np.empty(0, np.int16), *clusters]),
        np.concatenate([np.empty((0, n_behaviours), np.int8), *marks]),
    )


def compare(
    project: Project,
    assigned: Mapping[str, Assigned],
    recordings: Recordings,
    chosen_G: NDArray[np.int64],
    part: Part,
) -> tuple[Agreement | None, str]:
    """Compare on a part of the split; gives the comparison, or why there is none."""
    if recordings.split is None:
        return None, "nothing is split, so there are no labels that nothing was learnt from: deg split"
    behaviours = project.manifest.behaviours
    chosen = {name: recordings.inside(name, part) for name in assigned}
    clusters_F, marks_FK = labelled_frames(assigned, recordings, chosen, len(behaviours))
    if not (marks_FK != -1).any():
        return None, f"no labelled frame of the {part} part has features"
    present_FK = to_present(clusters_F, chosen_G, len(behaviours))
    supervised_FK = _supervised(project, recordings, chosen, part)
    known = (marks_FK != -1).all(axis=1)
    truth = combinations(marks_FK[known] == 1)
    f1 = f1_scores(marks_FK, present_FK)
    f1_supervised: Sequence[float | None] = [None] * len(f1)
    if supervised_FK is not None:
        f1_supervised = f1_scores(marks_FK, supervised_FK)
    rows = zip(behaviours, (marks_FK == 1).sum(axis=0).tolist(), f1, f1_supervised, strict=True)
    agreement = Agreement(
        part=part,
        frames=int(known.sum()),
        clusters=partition_scores(truth, clusters_F[known].astype(np.int64)),
        assigned=partition_scores(truth, combinations(present_FK[known])),
        supervised=None if supervised_FK is None else partition_scores(truth, combinations(supervised_FK[known])),
        f1={name: BehaviourF1(present=n, clusters=ours, supervised=theirs) for name, n, ours, theirs in rows},
    )
    return agreement, ""


def _supervised(
    project: Project, recordings: Recordings, chosen: Mapping[str, NDArray[np.bool_]], part: Part
) -> NDArray[np.bool_] | None:
    """What deg predicts of the same frames, (F, K); None where it predicts not all, or was trained on another split."""
    names = [name for name in chosen if name in recordings.marks and chosen[name].any()]
    try:
        predictions = {name: project.prediction(name).decisions for name in names}
        (run_id,) = {each.sequence_run.partition(":")[0] for each in predictions.values()}
        same_split = recordings.split is not None and project.spans(part, run_id) == recordings.split.part(part)
    except (DegError, ValueError):  # not predicted, or by several runs
        return None
    fits = all(
        each.behaviours == project.manifest.behaviours and len(each.present) == recordings.n_frames[name]
        for name, each in predictions.items()
    )
    if not (same_split and fits):
        return None
    return np.concatenate([predictions[name].present[chosen[name]] for name in names])
