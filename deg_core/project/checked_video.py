"""An open video whose reader is held to its promise, and named when it breaks it.

Axes: T frames, H, W.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deg_core.data.frames import FramePreparation
from deg_core.errors import PluginFailedError
from deg_core.interfaces import ScalesFrames, TimedVideoReader, VideoReader


class CheckedVideo:
    """Passes on what a reader gives if it is as many frames as were asked for, in 8 bit RGB.

    Args:
        reader: What a plugin opened.
        label: Its name, distribution and version, for messages.
    """

    def __init__(self, reader: VideoReader, label: str) -> None:
        self._reader = reader
        self._label = label
        self.n_frames = reader.n_frames
        self.frames_per_second = reader.frames_per_second

    @staticmethod
    def of(reader: VideoReader, label: str) -> CheckedVideo:
        """Check a reader; one that knows the time of each frame still does."""
        return TimedCheckedVideo(reader, label) if isinstance(reader, TimedVideoReader) else CheckedVideo(reader, label)

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """See `VideoReader.read`.

        Raises:
            PluginFailedError: The reader gave something else.
        """
        return self._checked(self._reader.read(start, stop), start, stop)

    def read_scaled(self, start: int, stop: int, preparation: FramePreparation) -> NDArray[np.uint8]:
        """See `ScalesFrames.read_scaled`; done after decoding where the reader cannot do it meanwhile.

        Raises:
            PluginFailedError: The reader gave something else.
        """
        if not isinstance(self._reader, ScalesFrames):
            return preparation.apply(self.read(start, stop))
        return self._checked(self._reader.read_scaled(start, stop, preparation), start, stop, preparation.size)

    def _checked(self, frames: object, start: int, stop: int, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
        if not isinstance(frames, np.ndarray):
            found = type(frames).__name__
        elif frames.dtype != np.uint8 or frames.shape != (stop - start, *(size or frames.shape[1:3]), 3):
            found = f"{frames.dtype} {frames.shape}"
        else:
            return frames
        raise PluginFailedError(
            f"the video reader {self._label} gave {found} for {stop - start} frames",
            where=f"frames {start} to {stop}",
            fix="use another reader (video.name), and tell the authors of this one; `deg plugin check` finds it",
        )

    def close(self) -> None:
        """See `VideoReader.close`."""
        self._reader.close()


class TimedCheckedVideo(CheckedVideo):
    """The same for a reader that knows when each frame was taken; see `TimedVideoReader`."""

    def __init__(self, reader: VideoReader, label: str) -> None:
        super().__init__(reader, label)
        assert isinstance(reader, TimedVideoReader)
        self.times_s = reader.times_s
