from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from deg_core.project.manifest import Training
from deg_core.testing.fakes import FakeLoss, fake_metric
from deg_core.training.judge import Judge
from deg_core.training.module import TrainingModule
from deg_core.training.steps import SequenceSteps
from deg_core.training.tally import EpochRow


def module_of(model: Any = None, judge: Judge | None = None, **settings: Any) -> TrainingModule:
    steps = SequenceSteps(FakeLoss(exclusive=False))
    return TrainingModule(
        model or nn.Linear(2, 1),
        steps,
        judge or Judge(fake_metric),
        Training(**settings),
        seed=0,
        n_steps=5,
        where="here",
    )


def row(epoch: int, score: float) -> EpochRow:
    return EpochRow(epoch, 0.1, 0.1, score, 1e-3, 1.0)


@pytest.mark.parametrize(("judge", "best"), [(Judge(fake_metric), 2), (Judge(), 1)])
def test_the_best_epoch_is_the_first_of_those_with_the_best_score(judge: Judge, best: int) -> None:
    module = module_of(judge=judge)
    assert module.best is None
    module.rows = [row(1, 0.2), row(2, 0.9), row(3, 0.9), row(4, math.nan)]
    assert module.best is not None
    assert module.best.epoch == best


def test_where_no_score_was_defined_the_last_epoch_counts() -> None:
    module = module_of()
    module.rows = [row(1, math.nan), row(2, math.nan)]
    assert module.best is module.rows[-1]


def test_matrices_decay_and_vectors_do_not() -> None:
    optimiser = module_of(weight_decay=0.1).configure_optimizers()
    assert [(group["weight_decay"], len(group["params"])) for group in optimiser.param_groups] == [(0.1, 1), (0.0, 1)]


def test_frozen_parameters_are_not_handed_to_the_optimiser() -> None:
    layer = nn.Linear(2, 1)
    layer.weight.requires_grad_(requires_grad=False)
    optimiser = module_of(layer).configure_optimizers()
    assert [len(group["params"]) for group in optimiser.param_groups] == [1]


def test_only_the_model_is_saved() -> None:
    loss = FakeLoss(exclusive=False)
    loss.register_buffer("weight", torch.ones(2))
    module = TrainingModule(nn.Linear(2, 1), SequenceSteps(loss), Judge(), Training(), seed=0, n_steps=5, where="here")
    assert set(module.state_dict()) == {"model.weight", "model.bias"}


def test_what_lightning_does_not_know_of_is_kept_as_plain_values() -> None:
    module = module_of()
    module.configure_optimizers()
    module.rows = [row(1, 0.5)]
    checkpoint: dict[str, Any] = {}
    module.on_save_checkpoint(checkpoint)
    other = module_of()
    other.on_load_checkpoint(checkpoint)
    assert other.rows == module.rows
    assert checkpoint["deg"]["schedule"] == {"best": -math.inf, "num_bad_epochs": 0}
