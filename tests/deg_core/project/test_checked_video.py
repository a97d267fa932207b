from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from deg_core.data.frames import FramePreparation
from deg_core.errors import PluginFailedError
from deg_core.interfaces import TimedVideoReader
from deg_core.project.checked_video import CheckedVideo
from deg_core.testing import FakeVideo

FRAMES = np.random.default_rng(0).integers(0, 255, (9, 4, 6, 3), dtype=np.uint8)


class Odd(FakeVideo):
    """Breaks its promise in one way or another."""

    def __init__(self, fault: str) -> None:
        super().__init__(FRAMES)
        self.fault = fault

    def read(self, start: int, stop: int) -> Any:
        frames = super().read(start, stop)
        broken = {"short": frames[:-1], "float": frames / 255, "grey": frames[..., 0], "no array": frames.tolist()}
        return broken[self.fault]


@pytest.mark.parametrize("fault", ["short", "float", "grey", "no array"])
def test_a_reader_that_breaks_its_promise_is_named_with_the_frames(fault: str) -> None:
    with pytest.raises(PluginFailedError, match=r"'odd' from deg-lab 1\.5 gave .* for 4 frames") as caught:
        CheckedVideo.of(Odd(fault), "'odd' from deg-lab 1.5").read(2, 6)
    assert caught.value.where == "frames 2 to 6"


def test_a_good_reader_shows_through() -> None:
    inner = FakeVideo(FRAMES, 12.5)
    video = CheckedVideo.of(inner, "it")
    assert (video.n_frames, video.frames_per_second) == (9, 12.5)
    assert np.array_equal(video.read(2, 6), FRAMES[2:6])
    assert np.array_equal(pickle.loads(pickle.dumps(video)).read(0, 9), FRAMES)
    assert not isinstance(video, TimedVideoReader)
    video.close()
    assert inner.closed


def test_times_are_known_where_the_reader_knows_them() -> None:
    inner = FakeVideo(FRAMES)
    inner.times_s = np.arange(9) * 0.1  # type: ignore[attr-defined]
    video = CheckedVideo.of(inner, "it")
    assert isinstance(video, TimedVideoReader)
    assert video.times_s.tolist() == (np.arange(9) * 0.1).tolist()


class Scaling(FakeVideo):
    def read_scaled(self, start: int, stop: int, preparation: FramePreparation) -> Any:
        return self.read(start, stop)[:, ::2, ::2]


def test_scaled_frames_show_through_and_are_held_to_the_size_asked_for() -> None:
    video = CheckedVideo.of(Scaling(FRAMES), "'odd' from deg-lab 1.5")
    assert np.array_equal(video.read_scaled(1, 4, FramePreparation((2, 3))), FRAMES[1:4, ::2, ::2])
    with pytest.raises(PluginFailedError, match=r"gave uint8 \(3, 2, 3, 3\) for 3 frames"):
        video.read_scaled(1, 4, FramePreparation((3, 3)))
