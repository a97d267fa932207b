from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from deg_core.project.manifest import Training
from deg_core.testing.fake_scoring import FakeLoss, fake_metric
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
    return EpochRow(epoch, 0.1, 0.0, 0.1, score, 1e-3, 1.0)


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


@pytest.mark.parametrize(("stop_after", "finished"), [(None, False), (3, False), (2, True), (1, True)])
def test_training_ends_when_the_score_has_not_become_better_for_so_many_epochs(stop_after: Any, finished: bool) -> None:
    module = module_of(stop_after=stop_after)
    module.configure_optimizers()
    module.rows = [row(1, 0.2), row(2, 0.9), row(3, 0.9), row(4, 0.1)]
    assert module.finished is finished
    module.rows.append(row(5, 0.95))
    assert not module.finished


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


def batch() -> tuple[Any, ...]:
    return torch.ones(1, 3, 2), torch.ones(1, 3, dtype=torch.bool), torch.ones(1, 3, 1, dtype=torch.int8)


class Ignorant(nn.Module):
    """Answers 0 whatever its weight is."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[3.0]]))

    def forward(self, latents: Any, valid: Any) -> Any:
        return 0 * self.weight + torch.zeros(1, 3, 1)


@pytest.mark.parametrize(
    ("style", "penalty", "gradient"),
    [("none", 0, 0), ("l2", 0.5 * 9, 3), ("l2-sp", 0.5 * 4, 2), ("elsewhere", 0.45, 0.3)],
)
def test_the_penalty_is_a_part_of_what_is_minimised_and_is_logged_apart(
    style: Any, penalty: float, gradient: float
) -> None:
    model = Ignorant()
    starts = {model.weight: torch.tensor([[1.0]])} if style == "l2-sp" else {}
    regularization = {"style": "l2-sp" if style == "elsewhere" else style, "alpha": 1, "beta": 0.1}
    steps = SequenceSteps(FakeLoss(exclusive=False))
    module = TrainingModule(
        model,
        steps,
        Judge(),
        Training(regularization=regularization),
        seed=0,
        n_steps=5,
        where="here",
        starts=starts,
    )
    module.configure_optimizers()
    loss = module.training_step(batch(), 0)
    loss.backward()
    assert model.weight.grad is not None
    assert model.weight.grad.item() == pytest.approx(gradient)
    row = module._tally.row(1, Judge(), 1e-3)
    data_loss = steps(model, batch()).loss.item()
    assert (row.train_loss, row.penalty) == pytest.approx((data_loss, penalty))
    assert loss.item() == pytest.approx(data_loss + penalty)
    assert module.recent_loss == pytest.approx(data_loss)
    assert set(module.state_dict()) == {"model.weight"}
