"""Watches a trial from inside its training: tells Optuna of every epoch, and stops what has no hope or no time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import optuna
from deg_core.api import ProjectError

if TYPE_CHECKING:
    from deg_core import Project
    from deg_core.api import Progress, Task

_CURVES = "metrics.csv"


class OutOfTimeError(Exception):
    """The hours that a person gave are over."""


class EpochWatch:
    """Reads the curves that training writes after every epoch.

    A trial's value at an epoch is its best score so far, since deg keeps the weights of the best epoch.

    Args:
        trial: Is told, and decides whether to stop.
        goal: Whether more or less is better.
        last_epoch: The most epochs there are; a trial that got there is no longer stopped.
        deadline: On the clock of `time.monotonic`.

    Attributes:
        scores: Score of every epoch so far; NaN where undefined.
    """

    def __init__(self, trial: optuna.Trial, goal: Literal["max", "min"], last_epoch: int, deadline: float) -> None:
        self.scores: list[float] = []
        self._trial, self._goal, self._last_epoch, self._deadline = trial, goal, last_epoch, deadline
        self._seen: tuple[int, int] | None = None
        self._best = math.nan

    def look(self, project: Project, stage: str) -> None:
        """See whether an epoch is done; cheap where none is.

        Raises:
            optuna.TrialPruned: The trial has no hope.
            OutOfTimeError: The time is over.
        """
        if time.monotonic() > self._deadline:
            raise OutOfTimeError
        if self.read_new(project, stage):
            raise optuna.TrialPruned

    def read_new(self, project: Project, stage: str) -> bool:
        """Tell of new epochs; gives whether the trial has no hope."""
        path = next(iter(project.workspace.layout.runs.glob(f"{stage}-*/{_CURVES}")), None)
        if path is None or not self._changed(path):
            return False
        try:
            columns = project.curves(path.parent.name)
        except ProjectError:
            return False
        scores = columns["score"] if any(map(math.isfinite, columns["score"])) else columns["validation_loss"]
        hopeless = False
        for epoch in range(len(self.scores) + 1, len(scores) + 1):
            hopeless = self._tell(epoch, float(scores[epoch - 1])) or hopeless
        return hopeless

    def _tell(self, epoch: int, score: float) -> bool:
        self.scores.append(score)
        if math.isfinite(score):
            better = max if self._goal == "max" else min
            self._best = score if math.isnan(self._best) else better(self._best, score)
        if math.isnan(self._best):
            return False
        self._trial.report(self._best, step=epoch)
        return epoch < self._last_epoch and self._trial.should_prune()

    def _changed(self, path: Path) -> bool:
        status = path.stat()
        now = (status.st_mtime_ns, status.st_size)
        changed = now != self._seen
        self._seen = now
        return changed


class WatchedProgress:
    """Passes progress on, and looks at every step whether an epoch is done.

    Args:
        inner: Who shows it to a person.
        look: Called after every step.
    """

    def __init__(self, inner: Progress, look: Callable[[], None]) -> None:
        self._inner, self._look = inner, look

    @contextmanager
    def task(self, description: str, total: int, done: int = 0) -> Iterator[Task]:
        """See `deg_core.api.Progress`."""
        with self._inner.task(description, total, done) as task:
            yield _WatchedTask(task, self._look)


class _WatchedTask:
    def __init__(self, inner: Task, look: Callable[[], None]) -> None:
        self._inner, self._look = inner, look

    def advance(self, n: int = 1, note: str = "") -> None:
        self._inner.advance(n, note)
        self._look()
