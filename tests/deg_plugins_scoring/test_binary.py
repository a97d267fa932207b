from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from deg_core.testing import LossContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_scoring.binary import FocalBce, present_weights
from deg_plugins_scoring.plugin import bce, focal_bce
from deg_plugins_scoring.settings import FocalBceSettings

PUBLISHED = list(itertools.product([0.25, 1.0], [0.0, 1.0, 2.0], [0.0, 0.05]))
"""Exponents of class weights, gammas and smoothings."""

NO_COUNTS = np.array([[50, 50], [50, 50]])


class TestFocalBce(LossContract):
    plugin = focal_bce


class TestBce(LossContract):
    plugin = bce


class TestSharpFocalBce(LossContract):
    plugin = focal_bce

    def settings(self) -> FocalBceSettings:
        return FocalBceSettings(gamma=3, label_smoothing=0, class_weight_exponent=1)


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


def test_a_rare_behaviour_weighs_more_where_it_is_present() -> None:
    counts = np.array([[900, 100], [500, 500], [1000, 0], [0, 1000]])
    assert present_weights(counts, 1.0).tolist() == [9.0, 1.0, 0.0, 1.0]
    assert present_weights(counts, 0.5).tolist() == [3.0, 1.0, 0.0, 1.0]
    assert present_weights(counts, 0.0).tolist() == [1.0] * 4


def test_without_gamma_smoothing_and_weights_it_is_plain_binary_cross_entropy() -> None:
    logits, labels = random_normal(6, 2), torch.tensor([[0, 1]] * 3 + [[1, 1]] * 3)
    plain = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels.float(), reduction="sum") / 6
    torch.testing.assert_close(FocalBce(0, 0, 0, NO_COUNTS)(logits, labels), plain)


def test_half_precision_logits_are_added_up_exactly() -> None:
    logits, labels = random_normal(400, 2).bfloat16(), torch.ones(400, 2)
    loss = FocalBce(1, 0.05, 0.25, NO_COUNTS)
    torch.testing.assert_close(loss(logits, labels), loss(logits.float(), labels))
