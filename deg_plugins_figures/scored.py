"""The frames that a model is judged by, and the counts and curves that judge it.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ScoredFrames:
    """Frames of one part of the split, recordings one after the other.

    Attributes:
        behaviours: Names of the columns.
        exclusive: Whether at most one behaviour happens at a time.
        probabilities: 0..1; shape (T, K), float32.
        present: What deg decided; shape (T, K), bool.
        thresholds: Least probability that counts as present; shape (K,), float32; NaN where there is none.
        marks: A person's labels: 1, 0, or -1 where not labelled, which does not count; shape (T, K), int8.
        title: What they are.
    """

    behaviours: tuple[str, ...]
    exclusive: bool
    probabilities: NDArray[np.float32]
    present: NDArray[np.bool_]
    thresholds: NDArray[np.float32]
    marks: NDArray[np.int8]
    title: str


def count_decisions(present: NDArray[np.bool_], marks: NDArray[np.int8]) -> NDArray[np.int64]:
    """Count, for each behaviour alone, how decisions fell out.

    Args:
        present: What was decided; shape (T, K).
        marks: 1, 0, or -1, which does not count; shape (T, K).

    Returns:
        Found, missed, false alarm, rightly absent; shape (K, 4).
    """
    happens, absent = marks == 1, marks == 0
    cases = (happens & present, happens & ~present, absent & present, absent & ~present)
    return np.stack([case.sum(axis=0) for case in cases], axis=1).astype(np.int64)


def count_mistaken(present: NDArray[np.bool_], marks: NDArray[np.int8]) -> NDArray[np.int64]:
    """Count what was wrongly decided in the frames in which a behaviour was missed.

    Args:
        present: What was decided; shape (T, K).
        marks: 1, 0, or -1; shape (T, K).

    Returns:
        Frames in which the behaviour of the row was missed and that of the column was a false alarm; in the last
        column those without any false alarm. Shape (K, K + 1). A frame with two false alarms counts in both columns.
    """
    missed = (marks == 1) & ~present
    alarms = (marks == 0) & present
    alarms = np.column_stack([alarms, ~alarms.any(axis=1)])
    return np.asarray(missed.astype(np.int64).T @ alarms.astype(np.int64))


def count_confusions(present: NDArray[np.bool_], marks: NDArray[np.int8]) -> NDArray[np.int64]:
    """Count labels against decisions where behaviours exclude each other.

    Args:
        present: What was decided, at most one in a frame; shape (T, K).
        marks: 1, 0, or -1; shape (T, K). Frames not labelled throughout do not count, unless one behaviour is there.

    Returns:
        Frames labelled as the row and decided as the column, in both of which the last is `none`; (K + 1, K + 1).
    """
    known = (marks == 1).any(axis=1) | (marks == 0).all(axis=1)
    labelled, decided = _with_none(marks[known] == 1), _with_none(present[known])
    return np.asarray(labelled.astype(np.int64).T @ decided.astype(np.int64))


def _with_none(present: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.column_stack([present, ~present.any(axis=1)])


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Precision and recall of one behaviour at every threshold.

    Attributes:
        behaviour: Its name.
        thresholds: Rising; shape (n,).
        precision: At each threshold, 0..1; shape (n,).
        recall: At each threshold, 0..1; shape (n,).
        average_precision: Area under the steps; NaN where the behaviour never happens.
        base_rate: Share of labelled frames in which it happens; NaN where none is labelled.
        n_present: Frames in which it happens.
        chosen: Recall and precision of what was decided; NaN where undefined.
        threshold: With which it was decided; NaN where there is none.
    """

    behaviour: str
    thresholds: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    average_precision: float
    base_rate: float
    n_present: int
    chosen: tuple[float, float]
    threshold: float


def precision_recall(frames: ScoredFrames) -> list[PrecisionRecall]:
    """Precision and recall of every behaviour."""
    return [_of_behaviour(frames, column) for column in range(len(frames.behaviours))]


def _of_behaviour(frames: ScoredFrames, column: int) -> PrecisionRecall:
    from sklearn.metrics import average_precision_score, precision_recall_curve

    known = frames.marks[:, column] >= 0
    happens = frames.marks[known, column] == 1
    nan = float("nan")
    base_rate = float(happens.mean()) if len(happens) else nan
    threshold = float(frames.thresholds[column])
    if not happens.any():
        none = np.empty(0)
        return PrecisionRecall(frames.behaviours[column], none, none, none, nan, base_rate, 0, (nan, nan), threshold)
    probabilities = frames.probabilities[known, column]
    precision, recall, thresholds = precision_recall_curve(happens, probabilities, drop_intermediate=True)
    return PrecisionRecall(
        behaviour=frames.behaviours[column],
        thresholds=thresholds.astype(np.float64),
        precision=precision[:-1],  # the last point, precision 1 at recall 0, belongs to no threshold
        recall=recall[:-1],
        average_precision=float(average_precision_score(happens, probabilities)),
        base_rate=base_rate,
        n_present=int(happens.sum()),
        chosen=_operating_point(frames.present[known, column], happens),
        threshold=threshold,
    )


def _operating_point(present: NDArray[np.bool_], happens: NDArray[np.bool_]) -> tuple[float, float]:
    found = int((present & happens).sum())
    precision = found / int(present.sum()) if present.any() else float("nan")
    return found / int(happens.sum()), precision
