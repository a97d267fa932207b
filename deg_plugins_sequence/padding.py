"""Padding, which has to influence nothing: neither answers elsewhere nor statistics.

Axes: N records, T frames, D latents, X whatever is normalised.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def channels_first(latents_NTD: Tensor, valid_NT: Tensor) -> tuple[Tensor, Tensor]:
    """Latents (N, D, T) with 0 in padding, and the mask (N, 1, T) of the same type of numbers."""
    valid_N1T = valid_NT.unsqueeze(1)
    # Not a product: padding may hold NaN, which 0 times is NaN still.
    latents_NDT = latents_NTD.transpose(1, 2).masked_fill(~valid_N1T, 0)
    return latents_NDT, valid_N1T.to(latents_NDT.dtype)


def normalise(norm: nn.Module, values_NTX: Tensor, valid_NT: Tensor) -> Tensor:
    """Batch normalisation over the frames that are real, so that padding moves no statistics; 0 in padding."""
    normalised: Tensor
    if valid_NT.all():
        normalised = norm(values_NTX.flatten(0, 1)).view_as(values_NTX)
        return normalised
    normalised = norm(values_NTX[valid_NT])
    zeros = torch.zeros(values_NTX.shape, dtype=normalised.dtype, device=normalised.device)
    return zeros.masked_scatter(valid_NT.unsqueeze(-1), normalised)
