"""The loss for behaviours that exclude each other equals that of the published system, but for how it is averaged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from deg_plugins_scoring.cross_entropy import CrossEntropy, class_weights

UNIFORM = np.array([[80, 20]] * 5)


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
