"""Losses for behaviours that are each present or not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from deg_core.testing import LossContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_scoring.binary import FocalBce, present_weights
from deg_plugins_scoring.plugin import bce, focal_bce
from deg_plugins_scoring.settings import BceSettings, FocalBceSettings

COUNTS = np.array([[300, 100], [990, 10], [500, 500]])


class TestFocalBce(LossContract):
    plugin = focal_bce


class TestFocalBceThatWeighsMuch(LossContract):
    plugin = focal_bce

    def settings(self):
        return FocalBceSettings(gamma=2.0, label_smoothing=0.1, class_weight_exponent=1.0)


class TestBce(LossContract):
    plugin = bce


class TestBceWithClassWeights(LossContract):
    plugin = bce

    def settings(self):
        return BceSettings(class_weight_exponent=0.5)


def marks(*shape: int) -> torch.Tensor:
    return torch.randint(-1, 2, shape, generator=torch.Generator().manual_seed(1))


def by_hand(logits, labels, gamma, smoothing, weights):
    """The loss, an element after the other."""
    total = 0.0
    for logit, label, weight in zip(
        logits.double().flatten().tolist(),
        labels.flatten().tolist(),
        np.broadcast_to(weights, logits.shape).ravel().tolist(),
        strict=True,
    ):
        if label == -1:
            continue
        p = 1 / (1 + np.exp(-logit))
        target = 1 - smoothing if label == 1 else smoothing
        wrong = 1 - p if label == 1 else p
        total -= wrong**gamma * (weight * target * np.log(p) + (1 - target) * np.log(1 - p))
    return total / len(logits)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("smoothing", [0.0, 0.05])
@pytest.mark.parametrize("exponent", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("shape", [(7, 3), (4, 9, 3), (1, 3)])
def test_the_loss_is_the_one_of_its_formula(gamma, smoothing, exponent, shape):
    logits, labels = 3 * random_normal(*shape), marks(*shape)
    weights = (COUNTS[:, 0] / COUNTS[:, 1]) ** exponent
    loss = FocalBce(gamma, smoothing, exponent, COUNTS)(logits, labels)
    assert loss.item() == pytest.approx(by_hand(logits, labels, gamma, smoothing, weights), rel=1e-5)


def test_without_any_weights_it_is_plain_binary_cross_entropy():
    logits, labels = random_normal(5, 8, 3), marks(5, 8, 3).abs()
    plain = functional.binary_cross_entropy_with_logits(logits, labels.float(), reduction="sum") / 5
    torch.testing.assert_close(bce.build(BceSettings(), COUNTS)(logits, labels), plain)


def test_frames_that_are_already_right_weigh_less_with_gamma():
    labels = torch.ones(1, 1, dtype=torch.long)

    def share(gamma: float) -> float:
        loss = FocalBce(gamma, 0.0, 0.0, COUNTS[:1])
        return (loss(torch.tensor([[3.0]]), labels) / loss(torch.tensor([[-3.0]]), labels)).item()

    assert share(2.0) < share(1.0) < share(0.0)


def test_a_missed_frame_of_a_rare_behaviour_costs_more_with_class_weights():
    labels, missed = torch.ones(1, 3, dtype=torch.long), torch.full((1, 3), -2.0, requires_grad=True)

    def pull(exponent: float) -> torch.Tensor:
        return -torch.autograd.grad(FocalBce(0.0, 0.0, exponent, COUNTS)(missed, labels), missed)[0][0]

    assert pull(0.0).tolist() == pytest.approx([pull(0.0)[0].item()] * 3)
    torch.testing.assert_close(pull(1.0), pull(0.0) * torch.tensor([3.0, 99.0, 1.0]))


def test_class_weights_leave_absent_frames_alone():
    labels, logits = torch.zeros(1, 3, dtype=torch.long), random_normal(1, 3)
    heavy, light = (FocalBce(1.0, 0.0, exponent, COUNTS)(logits, labels) for exponent in (1.0, 0.0))
    torch.testing.assert_close(heavy, light)


@pytest.mark.parametrize("gamma", [0.0, 1.0])
def test_only_labelled_behaviours_of_a_frame_are_pulled(gamma):
    logits = random_normal(2, 4, 3).requires_grad_()
    labels = marks(2, 4, 3)
    gradient = torch.autograd.grad(FocalBce(gamma, 0.05, 0.25, COUNTS)(logits, labels), logits)[0]
    assert torch.equal(gradient != 0, labels != -1)


def test_smoothing_stops_before_certainty():
    logits = torch.tensor([[2.9, 3.0]], requires_grad=True)  # log(0.95 / 0.05) is 2.944
    loss = FocalBce(0.0, 0.05, 0.0, COUNTS[:2])(logits, torch.ones(1, 2, dtype=torch.long))
    gradient = torch.autograd.grad(loss, logits)[0][0]
    assert gradient[0] < 0 < gradient[1]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_logits_of_16_bits_are_added_up_in_32(dtype):
    logits, labels = (4 * random_normal(1, 5000, 3)).to(dtype), marks(1, 5000, 3)
    loss = FocalBce(1.0, 0.05, 0.25, COUNTS)
    value = loss(logits, labels)
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, loss(logits.float(), labels))


def test_an_empty_batch_costs_nothing():
    assert FocalBce(1.0, 0.05, 0.25, COUNTS)(torch.zeros(0, 3), torch.zeros(0, 3).long()) == 0


@pytest.mark.parametrize(
    ("exponent", "weights"), [(1.0, [3.0, 99.0, 1.0]), (0.5, [3**0.5, 99**0.5, 1.0]), (0.0, [1.0, 1.0, 1.0])]
)
def test_present_frames_weigh_by_how_rare_they_are(exponent, weights):
    assert present_weights(COUNTS, exponent).tolist() == pytest.approx(weights)


def test_behaviours_that_always_or_never_happen_weigh_1_and_0():
    counts = np.array([[0, 50], [50, 0], [49, 1]])
    assert present_weights(counts, 0.5).tolist() == [1.0, 0.0, 7.0]
    assert present_weights(counts, 0.0).tolist() == [1.0, 1.0, 1.0]
    assert present_weights(counts, 0.5).dtype == torch.float32


def test_a_soft_label_costs_least_where_the_probability_is_just_that():
    loss = FocalBce(1.0, 0.0, 0.0, COUNTS)
    labels = torch.full((1, 3), 0.3)
    costs = [loss(torch.logit(torch.full((1, 3), p)), labels).item() for p in (0.05, 0.2, 0.3, 0.4, 0.95)]
    assert costs.index(min(costs)) == 2
    assert costs[2] == pytest.approx(0, abs=1e-4)  # nothing is wrong, so nothing weighs


def test_mixed_labels_cost_what_both_cost_together():
    """Without a focus cross-entropy is linear in its targets, as distillation's mixture of two losses is."""
    loss = FocalBce(0.0, 0.0, 0.5, COUNTS)
    logits, hard = random_normal(4, 3), torch.tensor([[0, 1, 1]] * 4)
    taught = torch.rand(4, 3, generator=torch.Generator().manual_seed(0))
    together = loss(logits, 0.3 * taught + 0.7 * hard)
    assert together.item() == pytest.approx(0.3 * loss(logits, taught).item() + 0.7 * loss(logits, hard).item())
