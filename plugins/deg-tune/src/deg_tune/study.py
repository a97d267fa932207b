"""The study of a search: every trial, kept by Optuna in SQLite."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import optuna
from deg_core.api import ProjectError
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

SamplerName = Literal["tpe", "random"]
PrunerName = Literal["asha", "hyperband", "median", "none"]

REDUCTION = 2
"""One trial in so many goes on from each rung of ASHA and Hyperband."""

CONTINUES = "continues"
"""Attribute of a trial that takes up one that was interrupted: the number of that."""

_BEGUN_WITH = "begun-with"
_NAME = "deg"


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a search goes about it.

    Attributes:
        sampler: What draws settings.
        pruner: What stops trials without hope.
        grace_epochs: Epochs that every trial has.
        most_epochs: The most epochs that a trial can have.
        seed: From which everything is drawn.
    """

    sampler: SamplerName = "tpe"
    pruner: PrunerName = "asha"
    grace_epochs: int = 4
    most_epochs: int = 100
    seed: int = 0

    def draws(self, number: int) -> BaseSampler:
        """What draws the settings of a trial: from the seed and its number, so that interruptions change nothing."""
        seed = int(np.random.SeedSequence([self.seed, number]).generate_state(1)[0])
        return RandomSampler(seed=seed) if self.sampler == "random" else TPESampler(seed=seed)

    def stops(self) -> optuna.pruners.BasePruner:
        """What stops trials without hope."""
        if self.pruner == "asha":
            return optuna.pruners.SuccessiveHalvingPruner(self.grace_epochs, REDUCTION)
        if self.pruner == "hyperband":
            most = max(self.most_epochs, self.grace_epochs)
            return optuna.pruners.HyperbandPruner(self.grace_epochs, most, REDUCTION)
        if self.pruner == "median":
            return optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=self.grace_epochs)
        return optuna.pruners.NopPruner()


@contextmanager
def open_study(
    path: Path, strategy: Strategy, goal: Literal["max", "min"], begun_with: Mapping[str, Any]
) -> Iterator[optuna.Study]:
    """Open a study, or begin it; nobody else may work on it meanwhile.

    Args:
        path: Its file.
        strategy: How to go about it.
        goal: Whether more or less is better.
        begun_with: What has to stay as it was when the study began, by name.

    Raises:
        ProjectError: Another process works on it, it was begun with something else, or the file is damaged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with _alone(path.with_name("lock.db")), warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        storage = _open_storage(path)
        try:
            study = optuna.create_study(
                storage=storage,
                study_name=_NAME,
                direction="maximize" if goal == "max" else "minimize",
                pruner=strategy.stops(),
                load_if_exists=True,
            )
            _check_beginning(study, begun_with, path)
            yield study
        finally:
            storage.remove_session()
            storage.engine.dispose()


def counted(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that ended: complete, stopped early or failed, but not those that another one takes up."""
    trials = study.get_trials(deepcopy=False)
    taken_up = {trial.user_attrs.get(CONTINUES) for trial in trials}
    return [trial for trial in trials if trial.state.is_finished() and trial.number not in taken_up]


def complete(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that were trained to the end."""
    return [trial for trial in study.get_trials(deepcopy=False) if trial.state == TrialState.COMPLETE]


def take_up(study: optuna.Study, trial: FrozenTrial) -> None:
    """Mark a trial that was interrupted, and line up another that goes on with its project."""
    study.tell(trial.number, state=TrialState.FAIL)
    if trial.params:
        study.enqueue_trial(trial.params, user_attrs={CONTINUES: trial.number})


def take_up_dead(study: optuna.Study) -> list[int]:
    """Take up trials whose process died. Gives their numbers."""
    dead = [trial for trial in study.get_trials(deepcopy=False) if trial.state == TrialState.RUNNING]
    for trial in dead:
        take_up(study, trial)
    return [trial.number for trial in dead]


def _open_storage(path: Path) -> optuna.storages.RDBStorage:
    try:
        return optuna.storages.RDBStorage(f"sqlite:///{path.as_posix()}")
    except Exception as error:  # SQLAlchemy and Optuna raise many kinds
        raise ProjectError(
            f"not a study that this Optuna can read: {str(error).splitlines()[0]}",
            where=str(path),
            fix="begin another search, with --name",
        ) from error


def _check_beginning(study: optuna.Study, begun_with: Mapping[str, Any], path: Path) -> None:
    known = study.user_attrs.get(_BEGUN_WITH)
    if known is None:
        study.set_user_attr(_BEGUN_WITH, dict(begun_with))
        return
    others = [name for name in {**known, **begun_with} if known.get(name) != begun_with.get(name)]
    if others:
        told = "; ".join(f"{name} was {known.get(name)} and is {begun_with.get(name)}" for name in others[:3])
        raise ProjectError(
            f"this search was begun with something else: {told}",
            where=str(path.parent),
            fix="begin another one, with --name, or put it back",
        )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the system takes back when a process dies, however it dies."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
    except sqlite3.OperationalError as error:
        raise ProjectError(
            f"another process works on this search ({error})",
            where=str(path.parent),
            fix="wait until it ends, stop it, or begin another search with --name",
        ) from error
    finally:
        connection.close()
