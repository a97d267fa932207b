"""How well flow explains the pictures: the self-supervised loss of DeepEthogram (Bohnslav et al., eLife 2021).

Axes: M windows, F frames of a window, P = F - 1 pairs, B = M * P pairs in a batch, C channels, H, W.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from deg_plugins_flow.similarity import structural_similarity

_SMOOTHNESS_WEIGHTS = (0.01, 0.02, 0.04, 0.08, 0.16)
"""From the finest scale to the coarsest, as in Zhu et al. (arXiv:1704.00389)."""


class FlowObjective:
    """Warps the second picture of each pair onto the first and compares.

    Args:
        smoothness: Times the published weights of smoothness.
        sparsity: Weight of the mean absolute flow.
    """

    def __init__(self, smoothness: float = 1.0, sparsity: float = 0.0) -> None:
        self.smoothness = smoothness
        self.sparsity = sparsity

    def __call__(self, flows: Sequence[Tensor], pictures_MFCHW: Tensor) -> Mapping[str, Tensor]:
        """Compute the loss.

        Args:
            flows: Flow of every pair, finest scale first, in pixels of its own grid; (M, P, 2, h, w).
            pictures_MFCHW: RGB in 0..1.

        Returns:
            Scalars, mean over pairs of the sum over scales: `total`, and what adds up to it: `ssim`,
            `charbonnier`, `smoothness` and `sparsity`.
        """
        parts: dict[str, Tensor] = {}
        for flow_MPCHW, weight in zip(flows, _SMOOTHNESS_WEIGHTS, strict=False):
            for name, value in self._compare(flow_MPCHW, pictures_MFCHW, self.smoothness * weight).items():
                parts[name] = parts[name] + value if name in parts else value
        return {"total": torch.stack(list(parts.values())).sum(), **parts}

    def _compare(self, flow_MPCHW: Tensor, pictures_MFCHW: Tensor, smoothness: float) -> dict[str, Tensor]:
        size = tuple(flow_MPCHW.shape[-2:])
        small = functional.interpolate(pictures_MFCHW.flatten(0, 1), size, mode="bilinear", align_corners=False)
        small = small.reshape(*pictures_MFCHW.shape[:3], *size)
        first, second = small[:, :-1].flatten(0, 1), small[:, 1:].flatten(0, 1)
        flow_BCHW = flow_MPCHW.flatten(0, 1)
        rebuilt = warp(second, flow_BCHW)
        return {
            "ssim": (1 - structural_similarity(first, rebuilt)).mean(),
            "charbonnier": charbonnier(first - rebuilt, power=0.4, epsilon=1e-4).mean(),
            "smoothness": smoothness * roughness(flow_BCHW).mean(),
            "sparsity": self.sparsity * flow_BCHW.abs().mean(),
        }


def warp(pictures_BCHW: Tensor, flow_BCHW: Tensor) -> Tensor:
    """Fetch every pixel from where flow says it went; a new tensor.

    Outside the picture stands its nearest edge. A pixel of flow moves the picture by W / (W - 1) pixels, a few per cent
    too far on small grids; that is how published weights were trained.
    """
    height, width = flow_BCHW.shape[-2:]
    xs = (torch.arange(width, device=flow_BCHW.device) + 0.5) * (2 / width) - 1
    ys = (torch.arange(height, device=flow_BCHW.device) + 0.5) * (2 / height) - 1
    x = xs + flow_BCHW[:, 0] * (2 / max(1, width - 1))
    y = ys[:, None] + flow_BCHW[:, 1] * (2 / max(1, height - 1))
    grid_BHW2 = torch.stack([x, y], dim=-1)
    return functional.grid_sample(pictures_BCHW, grid_BHW2, mode="bilinear", padding_mode="border", align_corners=False)


def charbonnier(values: Tensor, power: float, epsilon: float) -> Tensor:
    """Charbonnier penalty (x^2 + epsilon^2)^power of every element."""
    return (values.square() + epsilon**2).pow(power)


def roughness(flow_BCHW: Tensor) -> Tensor:
    """Penalty of the differences between neighbouring pixels, along x plus along y; shape as `flow_BCHW`.

    The last column has no neighbour along x, nor the last row along y: their difference counts as 0.
    """
    along_x = functional.pad(flow_BCHW[..., :, 1:] - flow_BCHW[..., :, :-1], (0, 1, 0, 0))
    along_y = functional.pad(flow_BCHW[..., 1:, :] - flow_BCHW[..., :-1, :], (0, 0, 0, 1))
    return charbonnier(along_x, power=0.3, epsilon=1e-7) + charbonnier(along_y, power=0.3, epsilon=1e-7)
