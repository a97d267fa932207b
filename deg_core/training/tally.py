"""Counts up one epoch: losses as they come, answers to validation data, and what they amount to.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from deg_core.networks.tensors import to_probabilities
from deg_core.training.judge import Judge
from deg_core.training.steps import Answer


@dataclass(frozen=True, slots=True)
class EpochRow:
    """How one epoch went: a row of the training curves.

    Attributes:
        epoch: Counts from 1.
        train_loss: Mean over its steps; without the penalty, as the validation loss is.
        penalty: Mean penalty of the weights over its steps; training lowers the sum of both.
        validation_loss: Mean over validation data; NaN where there are none.
        score: What the epoch is judged by; NaN where undefined.
        learning_rate: At its end.
        seconds: Time it took, with validation.
    """

    epoch: int
    train_loss: float
    penalty: float
    validation_loss: float
    score: float
    learning_rate: float
    seconds: float


class EpochTally:
    """What is known of the epoch so far.

    Attributes:
        n_steps: Training steps so far.
    """

    def __init__(self) -> None:
        self.n_steps = 0
        self._began = time.monotonic()
        self._train_loss: Tensor | float = 0.0
        self._penalty: Tensor | float = 0.0
        self._validation: list[tuple[float, int]] = []
        self._probabilities: list[NDArray[np.float32]] = []
        self._labels: list[NDArray[np.int8]] = []

    @property
    def train_loss(self) -> float:
        """Mean over the steps so far. Makes a GPU wait."""
        return self._mean(self._train_loss)

    def add_training(self, loss: Tensor, penalty: Tensor) -> None:
        """Count one training step."""
        self.n_steps += 1
        self._train_loss = self._train_loss + loss.detach().float()
        self._penalty = self._penalty + penalty.detach().float()

    def add_validation(self, batch_size: int, answer: Answer, *, exclusive: bool) -> None:
        """Count one validation batch; frames without any label do not count."""
        weight = batch_size
        if answer.logits is not None and answer.labels is not None:
            known = (answer.labels >= 0).any(dim=-1)
            self._probabilities.append(to_probabilities(answer.logits[known], exclusive=exclusive).cpu().numpy())
            self._labels.append(answer.labels[known].cpu().numpy())
            weight = int((answer.labels >= 0).sum())
        self._validation.append((float(answer.loss), weight))

    def row(self, epoch: int, judge: Judge, learning_rate: float) -> EpochRow:
        """Close the epoch. Without validation data, the training loss is all there is to score."""
        weight = sum(n for _, n in self._validation)
        loss = sum(loss * n for loss, n in self._validation) / weight if weight else math.nan
        score = loss if self._validation else self.train_loss
        if self._labels:
            score = judge.score(np.concatenate(self._probabilities), np.concatenate(self._labels), loss)
        seconds = time.monotonic() - self._began
        return EpochRow(epoch, self.train_loss, self._mean(self._penalty), loss, score, learning_rate, seconds)

    def _mean(self, total: Tensor | float) -> float:
        return float(total) / self.n_steps if self.n_steps else math.nan
