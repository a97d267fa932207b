"""What the networks are built of: convolutions in space, and in time and space.

Children are numbered as in DeepEthogram's checkpoints: 0 is the convolution, 1 its normalisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

_SLOPE = 0.1


class ConvolutionInTime(nn.Conv3d):
    """A convolution in time and space, which may be padded in both.

    Of a single frame only the middle of the kernel sees anything but padding, so no more is computed. There, torch 2.14
    reads past its maps if they have few channels, in bf16 on processors with AMX.
    """

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        time = int(self.padding[0])
        if input.shape[2] > 1 or self.kernel_size[0] != 2 * time + 1:
            convolved: Tensor = super()._conv_forward(input, weight, bias)
            return convolved
        stride, padding = self.stride[1:], self.padding[1:]
        return functional.conv2d(input[:, :, 0], weight[:, :, time], bias, stride, padding)[:, :, None]


class Normalised(nn.Sequential):
    """A convolution, its batch normalisation, and whatever comes after."""

    _scaled: tuple[Tensor, Tensor] | None = None

    def forward(self, maps: Tensor) -> Tensor:
        """Compute the next maps."""
        scaled = self._scaled
        maps = self[1](self[0](maps)) if scaled is None else _convolve(self[0], maps, *scaled)
        return maps if len(self) == 2 else self[2](maps)

    def _scale(self) -> tuple[Tensor, Tensor]:
        """Kernels and biases that normalise as they convolve."""
        convolution: Any
        norm: Any
        convolution, norm = self[0], self[1]
        scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
        outputs = (1, -1) if convolution.transposed else (-1, 1)
        weight = convolution.weight * scale.view(*outputs, *[1] * len(convolution.kernel_size))
        shift = norm.running_mean if convolution.bias is None else norm.running_mean - convolution.bias
        return weight, norm.bias - shift * scale


def _convolve(convolution: Any, maps: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """As a layer does, with other kernels."""
    if convolution.transposed:
        transposed: Tensor = functional.conv_transpose3d(
            maps, weight, bias, stride=convolution.stride, padding=convolution.padding
        )
        return transposed
    convolved: Tensor = convolution._conv_forward(maps, weight, bias)
    return convolved


@contextmanager
def scaled_kernels(network: nn.Module) -> Iterator[None]:
    """Scale kernels in place of maps, which are far larger, for all that `network` answers inside; in `eval` mode only.

    It costs so little beside the answers to a chunk that it is done anew for each, and can never be out of date.
    """
    layers = [layer for layer in network.modules() if isinstance(layer, Normalised)]
    for layer in layers:
        layer._scaled = layer._scale()
    try:
        yield
    finally:
        for layer in layers:
            layer._scaled = None


def encode(n_in: int, n_out: int, kernel: int, stride: int) -> nn.Sequential:
    """Convolution, normalisation, leaky rectification."""
    convolution = nn.Conv2d(n_in, n_out, kernel, stride=stride, padding=kernel // 2)
    return Normalised(convolution, nn.BatchNorm2d(n_out), _bend())


def refine(n_in: int, n_out: int) -> nn.Sequential:
    """Convolution and normalisation."""
    return Normalised(nn.Conv2d(n_in, n_out, 3, padding=1), nn.BatchNorm2d(n_out))


def enlarge(n_in: int, n_out: int) -> nn.Sequential:
    """Twice the height and width, leaky rectification."""
    return nn.Sequential(nn.ConvTranspose2d(n_in, n_out, 4, stride=2, padding=1), _bend())


def encode_in_time(n_in: int, n_out: int, kernel: tuple[int, int, int], stride: int) -> nn.Sequential:
    """Convolution in time and space, which it strides over, normalisation, leaky rectification.

    A kernel of two frames makes time one frame shorter.
    """
    time, height, width = ((side - 1) // 2 for side in kernel)
    padding = (time, height, width)
    convolution = ConvolutionInTime(n_in, n_out, kernel, stride=(1, stride, stride), padding=padding, bias=False)
    return Normalised(convolution, nn.BatchNorm3d(n_out), _bend())


def refine_in_time(n_in: int, n_out: int) -> nn.Sequential:
    """Convolution in time and space, and normalisation."""
    return Normalised(ConvolutionInTime(n_in, n_out, 3, padding=1), nn.BatchNorm3d(n_out))


def enlarge_in_time(n_in: int, n_out: int) -> nn.Sequential:
    """Twice the height and width of every frame, normalisation, leaky rectification."""
    convolution = nn.ConvTranspose3d(n_in, n_out, (1, 4, 4), stride=(1, 2, 2), padding=(0, 1, 1), bias=False)
    return Normalised(convolution, nn.BatchNorm3d(n_out), _bend())


def join(*maps: Tensor) -> Tensor:
    """Concatenate along channels, cut to the smallest height and width, which differ where a side is odd."""
    height = min(one.shape[-2] for one in maps)
    width = min(one.shape[-1] for one in maps)
    return torch.cat([one[..., :height, :width] for one in maps], dim=1)


def _bend() -> nn.Module:
    return nn.LeakyReLU(_SLOPE, inplace=True)
