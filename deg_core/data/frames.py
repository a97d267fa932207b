"""Frames on their way from a video to a network: cropped, resized, padded.

Axes: T frames, H, W, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deg_core.errors import ManifestError

Frames = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FramePreparation:
    """How frames are cropped and resized; the same for training and prediction.

    Attributes:
        size: Height and width that the networks see, pixels.
        crop: Top, left, height and width cut from the video, pixels; None for the whole picture.
        resize: `area` averages what becomes one pixel; `linear` takes the nearest four, as DeepEthogram does.
    """

    size: tuple[int, int]
    crop: tuple[int, int, int, int] | None = None
    resize: Literal["area", "linear"] = "area"

    def apply(self, frames: Frames) -> Frames:
        """Crop and resize.

        Args:
            frames: RGB, 0..255; shape (T, H, W, 3).

        Returns:
            RGB, 0..255; shape (T, *size, 3), contiguous.

        Raises:
            ManifestError: The crop reaches outside the picture.
        """
        if self.crop is not None:
            top, left, height, width = self.crop
            if top + height > frames.shape[1] or left + width > frames.shape[2]:
                raise ManifestError(
                    f"crop {list(self.crop)} reaches outside pictures of {frames.shape[1]} x {frames.shape[2]} pixels",
                    where="project.yaml, image.crop",
                    fix="it is [top, left, height, width]; make it smaller, or write `crop: null`",
                )
            frames = frames[:, top : top + height, left : left + width]
        if frames.shape[1:3] == self.size:
            return np.ascontiguousarray(frames)
        return self._resize(frames)

    def _resize(self, frames: Frames) -> Frames:
        import cv2

        height, width = self.size
        # Area averaging keeps fine texture from turning into flicker when a picture is made much smaller.
        shrinks = height < frames.shape[1] and width < frames.shape[2]
        method = cv2.INTER_AREA if shrinks and self.resize == "area" else cv2.INTER_LINEAR
        resized = np.empty((len(frames), height, width, 3), dtype=np.uint8)
        for frame, target in zip(frames, resized, strict=True):
            cv2.resize(np.ascontiguousarray(frame), (width, height), dst=target, interpolation=method)
        return resized


def pad_frames(
    frames: Frames, before: int, after: int, padding: Literal["edge", "mean"], mean_colour: NDArray[np.uint8]
) -> Frames:
    """Stand in for the frames before a video's start and after its end.

    Args:
        frames: RGB, 0..255; shape (T, H, W, 3), T >= 1.
        before: Frames missing in front.
        after: Frames missing behind.
        padding: `edge` repeats the outermost frame (no motion); `mean` shows the mean colour, as DeepEthogram does.
        mean_colour: RGB, 0..255; shape (3,).

    Returns:
        Shape (before + T + after, H, W, 3); a new array where anything was added.
    """
    if not before and not after:
        return frames
    if padding == "edge":
        return np.pad(frames, ((before, after), (0, 0), (0, 0), (0, 0)), mode="edge")
    padded = np.empty((before + len(frames) + after, *frames.shape[1:]), dtype=np.uint8)
    padded[...] = mean_colour
    padded[before : before + len(frames)] = frames
    return padded


def rows_around(rows: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Rows `start` up to `stop` of numbers told of each frame; outside of the recording the outermost row again.

    Args:
        rows: Shape (T, Q).
        start: The first, below 0 where it lies before the recording.
        stop: After the last, above T where it lies behind.

    Returns:
        Shape (stop - start, Q), a new array.
    """
    return rows[np.clip(np.arange(start, stop), 0, len(rows) - 1)]
