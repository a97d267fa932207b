"""MotionNet: optical flow from a window of frames with many layers.

From Zhu et al., Hidden Two-Stream Convolutional Networks (arXiv:1704.00389), in the form that DeepEthogram
(Bohnslav et al., eLife 2021) gave it. Names of tensors are those of DeepEthogram's checkpoints.

Axes: M windows, F frames of a window, P pairs, C channels, H, W.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from deg_plugins_flow.layers import encode, enlarge, join, refine
from deg_plugins_flow.settings import MotionNetSettings
from deg_plugins_flow.windowed_flow import WindowedFlow

_ENCODED = {1: 1, 2: 2, 3: 4, 4: 8, 5: 8, 6: 16}
"""Channels of each level on the way down, times the width. Each level but the first halves the resolution."""

_DECODED = {5: 8, 4: 4, 3: 2, 2: 1}
"""The same on the way up, in the order of the way."""

_ANSWERED = (2, 3, 4)


class MotionNet(WindowedFlow):
    """Flow at a half, a quarter and an eighth of the resolution; 45,882,896 parameters as published.

    Coarser flow, down to a 32nd, is an input of the finer and so is always computed, but nobody is told.
    """

    def __init__(self, settings: MotionNetSettings) -> None:
        super().__init__(settings)
        width, n_flow = settings.width, 2 * (settings.n_frames - 1)
        n_below = 3 * settings.n_frames
        for level, times in _ENCODED.items():
            n_here = times * width
            self.add_module(f"conv{level}", encode(n_below, n_here, kernel=3, stride=1 if level == 1 else 2))
            self.add_module(f"conv{level}_1", encode(n_here, n_here, kernel=3, stride=1))
            n_below = n_here
        self.predict_flow6 = nn.Conv2d(n_below, n_flow, 3, padding=1, bias=False)
        for level, times in _DECODED.items():
            n_here = times * width
            up = nn.ConvTranspose2d(n_flow, n_flow, 4, stride=2, padding=1)
            self.add_module(f"upsampled_flow{level + 1}_to_{level}", up)
            self.add_module(f"deconv{level}", enlarge(n_below, n_here))
            n_below = _ENCODED[level] * width + n_here + n_flow
            self.add_module(f"xconv{level}", refine(n_below, n_here))
            self.add_module(f"predict_flow{level}", nn.Conv2d(n_here, n_flow, 3, padding=1, bias=False))
        self.apply(_initialise)
        self.to(memory_format=torch.channels_last)

    def see(self, windows_MFCHW: Tensor) -> Sequence[Tensor]:
        """Compute flow of whole windows at every scale. See `WindowedFlow`."""
        return [torch.unflatten(flow, 1, (-1, 2)) for flow in self.scales(windows_MFCHW.flatten(1, 2))]

    def scales(self, windows_MCHW: Tensor) -> tuple[Tensor, ...]:
        """Compute flow of whole windows at every scale, in the published layout.

        Args:
            windows_MCHW: z-scored windows; channel 3 * frame + colour.

        Returns:
            Flow at 1/2, 1/4 and 1/8 of the resolution, each in pixels of its own grid; (M, 2 * P, h, w),
            channel 2 * pair for x and 2 * pair + 1 for y.
        """
        layer = self.get_submodule
        maps = windows_MCHW.contiguous(memory_format=torch.channels_last)
        encoded: dict[int, Tensor] = {}
        for level in _ENCODED:
            maps = encoded[level] = layer(f"conv{level}_1")(layer(f"conv{level}")(maps))
        flows = {6: self.predict_flow6(maps)}
        for level in _DECODED:
            coarse = 2 * layer(f"upsampled_flow{level + 1}_to_{level}")(flows[level + 1])
            maps = join(encoded[level], layer(f"deconv{level}")(maps), coarse)
            flows[level] = layer(f"predict_flow{level}")(layer(f"xconv{level}")(maps))
        return tuple(flows[level] for level in _ANSWERED)


def _initialise(module: nn.Module) -> None:
    """As published: unusually, biases are drawn from 0..1."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.uniform_(module.bias)
