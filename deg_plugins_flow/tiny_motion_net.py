"""TinyMotionNet: optical flow from a window of frames with few layers.

From Zhu et al., Hidden Two-Stream Convolutional Networks (arXiv:1704.00389), in the form that DeepEthogram
(Bohnslav et al., eLife 2021) gave it. Names of tensors are those of DeepEthogram's checkpoints.

Axes: N chunks, S frames of a chunk, T windows, M = N * T windows in a batch, P pairs in a window, C channels, H, W.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from deg_plugins_flow.objective import FlowObjective
from deg_plugins_flow.settings import TinyMotionNetSettings

_SLOPE = 0.1
_PIXELS_AT_ONCE = 2**20
"""Input pixels that answering works on at a time: full-resolution maps of 64 channels are then 256 MiB each."""


class TinyMotionNet(nn.Module):
    """Flow at a half, a quarter and an eighth of the resolution.

    Attributes:
        n_frames: Frames seen together.
        stride: 2.
    """

    stride = 2

    def __init__(self, settings: TinyMotionNetSettings) -> None:
        super().__init__()
        self.n_frames = settings.n_frames
        self._objective = FlowObjective(settings.smoothness, settings.sparsity)
        width, n_flow = settings.width, 2 * (settings.n_frames - 1)
        self.conv1 = _encode(3 * settings.n_frames, width, kernel=7, stride=1)
        self.conv2 = _encode(width, 2 * width, kernel=5, stride=2)
        self.conv3 = _encode(2 * width, 4 * width, kernel=3, stride=2)
        self.conv4 = _encode(4 * width, 2 * width, kernel=3, stride=2)
        self.deconv3 = _enlarge(2 * width, 2 * width)
        self.deconv2 = _enlarge(2 * width, width)
        self.xconv3 = _refine(6 * width + n_flow, 2 * width)
        self.xconv2 = _refine(3 * width + n_flow, width)
        self.predict_flow4 = nn.Conv2d(2 * width, n_flow, 3, padding=1, bias=False)
        self.predict_flow3 = nn.Conv2d(2 * width, n_flow, 3, padding=1, bias=False)
        self.predict_flow2 = nn.Conv2d(width, n_flow, 3, padding=1, bias=False)
        self.upsampled_flow4_to_3 = nn.ConvTranspose2d(n_flow, n_flow, 4, stride=2, padding=1)
        self.upsampled_flow3_to_2 = nn.ConvTranspose2d(n_flow, n_flow, 4, stride=2, padding=1)
        self.to(memory_format=torch.channels_last)  # a fifth to a third less time on a CPU than channels first

    def forward(self, frames_NSCHW: Tensor) -> Tensor:
        """Compute flow for every window of a chunk. See `deg_core.api.FlowGenerator`.

        Args:
            frames_NSCHW: z-scored RGB, float; S >= n_frames.

        Returns:
            Flow (x right, y down) in pixels of its own grid per frame; (N, T, P, 2, H / 2, W / 2),
            T = S - n_frames + 1.
        """
        windows_MCHW = _windows(frames_NSCHW, self.n_frames)
        if self.training or torch.is_grad_enabled():
            flow_MCHW = self.scales(windows_MCHW)[0]
        else:
            height, width = windows_MCHW.shape[-2:]
            groups = torch.split(windows_MCHW, max(1, _PIXELS_AT_ONCE // (height * width)))
            flow_MCHW = torch.cat([self.scales(group)[0] for group in groups])
        return flow_MCHW.reshape(len(frames_NSCHW), -1, self.n_frames - 1, 2, *flow_MCHW.shape[-2:])

    def scales(self, windows_MCHW: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Compute flow of whole windows at every scale.

        Args:
            windows_MCHW: z-scored windows; channel 3 * frame + colour.

        Returns:
            Flow at 1/2, 1/4 and 1/8 of the resolution, each in pixels of its own grid; (M, 2 * P, h, w),
            channel 2 * pair for x and 2 * pair + 1 for y.
        """
        half = self.conv2(self.conv1(windows_MCHW.contiguous(memory_format=torch.channels_last)))
        quarter = self.conv3(half)
        eighth = self.conv4(quarter)
        flow4 = self.predict_flow4(eighth)
        quarter = self.xconv3(_stack(quarter, self.deconv3(eighth), 2 * self.upsampled_flow4_to_3(flow4)))
        flow3 = self.predict_flow3(quarter)
        half = self.xconv2(_stack(half, self.deconv2(quarter), 2 * self.upsampled_flow3_to_2(flow3)))
        return self.predict_flow2(half), flow3, flow4

    def objective(self, frames_NSCHW: Tensor, pictures_NSCHW: Tensor) -> Mapping[str, Tensor]:
        """Its self-supervised loss. See `deg_core.api.FlowGenerator` and `FlowObjective`.

        Args:
            frames_NSCHW: z-scored RGB, float; S = n_frames.
            pictures_NSCHW: The same frames as RGB in 0..1.

        Returns:
            Scalars `total`, `ssim`, `charbonnier`, `smoothness` and `sparsity`.
        """
        flows = self.scales(_windows(frames_NSCHW, self.n_frames))
        windows = _windows(pictures_NSCHW, self.n_frames)
        pictures = windows.reshape(-1, self.n_frames, 3, *windows.shape[-2:])
        # Structural similarity subtracts nearly equal squares, which 16-bit floats cannot hold.
        with torch.autocast(frames_NSCHW.device.type, enabled=False):
            pairs = [flow.float().reshape(-1, self.n_frames - 1, 2, *flow.shape[-2:]) for flow in flows]
            return self._objective(pairs, pictures.float())


def _windows(frames_NSCHW: Tensor, n_frames: int) -> Tensor:
    """Overlapping windows as a batch (M, n_frames * C, H, W): a view where N is 1, else a copy."""
    n_channels = frames_NSCHW.shape[2]
    windows_NTHWC = frames_NSCHW.flatten(1, 2).unfold(1, n_frames * n_channels, n_channels)
    return windows_NTHWC.movedim(-1, 2).flatten(0, 1)


def _stack(*maps: Tensor) -> Tensor:
    """Concatenate along channels, cut to the smallest height and width, which differ where a side is odd."""
    height = min(one.shape[-2] for one in maps)
    width = min(one.shape[-1] for one in maps)
    return torch.cat([one[..., :height, :width] for one in maps], dim=1)


def _encode(n_in: int, n_out: int, kernel: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, kernel, stride=stride, padding=kernel // 2),
        nn.BatchNorm2d(n_out),
        nn.LeakyReLU(_SLOPE, inplace=True),
    )


def _refine(n_in: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(n_in, n_out, 3, padding=1), nn.BatchNorm2d(n_out))


def _enlarge(n_in: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(nn.ConvTranspose2d(n_in, n_out, 4, stride=2, padding=1), nn.LeakyReLU(_SLOPE, inplace=True))
