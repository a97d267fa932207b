from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from deg_core.project.manifest import Training
from deg_core.training.schedule import Schedule, cosine_share


def schedule_of(goal: Any = "max", n_steps: int = 10, **settings: Any) -> Schedule:
    optimiser = torch.optim.AdamW(nn.Linear(1, 1).parameters(), lr=settings.get("learning_rate", 1e-3))
    return Schedule(optimiser, Training(**{"learning_rate": 1e-3, **settings}), goal, n_steps)


def rates_of(schedule: Schedule, scores: list[float]) -> list[float]:
    rates = []
    for score in scores:
        schedule.end_epoch(score)
        rates.append(schedule.learning_rate)
    return rates


def rates_of_steps(schedule: Schedule, n_steps: int) -> list[float]:
    rates = []
    for step in range(n_steps):
        schedule.begin_step(step)
        rates.append(schedule.learning_rate)
    return rates


@pytest.mark.parametrize(("goal", "sign"), [("max", 1), ("min", -1)])
def test_a_plateau_lowers_the_rate_when_the_score_stalls_in_the_direction_of_its_goal(goal: Any, sign: int) -> None:
    schedule = schedule_of(goal, patience=1, reduction_factor=0.1)
    better = [0.1, 0.2, 0.3]
    assert rates_of(schedule, [sign * score for score in better]) == [1e-3] * 3
    assert rates_of(schedule, [sign * 0.2] * 3) == pytest.approx([1e-3, 1e-4, 1e-4])


def test_a_score_that_is_no_number_counts_as_stalled() -> None:
    schedule = schedule_of(patience=0, reduction_factor=0.5)
    assert rates_of(schedule, [0.1, math.nan, 0.2]) == pytest.approx([1e-3, 5e-4, 5e-4])


def test_what_a_plateau_remembers_can_be_carried_over() -> None:
    first = schedule_of(patience=1, reduction_factor=0.1)
    rates_of(first, [0.5, 0.4])
    second = schedule_of(patience=1, reduction_factor=0.1)
    second.load_state_dict(first.state_dict())
    assert rates_of(second, [0.4]) == pytest.approx([1e-4])


def test_training_is_finished_when_the_rate_is_below_the_least() -> None:
    schedule = schedule_of(patience=0, reduction_factor=0.1, min_learning_rate=5e-5)
    schedule.end_epoch(1.0)
    assert not schedule.finished
    schedule.end_epoch(1.0)
    assert not schedule.finished
    schedule.end_epoch(1.0)
    assert schedule.finished


def test_a_cosine_rises_shortly_and_falls_to_almost_nothing() -> None:
    schedule = schedule_of(schedule="cosine", n_steps=100, max_epochs=10)
    rates = rates_of_steps(schedule, 1000)
    assert rates[0] < 1e-4
    assert max(rates) == pytest.approx(1e-3)
    assert rates.index(max(rates)) == 50
    assert rates[50:] == sorted(rates[50:], reverse=True)
    assert rates[525] == pytest.approx(5e-4, rel=0.01)
    assert rates[-1] < 1e-8


def test_shorter_cosines_follow_each_other_from_half_the_height() -> None:
    rates = rates_of_steps(schedule_of(schedule="cosine", n_steps=40, max_epochs=30, cosine_epochs=10), 1200)
    assert [rates[400], rates[800]] == pytest.approx([5e-4, 2.5e-4])
    assert rates[600] == pytest.approx(2.5e-4)
    assert max(rates[399], rates[799], rates[1199]) < 1e-7
    assert max(rates) == pytest.approx(1e-3)


def test_a_cosine_does_not_end_training_before_its_epochs_are_over() -> None:
    schedule = schedule_of(schedule="cosine", max_epochs=3, min_learning_rate=1e-4)
    rates_of_steps(schedule, 30)
    assert schedule.learning_rate < 1e-4
    assert not schedule.finished


def test_milestones_lower_the_rate_after_so_many_epochs() -> None:
    schedule = schedule_of(schedule="multistep", n_steps=2, milestones=(1, 3), reduction_factor=0.5)
    assert rates_of_steps(schedule, 8) == pytest.approx([1e-3] * 2 + [5e-4] * 4 + [2.5e-4] * 2)
    assert rates_of(schedule, [0.1, 0.1, 0.1, 0.1]) == pytest.approx([2.5e-4] * 4)


def test_milestones_can_end_training_too() -> None:
    schedule = schedule_of(schedule="multistep", n_steps=1, milestones=(1, 2), min_learning_rate=1e-5)
    finished = []
    for step in range(3):
        schedule.begin_step(step)
        finished.append(schedule.finished)
    assert finished == [False, False, True]


def test_rates_fall_and_training_ends_as_in_the_published_recipe() -> None:
    """1e-4, 1e-5, 1e-6, and at the third fall, to 5e-7 there, it stops: after the same epoch."""
    schedule = schedule_of(learning_rate=1e-4, patience=3, reduction_factor=0.1, min_learning_rate=5e-7)
    epochs = 0
    while not schedule.finished:
        schedule.end_epoch(0.5)
        epochs += 1
    assert epochs == 1 + 3 * 4


def test_a_cosine_of_very_few_steps_stays_above_nothing() -> None:
    assert [cosine_share(step, 2) for step in range(2)] == pytest.approx([1.0, 0.5])


def test_a_constant_rate_stays() -> None:
    schedule = schedule_of(schedule="constant", patience=0)
    schedule.begin_step(99)
    assert rates_of(schedule, [0.1, 0.1, 0.1]) == [1e-3] * 3


def test_a_plateau_leaves_single_steps_alone() -> None:
    schedule = schedule_of()
    schedule.begin_step(99)
    assert schedule.learning_rate == 1e-3
