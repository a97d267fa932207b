"""Reads a video once from end to end, in overlapping chunks.

Axes: T frames, S frames of a chunk (S = T + window - 1), H, W.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deg_core.data.frames import FramePreparation, Frames, pad_frames
from deg_core.errors import VideoError
from deg_core.interfaces import VideoReader


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """How a video is cut into chunks.

    Attributes:
        preparation: How frames are cropped and resized.
        window: Frames that the extractor sees around one frame, odd.
        padding: What stands before the first frame and after the last.
        mean_colour: RGB for `mean` padding; shape (3,), uint8.
        block_frames: Frames answered for per chunk, T.
    """

    preparation: FramePreparation
    window: int
    padding: Literal["edge", "mean"]
    mean_colour: NDArray[np.uint8]
    block_frames: int = 64


def read_chunks(video: VideoReader, plan: ChunkPlan, first: int = 0) -> Iterator[Frames]:
    """Yield the chunks around frames `first`, ... to the end. Each frame is read and prepared once.

    The next chunk's frames are read by a thread while the caller works on this one.

    Args:
        video: An open video.
        plan: How to cut it.
        first: The first frame to answer for.

    Yields:
        RGB; shape (S, h, w, 3), uint8, S = T + window - 1; the last chunk may be shorter.
    """
    half = plan.window // 2
    tail = read_prepared(video, plan, max(0, first - half), min(first + half, video.n_frames))
    front = max(0, half - first)
    starts = range(first, video.n_frames, plan.block_frames)
    with ThreadPoolExecutor(max_workers=1) as reader:
        spans = [(start + half, min(start + plan.block_frames, video.n_frames) + half) for start in starts]
        ahead = [reader.submit(_read_inside, video, plan, *span) for span in spans[:1]]
        for index, start in enumerate(starts):
            news = ahead.pop().result()
            if index + 1 < len(spans):
                ahead.append(reader.submit(_read_inside, video, plan, *spans[index + 1]))
            chunk = np.concatenate([tail, news]) if len(news) else tail
            n_wanted = min(plan.block_frames, video.n_frames - start) + plan.window - 1
            chunk = pad_frames(chunk, front, n_wanted - len(chunk) - front, plan.padding, plan.mean_colour)
            front = 0
            tail = chunk[len(chunk) - (plan.window - 1) :]
            yield chunk


def _read_inside(video: VideoReader, plan: ChunkPlan, start: int, stop: int) -> Frames:
    """Those of the frames that exist; perhaps none."""
    return read_prepared(video, plan, min(start, video.n_frames), min(stop, video.n_frames))


def read_prepared(video: VideoReader, plan: ChunkPlan, start: int, stop: int) -> Frames:
    """Frames `start` up to `stop`, which all exist, cropped and resized; RGB, uint8; shape (stop - start, h, w, 3)."""
    if start == stop:
        return np.empty((0, *plan.preparation.size, 3), dtype=np.uint8)
    try:
        frames = video.read(start, stop)
    except OSError as error:  # a disk that went away; left alone it would look like a failure to write
        raise VideoError(
            f"cannot be read: {error}", where=f"frames {start} to {stop}", fix="is its disk still there? then try again"
        ) from error
    return plan.preparation.apply(frames)
