"""Says how good a model is on validation data, as one number.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from deg_core.descriptors import MetricPlugin
from deg_core.postprocess.decide import decide, decide_exclusive
from deg_core.postprocess.thresholds import choose_thresholds
from deg_core.project.manifest import Thresholds


@dataclass(frozen=True, slots=True)
class Judge:
    """Scores validation answers.

    Attributes:
        metric: Which score; None for the loss.
        thresholds: How thresholds are chosen, on the same answers.
        exclusive: Whether the behaviours exclude each other.
    """

    metric: MetricPlugin[Any] | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    exclusive: bool = False

    @property
    def name(self) -> str:
        """What the score is called."""
        return "loss" if self.metric is None else self.metric.name

    @property
    def goal(self) -> Literal["max", "min"]:
        """Whether more or less of it is better."""
        return "min" if self.metric is None else self.metric.goal

    def score(self, probabilities: NDArray[np.float32], labels: NDArray[np.int8], loss: float) -> float:
        """The score of some frames.

        Args:
            probabilities: 0..1; shape (T, K).
            labels: 1, 0, or -1 where not labelled; shape (T, K).
            loss: Mean loss over the same frames.

        Returns:
            NaN where undefined.
        """
        if self.metric is None:
            return loss
        present = self.decide(probabilities, self.choose(probabilities, labels))
        return float(self.metric.score(probabilities, present, labels).overall)

    def choose(self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]) -> NDArray[np.float32]:
        """Thresholds (K,) for these answers."""
        return choose_thresholds(probabilities, labels, self.thresholds)

    def decide(self, probabilities: NDArray[np.float32], thresholds: NDArray[np.float32]) -> NDArray[np.bool_]:
        """What is present; shape (T, K)."""
        return decide_exclusive(probabilities) if self.exclusive else decide(probabilities, thresholds)

    def is_better(self, score: float, best: float | None) -> bool:
        """Whether a score beats the best so far; nothing does that is not a number."""
        if not math.isfinite(score):
            return False
        return best is None or (score > best if self.goal == "max" else score < best)
