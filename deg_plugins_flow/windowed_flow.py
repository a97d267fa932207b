"""What flow generators that see whole windows have in common: chunks, groups, and the objective.

Axes: N chunks, S frames of a chunk, T windows, M = N * T windows in a batch, F frames of a window, P = F - 1 pairs,
C channels, H, W.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from deg_plugins_flow.layers import scaled_kernels
from deg_plugins_flow.objective import FlowObjective
from deg_plugins_flow.settings import FlowSettings

_PIXELS_AT_ONCE = 2**20
"""Input pixels that answering works on at a time: full-resolution maps of 64 channels are then 256 MiB each."""

_PIXELS_AT_ONCE_ON_CPU = 2**17
"""The same without a GPU: maps small enough that their memory is used again take less time than large ones."""


class WindowedFlow(nn.Module):
    """Optical flow at half the resolution from windows of frames.

    Attributes:
        n_frames: Frames seen together, F.
        stride: 2.
    """

    stride = 2

    def __init__(self, settings: FlowSettings) -> None:
        super().__init__()
        self.n_frames = settings.n_frames
        self._objective = FlowObjective(settings.smoothness, settings.sparsity)

    def see(self, windows_MFCHW: Tensor) -> Sequence[Tensor]:
        """Compute flow of whole windows at every scale, finest first.

        Args:
            windows_MFCHW: z-scored RGB, float.

        Returns:
            Flow (x right, y down), each in pixels of its own grid per frame; (M, P, 2, h, w).
        """
        raise NotImplementedError

    def forward(self, frames_NSCHW: Tensor) -> Tensor:
        """Compute flow for every window of a chunk. See `deg_core.api.FlowGenerator`.

        Args:
            frames_NSCHW: z-scored RGB, float; S >= F.

        Returns:
            Flow (x right, y down) in pixels of its own grid per frame; (N, T, P, 2, H / 2, W / 2),
            T = S - F + 1. Odd sides are rounded up.
        """
        windows_MFCHW = _windows(frames_NSCHW, self.n_frames)
        if self.training or torch.is_grad_enabled():
            flow_MPCHW = self.see(windows_MFCHW)[0]
        else:
            groups = torch.split(windows_MFCHW, _windows_at_once(windows_MFCHW))
            with scaled_kernels(self):
                flow_MPCHW = torch.cat([self.see(group)[0] for group in groups])
        return torch.unflatten(flow_MPCHW, 0, (len(frames_NSCHW), -1))

    def objective(self, frames_NSCHW: Tensor, pictures_NSCHW: Tensor) -> Mapping[str, Tensor]:
        """Its self-supervised loss. See `deg_core.api.FlowGenerator` and `FlowObjective`.

        Args:
            frames_NSCHW: z-scored RGB, float; S = F.
            pictures_NSCHW: The same frames as RGB in 0..1.

        Returns:
            Scalars `total`, `ssim`, `charbonnier`, `smoothness` and `sparsity`.
        """
        flows = self.see(_windows(frames_NSCHW, self.n_frames))
        pictures_MFCHW = _windows(pictures_NSCHW, self.n_frames)
        # Structural similarity subtracts nearly equal squares, which 16-bit floats cannot hold.
        with torch.autocast(frames_NSCHW.device.type, enabled=False):
            return self._objective([flow.float() for flow in flows], pictures_MFCHW.float())


def _windows(frames_NSCHW: Tensor, n_frames: int) -> Tensor:
    """Overlapping windows as a batch (M, F, C, H, W): a view of the frames where N or T is 1, else a copy."""
    return frames_NSCHW.contiguous().unfold(1, n_frames, 1).movedim(-1, 2).flatten(0, 1)


def _windows_at_once(windows_MFCHW: Tensor) -> int:
    """An even number, for neighbours may be seen two by two."""
    n_pixels = _PIXELS_AT_ONCE_ON_CPU if windows_MFCHW.device.type == "cpu" else _PIXELS_AT_ONCE
    height, width = windows_MFCHW.shape[-2:]
    return 2 * max(1, n_pixels // (2 * height * width))
