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
        n_steps: In an epoch.
    """

    def __init__(self, optimiser: Optimizer, settings: Training, goal: Literal["max", "min"], n_steps: int) -> None:
        self._optimiser = optimiser
        self._settings = settings
        self._n_steps = n_steps
        self._plateau = ReduceLROnPlateau(
            optimiser, mode=goal, factor=settings.reduction_factor, patience=settings.patience
        )

    @property
    def learning_rate(self) -> float:
        """The present one."""
        return float(self._optimiser.param_groups[0]["lr"])

    @property
    def finished(self) -> bool:
        """Whether the learning rate has fallen to the least that is worth a step; a cosine says itself when it ends."""
        least = self._settings.min_learning_rate * (1 + 1e-9)
        return self._settings.schedule != "cosine" and self.learning_rate <= least

    def begin_step(self, step: int) -> None:
        """Set the rate for a step; counts from 0 over all epochs."""
        share = self._share(step)
        if share is not None:
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

    def _share(self, step: int) -> float | None:
        """Share of the full rate that a step has; None where it does not depend on the step."""
        settings = self._settings
        if settings.schedule == "cosine":
            return cosine_share(step, self._n_steps * (settings.cosine_epochs or settings.max_epochs))
        if settings.schedule == "multistep":
            passed = [milestone for milestone in settings.milestones if milestone <= step // self._n_steps]
            return float(settings.reduction_factor ** len(passed))
        return None


def cosine_share(step: int, period: int) -> float:
    """Share of the full learning rate.

    A short straight rise, then half a cosine down to almost 0. After `period` steps it begins anew at half the height.
    """
    warm_up = min(_MOST_WARM_UP_STEPS, int(_WARM_UP * period))
    if step < warm_up:
        return (step + 1) / (warm_up + 1)
    turn, within = divmod(step, period)
    begin = 0 if turn else warm_up
    height: float = 0.5**turn
    return height * 0.5 * (1 + math.cos(math.pi * (within - begin) / (period - begin)))
