"""Structural similarity of pictures (Wang et al., IEEE Transactions on Image Processing 2004).

Axes: B pictures, C channels, H, W.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

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
    """Gaussian means along x and then along y, as products with banded matrices.

    A convolution of planes of one channel would do 11 multiplications in place of a row's length, but libraries run
    it so badly that it took five sixths of a training step of a narrow network on a CPU.
    """
    height, width = pictures_BCHW.shape[-2:]
    return _gaussian_band(height, pictures_BCHW) @ (pictures_BCHW @ _gaussian_band(width, pictures_BCHW))


def _gaussian_band(n: int, like: Tensor) -> Tensor:
    """Weight of every pixel of a line in the mean around every other; (n, n), symmetric."""
    places = torch.arange(n, device=like.device, dtype=like.dtype)
    distance = (places[:, None] - places).abs()
    reach = _WINDOW // 2
    total = sum(math.exp(-(d**2) / (2 * _SIGMA_PX**2)) for d in range(-reach, reach + 1))
    return torch.exp(-(distance**2) / (2 * _SIGMA_PX**2)).masked_fill(distance > reach, 0) / total
