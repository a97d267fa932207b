"""TinyMotionNet3D: optical flow from a window of frames with few layers that convolve in time as well as in space.

Of DeepEthogram (Bohnslav et al., eLife 2021). Names of tensors are those of DeepEthogram's checkpoints.

Axes: M windows, F frames of a window, P pairs, C channels, H, W.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from deg_plugins_flow.layers import ConvolutionInTime, encode_in_time, enlarge_in_time, join, refine_in_time
from deg_plugins_flow.settings import TinyMotionNet3DSettings
from deg_plugins_flow.windowed_flow import WindowedFlow


class TinyMotionNet3D(WindowedFlow):
    """Flow at a half, a quarter and an eighth of the resolution; 437,738 parameters as published.

    It takes any number of frames with the same weights; kernels of two frames turn frames into pairs. Its flow of a
    pair depends on all frames within 12 of it, and on where the window ends, since outside of it stand zeros. Were a
    long chunk seen as one window, most work would be done once, but flow would depend on where chunks begin; chunks
    that overlap by 12 frames on either side would give one answer, though none that published weights were trained
    for. So each window is seen by itself.
    """

    def __init__(self, settings: TinyMotionNet3DSettings) -> None:
        super().__init__(settings)
        width = settings.width
        self.conv1 = encode_in_time(3, width, kernel=(7, 7, 7), stride=1)
        self.conv2 = encode_in_time(width, 2 * width, kernel=(5, 5, 5), stride=2)
        self.conv3 = encode_in_time(2 * width, 4 * width, kernel=(3, 3, 3), stride=2)
        self.conv4 = encode_in_time(4 * width, 2 * width, kernel=(3, 3, 3), stride=2)
        self.conv5 = encode_in_time(2 * width, 2 * width, kernel=(2, 3, 3), stride=1)
        self.iconv3 = encode_in_time(4 * width, 4 * width, kernel=(2, 3, 3), stride=1)
        self.iconv2 = encode_in_time(2 * width, 2 * width, kernel=(2, 3, 3), stride=1)
        self.deconv3 = enlarge_in_time(2 * width, 2 * width)
        self.deconv2 = enlarge_in_time(2 * width, width)
        self.xconv3 = refine_in_time(6 * width + 2, 2 * width)
        self.xconv2 = refine_in_time(3 * width + 2, width)
        self.predict_flow4 = _predict(2 * width)
        self.predict_flow3 = _predict(2 * width)
        self.predict_flow2 = _predict(width)
        self.upsampled_flow4_to_3 = _double()
        self.upsampled_flow3_to_2 = _double()
        self.to(memory_format=torch.channels_last_3d)  # a twelfth to a sixth less time on a CPU

    def see(self, windows_MFCHW: Tensor) -> Sequence[Tensor]:
        """Compute flow of whole windows at every scale. See `WindowedFlow`."""
        return [flow.transpose(1, 2) for flow in self.scales(windows_MFCHW.transpose(1, 2))]

    def scales(self, windows_MCFHW: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Compute flow of whole windows at every scale, in the published layout.

        Args:
            windows_MCFHW: z-scored RGB, float.

        Returns:
            Flow at 1/2, 1/4 and 1/8 of the resolution, each in pixels of its own grid; (M, 2, P, h, w).
        """
        half = self.conv2(self.conv1(windows_MCFHW.contiguous(memory_format=torch.channels_last_3d)))
        quarter = self.conv3(half)
        eighth = self.conv5(self.conv4(quarter))
        flow4 = self.predict_flow4(eighth)
        coarse = 2 * self.upsampled_flow4_to_3(flow4)
        quarter = self.xconv3(join(self.iconv3(quarter), self.deconv3(eighth), coarse))
        flow3 = self.predict_flow3(quarter)
        coarse = 2 * self.upsampled_flow3_to_2(flow3)
        half = self.xconv2(join(self.iconv2(half), self.deconv2(quarter), coarse))
        return self.predict_flow2(half), flow3, flow4


def _predict(n_in: int) -> nn.Sequential:
    return nn.Sequential(ConvolutionInTime(n_in, 2, 3, padding=1))


def _double() -> nn.ConvTranspose3d:
    return nn.ConvTranspose3d(2, 2, (1, 4, 4), stride=(1, 2, 2), padding=(0, 1, 1))
