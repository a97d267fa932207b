"""The numbers behind each figure, as rows of a table.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deg_plugins_figures.examples import Example
from deg_plugins_figures.reliability import N_BINS, Reliability
from deg_plugins_figures.scored import (
    PrecisionRecall,
    ScoredFrames,
    count_confusions,
    count_decisions,
    count_mistaken,
)
from deg_plugins_figures.tracks import Tracks
from deg_plugins_figures.training_figure import TrainingCurves


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows as long; NaN and None stand for empty fields."""

    header: Sequence[str]
    rows: Sequence[Sequence[object]]


def ethogram_table(tracks: Tracks) -> Table:
    """A row for each frame: number, time, whether it is a test frame, then three columns for each behaviour."""
    header = ["frame", "time_s", "test"]
    for behaviour in tracks.behaviours:
        header += [f"{behaviour} human", f"{behaviour} deg", f"{behaviour} probability"]
    return Table(header, list(_ethogram_rows(tracks)))


def _ethogram_rows(tracks: Tracks) -> Iterator[list[object]]:
    for row in range(tracks.n_frames):
        frame = tracks.first_frame + row
        is_test = any(start <= frame < stop for start, stop in tracks.test_spans)
        values: list[object] = [frame, round(frame / tracks.frames_per_second, 6), int(is_test)]
        for column in range(len(tracks.behaviours)):
            mark = None if tracks.marks is None or tracks.marks[row, column] < 0 else int(tracks.marks[row, column])
            values += [mark, int(tracks.present[row, column]), float(tracks.probabilities[row, column])]
        yield values


def confusion_table(frames: ScoredFrames) -> Table:
    """Counts of frames: labels against decisions, or decisions of each behaviour alone and what it was mistaken for."""
    names = frames.behaviours
    if frames.exclusive:
        counts = count_confusions(frames.present, frames.marks)
        rows = [[name, *map(int, row)] for name, row in zip((*names, "none"), counts, strict=True)]
        return Table(["labelled", *(f"decided {name}" for name in (*names, "none"))], rows)
    alone = count_decisions(frames.present, frames.marks)
    mistaken = count_mistaken(frames.present, frames.marks)
    header = ["behaviour", "found", "missed", "false_alarm", "rightly_absent"]
    header += [f"missed, false alarm {name}" for name in (*names, "nothing")]
    return Table(
        header, [[name, *map(int, a), *map(int, m)] for name, a, m in zip(names, alone, mistaken, strict=True)]
    )


def precision_recall_table(curves: Sequence[PrecisionRecall]) -> Table:
    """A row for each threshold of each behaviour."""
    rows = [
        [curve.behaviour, *map(float, point)]
        for curve in curves
        for point in zip(curve.thresholds, curve.precision, curve.recall, strict=True)
    ]
    return Table(["behaviour", "threshold", "precision", "recall"], rows)


def training_table(runs: Sequence[TrainingCurves]) -> Table:
    """A row for each epoch of each run."""
    header = ["epoch", "train_loss", "validation_loss", "score", "learning_rate"]
    rows = [
        [run.run_id, *map(float, values)]
        for run in runs
        for values in zip(*(run.columns[name] for name in header), strict=True)
    ]
    return Table(["run", *header], rows)


def examples_table(examples: Sequence[Example]) -> Table:
    """A row for each moment, in their order."""
    header = ["recording", "behaviour", "kind", "start", "stop", "surest_frame", "probability", "weight"]
    rows = [
        [
            *(each.recording, each.behaviour, each.kind),
            *(each.start, each.stop, each.surest, each.probability, each.weight),
        ]
        for each in examples
    ]
    return Table(header, rows)


def reliability_table(curves: Sequence[Reliability]) -> Table:
    """A row for each bin of each behaviour."""
    rows = [
        [curve.behaviour, index / N_BINS, (index + 1) / N_BINS, int(n), float(probability), float(share)]
        for curve in curves
        for index, (n, probability, share) in enumerate(
            zip(curve.n_frames, curve.probability, curve.share, strict=True)
        )
    ]
    return Table(["behaviour", "from", "to", "n_frames", "mean_probability", "share_present"], rows)
