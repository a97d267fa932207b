"""Frames on their way from a video to a network: cropped, resized, padded.

Axes: T frames, H, W, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from deg_core.errors import ManifestError, VideoError

Frames = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FramePreparation:
    """How frames are cropped and resized; the same for training and prediction.

    Attributes:
        size: Height and width that the networks see, pixels.
        crop: Top, left, height and width cut from the video, pixels; None for the whole picture.
        resize: `area` averages what becomes one pixel; `linear` takes the nearest four, as DeepEthogram does; `decoder`
            leaves it to readers that can scale while they decode, and is `area` for others.
    """

    size: tuple[int, int]
    crop: tuple[int, int, int, int] | None = None
    resize: Literal["area", "linear", "decoder"] = "area"

    def apply(self, frames: Frames, into: Frames | None = None) -> Frames:
        """Crop and resize.

        Args:
            frames: RGB, 0..255; shape (T, H, W, 3).
            into: Where they go, shape (T, *size, 3), in place of a new array.

        Returns:
            RGB, 0..255; shape (T, *size, 3), contiguous.

        Raises:
            ManifestError: The crop reaches outside the picture.
        """
        self.require_crop(*frames.shape[1:3])
        if self.crop is not None:
            top, left, height, width = self.crop
            frames = frames[:, top : top + height, left : left + width]
        is_right = frames.shape[1:3] == self.size
        if into is None:
            if is_right:
                return np.ascontiguousarray(frames)
            into = np.empty((len(frames), *self.size, 3), dtype=np.uint8)
        if is_right:
            into[...] = frames
        else:
            self._resize(frames, into)
        return into

    def require_crop(self, height: int, width: int) -> None:
        """Refuse pictures that the crop reaches out of.

        Args:
            height: Of upright pictures, pixels.
            width: The same.

        Raises:
            ManifestError: It does.
        """
        top, left, down, across = self.crop or (0, 0, 0, 0)
        if top + down > height or left + across > width:
            raise ManifestError(
                f"crop {list(self.crop or ())} reaches outside pictures of {height} x {width} pixels",
                where="project.yaml, image.crop",
                fix="it is [top, left, height, width]; make it smaller, or write `crop: null`",
            )

    def _resize(self, frames: Frames, into: Frames) -> None:
        import cv2

        height, width = self.size
        # Area averaging keeps fine texture from turning into flicker when a picture is made much smaller.
        shrinks = height < frames.shape[1] and width < frames.shape[2]
        method = cv2.INTER_AREA if shrinks and self.resize != "linear" else cv2.INTER_LINEAR
        for frame, target in zip(frames, into, strict=True):
            cv2.resize(np.ascontiguousarray(frame), (width, height), dst=target, interpolation=method)


@runtime_checkable
class ScalesFrames(Protocol):
    """A video reader that can make pictures smaller while it decodes them, which is quicker than afterwards."""

    def read_scaled(self, start: int, stop: int, preparation: FramePreparation) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`, cut and scaled.

        Args:
            start: The first frame.
            stop: After the last.
            preparation: Of upright pictures; what cannot be done while decoding is done by its `apply`.

        Returns:
            RGB, 0..255; shape (stop - start, *preparation.size, 3). The same numbers whatever was read before.

        Raises:
            VideoError: As `VideoReader.read`.
            ManifestError: The crop reaches outside the picture; `preparation.require_crop` says so.
        """


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


def require_span(start: int, stop: int, n_frames: int, path: Path) -> None:
    """Refuse frames that a video does not have.

    Raises:
        VideoError: The span is empty, or reaches outside the video.
    """
    if not 0 <= start < stop <= n_frames:
        problem = "is empty" if start >= stop else "reaches outside the video"
        raise VideoError(
            f"the span from frame {start} to {stop} {problem}",
            where=str(path),
            fix=f"the video has frames 0 to {n_frames}, the last not included",
        )
