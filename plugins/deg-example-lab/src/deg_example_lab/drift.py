"""How the picture moves between two frames, learned from brightness alone.

Axes: N clips, S frames, T pairs of them, C channels, H, W, X clips times pairs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Drift(nn.Module):
    """Frames (N, S, 3, H, W) go in; flow (N, S - 1, 1, 2, H / 4, W / 4) comes out, x right, y down."""

    n_frames = 2
    stride = 4

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(6, width, kernel_size=7, stride=self.stride, padding=3),
            nn.ReLU(),
            nn.Conv2d(width, 2, kernel_size=3, padding=1),
        )

    def forward(self, frames_NSCHW: Tensor) -> Tensor:
        pairs_NTCHW = torch.cat([frames_NSCHW[:, :-1], frames_NSCHW[:, 1:]], dim=2)
        flow_XCHW: Tensor = self.layers(pairs_NTCHW.flatten(0, 1))
        return flow_XCHW.reshape(*pairs_NTCHW.shape[:2], 1, *flow_XCHW.shape[1:])

    def objective(self, frames_NSCHW: Tensor, pictures_NSCHW: Tensor) -> dict[str, Tensor]:
        x_NHW, y_NHW = self(frames_NSCHW)[:, 0, 0].unbind(1)
        before_NHW, after_NHW = functional.avg_pool2d(pictures_NSCHW.mean(dim=2), self.stride).unbind(1)
        down_NHW, right_NHW = torch.gradient(before_NHW, dim=(1, 2))
        error_NHW = right_NHW * x_NHW + down_NHW * y_NHW + after_NHW - before_NHW
        return {"total": error_NHW.square().mean()}
