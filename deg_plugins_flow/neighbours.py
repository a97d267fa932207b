"""A first layer that sees two neighbouring windows with less arithmetic than one after the other.

Axes: M windows, F frames of a window, C channels, H, W.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from deg_plugins_flow.layers import Normalised, encode

_N_COLOURS = 3


class WindowLayer(Normalised):
    """Convolution of whole windows, normalisation, leaky rectification; maps have their channels last in memory.

    A window's answer is a sum over its frames, each with a kernel of its own, so that no frame's share serves two
    windows. But two neighbours, of frames a b c d ... and b c d e ..., need ap + bq and bp + cq of the first two
    kernels, and these are b(p + q) + (a - b)p and b(p + q) + (c - b)q: three convolutions in place of four (Winograd,
    Arithmetic Complexity of Computations, 1980). The next two kernels add to the same three, and so on.

    Args:
        n_frames: Frames of a window, F.
        n_out: Channels of the maps.
        kernel: Height and width of the kernels, odd.
    """

    def __init__(self, n_frames: int, n_out: int, kernel: int) -> None:
        super().__init__(*encode(_N_COLOURS * n_frames, n_out, kernel, stride=1))

    def forward(self, windows_MCHW: Tensor) -> Tensor:
        """Compute maps of windows (M, 3 * F, H, W); two by two where they are neighbours and only answered for."""
        n_paired = len(windows_MCHW) // 2 * 2
        if self._scaled is None or n_paired == 0 or not _are_neighbours(windows_MCHW):
            return super().forward(_channels_last(windows_MCHW))
        maps = self._answer_pairs(_by_frame(windows_MCHW[:n_paired]), *self._scaled)
        if n_paired == len(windows_MCHW):
            return maps
        return torch.cat([maps, super().forward(_channels_last(windows_MCHW[n_paired:]))])

    def _answer_pairs(self, windows_MFCHW: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        weight = _by_frame(weight)
        n = weight.shape[1] // 2 * 2  # where F is odd, the last frame stays by itself
        p, q, rest = weight[:, 0:n:2], weight[:, 1:n:2], weight[:, n:]
        first, second = windows_MFCHW[0::2], windows_MFCHW[1::2]
        between = first[:, 1:n:2]
        before = torch.cat([first[:, 0:n:2] - between, first[:, n:]], dim=1)
        after = torch.cat([second[:, 1:n:2] - between, second[:, n:]], dim=1)

        both = _convolve(between, p + q, bias)
        if torch.jit.is_tracing():  # a graph that is drawn has no memory to write answers into
            pairs = [_convolve(before, torch.cat([p, rest], dim=1)), _convolve(after, torch.cat([q, rest], dim=1))]
            drawn: Tensor = self[2](torch.stack([maps + both for maps in pairs], dim=1).flatten(0, 1))
            return drawn
        size = (len(windows_MFCHW), *both.shape[1:])
        maps = torch.empty(size, dtype=both.dtype, device=both.device, memory_format=torch.channels_last)
        torch.add(_convolve(before, torch.cat([p, rest], dim=1)), both, out=maps[0::2])
        torch.add(_convolve(after, torch.cat([q, rest], dim=1)), both, out=maps[1::2])
        bent: Tensor = self[2](maps)
        return bent


def _by_frame(channels: Tensor) -> Tensor:
    """(..., F * C, H, W) to (..., F, C, H, W)."""
    return torch.unflatten(channels, 1, (-1, _N_COLOURS))


def _convolve(frames_MFCHW: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    maps, weight = _channels_last(frames_MFCHW.flatten(1, 2)), _channels_last(weight.flatten(1, 2))
    return functional.conv2d(maps, weight, bias, padding=weight.shape[-1] // 2)


def _channels_last(maps: Tensor) -> Tensor:
    return maps.contiguous(memory_format=torch.channels_last)


def _are_neighbours(windows_MCHW: Tensor) -> bool:
    """Whether windows overlap in memory, each beginning a frame after the one before; on a CPU, where it pays."""
    return windows_MCHW.device.type == "cpu" and windows_MCHW.stride(0) == _N_COLOURS * windows_MCHW.stride(1)
