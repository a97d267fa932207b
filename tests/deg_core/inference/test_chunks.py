from __future__ import annotations

import threading
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deg_core.data.frames import FramePreparation, pad_frames
from deg_core.errors import ManifestError, VideoError
from deg_core.inference.chunks import ChunkPlan, read_chunks
from deg_core.testing.fakes import FakeVideo

COLOUR = np.array([1, 2, 3], dtype=np.uint8)


def make_video(n_frames: int) -> FakeVideo:
    frames = np.random.default_rng(0).integers(0, 256, (n_frames, 4, 4, 3), dtype=np.uint8)
    return FakeVideo(frames)


def make_plan(window: int = 3, block_frames: int = 4, padding: Any = "edge", **how: Any) -> ChunkPlan:
    return ChunkPlan(FramePreparation(size=(4, 4), **how), window, padding, COLOUR, block_frames)


@given(
    st.integers(1, 40),
    st.sampled_from([1, 3, 5, 11]),
    st.integers(1, 50),
    st.sampled_from(["edge", "mean"]),
    st.data(),
)
def test_pieces_show_the_same_as_the_whole_and_every_frame_is_read_once(
    n_frames: int, window: int, block_frames: int, padding: Any, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, n_frames - 1))
    video, half = make_video(n_frames), window // 2
    whole = pad_frames(video.frames, half, half, padding, COLOUR)
    chunks = list(read_chunks(video, make_plan(window, block_frames, padding), first))

    starts = make_plan(window, block_frames).starts(n_frames, first)
    assert starts[0] <= first < starts[0] + block_frames
    assert len(chunks) == len(starts)
    for start, chunk in zip(starts, chunks, strict=True):
        assert len(chunk) == block_frames + window - 1
        shown = whole[start : start + len(chunk)]
        assert np.array_equal(chunk[: len(shown)], shown)
        assert (chunk[len(shown) :] == whole[-1]).all() or padding == "edge"

    assert sorted(video.spans_read) == video.spans_read
    assert all(one[1] == other[0] for one, other in pairwise(video.spans_read))
    assert video.spans_read[0][0] == max(0, starts[0] - half)
    assert video.spans_read[-1][1] == n_frames


def test_large_pictures_are_read_a_few_at_a_time() -> None:
    video = FakeVideo(np.zeros((12, 1000, 1000, 3), dtype=np.uint8))
    list(read_chunks(video, make_plan(block_frames=6)))
    assert video.spans_read == [(0, 1), (1, 3), (3, 5), (5, 7), (7, 9), (9, 11), (11, 12)]


def test_frames_are_cropped_and_resized_on_their_way() -> None:
    video = FakeVideo(np.random.default_rng(0).integers(0, 256, (3, 12, 10, 3), dtype=np.uint8))
    (chunk,) = read_chunks(video, make_plan(1, 8, crop=(2, 3, 4, 4)))
    assert np.array_equal(chunk[:3], video.frames[:, 2:6, 3:7])


def test_the_next_chunk_is_read_while_this_one_is_worked_on() -> None:
    video = make_video(12)
    two_read = threading.Event()
    read = video.read

    def read_and_tell(start: int, stop: int) -> np.ndarray:
        frames = read(start, stop)
        if stop >= 9:  # the second block and what the first needs to see
            two_read.set()
        return frames

    video.read = read_and_tell  # type: ignore[method-assign]
    next(read_chunks(video, make_plan()))
    assert two_read.wait(5)


def test_never_more_than_two_chunks_are_read_ahead() -> None:
    video = make_video(100)
    chunks = read_chunks(video, make_plan(block_frames=5))
    next(chunks)
    chunks.close()
    assert video.spans_read[-1][1] <= 3 * 5 + 1 + 5


class Broken(FakeVideo):
    """Fails behind its fourth frame."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(make_video(9).frames)
        self.fault = fault

    def read(self, start: int, stop: int) -> np.ndarray:
        if start > 4:
            raise self.fault
        return super().read(start, stop)


def test_a_frame_that_cannot_be_read_stops_the_reading() -> None:
    broken = VideoError("cannot be decoded", where="frame 7", fix="record again")
    with pytest.raises(VideoError, match="cannot be decoded"):
        list(read_chunks(Broken(broken), make_plan()))


def test_a_disk_that_goes_away_is_a_trouble_of_the_video() -> None:
    with pytest.raises(VideoError, match="went away") as caught:
        list(read_chunks(Broken(OSError(5, "went away")), make_plan()))
    assert caught.value.where == "frames 5 to 9"


def test_a_crop_outside_the_picture_is_told_as_such() -> None:
    with pytest.raises(ManifestError, match="reaches outside"):
        list(read_chunks(make_video(5), make_plan(crop=(2, 2, 4, 4))))
