from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from deg_core.data.frames import FramePreparation, pad_frames, require_span, rows_around
from deg_core.errors import ManifestError, VideoError

GREY = np.array([9, 8, 7], dtype=np.uint8)


def some_frames(n: int = 3, height: int = 32, width: int = 48) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, height, width, 3), dtype=np.uint8)


def test_a_crop_is_top_left_height_width() -> None:
    frames = some_frames()
    cut = FramePreparation(size=(10, 20), crop=(2, 4, 10, 20)).apply(frames)
    assert np.array_equal(cut, frames[:, 2:12, 4:24])
    assert cut.flags.c_contiguous


def test_a_crop_outside_the_picture_is_refused_with_its_size() -> None:
    with pytest.raises(ManifestError, match="32 x 48") as caught:
        FramePreparation(size=(10, 20), crop=(30, 0, 10, 20)).apply(some_frames())
    assert caught.value.where == "project.yaml, image.crop"


@pytest.mark.parametrize("size", [(16, 24), (64, 96), (16, 96)])
def test_resizing_keeps_colours_and_their_order(size: tuple[int, int]) -> None:
    frames = np.empty((2, 32, 48, 3), dtype=np.uint8)
    frames[...] = (200, 100, 50)
    resized = FramePreparation(size=size).apply(frames)
    assert resized.shape == (2, *size, 3)
    assert resized.dtype == np.uint8
    assert (resized == (200, 100, 50)).all()


def test_linear_resizing_takes_the_nearest_four_pixels_as_opencv_does() -> None:
    frames = some_frames(height=64, width=96)
    resized = FramePreparation(size=(16, 24), resize="linear").apply(frames)
    expected = [cv2.resize(frame, (24, 16), interpolation=cv2.INTER_LINEAR) for frame in frames]
    assert np.array_equal(resized, np.stack(expected))
    assert not np.array_equal(resized, FramePreparation(size=(16, 24)).apply(frames))


def test_shrinking_averages_fine_texture_instead_of_picking_from_it() -> None:
    checks = (np.indices((32, 32)).sum(axis=0) % 2 * 200).astype(np.uint8)
    frames = np.repeat(checks[None, ..., None], 3, axis=-1)
    assert (FramePreparation(size=(16, 16)).apply(frames) == 100).all()


def test_frames_of_the_right_size_stay_as_they_are() -> None:
    frames = some_frames()
    assert np.array_equal(FramePreparation(size=(32, 48)).apply(frames), frames)


def test_edge_padding_repeats_the_outermost_frames() -> None:
    frames = some_frames()
    padded = pad_frames(frames, 2, 1, "edge", GREY)
    assert np.array_equal(padded, frames[[0, 0, 0, 1, 2, 2]])


def test_mean_padding_shows_the_mean_colour() -> None:
    frames = some_frames()
    padded = pad_frames(frames, 2, 1, "mean", GREY)
    assert (padded[[0, 1, 5]] == GREY).all()
    assert np.array_equal(padded[2:5], frames)


def test_nothing_to_pad_is_no_copy() -> None:
    frames = some_frames()
    assert pad_frames(frames, 0, 0, "mean", GREY) is frames


def test_rows_outside_of_a_recording_are_its_outermost() -> None:
    rows = np.arange(4, dtype=np.float32)[:, None]
    assert rows_around(rows, -2, 6)[:, 0].tolist() == [0, 0, 0, 1, 2, 3, 3, 3]
    assert rows_around(rows, 1, 3)[:, 0].tolist() == [1, 2]


@pytest.mark.parametrize("span", [(0, 1), (0, 10), (9, 10)])
def test_frames_that_are_there_are_given(span):
    require_span(*span, 10, Path("a.mp4"))


@pytest.mark.parametrize(
    ("span", "problem"),
    [
        ((3, 3), "is empty"),
        ((4, 3), "is empty"),
        ((-1, 2), "reaches outside"),
        ((0, 11), "reaches outside"),
        ((10, 11), "reaches outside"),
    ],
)
def test_frames_that_are_not_there_are_refused_with_those_that_are(span, problem):
    with pytest.raises(VideoError, match=f"frame {span[0]} to {span[1]} {problem}") as caught:
        require_span(*span, 10, Path("a.mp4"))
    assert caught.value.fix == "the video has frames 0 to 10, the last not included"
