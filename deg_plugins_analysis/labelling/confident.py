"""Finds labels that are probably wrong, by what models say that never saw them (confident learning).

Northcutt, Jiang and Chuang (2021), "Confident learning: estimating uncertainty in dataset labels", J. Artif. Intell.
Res. 70:1373, for each behaviour by itself: yes or no. Own code, since the published library brings more than that.

Axes: T frames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_core.api import UNLABELLED, find_runs


@dataclass(frozen=True, slots=True)
class Confidence:
    """From what probability on a model is as sure of a class as it usually is where people say so.

    Attributes:
        present: Mean probability of frames labelled present; NaN where there are none.
        absent: Mean of one less the probability of frames labelled absent.
    """

    present: float
    absent: float


def class_confidence(probabilities: NDArray[np.float32], marks: NDArray[np.int8]) -> Confidence:
    """How sure models are of frames of either label, on average.

    Args:
        probabilities: Of models that did not learn from these frames; 0..1, shape (T,).
        marks: 1, 0, or -1 where not labelled; shape (T,).
    """
    present, absent = probabilities[marks == 1], 1 - probabilities[marks == 0]
    return Confidence(_mean(present), _mean(absent))


def _mean(values: NDArray[np.float32]) -> float:
    return float(values.mean(dtype=np.float64)) if len(values) else math.nan


def doubtful(
    probabilities: NDArray[np.float32], marks: NDArray[np.int8], confidence: Confidence
) -> NDArray[np.float64]:
    """How strongly models contradict a label.

    A label is in doubt where the model is as sure of the other class as it is, on average, of frames that people gave
    that class, and surer than of this one.

    Args:
        probabilities: 0..1; shape (T,).
        marks: 1, 0 or -1; shape (T,).
        confidence: From all frames of the behaviour.

    Returns:
        Probability of the other class less that of the label's, 0..1; 0 where the label is not in doubt; shape (T,).
    """
    other = np.where(marks == 1, 1 - probabilities, probabilities).astype(np.float64)
    needed = np.where(marks == 1, confidence.absent, confidence.present)
    # With a class that nobody labelled there is nothing to be as sure as: NaN compares as False.
    found = (marks != UNLABELLED) & (other >= needed) & (other > 0.5)
    return np.where(found, 2 * other - 1, 0.0)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A run of frames whose label is in doubt.

    Attributes:
        start: First frame.
        stop: First frame after it.
        labelled: What the label says: present or not.
        doubt: Sum of `doubtful` over its frames: long and strong contradictions come first.
        probability: Mean probability that the models gave.
    """

    start: int
    stop: int
    labelled: bool
    doubt: float
    probability: float


def find_doubts(
    probabilities: NDArray[np.float32], marks: NDArray[np.int8], confidence: Confidence, least_frames: int
) -> list[Doubt]:
    """Runs of doubtful frames of one label, the strongest first.

    Args:
        probabilities: 0..1; shape (T,).
        marks: 1, 0 or -1; shape (T,).
        confidence: From all frames of the behaviour.
        least_frames: Shorter ones are left out: bouts rarely begin and end on the very frame, and that is no mistake.
    """
    strength = doubtful(probabilities, marks, confidence)
    found = []
    for label in (1, 0):
        for start, stop in find_runs((strength > 0) & (marks == label)):
            if stop - start >= least_frames:
                doubt, probability = float(strength[start:stop].sum()), float(probabilities[start:stop].mean())
                found.append(Doubt(int(start), int(stop), label == 1, doubt, probability))
    return sorted(found, key=lambda each: (-each.doubt, each.start))
