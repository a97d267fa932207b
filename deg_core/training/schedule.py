"""How the learning rate falls in the course of training."""

from __future__ import annotations

import math
from typing import Any, Literal

from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau

from deg_core.project.manifest import Training

_WARM_UP = 0.05
_MOST_WARM_UP_STEPS = 100


class Schedule:
    """Sets an optimiser's learning rate, step by step and epoch by epoch.

    Args:
        optimiser: Whose groups are changed.
        settings: Which schedule, and its numbers.
        goal: Whether more or less of the monitored score is better.
        total_steps: In all epochs together.
    """

    def __init__(self, optimiser: Optimizer, settings: Training, goal: Literal["max", "min"], total_steps: int) -> None:
        self._optimiser = optimiser
        self._settings = settings
        self._total_steps = total_steps
        self._plateau = ReduceLROnPlateau(
            optimiser, mode=goal, factor=settings.reduction_factor, patience=settings.patience
        )

    @property
    def learning_rate(self) -> float:
        """The present one."""
        return float(self._optimiser.param_groups[0]["lr"])

    @property
    def finished(self) -> bool:
        """Whether the learning rate has fallen below the least that is worth a step."""
        return self.learning_rate < self._settings.min_learning_rate

    def begin_step(self, step: int) -> None:
        """Set the rate for a step; counts from 0 over all epochs."""
        if self._settings.schedule == "cosine":
            share = cosine_share(step, self._total_steps)
            for group in self._optimiser.param_groups:
                group["lr"] = self._settings.learning_rate * share

    def end_epoch(self, score: float) -> None:
        """Lower the rate where the score has stalled; one that is not a number counts as stalled."""
        if self._settings.schedule == "plateau":
            worst = -math.inf if self._plateau.mode == "max" else math.inf
            self._plateau.step(score if math.isfinite(score) else worst)

    def state_dict(self) -> dict[str, Any]:
        """What it remembers, as plain numbers."""
        return {"best": float(self._plateau.best), "num_bad_epochs": int(self._plateau.num_bad_epochs)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what was remembered."""
        self._plateau.best = state["best"]
        self._plateau.num_bad_epochs = state["num_bad_epochs"]


def cosine_share(step: int, total_steps: int) -> float:
    """Share of the full learning rate: a short straight rise, then half a cosine down to almost 0."""
    warm_up = min(_MOST_WARM_UP_STEPS, int(_WARM_UP * total_steps))
    if step < warm_up:
        return (step + 1) / (warm_up + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, total_steps - warm_up)))
