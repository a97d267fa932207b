from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deg_core.data.frames import FramePreparation
from deg_core.errors import ManifestError, VideoError
from deg_core.project.checked_video import CheckedVideo
from deg_core.project.prepared_frames import finish, read_frames, read_prepared
from deg_core.testing import FakeVideo

FRAMES = np.random.default_rng(0).integers(0, 255, (9, 12, 16, 3), dtype=np.uint8)


class Scaling(FakeVideo):
    """Makes pictures smaller by leaving pixels out, as nothing else does."""

    def read_scaled(self, start: int, stop: int, preparation: FramePreparation) -> Any:
        preparation.require_crop(12, 16)
        return self.read(start, stop)[:, ::2, ::2]


def test_only_who_asks_for_it_gets_what_the_decoder_scaled() -> None:
    video = Scaling(FRAMES)
    assert np.array_equal(read_prepared(video, FramePreparation((6, 8), resize="decoder"), 2, 5), FRAMES[2:5, ::2, ::2])
    area = FramePreparation((6, 8))
    assert np.array_equal(read_prepared(video, area, 2, 5), area.apply(FRAMES[2:5]))


@pytest.mark.parametrize("crop", [None, (2, 3, 8, 10)])
def test_readers_that_cannot_scale_give_the_mean_of_what_becomes_one_pixel(crop: Any) -> None:
    expected = FramePreparation((4, 5), crop).apply(FRAMES[1:4])
    for video in (FakeVideo(FRAMES), CheckedVideo.of(FakeVideo(FRAMES), "it")):
        found = read_prepared(video, FramePreparation((4, 5), crop, "decoder"), 1, 4)
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("resize", ["area", "linear", "decoder"])
@pytest.mark.parametrize("size", [(6, 8), (12, 16)])
def test_frames_go_where_they_are_wanted(resize: Any, size: tuple[int, int]) -> None:
    how = FramePreparation(size, resize=resize)
    into = np.zeros((3, *size, 3), dtype=np.uint8)
    assert finish(read_frames(FakeVideo(FRAMES), how, 1, 4), how, into) is into
    assert np.array_equal(into, read_prepared(FakeVideo(FRAMES), how, 1, 4))


def test_a_crop_outside_the_picture_is_told_by_the_decoder_too() -> None:
    with pytest.raises(ManifestError, match="reaches outside pictures of 12 x 16"):
        read_prepared(Scaling(FRAMES), FramePreparation((4, 4), (8, 0, 8, 8), "decoder"), 0, 1)


def test_a_disk_that_goes_away_is_a_trouble_of_the_recording() -> None:
    video = FakeVideo(FRAMES)
    video.read = lambda start, stop: (_ for _ in ()).throw(OSError(5, "went away"))  # type: ignore[method-assign]
    with pytest.raises(VideoError, match="went away") as caught:
        read_prepared(video, FramePreparation((4, 4)), 2, 5, "mouse-1")
    assert caught.value.where == "frames 2 to 5 of mouse-1"
