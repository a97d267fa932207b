"""Which frames around one a network sees.

Axes: N chunks, S frames of a chunk, T frames in its middle, L frames that are seen of a window, C channels, H, W.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Clip:
    """Every `stride`-th frame, `n_frames` of them, the one that is answered for in the middle.

    Of an even number one more lies before it than after; then the last of the window is not looked at.
    """

    n_frames: int = 1
    stride: int = 1

    @property
    def window(self) -> int:
        """Frames around one frame that it reaches over, odd."""
        return 2 * (self.n_frames // 2) * self.stride + 1

    def __call__(self, frames_NSCHW: Tensor) -> Tensor:
        """What is seen for each frame in the middle of a chunk: a view, (N, T, C, H, W, L)."""
        return frames_NSCHW.unfold(1, self.window, 1)[..., :: self.stride][..., : self.n_frames]
