"""Where training clips come from: anything that gives prepared frames, such as the video itself.

Axes: T frames, H, W.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from deg_core.data.frames import FramePreparation, Frames, pad_frames
from deg_core.interfaces import VideoReader
from deg_core.project.prepared_frames import read_prepared


class FrameSource(Protocol):
    """Prepared frames of one recording. Survives pickling.

    Attributes:
        n_frames: Frames in the recording.
    """

    n_frames: int

    def read(self, start: int, stop: int) -> Frames:
        """Frames `start` up to `stop`, RGB, uint8; shape (stop - start, H, W, 3)."""


@dataclass(frozen=True, slots=True)
class Padding:
    """What stands before the first frame and after the last.

    Attributes:
        kind: `edge` for the outermost frame again, `mean` for the mean colour.
        mean_colour: RGB, uint8; shape (3,).
    """

    kind: Literal["edge", "mean"]
    mean_colour: NDArray[np.uint8]


def read_clip(source: FrameSource, start: int, stop: int, padding: Padding) -> Frames:
    """Frames `start` up to `stop`, padded where they lie outside the recording; some must lie inside."""
    low, high = max(0, start), min(stop, source.n_frames)
    return pad_frames(source.read(low, high), low - start, stop - high, padding.kind, padding.mean_colour)


class VideoFrames:
    """Frames straight from a video."""

    def __init__(self, video: VideoReader, preparation: FramePreparation, name: str) -> None:
        self.n_frames = video.n_frames
        self._video = video
        self._preparation = preparation
        self._name = name

    def read(self, start: int, stop: int) -> Frames:
        """See `FrameSource.read`."""
        return read_prepared(self._video, self._preparation, start, stop, self._name)
