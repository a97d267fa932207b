from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.testing import FakeVideo
from deg_plugins_figures.annotation import Annotator, read_blocks
from deg_plugins_figures.palette import colour_of
from deg_plugins_figures.tracks import Tracks

_BLUE = colour_of(0)


def _annotate(tracks: Tracks, frame: int, size: tuple[int, int] = (300, 500)) -> NDArray[np.uint8]:
    picture = np.full((1, *size, 3), 77, dtype=np.uint8)
    return next(Annotator(size, tracks).annotate(picture, range(frame, frame + 1)))


def _holds(picture: NDArray[np.uint8], colour: tuple[int, ...]) -> bool:
    return bool((picture == colour).all(axis=2).any())


def test_the_picture_is_left_as_it_is(tracks: Tracks) -> None:
    assert (_annotate(tracks, 0)[:300, :500] == 77).all()


@pytest.mark.parametrize(
    ("frame", "deg", "human"), [(10, False, False), (25, False, True), (35, True, True), (45, True, False)]
)
def test_tags_say_what_happens_now_and_who_says_so(tracks: Tracks, frame: int, deg: bool, human: bool) -> None:
    picture = _annotate(tracks, frame)[:300]
    assert _holds(picture[:, :250], _BLUE) == deg
    assert _holds(picture[:, 250:500], _BLUE) == human


def test_without_labels_nobody_is_said_to_have_seen_anything(tracks: Tracks) -> None:
    bare = replace(tracks, marks=None)
    assert not _holds(_annotate(bare, 35)[:300, 250:], _BLUE)
    assert _holds(_annotate(bare, 35)[:300, :250], _BLUE)


def test_the_strip_runs_below_with_the_present_frame_at_the_line(tracks: Tracks) -> None:
    annotator = Annotator((300, 500), tracks)
    page = annotator.page
    row = 300 + 4 + page.strip.row_height - 8
    middle = page.names_width + page.strip.width // 2
    frames = np.zeros((100, 300, 500, 3), dtype=np.uint8)
    present = []
    for picture in annotator.annotate(frames, range(100)):
        assert (picture[row, middle - 1 : middle + 1] == 0).all()
        present.append(bool((picture[row, middle + 1] == _BLUE).all()))
    assert present == tracks.present[:, 0].tolist()


def test_frames_left_out_change_nothing_else(tracks: Tracks) -> None:
    annotator = Annotator((120, 160), tracks)
    frames = np.random.default_rng(0).integers(0, 255, (100, 120, 160, 3), dtype=np.uint8)
    every = list(annotator.annotate(frames, range(100)))
    third = list(annotator.annotate(frames[10::3], range(10, 100, 3)))
    assert all(np.array_equal(picture, every[10 + 3 * n]) for n, picture in enumerate(third))
    assert len(third) == 30


@pytest.mark.parametrize("size", [(16, 16), (121, 161), (480, 640), (721, 333)])
@pytest.mark.parametrize("scale", [None, 0.37, 1.0, 2.0])
def test_every_size_becomes_even_and_is_filled(tracks: Tracks, size: tuple[int, int], scale: float | None) -> None:
    annotator = Annotator(size, tracks, scale=scale)
    page = annotator.page
    (picture,) = annotator.annotate(np.full((1, *size, 3), 200, dtype=np.uint8), range(1))
    assert picture.shape == (page.height, page.width, 3)
    assert page.height % 2 == page.width % 2 == 0
    height, width = page.picture_size
    assert abs(height / width - size[0] / size[1]) < 0.2
    assert (picture[height // 2, page.picture_left : page.picture_left + width] == 200).all()
    if scale is None:
        assert max(page.picture_size) >= 480
        assert height % size[0] == 0


def test_a_long_name_leaves_room_for_the_strip(tracks: Tracks) -> None:
    page = Annotator((100, 100), replace(tracks, behaviours=("a very long name " * 8, "dig"))).page
    assert page.strip.width >= page.width * 0.6


def test_each_frame_is_read_once_and_in_order() -> None:
    video = FakeVideo(np.random.default_rng(0).integers(0, 255, (700, 4, 4, 3), dtype=np.uint8))
    blocks = list(read_blocks(video, 30, 690))
    assert [number for start, frames in blocks for number in range(start, start + len(frames))] == list(range(30, 690))
    assert np.array_equal(np.concatenate([frames for _, frames in blocks]), video.frames[30:690])
    assert sum(stop - start for start, stop in video.spans_read) == 660
    assert max(len(frames) for _, frames in blocks) <= 256


def test_a_single_frame_can_be_read() -> None:
    video = FakeVideo(np.zeros((3, 4, 4, 3), dtype=np.uint8))
    assert [(start, len(frames)) for start, frames in read_blocks(video, 2, 3)] == [(2, 1)]


def test_blocks_of_large_frames_are_short() -> None:
    video = FakeVideo(np.zeros((40, 1000, 1200, 3), dtype=np.uint8))
    assert max(frames.nbytes for _, frames in read_blocks(video, 0, 40)) <= 32 << 20
