"""Extractors that ask for it see a recording from beginning to end before they answer for its frames."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from deg_core.networks.survey import show_recording
from deg_core.project.run_record import Statistics

STATISTICS = Statistics(mean=(0.0, 0.2, 0.4), std=(0.5, 1.0, 2.0))


class Surveyor(nn.Module):
    window, n_latents = 1, 1

    def __init__(self, n_survey_frames: int) -> None:
        super().__init__()
        self.n_survey_frames = n_survey_frames
        self.seen: list[torch.Tensor] = []

    def survey(self, frames_TCHW: torch.Tensor) -> None:
        self.seen.append(frames_TCHW)


def read_numbered(start: int, stop: int) -> np.ndarray:
    """Frame t is t everywhere; asked for one by one."""
    assert stop == start + 1
    return np.full((1, 4, 6, 3), start, dtype=np.uint8)


@pytest.mark.parametrize(
    ("wanted", "n_frames", "shown"),
    [(4, 100, [12, 37, 62, 87]), (10, 3, [0, 1, 2]), (1, 9, [4]), (5, 5, [0, 1, 2, 3, 4])],
)
def test_frames_are_spread_evenly_and_z_scored(wanted, n_frames, shown):
    extractor = Surveyor(wanted)
    show_recording(extractor, n_frames, read_numbered, STATISTICS)
    (frames,) = extractor.seen
    assert frames.shape == (len(shown), 3, 4, 6)
    for channel, (mean, std) in enumerate(zip(STATISTICS.mean, STATISTICS.std, strict=True)):
        expected = [(number / 255 - mean) / std for number in shown]
        assert frames[:, channel, 0, 0].tolist() == pytest.approx(expected, abs=1e-6)


def test_other_extractors_are_left_alone():
    def read(start, stop):
        raise AssertionError("nothing is to be read for them")

    show_recording(nn.Identity(), 100, read, STATISTICS)
