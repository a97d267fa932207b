"""A small convolutional network that sees movement between two frames.

Axes: N clips, S frames of a clip, P = S - 1 pairs, C channels, H, W.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional


class PairFlow(nn.Module):
    """Three convolutions on a pair of frames; see `deg_core.api.FlowGenerator`.

    Args:
        channels: Of the hidden layers.
        smoothness: Weight of the differences between neighbouring pixels in the objective.
    """

    n_frames = 2
    stride = 2

    def __init__(self, channels: int, smoothness: float) -> None:
        super().__init__()
        self.smoothness = smoothness
        self.layers = nn.Sequential(
            nn.Conv2d(6, channels, 5, stride=self.stride, padding=2),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 5, padding=2),
            nn.ReLU(),
            nn.Conv2d(channels, 2, 5, padding=2),
        )

    def forward(self, frames_NSCHW: Tensor) -> Tensor:
        """Flow (x right, y down) in pixels of its own grid per frame; (N, P, 1, 2, H / 2, W / 2)."""
        pairs_NPCHW = torch.cat([frames_NSCHW[:, :-1], frames_NSCHW[:, 1:]], dim=2)
        flow_XCHW: Tensor = self.layers(pairs_NPCHW.flatten(0, 1))
        return flow_XCHW.unflatten(0, pairs_NPCHW.shape[:2]).unsqueeze(2)

    def objective(self, frames_NSCHW: Tensor, pictures_NSCHW: Tensor) -> Mapping[str, Tensor]:
        """Brightness moves along, and neighbours move alike (Horn and Schunck, Artificial Intelligence 1981)."""
        flow_NCHW = self(frames_NSCHW)[:, 0, 0]
        grey_NSHW = functional.avg_pool2d(pictures_NSCHW.mean(dim=2), self.stride)
        down_NHW, right_NHW = torch.gradient(grey_NSHW.mean(dim=1), dim=(1, 2))
        change_NHW = grey_NSHW[:, 1] - grey_NSHW[:, 0]
        brightness = (change_NHW + right_NHW * flow_NCHW[:, 0] + down_NHW * flow_NCHW[:, 1]).square().mean()
        roughness = flow_NCHW.diff(dim=2).square().mean() + flow_NCHW.diff(dim=3).square().mean()
        total = brightness + self.smoothness * roughness
        return {"total": total, "brightness": brightness, "roughness": roughness}
