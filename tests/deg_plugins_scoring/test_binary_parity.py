"""The binary losses equal those of the published system."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from deg_plugins_scoring.binary import FocalBce, present_weights

PUBLISHED = list(itertools.product([0.25, 1.0], [0.0, 1.0, 2.0], [0.0, 0.05]))
"""Exponents of class weights, gammas and smoothings."""


def published_loss(expected: Any, exponent: float, gamma: float, smoothing: float) -> FocalBce:
    counts = np.stack([expected["negatives"], expected["positives"]], axis=1).astype(np.int64)
    return FocalBce(gamma, smoothing, exponent, counts)


def with_gradient(loss: FocalBce, logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    logits.requires_grad_()
    value = loss(logits, labels)
    return value, torch.autograd.grad(value, logits)[0]


@pytest.mark.parametrize(("exponent", "gamma", "smoothing"), PUBLISHED)
def test_loss_and_gradient_for_frames_equal_the_published_ones(
    parity: Any, exponent: float, gamma: float, smoothing: float
) -> None:
    expected = parity.expected("losses")
    loss = published_loss(expected, exponent, gamma, smoothing)
    logits = parity.make_input("loss/logits", (16, 5), 3.0)
    value, gradient = with_gradient(loss, logits, torch.from_numpy(expected["labels"]))
    key = f"focal_frames_exp{exponent}_gamma{gamma}_smooth{smoothing}"
    parity.assert_agrees(value, expected[key])
    parity.assert_agrees(gradient, expected[f"{key}_grad"])


@pytest.mark.parametrize(("exponent", "gamma", "smoothing"), PUBLISHED)
def test_loss_and_gradient_for_stretches_equal_the_published_ones(
    parity: Any, exponent: float, gamma: float, smoothing: float
) -> None:
    expected = parity.expected("losses")
    loss = published_loss(expected, exponent, gamma, smoothing)
    logits = parity.make_input("loss/logits-seq", (4, 5, 30), 3.0).transpose(1, 2)
    value, gradient = with_gradient(loss, logits, torch.from_numpy(expected["labels_seq"]).transpose(1, 2))
    key = f"focal_sequence_exp{exponent}_gamma{gamma}_smooth{smoothing}"
    parity.assert_agrees(value, expected[key])
    parity.assert_agrees(gradient.transpose(1, 2), expected[f"{key}_grad"])


@pytest.mark.parametrize("exponent", [0.0, 0.25, 0.5, 1.0])
def test_weights_equal_the_published_ones_also_for_what_is_never_or_always_present(
    parity: Any, exponent: float
) -> None:
    expected = parity.expected("rules/class_weights")
    counts = np.stack([expected["negatives"], expected["positives"]], axis=1).astype(np.int64)
    parity.assert_agrees(present_weights(counts, exponent), expected[f"pos_weight_exp{exponent}"])
