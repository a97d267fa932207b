from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from deg_core.networks.tensors import probabilities_of
from deg_core.testing.fakes import FakeExtractor, FakeExtractorSettings
from deg_core.training.counts import count_outputs, start_from_base_rate, starting_bias

LABELS = np.array([[1, 0], [0, 1], [0, 0], [0, 0], [0, -1], [-1, 1]], dtype=np.int8)


def test_each_behaviour_is_counted_where_it_is_labelled() -> None:
    assert count_outputs(LABELS, exclusive=False).tolist() == [[4, 1], [3, 2]]


def test_none_is_known_where_one_behaviour_is_present_or_all_are_absent() -> None:
    assert count_outputs(LABELS, exclusive=True).tolist() == [[4, 1], [3, 2], [3, 2]]


def test_the_first_answer_is_the_base_rate() -> None:
    bias = starting_bias(np.array([[900, 100], [500, 500], [999, 1]]), exclusive=False)
    assert bias.dtype == np.float32
    assert probabilities_of(bias[None], exclusive=False)[0] == pytest.approx([0.1, 0.5, 0.001], rel=1e-4)


def test_what_never_or_always_happens_starts_from_a_finite_number() -> None:
    counts = np.array([[100, 0], [0, 100], [0, 0]])
    assert starting_bias(counts, exclusive=False).tolist() == [0, 1, 0]
    exclusive = probabilities_of(starting_bias(counts, exclusive=True)[None], exclusive=True)[0]
    assert exclusive == pytest.approx([0.005, 0.990], abs=1e-3)


@pytest.mark.parametrize(("file", "name"), [("rules/class_weights", "bias_feature_extractor"), ("losses", "bias_init")])
def test_the_first_answer_is_the_published_one(parity: Any, file: str, name: str) -> None:
    expected = parity.expected(file)
    counts = np.stack([expected["negatives"], expected["positives"]], axis=1).astype(np.int64)
    parity.assert_agrees(starting_bias(counts, exclusive=False), expected[name])


def test_the_first_answer_of_exclusive_behaviours_is_their_shares() -> None:
    counts = np.array([[900, 100], [700, 300], [400, 600]])
    bias = starting_bias(counts, exclusive=True)
    assert probabilities_of(bias[None], exclusive=True)[0] == pytest.approx([0.1, 0.3], abs=1e-3)


def test_networks_that_can_start_from_the_base_rate_do() -> None:
    extractor = FakeExtractor(FakeExtractorSettings(), 2)
    counts = np.array([[90, 10], [50, 50]])
    start_from_base_rate(extractor, counts, exclusive=False)
    assert torch.equal(extractor.head.bias.detach(), torch.from_numpy(starting_bias(counts, exclusive=False)))
    start_from_base_rate(nn.Linear(1, 2), counts, exclusive=False)
