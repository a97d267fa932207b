"""What latents do around each frame: mean, extremes and change over windows of several lengths.

Axes: N records, T frames, D latents, X inputs made of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from deg_plugins_sequence.padding import channels_first

STATISTICS = 4


def n_inputs(n_latents: int, contexts: Sequence[int]) -> int:
    """Values per frame, X: the latents, and four statistics of each in every context."""
    return n_latents * (1 + STATISTICS * len(contexts))


def describe_windows(latents_NTD: Tensor, valid_NT: Tensor, contexts: Sequence[int]) -> Tensor:
    """Put beside the latents of each frame how they are around it.

    Args:
        latents_NTD: Latents, float.
        valid_NT: True where a frame is real; others count for nothing.
        contexts: Odd numbers of frames.

    Returns:
        Shape (N, T, X): the latents; then for each context their mean, least, greatest, and the mean of the frames
        after minus that of the frames before, where no frame is at a side the frame itself stands for it.
    """
    latents_NDT, valid_N1T = channels_first(latents_NTD, valid_NT)
    described = [latents_NDT]
    for context in contexts:
        described += _describe(latents_NDT, valid_N1T, context // 2)
    return torch.cat(described, dim=1).transpose(1, 2)


def _describe(latents_NDT: Tensor, valid_N1T: Tensor, half: int) -> list[Tensor]:
    before, after = _sums_beside(latents_NDT, half)
    n_before, n_after = _sums_beside(valid_N1T, half)
    mean = (before + latents_NDT + after) / (n_before + valid_N1T + n_after).clamp(min=1)
    change = _mean(after, n_after, latents_NDT) - _mean(before, n_before, latents_NDT)
    return [mean, -_greatest(-latents_NDT, valid_N1T, half), _greatest(latents_NDT, valid_N1T, half), change]


def _sums_beside(values_NDT: Tensor, half: int) -> tuple[Tensor, Tensor]:
    """Sums over the `half` frames before each frame, and over as many after it; outside counts as 0."""
    n_frames = values_NDT.shape[-1]
    sums = functional.avg_pool1d(functional.pad(values_NDT, (half, half)), half, stride=1) * half
    return sums[..., :n_frames], sums[..., half + 1 :]


def _mean(sums: Tensor, counts: Tensor, otherwise: Tensor) -> Tensor:
    return torch.where(counts > 0, sums / counts.clamp(min=1), otherwise)


def _greatest(values_NDT: Tensor, valid_N1T: Tensor, half: int) -> Tensor:
    masked = values_NDT.masked_fill(valid_N1T == 0, -torch.inf)
    greatest = functional.max_pool1d(masked, 2 * half + 1, stride=1, padding=half)
    return greatest.masked_fill(valid_N1T == 0, 0)
