"""The reader `fmf` on files of both versions and of every kind of pixel."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deg_core.api import VideoError
from deg_core.testing import VideoReaderContract
from made_files import EPOCH, stamps, write_fmf

from deg_reader_ufmf.fmf import FmfVideo
from deg_reader_ufmf.plugin import fmf
from deg_reader_ufmf.settings import FmfSettings

GREY = np.random.default_rng(0).integers(0, 256, (5, 8, 12), dtype=np.uint8)


class TestFmfInColour(VideoReaderContract):
    plugin = fmf
    suffix = ".fmf"

    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        rows = frames.reshape(*frames.shape[:2], -1)
        write_fmf(path, rows, stamps(len(frames), frames_per_second), coding="RGB8", bits=24)


class TestFmfOfARecordingThatWasNotEnded(TestFmfInColour):
    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        rows = frames.reshape(*frames.shape[:2], -1)
        write_fmf(path, rows, stamps(len(frames), frames_per_second), coding="RGB8", bits=24, n_stated=0)
        with path.open("ab") as file:
            file.write(b"\x07" * 100)


def written(path: Path, rows: np.ndarray = GREY, **options: Any) -> Path:
    return write_fmf(path, rows, options.pop("times", stamps(len(rows), 50.0)), **options)


@pytest.mark.parametrize("version", [1, 3])
def test_grey_pictures_of_both_versions(version: int, tmp_path: Path) -> None:
    video = FmfVideo(written(tmp_path / "a.fmf", version=version), FmfSettings())
    assert np.array_equal(video.read(0, 5), np.repeat(GREY[..., None], 3, axis=3))


def test_uneven_times_are_those_of_the_file(tmp_path: Path) -> None:
    times = [EPOCH + each for each in (0.0, 0.01, 0.05, 0.06, 0.2)]
    video = FmfVideo(written(tmp_path / "a.fmf", times=times), FmfSettings())
    np.testing.assert_allclose(video.times_s, [0.0, 0.01, 0.05, 0.06, 0.2], atol=1e-6)
    assert video.frames_per_second == pytest.approx(20.0)


@pytest.mark.parametrize("columns", [6, 12])
def test_columns_may_be_pixels_or_bytes(columns: int, tmp_path: Path) -> None:
    deep = np.random.default_rng(1).integers(0, 4096, (5, 8, 6), dtype="<u2")
    path = written(tmp_path / "a.fmf", deep.view(np.uint8), coding="MONO16", bits=16, columns=columns)
    video = FmfVideo(path, FmfSettings(bit_depth=12))
    assert np.array_equal(video.read(0, 5)[..., 0], deep >> 4)


def test_16_bits_are_cut_to_their_upper_8_by_one_rule(tmp_path: Path) -> None:
    deep = np.array([[[0, 255, 256, 65535]] * 2], dtype="<u2").repeat(2, axis=0)
    path = written(tmp_path / "a.fmf", deep.view(np.uint8), coding="MONO16", bits=16)
    assert FmfVideo(path, FmfSettings()).read(0, 1)[0, 0, :, 0].tolist() == [0, 0, 1, 255]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n_stated": 6}, "says 6 frames, the file holds 5"),
        ({"n_stated": 4}, "says 4 frames, the file holds 5"),
        ({"n_stated": 2**63}, "the file holds 5"),
        ({"coding": "MONO9"}, "MONO9"),
        ({"coding": "RGB8", "columns": 5}, "no 5 columns"),
        ({"coding": "YUV411", "columns": 8, "bits": 12}, None),
        ({"coding": "YUV411", "columns": 7}, "no 7 columns"),
        ({"coding": "MONO8", "columns": 2**31}, "columns"),
    ],
)
def test_headers_that_contradict_the_file_are_refused(
    change: dict[str, Any], words: str | None, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.fmf", **change)
    if words is None:
        assert FmfVideo(path, FmfSettings()).read(0, 1).shape == (1, 8, 8, 3)
        return
    with pytest.raises(VideoError, match=words):
        FmfVideo(path, FmfSettings())


def test_a_file_that_was_cut_is_refused_or_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = written(tmp_path / "a.fmf")
    path.write_bytes(path.read_bytes()[:-150])
    with pytest.raises(VideoError, match="the file holds 3"):
        FmfVideo(path, FmfSettings())
    video = FmfVideo(path, FmfSettings(count="file"))
    assert video.n_frames == 3
    assert np.array_equal(video.read(2, 3)[0, ..., 0], GREY[2])


@pytest.mark.parametrize("n_bytes", range(1, 60, 3))
def test_a_header_that_is_cut_off_is_refused(n_bytes: int, tmp_path: Path) -> None:
    path = written(tmp_path / "a.fmf")
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(VideoError):
        FmfVideo(path, FmfSettings())


@pytest.mark.parametrize("place", range(41))
def test_a_flipped_byte_of_the_header_is_refused_or_changes_nothing(place: int, tmp_path: Path) -> None:
    path = written(tmp_path / "a.fmf")
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(data)
    if 13 <= place < 17:  # bits per pixel, which the name of the format implies
        assert FmfVideo(path, FmfSettings()).n_frames == 5
    else:
        with pytest.raises(VideoError):
            FmfVideo(path, FmfSettings())


@pytest.mark.parametrize("times", [[0.0] * 5, [1.0, 2.0, float("nan"), 3.0, 4.0], [5.0, 4.0, 3.0, 2.0, 1.0]])
def test_time_stamps_of_no_use_ask_for_a_rate(times: list[float], tmp_path: Path) -> None:
    path = written(tmp_path / "a.fmf", times=times)
    with pytest.raises(VideoError, match="time stamp of frame") as refusal:
        FmfVideo(path, FmfSettings())
    assert "frames_per_second" in refusal.value.fix
    video = FmfVideo(path, FmfSettings(frames_per_second=25.0))
    assert video.times_s.tolist() == pytest.approx([0.0, 0.04, 0.08, 0.12, 0.16])


def test_a_single_frame_needs_a_rate(tmp_path: Path) -> None:
    path = written(tmp_path / "a.fmf", GREY[:1])
    with pytest.raises(VideoError, match="single frame"):
        FmfVideo(path, FmfSettings())
    assert FmfVideo(path, FmfSettings(frames_per_second=10)).n_frames == 1


def test_a_file_that_becomes_shorter_while_it_is_open_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.fmf", np.zeros((5, 100, 300), np.uint8))
    video = FmfVideo(path, FmfSettings())
    with path.open("r+b") as file:
        file.truncate(60)
    with pytest.raises(VideoError, match="shorter"):
        video.read(4, 5)


@pytest.mark.parametrize(("coding", "bits"), [("MONO8", 8), ("MONO16", 16)])
def test_it_reads_what_motmot_writes(coding: str, bits: int, tmp_path: Path) -> None:
    """The writer of the format's authors."""
    writer = pytest.importorskip("motmot.FlyMovieFormat.FlyMovieFormat", reason="motmot.FlyMovieFormat is missing")
    pictures = GREY if bits == 8 else GREY.astype("<u2") << 8
    path = tmp_path / "a.fmf"
    saver = writer.FlyMovieSaver(str(path), version=3, format=coding, bits_per_pixel=bits)
    for picture, time in zip(pictures, stamps(5, 50.0), strict=True):
        saver.add_frame(picture, time)
    saver.close()
    video = FmfVideo(path, FmfSettings())
    assert np.array_equal(video.read(0, 5)[..., 0], GREY)
    assert video.frames_per_second == pytest.approx(50.0)


def test_version_2_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.fmf"
    path.write_bytes(struct.pack("<I", 2) + bytes(100))
    with pytest.raises(VideoError, match="first number is 2"):
        FmfVideo(path, FmfSettings())
