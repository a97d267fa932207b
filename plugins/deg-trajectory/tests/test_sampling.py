"""Samples that are spread over a stream of unknown length."""

from __future__ import annotations

import pytest
import torch

from deg_trajectory.sampling import EvenSample


@pytest.mark.parametrize("n_items", [1, 9, 10, 11, 12, 50, 997])
@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_a_sample_is_even_and_neither_small_nor_large(n_items: int, at_once: int) -> None:
    sample = EvenSample(10)
    for items in torch.arange(n_items).split(at_once):
        for item in sample.choose(items):
            sample.add(item)
    kept = torch.stack(sample.kept)
    assert min(n_items, 5) <= len(kept) <= 10
    steps = kept.diff()
    assert kept[0] == 0
    assert len(steps) == 0 or (steps == steps[0]).all()
    assert len(steps) == 0 or n_items - kept[-1] <= steps[0]
