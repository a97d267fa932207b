"""Scores a project's predictions on a part of the split, by default the test part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from deg_core.data.labels import Labels
from deg_core.data.record import Span
from deg_core.data.scored_stretch import ScoredStretch
from deg_core.data.splits import Part
from deg_core.data.whole_file import write_text
from deg_core.errors import DegError, ProjectError
from deg_core.evaluation.report import Report
from deg_core.evaluation.stretches import score_stretches
from deg_core.jobs.models import TrainedPipeline, identity_of
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.workspace import Workspace
from deg_core.progress import Progress
from deg_core.project.hand_thresholds import load_hand_thresholds
from deg_core.project.run_record import RunRecord
from deg_core.project.split_file import split_from_card
from deg_core.project.store import Prediction, load_prediction

N_RESAMPLES = 200
"""For intervals, unless somebody asks for more."""


def evaluate(
    workspace: Workspace, pipeline: TrainedPipeline, part: Part, progress: Progress, *, n_resamples: int = N_RESAMPLES
) -> Report:
    """Score predictions on frames of one part. Recordings not predicted yet are predicted first.

    The split is that of the run's own card, so that nothing the model was trained on is ever scored as test data.
    Thresholds are the run's own, chosen on its validation part, or set by hand; the report says which.

    Args:
        workspace: The project.
        pipeline: Trained networks.
        part: Which part of the split.
        progress: Who is told how far it is.
        n_resamples: How often recordings are drawn anew for the intervals; 0 for none.

    Raises:
        ProjectError: The part is empty, or a probability is no number.
        DegError: A recording could not be predicted.
    """
    run = pipeline.sequence_run
    _check_same_split(run, pipeline.features_run)
    spans = split_from_card(run.split).part(part)
    if not spans:
        raise ProjectError(
            f"the {part} part of the split is empty",
            where=run.run_id,
            fix="give it a share (split.fractions), split, and train again",
        )
    names = sorted({span.record for span in spans})
    outcomes = predict_targets(workspace, pipeline, find_targets(workspace, names), progress)
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    if failed:
        raise failed[0]
    labels = _labels_of(workspace, names)
    predictions = {name: load_prediction(workspace.layout.prediction(name)) for name in names}
    n_predicted = {name: len(prediction.ethogram.present) for name, prediction in predictions.items()}
    _check_lengths(names, n_predicted, {name: labels[name].n_frames for name in names})
    _check_numbers(predictions)
    stretches = [stretch_of(span, predictions[span.record], labels[span.record]) for span in spans]
    report = score_together(workspace, stretches, n_resamples)
    about = {
        "part": part,
        "runs": (identity_of(pipeline.features_run), identity_of(run)),
        "thresholds_by_hand": tuple(load_hand_thresholds(workspace.layout.run(run.run_id), run)),
    }
    return report.model_copy(update=about)


def score_together(workspace: Workspace, stretches: Sequence[ScoredStretch], n_resamples: int) -> Report:
    """Score stretches, from wherever, with the project's metrics."""
    manifest = workspace.manifest
    return score_stretches(stretches, manifest.behaviours, workspace.choices.metrics, manifest.seed, n_resamples)


def stretch_of(span: Span, prediction: Prediction, labels: Labels) -> ScoredStretch:
    """What was predicted in a span, beside its labels."""
    decisions, frames = prediction.decisions, slice(span.start, span.stop)
    return ScoredStretch(
        span.record,
        decisions.probabilities[frames],
        decisions.present[frames],
        labels.marks[frames],
        prediction.frames_per_second,
    )


def save_report(workspace: Workspace, report: Report) -> None:
    """Keep a report as `evaluation.json`."""
    write_text(workspace.layout.evaluation, report.model_dump_json(indent=1) + "\n")


def _labels_of(workspace: Workspace, names: Sequence[str]) -> dict[str, Labels]:
    labels = workspace.labelled()
    for name in names:
        if name not in labels:
            raise ProjectError(
                "its labels, on which the model is to be tested, are gone",
                where=f"recording {name!r}",
                fix="bring them back: deg import-labels",
            )
    return labels


def _check_same_split(sequence: RunRecord, features: RunRecord) -> None:
    """Refuse figures that would be too good: features that were trained on what is now test data."""
    if sequence.split.train != features.split.train or sequence.split.test != features.split.test:
        raise ProjectError(
            f"{sequence.run_id} and {features.run_id} were trained on different splits, so no frame is unseen by both",
            where="split.yaml",
            fix="train again on one split: deg train all",
        )


def _check_lengths(names: Sequence[str], predicted: dict[str, int], labelled: dict[str, int]) -> None:
    for name in names:
        if predicted[name] != labelled[name]:
            raise _length_error(name, predicted[name], labelled[name])


def _length_error(name: str, predicted: int, labelled: int) -> DegError:
    return ProjectError(
        f"{predicted} frames in the video, {labelled} in the labels",
        where=f"recording {name!r}",
        fix="import the labels again: deg import-labels",
    )


def _check_numbers(predictions: Mapping[str, Prediction]) -> None:
    for name, prediction in predictions.items():
        wrong = ~np.isfinite(prediction.decisions.probabilities).all(axis=1)
        if wrong.any():
            raise ProjectError(
                f"probabilities that are no numbers in {wrong.sum()} frames, the first of them {int(wrong.argmax())}",
                where=f"prediction of {name!r}",
                fix="predict it again (deg predict --anew); if they stay, train again with a smaller learning rate",
            )
