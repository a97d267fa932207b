"""A loss for behaviours that exclude each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from deg_core.testing import LossContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_scoring.cross_entropy import CrossEntropy, class_weights, to_classes
from deg_plugins_scoring.plugin import cross_entropy
from deg_plugins_scoring.settings import CrossEntropySettings

COUNTS = np.array([[900, 100], [990, 10], [110, 890]])
"""A common behaviour, a rare one, and none of them."""

GROOM, REAR, NONE, UNKNOWN = [1, 0], [0, 1], [0, 0], [-1, -1]


class TestCrossEntropy(LossContract):
    plugin = cross_entropy


class TestCrossEntropyWithoutClassWeights(LossContract):
    plugin = cross_entropy

    def settings(self):
        return CrossEntropySettings(class_weight_exponent=0.0)


class TestCrossEntropyThatWeighsAllClassesAlike(LossContract):
    plugin = cross_entropy

    def settings(self):
        return CrossEntropySettings(class_weight_exponent=1.0)


def frames(*labels: list[int]) -> torch.Tensor:
    return torch.tensor(labels)


def gradient(loss: CrossEntropy, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    logits = logits.clone().requires_grad_()
    return torch.autograd.grad(loss(logits, labels), logits)[0]


@pytest.mark.parametrize(
    ("labels", "its_class"),
    [
        (GROOM, 0),
        (REAR, 1),
        (NONE, 2),
        (UNKNOWN, -100),
        ([1, -1], 0),  # as they exclude each other, one that is there says all
        ([-1, 1], 1),
        ([0, -1], -100),  # nobody knows about the other
        ([-1, 0], -100),
    ],
)
def test_the_class_of_a_frame(labels, its_class):
    assert to_classes(frames(labels)).tolist() == [its_class]
    assert to_classes(frames(labels).expand(2, 3, 2)).tolist() == [[its_class] * 3] * 2


def test_without_class_weights_it_is_the_mean_over_labelled_frames():
    logits, labels = random_normal(4, 3), frames(GROOM, UNKNOWN, NONE, REAR)
    plain = functional.cross_entropy(logits[[0, 2, 3]], torch.tensor([0, 2, 1]))
    torch.testing.assert_close(CrossEntropy(0.0, COUNTS)(logits, labels), plain)


def test_stretches_and_frames_cost_the_same():
    logits, labels = random_normal(2, 3, 3), frames(GROOM, UNKNOWN, NONE, REAR, NONE, GROOM)
    loss = CrossEntropy(0.5, COUNTS)
    torch.testing.assert_close(loss(logits, labels.view(2, 3, 2)), loss(logits.view(6, 3), labels))


def test_class_weights_change_the_loss_as_they_say():
    logits, labels = torch.zeros(1, 3), (frames(GROOM), frames(REAR), frames(NONE))
    weighted, plain = CrossEntropy(0.5, COUNTS), CrossEntropy(0.0, COUNTS)
    shares = torch.stack([weighted(logits, each) / plain(logits, each) for each in labels])
    torch.testing.assert_close(shares, class_weights(COUNTS, 0.5))
    assert shares[1] > shares[0] > 1 > shares[2]


def test_a_frame_pulls_as_hard_as_its_class_weighs():
    labels = frames(GROOM, REAR, NONE)
    pulls = [gradient(CrossEntropy(exponent, COUNTS), torch.zeros(3, 3), labels) for exponent in (0.0, 1.0)]
    torch.testing.assert_close(pulls[1], pulls[0] * class_weights(COUNTS, 1.0)[:, None])


@pytest.mark.parametrize("unknown", [UNKNOWN, [0, -1]])
def test_a_frame_that_is_not_labelled_carries_no_weight(unknown):
    loss, logits = CrossEntropy(0.25, COUNTS), random_normal(3, 3)
    labels = frames(GROOM, unknown, NONE)
    pull = gradient(loss, logits, labels)
    assert not pull[1].any()
    torch.testing.assert_close(pull[[0, 2]], gradient(loss, logits[[0, 2]], labels[[0, 2]]))
    torch.testing.assert_close(loss(logits, labels), loss(logits[[0, 2]], labels[[0, 2]]))


def test_the_last_output_stands_for_none_of_the_behaviours():
    pull = -gradient(CrossEntropy(0.0, COUNTS), torch.zeros(1, 3), frames(NONE))
    assert (pull[0] > 0).tolist() == [False, False, True]
    right, wrong = torch.tensor([[0.0, 0.0, 9.0]]), torch.tensor([[9.0, 0.0, 0.0]])
    loss = CrossEntropy(0.25, COUNTS)
    assert loss(right, frames(NONE)) < 0.01 < loss(wrong, frames(NONE))


@pytest.mark.parametrize("exponent", [0.0, 0.25, 1.0, 2.0])
def test_the_mean_weight_of_a_training_frame_is_1(exponent):
    weights = class_weights(COUNTS, exponent).numpy()
    present = COUNTS[:, 1]
    assert (weights * present).sum() / present.sum() == pytest.approx(1)
    np.testing.assert_allclose(weights / weights[0], (present[0] / present) ** exponent, rtol=1e-6)


def test_a_class_that_no_training_frame_has_weighs_nothing():
    weights = class_weights(np.array([[10, 90], [100, 0], [90, 10]]), 0.5)
    # One to three, and 0.9 and 0.1 of them together are 1.
    assert weights.tolist() == pytest.approx([1 / 1.2, 0.0, 3 / 1.2], rel=1e-6)
    assert class_weights(np.zeros((3, 2), dtype=np.int64), 0.5).tolist() == [0, 0, 0]


def test_a_class_of_a_single_training_frame_weighs_as_much_as_that():
    weights = class_weights(np.array([[99, 1], [1, 99]]), 1.0)
    assert weights.tolist() == pytest.approx([50, 50 / 99])


def test_a_single_labelled_frame_costs_what_it_costs():
    logits = random_normal(2, 3)
    value = CrossEntropy(0.0, COUNTS)(logits, frames(UNKNOWN, REAR))
    torch.testing.assert_close(value, functional.cross_entropy(logits[1:], torch.tensor([1])))


def test_logits_of_16_bits_are_added_up_in_32():
    logits = (3 * random_normal(1, 4000, 3)).half()
    labels = frames(*[GROOM, REAR, NONE, UNKNOWN] * 1000)[None]
    loss = CrossEntropy(0.25, COUNTS)
    assert loss(logits, labels).dtype == torch.float32
    torch.testing.assert_close(loss(logits, labels), loss(logits.float(), labels))


def test_what_soft_labels_lack_to_1_is_the_share_of_none():
    loss = CrossEntropy(0.0, np.ones((3, 2), dtype=np.int64))
    shares = torch.tensor([[0.5, 0.2, 0.3]])
    costs = loss(shares.log(), shares[:, :2]).item()
    assert costs == pytest.approx(-(shares * shares.log()).sum().item())
    assert costs < loss(shares.log().roll(1, -1), shares[:, :2]).item()
