from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from deg_core.errors import PluginFailedError
from deg_core.inference.classify import infer_logits
from deg_core.testing.fakes import FakeSequenceModel, FakeSequenceSettings

CPU = torch.device("cpu")
LATENTS = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)


def model_of(receptive_field: int | None) -> Any:
    return FakeSequenceModel(FakeSequenceSettings(receptive_field=receptive_field), 3, 2).eval()


def read(start: int, stop: int) -> np.ndarray:
    return LATENTS[start:stop]


@given(st.integers(1, 60), st.sampled_from([1, 3, 9, 21]), st.integers(1, 70))
def test_no_answer_depends_on_where_blocks_end(n_frames: int, receptive_field: int, block_frames: int) -> None:
    model = model_of(receptive_field)
    whole = infer_logits(read, n_frames, model, CPU, block_frames=1000)
    pieces = infer_logits(read, n_frames, model, CPU, block_frames)
    assert pieces.shape == (n_frames, 2)
    assert pieces.dtype == np.float32
    np.testing.assert_allclose(pieces, whole, atol=1e-5)


def test_a_model_without_a_bound_reads_the_recording_in_one_piece() -> None:
    spans = []

    def note(start: int, stop: int) -> np.ndarray:
        spans.append((start, stop))
        return read(start, stop)

    infer_logits(note, 60, model_of(None), CPU, block_frames=7)
    assert spans == [(0, 60)]


class Counting(torch.nn.Module):
    """Says how many frames it has read so far, which has no bound."""

    receptive_field = None

    def answer_in_pieces(self, read: Any, n_frames: int, block_frames: int) -> torch.Tensor:
        starts = range(0, n_frames, block_frames)
        blocks = [read(start, min(start + block_frames, n_frames)) for start in starts]
        return torch.cat(blocks)[:, :2].double().cumsum(dim=0)


def test_a_model_without_a_bound_reads_block_by_block_if_it_can() -> None:
    spans = []

    def note(start: int, stop: int) -> np.ndarray:
        spans.append((start, stop))
        return read(start, stop)

    logits = infer_logits(note, 60, Counting(), CPU, block_frames=25)
    assert spans == [(0, 25), (25, 50), (50, 60)]
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits, LATENTS[:, :2].cumsum(axis=0), atol=1e-4)


def test_answers_in_pieces_that_are_none_are_refused() -> None:
    with pytest.raises(PluginFailedError, match="the sequence model") as caught:
        infer_logits(lambda start, stop: np.full_like(read(start, stop), np.inf), 60, Counting(), CPU, block_frames=25)
    assert caught.value.where == "frames 0 to 60"


def test_blocks_overlap_by_no_more_than_the_receptive_field() -> None:
    spans = []

    def note(start: int, stop: int) -> np.ndarray:
        spans.append((start, stop))
        return read(start, stop)

    infer_logits(note, 60, model_of(5), CPU, block_frames=20)
    assert spans == [(0, 22), (18, 42), (38, 60)]


class Broken(torch.nn.Module):
    receptive_field = 1

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = fault

    def forward(self, latents: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
        return latents[:, :-1] if self.fault == "short" else latents / 0


@pytest.mark.parametrize("fault", ["short", "infinite"])
def test_answers_that_are_none_are_refused(fault: str) -> None:
    with pytest.raises(PluginFailedError, match=r"the sequence model 'x' from deg-lab 1\.5 gave") as caught:
        infer_logits(read, 60, Broken(fault), CPU, block_frames=50, label="'x' from deg-lab 1.5")
    assert caught.value.where == "frames 0 to 50"


def test_answering_leaves_no_gradient_behind() -> None:
    model = model_of(3)
    infer_logits(read, 60, model, CPU)
    assert all(parameter.grad is None for parameter in model.parameters())
