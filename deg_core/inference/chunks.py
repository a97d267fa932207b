"""Reads a video once from end to end, in overlapping chunks of one length.

Axes: T frames, S frames of a chunk (S = T + window - 1), H, W.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deg_core.data.frames import FramePreparation, Frames
from deg_core.inference.stages import ahead
from deg_core.interfaces import VideoReader
from deg_core.project.prepared_frames import finish, read_frames

_PIECE_BYTES = 8_000_000
"""Of frames as the camera made them, read at a time: 64 of a large camera would fill a laptop's memory."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """How a video is cut into chunks.

    Attributes:
        preparation: How frames are cropped and resized.
        window: Frames that the extractor sees around one frame, odd.
        padding: What stands before the first frame and after the last.
        mean_colour: RGB for `mean` padding; shape (3,), uint8.
        block_frames: Frames answered for per chunk, T. Chunks begin at its multiples and are all of one length: many
            kernels round otherwise for another number of frames, or another place among them.
    """

    preparation: FramePreparation
    window: int
    padding: Literal["edge", "mean"]
    mean_colour: NDArray[np.uint8]
    block_frames: int = 64

    def starts(self, n_frames: int, first: int = 0) -> range:
        """First frame of each chunk, of which the first one holds frame `first`."""
        return range(first - first % self.block_frames, n_frames, self.block_frames)


def read_chunks(video: VideoReader, plan: ChunkPlan, first: int = 0) -> Generator[Frames, None, None]:
    """Yield the chunks around frames `first`, ... to the end. Each frame is read, converted and copied once.

    One thread reads, another one crops, resizes and puts together, while the caller works on an earlier chunk.

    Args:
        video: An open video.
        plan: How to cut it.
        first: The first frame to answer for.

    Yields:
        RGB; shape (S, h, w, 3), uint8; of the last one, rows behind the end of the video are padding.
    """
    half = plan.window // 2
    starts = plan.starts(video.n_frames, first)
    spans = [(start + half, min(start + plan.block_frames + half, video.n_frames)) for start in starts]
    spans[0] = (max(0, starts[0] - half), spans[0][1])
    return ahead(_put_together(ahead(read_pieces(video, plan, spans), room=2), plan, spans, max(0, half - starts[0])))


def read_pieces(video: VideoReader, plan: ChunkPlan, spans: Sequence[Span]) -> Generator[Frames, None, None]:
    """Yield frames of each span as `read_frames` gives them, no more at a time than memory is meant to hold.

    Args:
        video: An open video.
        plan: For what.
        spans: First frames, and those after the last; no piece reaches across the end of one.
    """
    n_at_once = 1
    for start, stop in spans:
        while start < stop:
            frames = read_frames(video, plan.preparation, start, min(start + n_at_once, stop))
            start += len(frames)
            n_at_once = min(max(1, _PIECE_BYTES // frames[0].nbytes), plan.block_frames)
            yield frames


def _put_together(
    pieces: Iterator[Frames], plan: ChunkPlan, spans: Sequence[Span], front: int
) -> Generator[Frames, None, None]:
    shape = (plan.block_frames + plan.window - 1, *plan.preparation.size, 3)
    tail = np.empty((front, *shape[1:]), dtype=np.uint8)  # filled as soon as the first frame is known
    for start, stop in spans:
        chunk = np.empty(shape, dtype=np.uint8)
        chunk[: len(tail)] = tail
        filled = len(tail)
        wanted = filled + max(0, stop - start)
        while filled < wanted:
            piece = next(pieces)
            finish(piece, plan.preparation, chunk[filled : filled + len(piece)])
            filled += len(piece)
        _pad(chunk, front, filled, plan)
        front = 0
        tail = chunk[plan.block_frames :]
        yield chunk


def _pad(chunk: Frames, front: int, filled: int, plan: ChunkPlan) -> None:
    """Stand in for frames before a video's start and after its end, in place."""
    is_edge = plan.padding == "edge"
    chunk[:front] = chunk[front] if is_edge else plan.mean_colour
    chunk[filled:] = chunk[filled - 1] if is_edge else plan.mean_colour
