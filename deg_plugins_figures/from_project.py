"""Takes what is drawn out of a project.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from deg_core.api import DegError, Labels, ProjectError
from deg_plugins_figures.scored import ScoredFrames
from deg_plugins_figures.tracks import Tracks
from deg_plugins_figures.training_figure import TrainingCurves

if TYPE_CHECKING:
    from deg_core import Project

Part = Literal["train", "validation", "test"]


def recording_tracks(project: Project, name: str, warn: Callable[[str], None]) -> Tracks:
    """Labels and predictions of a recording, or predictions of another video.

    Args:
        project: The project.
        name: The recording, or the path of a video that was predicted.
        warn: Told when something is lacking that the drawing can do without.

    Raises:
        ProjectError: It is unknown, not predicted yet, or its labels do not fit the prediction.
    """
    prediction = project.prediction(name)
    decisions = prediction.decisions
    labels = project.labels(name)
    if labels is not None:
        _check_fit(name, labels, decisions.behaviours, len(decisions.present))
    spans: tuple[tuple[int, int], ...] = ()
    try:
        tested = project.spans("test", _run_id(decisions.sequence_run)) if labels is not None else ()
        spans = tuple((span.start, span.stop) for span in tested if span.record == prediction.recording)
    except DegError as error:
        warn(f"test frames of {name} are not marked: {error.problem} ({error.where})")
    return Tracks(
        recording=prediction.recording,
        behaviours=decisions.behaviours,
        frames_per_second=prediction.frames_per_second,
        probabilities=decisions.probabilities,
        present=decisions.present,
        thresholds=decisions.thresholds,
        marks=None if labels is None else labels.marks,
        test_spans=spans,
    )


def scored_frames(project: Project, part: Part, run_id: str | None) -> ScoredFrames:
    """The frames of a part of the split, as predicted by a run.

    Args:
        project: The project.
        part: Which part of the split that the run was trained on.
        run_id: A sequence run; None for the newest.

    Raises:
        ProjectError: The part is empty, or a recording in it has no labels or no prediction by this run.
    """
    pieces = scored_tracks(project, part, run_id)
    run = project.run(run_id)
    return ScoredFrames(
        behaviours=pieces[0].behaviours,
        exclusive=run.exclusive,
        probabilities=np.concatenate([piece.probabilities for piece in pieces]),
        present=np.concatenate([piece.present for piece in pieces]),
        thresholds=pieces[0].thresholds,
        marks=np.concatenate([piece.marks for piece in pieces if piece.marks is not None]),
        title=f"{project.workspace.name}: {part} frames, {run.run_id}",
    )


def scored_tracks(project: Project, part: Part, run_id: str | None) -> list[Tracks]:
    """The same frames, each stretch of each recording by itself.

    Raises:
        ProjectError: As `scored_frames`.
    """
    run = project.run(run_id)
    spans = project.spans(part, run.run_id)
    if not spans:
        raise ProjectError(
            f"the {part} part of the split is empty",
            where=run.run_id,
            fix="choose another: --part train|validation|test",
        )
    tracks = {name: _tracks_by(project, name, run.run_id) for name in sorted({span.record for span in spans})}
    return [tracks[span.record].cut(span.start, span.stop) for span in spans]


def _tracks_by(project: Project, name: str, run_id: str) -> Tracks:
    """Labels and predictions of a recording that both must be there, the predictions by one run."""
    predicted_by = _run_id(project.prediction(name).decisions.sequence_run)
    if predicted_by != run_id:
        raise ProjectError(
            f"predicted by {predicted_by}, not by {run_id}",
            where=f"recording {name!r}",
            fix=f"predict it again: deg predict --run {run_id}",
        )
    tracks = recording_tracks(project, name, lambda _: None)
    if tracks.marks is None:
        raise ProjectError("its labels are gone", where=f"recording {name!r}", fix="bring them back: deg import-labels")
    return tracks


def _run_id(identity: str) -> str:
    """The run's name in its identity, which holds a digest too."""
    return identity.partition(":")[0]


def _check_fit(name: str, labels: Labels, behaviours: tuple[str, ...], n_frames: int) -> None:
    if labels.behaviours != behaviours:
        raise ProjectError(
            f"predicted for {', '.join(behaviours)}, but the project has {', '.join(labels.behaviours)}",
            where=f"recording {name!r}",
            fix="train and predict again: deg train, deg predict",
        )
    if labels.n_frames != n_frames:
        raise ProjectError(
            f"{n_frames} frames predicted, {labels.n_frames} labelled",
            where=f"recording {name!r}",
            fix="import the labels again (deg import-labels), or predict again (deg predict)",
        )


def training_curves(project: Project, run_ids: Sequence[str]) -> list[TrainingCurves]:
    """Curves of runs; without names those of the newest run of every stage that has some.

    Raises:
        ProjectError: A run that was named has none, or no run has.
    """
    if run_ids:
        return [_curves_of(project, run_id) for run_id in run_ids]
    newest = {run.stage: run.run_id for run in project.runs()}
    found = []
    for run_id in newest.values():
        try:
            found.append(_curves_of(project, run_id))
        except ProjectError:
            continue  # fitted in one go: nothing to draw
    if not found:
        raise ProjectError("no run has curves", where="runs", fix="train first: deg train")
    return found


def _curves_of(project: Project, run_id: str) -> TrainingCurves:
    columns = project.curves(run_id)
    if not len(columns["epoch"]):
        raise ProjectError("no epoch is finished yet", where=run_id, fix="wait, or train on: deg train")
    card = {run.run_id: run for run in project.runs()}.get(run_id)
    if card is None:  # still in training
        return TrainingCurves(run_id, "score", columns)
    return TrainingCurves(run_id, str(card.training.get("monitor", "score")), columns, card.scores.get("epoch"))
