"""Structural similarity of pictures (Wang et al., IEEE Transactions on Image Processing 2004).

Axes: B pictures, C channels, H, W.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_WINDOW = 11
_SIGMA_PX = 1.5
_C1 = 0.01**2
_C2 = 0.03**2


def structural_similarity(first_BCHW: Tensor, second_BCHW: Tensor) -> Tensor:
    """Compare every pixel's surroundings.

    Outside the pictures counts as black, and as agreeing.

    Args:
        first_BCHW: 0..1, float32.
        second_BCHW: 0..1, float32.

    Returns:
        1 where they are equal, less where not; (B, C, H, W).
    """
    products = (first_BCHW, second_BCHW, first_BCHW**2, second_BCHW**2, first_BCHW * second_BCHW)
    mean1, mean2, square1, square2, product = _blur(torch.cat(products)).chunk(len(products))
    variance1, variance2 = square1 - mean1**2, square2 - mean2**2
    covariance = product - mean1 * mean2
    luminance = (2 * mean1 * mean2 + _C1) / (mean1**2 + mean2**2 + _C1)
    return luminance * (2 * covariance + _C2) / (variance1 + variance2 + _C2)


def _blur(pictures_BCHW: Tensor) -> Tensor:
    """Gaussian means, first along x and then along y, which is far cheaper than a square window."""
    distance = torch.arange(_WINDOW, device=pictures_BCHW.device, dtype=pictures_BCHW.dtype) - _WINDOW // 2
    kernel = torch.exp(-(distance**2) / (2 * _SIGMA_PX**2))
    kernel = kernel / kernel.sum()
    planes = pictures_BCHW.flatten(0, 1).unsqueeze(1)
    planes = functional.conv2d(planes, kernel.view(1, 1, 1, -1), padding=(0, _WINDOW // 2))
    planes = functional.conv2d(planes, kernel.view(1, 1, -1, 1), padding=(_WINDOW // 2, 0))
    return planes.view_as(pictures_BCHW)
