from __future__ import annotations

import math

import pytest
import torch

from deg_core.testing.fake_scoring import fake_metric
from deg_core.training.judge import Judge
from deg_core.training.steps import Answer
from deg_core.training.tally import EpochTally


def answer(loss: float, logits: list[list[float]], labels: list[list[int]]) -> Answer:
    return Answer(torch.tensor(loss), torch.tensor([logits]), torch.tensor([labels], dtype=torch.int8))


def test_the_training_loss_is_the_mean_over_steps() -> None:
    tally = EpochTally()
    assert math.isnan(tally.train_loss)
    for loss in (1.0, 2.0, 6.0):
        tally.add_training(torch.tensor(loss, requires_grad=True), torch.zeros(()))
    assert (tally.train_loss, tally.n_steps) == (3.0, 3)


def test_the_penalty_is_averaged_beside_the_loss() -> None:
    tally = EpochTally()
    for loss, penalty in ((1.0, 0.5), (2.0, 0.25)):
        tally.add_training(torch.tensor(loss), torch.tensor(penalty, requires_grad=True))
    row = tally.row(1, Judge(), 1e-3)
    assert (row.train_loss, row.penalty) == (1.5, 0.375)


def test_a_loss_that_is_no_number_is_not_averaged_away() -> None:
    tally = EpochTally()
    tally.add_training(torch.tensor(math.nan), torch.zeros(()))
    tally.add_training(torch.tensor(1.0), torch.zeros(()))
    assert math.isnan(tally.train_loss)


def test_frames_of_all_batches_are_scored_together_and_unlabelled_ones_not_at_all() -> None:
    tally = EpochTally()
    tally.add_validation(1, answer(1.0, [[3.0], [-3.0], [9.0]], [[1], [0], [-1]]), exclusive=False)
    tally.add_validation(1, answer(4.0, [[-3.0]], [[0]]), exclusive=False)
    tally.add_training(torch.tensor(0.5), torch.zeros(()))
    row = tally.row(7, Judge(fake_metric), 1e-3)
    assert (row.epoch, row.score, row.learning_rate, row.train_loss) == (7, 1.0, 1e-3, 0.5)
    assert row.validation_loss == pytest.approx((2 * 1.0 + 1 * 4.0) / 3)
    assert row.seconds >= 0


def test_a_stage_without_labels_is_scored_by_its_loss() -> None:
    tally = EpochTally()
    tally.add_validation(3, Answer(torch.tensor(1.0)), exclusive=False)
    tally.add_validation(1, Answer(torch.tensor(5.0)), exclusive=False)
    row = tally.row(1, Judge(), 1e-3)
    assert row.score == row.validation_loss == 2.0


def test_without_validation_data_the_training_loss_is_the_score() -> None:
    tally = EpochTally()
    tally.add_training(torch.tensor(0.75), torch.zeros(()))
    row = tally.row(1, Judge(), 1e-3)
    assert (row.score, math.isnan(row.validation_loss)) == (0.75, True)
