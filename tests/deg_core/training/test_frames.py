from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deg_core.data.frames import FramePreparation
from deg_core.testing.fakes import FakeVideo
from deg_core.training.frames import Padding, VideoFrames, read_clip

SIZE = FramePreparation((16, 20))
GREY = np.array([7, 8, 9], dtype=np.uint8)


def make_frames(n_frames: int = 70, seed: int = 0) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(0, 255, (n_frames, 16, 20, 3), dtype=np.uint8)


@pytest.mark.parametrize("kind", ["edge", "mean"])
def test_clips_are_padded_outside_the_recording(kind: Any) -> None:
    source = VideoFrames(FakeVideo(make_frames(4)), SIZE, "a")
    before = read_clip(source, -2, 3, Padding(kind, GREY))
    after = read_clip(source, 2, 6, Padding(kind, GREY))
    frames = make_frames(4)
    assert np.array_equal(before[2:], frames[:3])
    assert np.array_equal(after[:2], frames[2:])
    for piece, edge in ((before[:2], frames[0]), (after[2:], frames[3])):
        expected = edge if kind == "edge" else np.broadcast_to(GREY, edge.shape)
        assert (piece == expected).all()
