from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from deg_core.networks.tensors import (
    extract,
    normalise,
    pair_windows,
    probabilities_of,
    tell_statistics,
    to_pictures,
    to_probabilities,
)
from deg_core.project.run_record import Statistics
from deg_core.testing.fakes import FakeExtractor, FakeExtractorSettings, FakeFlowGenerator, FakeFlowSettings


def test_bytes_become_numbers_with_colour_before_height_and_width() -> None:
    frames = torch.zeros(1, 2, 4, 6, 3, dtype=torch.uint8)
    frames[0, 1, 2, 5] = torch.tensor([255, 51, 0])
    pictures = to_pictures(frames)
    assert pictures.shape == (1, 2, 3, 4, 6)
    assert pictures[0, 1, :, 2, 5].tolist() == pytest.approx([1.0, 0.2, 0.0])
    assert pictures.sum() == pytest.approx(1.2)


def test_normalising_is_per_colour() -> None:
    pictures = torch.tensor([0.2, 0.5, 0.9]).view(1, 1, 3, 1, 1)
    statistics = Statistics(mean=(0.1, 0.5, 0.8), std=(0.1, 0.25, 0.5))
    assert normalise(pictures, statistics).flatten().tolist() == pytest.approx([1.0, 0.0, 0.2])


def test_statistics_are_told_to_those_who_want_to_know() -> None:
    class Curious(torch.nn.Module):
        def take_statistics(self, mean_C: torch.Tensor, std_C: torch.Tensor) -> None:
            self.told = (mean_C, std_C)

    curious = Curious()
    tell_statistics(curious, Statistics(mean=(0.1, 0.5, 0.8), std=(0.1, 0.25, 0.5)))
    assert [each.tolist() for each in curious.told] == [pytest.approx([0.1, 0.5, 0.8]), pytest.approx([0.1, 0.25, 0.5])]
    tell_statistics(torch.nn.Linear(1, 1), Statistics())  # says nothing to others


@given(st.integers(1, 4), st.integers(0, 5))
def test_pairs_are_seen_as_windows_without_a_copy(n_pairs: int, more: int) -> None:
    flow = torch.rand(2, n_pairs + more, 1, 2, 3, 4)
    windows = pair_windows(flow, n_pairs)
    assert windows.shape == (2, more + 1, n_pairs, 2, 3, 4)
    for start in range(more + 1):
        assert torch.equal(windows[:, start], flow[:, start : start + n_pairs, 0])
    assert windows.untyped_storage().data_ptr() == flow.untyped_storage().data_ptr()


@pytest.mark.parametrize("n_frames", [2, 5])
def test_flow_of_pairs_and_of_windows_serve_an_extractor_alike(n_frames: int) -> None:
    frames = torch.rand(2, 9, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    extractor = FakeExtractor(FakeExtractorSettings(window=5), 2, needs_flow=True)
    pairs, windows = (FakeFlowGenerator(FakeFlowSettings(n_frames=n)) for n in (2, n_frames))
    windows.load_state_dict(pairs.state_dict())
    by_pair, other = extract(frames, pairs, extractor), extract(frames, windows, extractor)
    assert other[0].shape == (2, 5, 4)
    assert other[1].shape == (2, 5, 2)
    torch.testing.assert_close(by_pair[0], other[0])


def test_a_trained_flow_generator_is_not_trained_further() -> None:
    flow = FakeFlowGenerator(FakeFlowSettings())
    extractor = FakeExtractor(FakeExtractorSettings(), 2, needs_flow=True)
    latents, logits = extract(torch.rand(1, 5, 3, 8, 8), flow, extractor)
    (latents.sum() + logits.sum()).backward()
    assert flow.scale.grad is None
    assert extractor.shares.grad is not None


def test_an_extractor_without_flow_gets_none() -> None:
    latents, _ = extract(torch.rand(1, 5, 3, 8, 8), None, FakeExtractor(FakeExtractorSettings(), 2))
    assert latents.shape == (1, 3, 3)


def test_behaviours_that_overlap_have_probabilities_of_their_own() -> None:
    logits = np.array([[0.0, 100.0, -100.0]], dtype=np.float32)
    assert probabilities_of(logits, exclusive=False).tolist() == [[0.5, 1.0, 0.0]]


def test_behaviours_that_exclude_each_other_share_with_none() -> None:
    logits = torch.tensor([[1.0, 3.0, 2.0]], dtype=torch.bfloat16)
    shares = to_probabilities(logits, exclusive=True)
    assert shares.dtype == torch.float32
    assert shares.shape == (1, 2)
    assert shares[0].tolist() == pytest.approx((np.exp([1, 3]) / np.exp([1, 2, 3]).sum()).tolist())
