"""Frames of a video as networks see them: one way for training, prediction and all else.

Axes: T frames, H, W.
"""

from __future__ import annotations

from deg_core.data.frames import FramePreparation, Frames
from deg_core.errors import VideoError
from deg_core.interfaces import ScalesFrames, VideoReader


def read_frames(video: VideoReader, preparation: FramePreparation, start: int, stop: int, name: str = "") -> Frames:
    """Read frames `start` up to `stop`, which all exist, as far prepared as the reader can do that while decoding.

    Args:
        video: An open video.
        preparation: What is wanted.
        start: The first frame.
        stop: After the last.
        name: Of the recording, for messages.

    Returns:
        RGB, uint8, for `finish`; shape (stop - start, H, W, 3).

    Raises:
        VideoError: They cannot be read.
    """
    try:
        if preparation.resize == "decoder" and isinstance(video, ScalesFrames):
            return video.read_scaled(start, stop, preparation)
        frames = video.read(start, stop)
    except OSError as error:  # a disk that went away; left alone it would look like a failure to write
        raise VideoError(
            f"cannot be read: {error}",
            where=f"frames {start} to {stop}{f' of {name}' if name else ''}",
            fix="is its disk still there? then try again",
        ) from error
    return preparation.apply(frames) if preparation.resize == "decoder" else frames


def finish(frames: Frames, preparation: FramePreparation, into: Frames | None = None) -> Frames:
    """Do what is left to do with frames of `read_frames`.

    Args:
        frames: RGB, uint8; shape (T, H, W, 3).
        preparation: As they were read for.
        into: Where they go, shape (T, *size, 3), in place of a new array.

    Returns:
        Cropped and resized; RGB, uint8; shape (T, *size, 3).
    """
    if preparation.resize != "decoder":
        return preparation.apply(frames, into)
    if into is None:
        return frames
    into[...] = frames
    return into


def read_prepared(video: VideoReader, preparation: FramePreparation, start: int, stop: int, name: str = "") -> Frames:
    """Frames `start` up to `stop`, cropped and resized; RGB, uint8; shape (stop - start, *size, 3)."""
    return finish(read_frames(video, preparation, start, stop, name), preparation)
