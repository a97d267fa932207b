"""Fits what makes probabilities come true as often as they say.

Guo et al. (2017), "On calibration of modern neural networks": logits are divided by a temperature. One per behaviour;
where behaviours exclude each other, one for all. A temperature cannot move logits up or down, as class weights in
training do; Platt's scaling (1999) can: logit * slope + shift.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["temperature", "platt"]
_HOTTEST = math.log(100.0)


@dataclass(frozen=True, slots=True)
class Scaling:
    """What is done to logits.

    Attributes:
        slopes: One over the temperature; shape (K,). NaN where there was nothing to fit: those stay as they are.
        shifts: Added after that; shape (K,); 0 for temperatures.
        exclusive: Whether the logits are of a softmax with `none` last.
    """

    slopes: NDArray[np.float64]
    shifts: NDArray[np.float64]
    exclusive: bool

    @property
    def temperatures(self) -> NDArray[np.float64]:
        """Above 1: the model was too sure; shape (K,)."""
        return np.asarray(1 / self.slopes)

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated probabilities, 0..1; shape (T, K).

        Args:
            logits: shape (T, K), or (T, K + 1) where behaviours exclude each other.
        """
        slopes = np.where(np.isnan(self.slopes), 1.0, self.slopes)
        if self.exclusive:
            return _softmax(logits.astype(np.float64) * slopes[0])[:, :-1].astype(np.float32)
        return _sigmoid(logits.astype(np.float64) * slopes + self.shifts).astype(np.float32)


def fit_scaling(logits: NDArray[np.float32], marks: NDArray[np.int8], method: Method, *, exclusive: bool) -> Scaling:
    """Fit by likelihood on frames that the model did not learn from.

    Args:
        logits: Of validation frames; shape (T, K), or (T, K + 1) where behaviours exclude each other.
        marks: Their labels: 1, 0, or -1, which does not count; shape (T, K).
        method: `platt` is for behaviours that do not exclude each other.
        exclusive: Whether they do.

    Returns:
        A behaviour that never or always happens in these frames cannot be calibrated: NaN.
    """
    n_behaviours = marks.shape[1]
    if exclusive:
        slope = _fit_softmax(logits.astype(np.float64), marks)
        return Scaling(np.full(n_behaviours, slope), np.zeros(n_behaviours), exclusive=True)
    slopes, shifts = np.full(n_behaviours, math.nan), np.zeros(n_behaviours)
    for column in range(n_behaviours):
        known = marks[:, column] >= 0
        truth = marks[known, column] == 1
        if truth.any() and not truth.all():
            own = logits[known, column].astype(np.float64)
            slopes[column], shifts[column] = _fit_one(own, truth, with_shift=method == "platt")
    return Scaling(slopes, shifts, exclusive=False)


def _fit_one(logits: NDArray[np.float64], truth: NDArray[np.bool_], *, with_shift: bool) -> tuple[float, float]:
    from scipy.optimize import minimize

    signs = np.where(truth, -1.0, 1.0)

    def cost(values: NDArray[np.float64]) -> float:
        shift = values[1] if with_shift else 0.0
        return float(np.logaddexp(0, signs * (logits * math.exp(values[0]) + shift)).mean())

    bounds = [(-_HOTTEST, _HOTTEST), (-20.0, 20.0)][: 1 + with_shift]
    found = minimize(cost, np.zeros(1 + with_shift), bounds=bounds, method="L-BFGS-B").x
    return math.exp(found[0]), float(found[1]) if with_shift else 0.0


def _fit_softmax(logits: NDArray[np.float64], marks: NDArray[np.int8]) -> float:
    from scipy.optimize import minimize_scalar

    known = (marks >= 0).all(axis=1)
    if not (marks[known] == 1).any():
        return math.nan
    chosen = np.where((marks[known] == 1).any(axis=1), marks[known].argmax(axis=1), marks.shape[1])

    def cost(log_slope: float) -> float:
        return -float(
            np.log(np.maximum(_softmax(logits[known] * math.exp(log_slope)), 1e-300))[
                np.arange(len(chosen)), chosen
            ].mean()
        )

    return math.exp(float(minimize_scalar(cost, bounds=(-_HOTTEST, _HOTTEST), method="bounded").x))


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.exp(-np.logaddexp(0, -logits)))


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
