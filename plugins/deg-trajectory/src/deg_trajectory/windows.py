"""Sums up features over the window around each frame.

Axes: F frames that are asked about, W frames of the window around each, P features.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

STATISTICS = ("mean", "std", "min", "max", "change", "harmonic_1", "harmonic_2")


def sum_up(features_FWP: Tensor, radii: Sequence[int]) -> Tensor:
    """The middle frame, then for each radius the statistics of the frames around it.

    Args:
        features_FWP: W odd, at least 2 * max(radii) + 1.
        radii: Frames before and after the middle one.

    Returns:
        Shape (F, P * (1 + len(radii) * len(STATISTICS))).
    """
    middle = features_FWP.shape[1] // 2
    parts = [features_FWP[:, middle]]
    for radius in radii:
        around = features_FWP[:, middle - radius : middle + radius + 1]
        parts += [
            around.mean(dim=1),
            around.std(dim=1, correction=0),
            around.amin(dim=1),
            around.amax(dim=1),
            around[:, radius + 1 :].mean(dim=1) - around[:, :radius].mean(dim=1),
            _harmonic(around, 1),
            _harmonic(around, 2),
        ]
    return torch.cat(parts, dim=1)


def names_of(features: Sequence[str], radii: Sequence[int]) -> tuple[str, ...]:
    """What each number of `sum_up` is called."""
    windows = (f"{feature}_{name}_{radius}" for radius in radii for name in STATISTICS for feature in features)
    return (*features, *windows)


def _harmonic(around_FWP: Tensor, n_periods: int) -> Tensor:
    """How strongly features swing to and fro so many times over the window, their mean taken off."""
    n_frames = around_FWP.shape[1]
    phase = torch.arange(n_frames, device=around_FWP.device).to(around_FWP) * (2 * math.pi * n_periods / n_frames)
    centred = around_FWP - around_FWP.mean(dim=1, keepdim=True)
    cosine = (centred * torch.cos(phase)[:, None]).mean(dim=1)
    sine = (centred * torch.sin(phase)[:, None]).mean(dim=1)
    return 2 * torch.sqrt(cosine**2 + sine**2)
