from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from deg_core.testing import LossContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_scoring.cross_entropy import CrossEntropy, class_weights, to_classes
from deg_plugins_scoring.plugin import cross_entropy
from deg_plugins_scoring.settings import CrossEntropySettings

COUNTS = np.array([[900, 100], [700, 300], [400, 600]])
UNIFORM = np.array([[80, 20]] * 5)


class TestCrossEntropy(LossContract):
    plugin = cross_entropy


class TestCrossEntropyWithStrongWeights(LossContract):
    plugin = cross_entropy

    def settings(self) -> CrossEntropySettings:
        return CrossEntropySettings(class_weight_exponent=1)


def our_labels(classes: NDArray[np.int64]) -> Tensor:
    """Published classes, of which 0 is the background, as marks of the other four; shape (..., 4)."""
    marks = functional.one_hot(torch.from_numpy(classes).clamp(min=0), 5)[..., 1:]
    return marks.masked_fill(torch.from_numpy(classes == -1).unsqueeze(-1), -1)


def our_columns(logits: Tensor) -> Tensor:
    """Published columns, background first, in our order: none last."""
    return logits.roll(-1, dims=-1)


def test_the_published_mean_counts_frames_without_a_label_and_ours_does_not(parity: Any) -> None:
    expected = parity.expected("losses")
    logits = our_columns(parity.make_input("loss/logits", (16, 5), 3.0))
    ours = CrossEntropy(0.0, UNIFORM)(logits, our_labels(expected["classes"]))
    n_labelled = int((expected["classes"] != -1).sum())
    assert n_labelled == 15
    parity.assert_agrees(ours * n_labelled / 16, expected["cross_entropy"])


def test_the_published_loss_of_stretches_is_ours_times_labelled_frames_per_stretch(parity: Any) -> None:
    expected = parity.expected("rules/losses")
    classes = expected["sequence_classes"]
    logits_NTK = our_columns(parity.make_input("rules/ce", (3, 5, 20), 2.0).transpose(1, 2)).requires_grad_()
    n_labelled = int((classes != -1).sum())
    assert n_labelled < 60
    value = CrossEntropy(0.0, UNIFORM)(logits_NTK, our_labels(classes)) * n_labelled / 3
    gradient_NTK = torch.autograd.grad(value, logits_NTK)[0]
    parity.assert_agrees(value, expected["sequence_cross_entropy"])
    parity.assert_agrees(gradient_NTK.roll(1, dims=-1).transpose(1, 2), expected["sequence_cross_entropy_grad"])


@pytest.mark.parametrize("exponent", [0.0, 0.25, 0.5, 1.0])
def test_weights_are_the_published_ones_but_for_one_factor(parity: Any, exponent: float) -> None:
    expected = parity.expected("rules/class_weights")
    counts = np.stack([expected["negatives"], expected["positives"]], axis=1).astype(np.int64)
    ours, theirs = class_weights(counts, exponent).numpy(), expected[f"softmax_weight_exp{exponent}"]
    parity.assert_agrees(ours / ours.max(), theirs / theirs.max())


def test_weights_are_truly_applied() -> None:
    logits, labels = random_normal(9, 3), torch.tensor([[1, 0]] * 2 + [[0, 1]] * 3 + [[0, 0]] * 4)
    weights = class_weights(COUNTS, 1.0)
    each = functional.cross_entropy(logits, to_classes(labels), reduction="none")
    by_hand = (each * weights[to_classes(labels)]).sum() / 9
    torch.testing.assert_close(CrossEntropy(1.0, COUNTS)(logits, labels), by_hand)
    assert not torch.isclose(by_hand, each.mean(), rtol=0.01)


def test_the_mean_weight_of_a_training_frame_is_one_and_rare_classes_weigh_more() -> None:
    for exponent in (0.0, 0.25, 1.0):
        weights = class_weights(COUNTS, exponent).numpy()
        assert (weights * COUNTS[:, 1]).sum() == pytest.approx(1000)
    assert weights[0] > weights[1] > weights[2]
    assert class_weights(np.array([[10, 0], [0, 10]]), 0.25).tolist() == [0.0, 1.0]


def test_a_frame_has_the_class_that_is_present_or_none_or_is_not_known() -> None:
    labels = torch.tensor([[1, 0], [0, 1], [0, 0], [0, -1], [-1, 1], [-1, -1]])
    assert to_classes(labels).tolist() == [0, 1, 2, -100, 1, -100]
