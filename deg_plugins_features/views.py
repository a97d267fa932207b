"""What a stream sees around a frame: a picture, a clip, or flow.

Axes: N chunks, S frames of a chunk, T frames in its middle, M = N * T, W frames of a window, P flow pairs, C channels,
H, W.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from deg_plugins_features.differences import pictures_with_differences


class View(Protocol):
    """Cuts what one stream sees out of a chunk.

    Attributes:
        window: Frames around each one that it needs, odd.
        n_channels: Channels of what it gives.
        offsets: Frames of a window that it looks at, counted from the middle, ascending.
    """

    window: int
    n_channels: int
    offsets: tuple[int, ...]

    def __call__(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> Tensor:
        """Pictures (M, C, H, W) or clips (M, C, length, H, W), one for each frame in the middle."""


class PictureView:
    """The frame, z-scored RGB, and after it its differences to others.

    Args:
        window: Frames around each one that it is given, odd.
        lags: Distances in frames of the others, earlier and later.
        look_ahead: How far the later ones lie after the frame at most; None for all of them.
    """

    def __init__(self, window: int, lags: tuple[int, ...], look_ahead: int | None = None) -> None:
        self.window = window
        later = [lag for lag in lags if look_ahead is None or lag <= look_ahead]
        self._others = (*(-lag for lag in lags), *later)
        self.n_channels = 3 + len(self._others)
        self.offsets = tuple(sorted({0, *self._others}))

    def __call__(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> Tensor:  # noqa: ARG002
        """See `View`."""
        return pictures_with_differences(frames_NSCHW, self.window, self._others)


class OriginalPictureView:
    """Green and blue of the frame, and red of the next.

    DeepEthogram (0.5 and before) takes channels 16 to 18 of its window of 33 for the middle frame, which are 15 to 17.
    """

    n_channels = 3

    def __init__(self, window: int) -> None:
        self.window = window
        self.offsets: tuple[int, ...] = (0, 1)

    def __call__(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> Tensor:  # noqa: ARG002
        """See `View`."""
        half = self.window // 2
        stop = frames_NSCHW.shape[1] - half
        green_and_blue, red = frames_NSCHW[:, half:stop, 1:], frames_NSCHW[:, half + 1 : stop + 1, :1]
        return torch.cat([green_and_blue, red], dim=2).flatten(0, 1)


class ClipView:
    """The frames around each one, z-scored RGB, as a clip (M, 3, window, H, W)."""

    n_channels = 3

    def __init__(self, window: int) -> None:
        self.window = window
        self.offsets = tuple(range(-(window // 2), window // 2 + 1))

    def __call__(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> Tensor:  # noqa: ARG002
        """See `View`."""
        return frames_NSCHW.unfold(1, self.window, 1).movedim(-1, 3).flatten(0, 1)


class FlowView:
    """Flow of the pairs around a frame: channels 2 * pair for x and 2 * pair + 1 for y, or a clip of x and y.

    Args:
        n_flows: Pairs.
        as_clip: Whether it gives clips (M, 2, P, H, W).
    """

    def __init__(self, n_flows: int, *, as_clip: bool) -> None:
        self.window = n_flows + 1
        self.offsets = tuple(range(-(n_flows // 2), n_flows // 2 + 1))
        self.n_channels = 2 if as_clip else 2 * n_flows
        self._as_clip = as_clip

    def __call__(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> Tensor:  # noqa: ARG002
        """See `View`."""
        if flow_NTPCHW is None:
            raise ValueError("the stream of flow needs optical flow")
        maps = flow_NTPCHW.movedim(2, 3) if self._as_clip else flow_NTPCHW.flatten(2, 3)
        return maps.flatten(0, 1)
