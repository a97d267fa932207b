"""The reader `ufmf` on files of all versions, whole, cut off and damaged."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deg_core.api import VideoError
from deg_core.testing import VideoReaderContract
from made_files import EPOCH, UfmfWriter, stamps, write_ufmf, write_version_1

from deg_reader_ufmf.plugin import ufmf
from deg_reader_ufmf.settings import UfmfSettings
from deg_reader_ufmf.ufmf import UfmfVideo

RNG = np.random.default_rng(0)
RATE = 50.0


def moving_square(n_frames: int = 20, colours: int | None = None) -> np.ndarray:
    shape = (24, 32) if colours is None else (24, 32, colours)
    pictures = np.broadcast_to(RNG.integers(0, 100, shape, dtype=np.uint8), (n_frames, *shape)).copy()
    for number, picture in enumerate(pictures):
        picture[4 + number % 9 : 11 + number % 9, number : number + 6] += np.uint8(100)
    return pictures


PICTURES = moving_square()


def opened(path: Path, **settings: Any) -> UfmfVideo:
    return UfmfVideo(path, UfmfSettings(**settings))


class TestUfmfInColour(VideoReaderContract):
    plugin = ufmf
    suffix = ".ufmf"
    version = 3

    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        write_ufmf(path, frames, frames_per_second, version=self.version)


class TestUfmf4InColour(TestUfmfInColour):
    version = 4


class TestUfmfWithoutIndex(VideoReaderContract):
    plugin = ufmf
    suffix = ".ufmf"

    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        write_ufmf(path, frames, frames_per_second, index=False)
        with path.open("ab") as file:  # the recording broke off within a frame
            file.write(struct.pack("<BdH", 1, EPOCH + 100, 3) + bytes(20))


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize(
    "options",
    [
        {"version": 2},
        {"version": 2, "wide_index": False},
        {"version": 3},
        {"version": 4},
        {"version": 4, "box": (1, 1)},
        {"version": 4, "box": (5, 3)},
    ],
)
def test_every_version_gives_what_was_written(options: dict[str, Any], index: bool, tmp_path: Path) -> None:
    for colours in (None, 3):
        pictures = moving_square(colours=colours)
        video = opened(write_ufmf(tmp_path / "a.ufmf", pictures, RATE, index=index, **options))
        shown = pictures if colours else np.repeat(pictures[..., None], 3, axis=3)
        assert np.array_equal(video.read(0, 20), shown)
        assert video.frames_per_second == pytest.approx(RATE)


@pytest.mark.parametrize("radius", [4, 5])
def test_version_1_has_one_background_and_boxes_that_end_at_the_edge(radius: int, tmp_path: Path) -> None:
    video = opened(write_version_1(tmp_path / "a.ufmf", PICTURES[0], PICTURES, stamps(20, RATE), radius))
    assert np.array_equal(video.read(0, 20)[..., 0], PICTURES)


def test_a_frame_is_pasted_on_the_latest_background_before_it_by_time(tmp_path: Path) -> None:
    """Backgrounds may be written after frames that are later than they are."""
    writer = UfmfWriter()
    dark, bright = np.full((4, 6), 10, np.uint8), np.full((4, 6), 90, np.uint8)
    writer.background(dark, EPOCH)
    for number in range(6):
        writer.frame(dark, EPOCH + number, [])
    writer.background(bright, EPOCH + 3)
    writer.index()
    video = opened(writer.save(tmp_path / "a.ufmf"))
    assert video.read(0, 6)[:, 0, 0, 0].tolist() == [10, 10, 10, 90, 90, 90]


def test_backgrounds_of_real_numbers_are_rounded(tmp_path: Path) -> None:
    writer = UfmfWriter()
    writer.background(np.full((4, 6), 10.7, np.float32), EPOCH)
    writer.background(np.full((4, 6), 3000.0, np.float32), EPOCH, kind="sumsq")
    for number in range(2):
        writer.frame(np.zeros((4, 6), np.uint8), EPOCH + number, [(5, 3, 1, 1)])
    writer.index()
    picture = opened(writer.save(tmp_path / "a.ufmf")).read(1, 2)[0, ..., 0]
    assert picture[0, 0] == 11
    assert picture[3, 5] == 0


@pytest.mark.parametrize("places", ["q", "Q", "i", "I", "l", "L"])
def test_the_index_may_count_in_any_integers(places: str, tmp_path: Path) -> None:
    writer = UfmfWriter()
    writer.background(PICTURES[0], EPOCH)
    for number in range(3):
        writer.frame(PICTURES[number], EPOCH + number, [(0, 0, 32, 24)])
    writer.index(places)
    assert np.array_equal(opened(writer.save(tmp_path / "a.ufmf")).read(2, 3)[0, ..., 0], PICTURES[2])


def test_an_index_that_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    path = write_ufmf(tmp_path / "a.ufmf", PICTURES, RATE)
    data = path.read_bytes()
    place = struct.unpack_from("<Q", data, 8)[0]
    path.write_bytes(data[: place - 40])
    video = opened(path)
    assert video.n_frames == 19
    assert np.array_equal(video.read(0, 19)[..., 0], PICTURES[:19])


def test_a_damaged_index_is_refused_and_can_be_made_anew(tmp_path: Path) -> None:
    path = write_ufmf(tmp_path / "a.ufmf", PICTURES, RATE)
    data = bytearray(path.read_bytes())
    start = struct.unpack_from("<Q", data, 8)[0]
    whole = opened(path).read(0, 20)
    refused = 0
    for place in range(start, len(data)):
        broken = bytearray(data)
        broken[place] ^= 0x81
        path.write_bytes(broken)
        try:
            found = opened(path).read(0, 20)
        except VideoError as refusal:
            refused += "index" in refusal.problem or "stamp" in refusal.problem
        else:
            # Only the time of a background can be another: that shows in no pixel where it stays in order.
            assert found.shape == whole.shape
        assert np.array_equal(opened(path, index="rebuild").read(0, 20), whole)
    assert refused > 0.8 * (len(data) - start)


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("version", [2, 3, 4])
def test_no_flipped_byte_leads_to_anything_but_a_refusal(version: int, index: bool, tmp_path: Path) -> None:
    path = write_ufmf(tmp_path / "a.ufmf", PICTURES[:6], RATE, index=index, version=version)
    data, refused = path.read_bytes(), 0
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        path.write_bytes(broken)
        try:
            video = opened(path)
            frames = video.read(0, video.n_frames)
        except VideoError:
            refused += 1
        else:
            assert frames.shape == (video.n_frames, 24, 32, 3)
    assert refused > 20


@pytest.mark.parametrize("options", [{"version": 3}, {"version": 4}, {"version": 4, "box": (1, 1)}])
def test_a_damaged_count_does_not_silently_leave_out_the_rest(options: dict[str, Any], tmp_path: Path) -> None:
    path = write_ufmf(tmp_path / "a.ufmf", np.concatenate([PICTURES] * 3), RATE, index=False, **options)
    data = bytearray(path.read_bytes())
    sixth_frame = data.index(b"\x01" + struct.pack("<d", stamps(6, RATE)[5]))
    data[sixth_frame + 9 : sixth_frame + 11] = b"\xff\xff"
    path.write_bytes(data)
    with pytest.raises(VideoError):
        opened(path)


def test_a_cut_anywhere_gives_the_frames_before_it_or_a_refusal(tmp_path: Path) -> None:
    path = write_ufmf(tmp_path / "a.ufmf", PICTURES, RATE, index=False)
    data = path.read_bytes()
    for n_bytes in range(0, len(data), 37):
        path.write_bytes(data[:n_bytes])
        try:
            video = opened(path)
        except VideoError:
            continue
        assert np.array_equal(video.read(0, video.n_frames)[..., 0], PICTURES[: video.n_frames])
    assert video.n_frames >= 18


@pytest.mark.parametrize("index", [True, False])
def test_a_background_larger_than_the_file_is_refused_before_room_is_made_for_it(index: bool, tmp_path: Path) -> None:
    path = write_ufmf(tmp_path / "a.ufmf", PICTURES, RATE, index=index)
    data = bytearray(path.read_bytes())
    place = data.index(b"meanB") + 5
    struct.pack_into("<HH", data, place, 65535, 65535)
    path.write_bytes(data)
    with pytest.raises(VideoError, match=r"a background would end|no whole frame"):
        opened(path)


def test_a_file_without_background_says_so(tmp_path: Path) -> None:
    writer = UfmfWriter()
    writer.background(PICTURES[0], EPOCH, kind="sumsq")
    writer.frame(PICTURES[0], EPOCH, [])
    with pytest.raises(VideoError, match="no background to paste frames on; kinds in it: sumsq"):
        opened(writer.save(tmp_path / "a.ufmf"), frames_per_second=1)


@pytest.mark.parametrize("coding", ["MONO16", "YUV422", "nonsense", ""])
def test_codings_that_boxes_cannot_have_are_refused(coding: str, tmp_path: Path) -> None:
    writer = UfmfWriter(coding)
    writer.background(PICTURES[0], EPOCH)
    with pytest.raises(VideoError, match="not known"):
        opened(writer.save(tmp_path / "a.ufmf"))


def test_a_mosaic_shows_its_colours(tmp_path: Path) -> None:
    writer = UfmfWriter("MONO8:RGGB")
    picture = np.tile(np.array([[200, 120], [120, 40]], np.uint8), (4, 4))
    writer.background(np.zeros_like(picture), EPOCH)
    for number in range(2):
        writer.frame(picture, EPOCH + number, [(0, 0, 8, 8)])
    writer.index()
    assert opened(writer.save(tmp_path / "a.ufmf")).read(0, 1)[0, 3, 3].tolist() == [200, 120, 40]


def test_other_versions_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.ufmf"
    path.write_bytes(b"ufmf" + struct.pack("<I", 9) + bytes(50))
    with pytest.raises(VideoError, match="version 9"):
        opened(path)


def test_stamps_of_no_use_ask_for_a_rate(tmp_path: Path) -> None:
    writer = UfmfWriter()
    writer.background(PICTURES[0], EPOCH)
    for _ in range(3):
        writer.frame(PICTURES[0], float("nan"), [])
    writer.index()
    path = writer.save(tmp_path / "a.ufmf")
    with pytest.raises(VideoError, match="no number"):
        opened(path)
    assert opened(path, frames_per_second=10).read(0, 3).shape[0] == 3
