"""Reads the frames around some frames of a video, as the feature extractor is given them.

Axes: N windows, S frames of a window, T frames, H, W.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from deg_core.api import FramePreparation, ScalesFrames, VideoError, VideoReader
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    from deg_core.project.run_record import RunRecord

_MOST_PIXELS = 480
"""Height of pictures that are shown."""


class Windows:
    """The windows of an open video.

    Args:
        video: Open.
        card: Of the features run, which says how frames are prepared.
        window: Frames seen around one frame, odd.
        name: Of the recording, for messages.
    """

    def __init__(self, video: VideoReader, card: RunRecord, window: int, name: str) -> None:
        image = card.image
        self._video, self._half, self._name = video, window // 2, name
        self._preparation = FramePreparation(size=image.size, crop=image.crop, resize=image.resize)
        self._padding = image.padding
        self._mean_colour = np.floor(np.array(card.statistics.mean) * 255).astype(np.uint8)

    @property
    def n_frames(self) -> int:
        """Frames in the video."""
        return self._video.n_frames

    def require(self, frames: Sequence[int]) -> None:
        """Refuse frames that the video does not have.

        Raises:
            VideoError: Names the first.
        """
        for frame in frames:
            if not 0 <= frame < self.n_frames:
                raise VideoError(
                    f"there is no frame {frame}",
                    where=self._name,
                    fix=f"it has frames 0 to {self.n_frames - 1}",
                )

    def at(self, frames: Sequence[int]) -> Tensor:
        """The windows around single frames; RGB, uint8; shape (N, S, h, w, 3)."""
        return torch.from_numpy(np.stack([self._chunk(frame, frame + 1) for frame in frames]))

    def batches(self, frames: Sequence[int], n_at_once: int) -> Iterator[tuple[list[int], Tensor]]:
        """The windows around single frames, a few at a time, beside their frames."""
        for first in range(0, len(frames), n_at_once):
            taken = list(frames[first : first + n_at_once])
            yield taken, self.at(taken)

    def along(self, start: int, stop: int, n_at_once: int) -> Iterator[tuple[list[int], Tensor]]:
        """The windows around all frames of a span, each frame read about once."""
        length = 2 * self._half + 1
        for first in range(start, stop, n_at_once):
            last = min(first + n_at_once, stop)
            views = np.lib.stride_tricks.sliding_window_view(self._chunk(first, last), length, axis=0)
            yield list(range(first, last)), torch.from_numpy(np.array(np.moveaxis(views, -1, 1)))

    def picture(self, frame: int, at_most: int = _MOST_PIXELS) -> NDArray[np.uint8]:
        """A frame as a person sees it, cropped as for the networks but not squeezed; RGB, uint8; shape (H, W, 3)."""
        whole = self._video.read(frame, frame + 1)
        crop = self._preparation.crop or (0, 0, *whole.shape[1:3])
        scale = min(1.0, at_most / crop[2])
        size = max(1, round(crop[2] * scale)), max(1, round(crop[3] * scale))
        return np.asarray(FramePreparation(size=size, crop=crop).apply(whole)[0])

    def _chunk(self, start: int, stop: int) -> NDArray[np.uint8]:
        first, last = start - self._half, stop + self._half
        inside = self._read(max(0, first), min(last, self.n_frames))
        before, after = max(0, -first), max(0, last - self.n_frames)
        if self._padding == "edge":
            return np.pad(inside, ((before, after), (0, 0), (0, 0), (0, 0)), mode="edge")
        padded = np.empty((last - first, *inside.shape[1:]), dtype=np.uint8)
        padded[...] = self._mean_colour
        padded[before : before + len(inside)] = inside
        return padded

    def _read(self, start: int, stop: int) -> NDArray[np.uint8]:
        if self._preparation.resize == "decoder" and isinstance(self._video, ScalesFrames):
            return self._video.read_scaled(start, stop, self._preparation)
        return self._preparation.apply(self._video.read(start, stop))
