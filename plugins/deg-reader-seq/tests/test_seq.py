"""The reader `norpix-seq` on raw and encoded sequences, whole, cut off and damaged."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from deg_core.api import VideoError
from deg_core.testing import VideoReaderContract
from made_sequences import EPOCH, Kind, raw, stamps, write_sequence

from deg_reader_seq.plugin import seq
from deg_reader_seq.seq import SeqVideo
from deg_reader_seq.settings import SeqSettings

GREY = np.random.default_rng(0).integers(0, 256, (5, 8, 12), dtype=np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (5, 8, 12, 3), dtype=np.uint8)
SIZE = (8, 12)


def opened(path: Path, **settings: Any) -> SeqVideo:
    return SeqVideo(path, SeqSettings(**settings))


def encoded(pictures: np.ndarray, how: str = ".jpg") -> list[bytes]:
    """Grey, or blue, green, red."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, 95] if how == ".jpg" else []
    return [cv2.imencode(how, picture, quality)[1].tobytes() for picture in pictures]


class TestRawSequence(VideoReaderContract):
    plugin = seq
    suffix = ".seq"
    version = 5

    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        kind = Kind(200, bits=(24, 8), version=self.version)
        write_sequence(path, raw(frames[..., ::-1]), frames.shape[1:3], stamps(len(frames), frames_per_second), kind)


class TestRawSequenceOfAnOlderVersion(TestRawSequence):
    version = 3


class TestJpegSequence(VideoReaderContract):
    plugin = seq
    suffix = ".seq"
    tolerance = 3.0
    kind = Kind(200, compression=1, bits=(24, 8))

    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        pictures, times = encoded(frames[..., ::-1]), stamps(len(frames), frames_per_second)
        write_sequence(path, pictures, frames.shape[1:3], times, self.kind)


class TestJpegSequenceOfPiotrsToolbox(TestJpegSequence):
    kind = Kind(201, bits=(24, 8), version=3)


class TestJpegSequenceThatWasNotEnded(TestJpegSequence):
    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        super().write_video(path, frames, frames_per_second)
        data = bytearray(path.read_bytes())
        struct.pack_into("<I", data, 572, 0)
        path.write_bytes(data + struct.pack("<I", 9000) + b"\xff\xd8" + bytes(50))


def written(path: Path, pictures: list[bytes] | None = None, kind: Kind = Kind(), **options: Any) -> Path:  # noqa: B008
    pictures = raw(GREY) if pictures is None else pictures
    times = options.pop("times", stamps(len(pictures), 50.0))
    return write_sequence(path, pictures, SIZE, times, kind, **options)


@pytest.mark.parametrize("version", [3, 4, 5, 6])
def test_grey_pictures_of_every_version(version: int, tmp_path: Path) -> None:
    video = opened(written(tmp_path / "a.seq", kind=Kind(version=version)))
    assert np.array_equal(video.read(0, 5), np.repeat(GREY[..., None], 3, axis=3))


@pytest.mark.parametrize(
    ("image_format", "stored"), [(200, COLOUR[..., ::-1]), (400, COLOUR), (500, np.insert(COLOUR[..., ::-1], 3, 9, 3))]
)
def test_colours_come_in_the_order_of_their_format(image_format: int, stored: np.ndarray, tmp_path: Path) -> None:
    assert np.array_equal(opened(written(tmp_path / "a.seq", raw(stored), Kind(image_format))).read(0, 5), COLOUR)


def test_12_bits_of_16_are_cut_to_their_upper_8(tmp_path: Path) -> None:
    deep = np.random.default_rng(2).integers(0, 4096, (5, *SIZE), dtype="<u2")
    video = opened(written(tmp_path / "a.seq", raw(deep), Kind(bits=(16, 12))))
    assert np.array_equal(video.read(0, 5)[..., 1], deep >> 4)


@pytest.mark.parametrize("gap", [8, 16])
@pytest.mark.parametrize("version", [3, 5])
@pytest.mark.parametrize(("image_format", "how"), [(102, ".jpg"), (1, ".png"), (100, ".jpg"), (100, ".png")])
def test_encoded_grey_pictures(image_format: int, how: str, version: int, gap: int, tmp_path: Path) -> None:
    kind = Kind(image_format, compression=int(image_format == 100), version=version, gap=gap)
    pictures = encoded(GREY, how)
    shown = np.stack([cv2.imdecode(np.frombuffer(each, np.uint8), cv2.IMREAD_GRAYSCALE) for each in pictures])
    video = opened(written(tmp_path / "a.seq", pictures, kind))
    assert np.array_equal(video.read(0, 5)[..., 0], shown)
    np.testing.assert_allclose(video.times_s, np.arange(5) / 50, atol=1e-6)


def test_encoded_colours_are_not_exchanged(tmp_path: Path) -> None:
    for image_format in (200, 400):
        kind = Kind(image_format, compression=1)
        video = opened(written(tmp_path / "a.seq", encoded(COLOUR[..., ::-1], ".png"), kind))
        assert np.array_equal(video.read(0, 5), COLOUR)


@pytest.mark.parametrize(("image_format", "how"), [(101, None), (103, ".png")])
def test_a_mosaic_wants_to_be_named(image_format: int, how: str | None, tmp_path: Path) -> None:
    mosaic = np.tile(np.array([[200, 120], [120, 40]], np.uint8), (2, 4, 6))[:, :8, :12]
    pictures = raw(mosaic) if how is None else encoded(mosaic, how)
    path = written(tmp_path / "a.seq", pictures, Kind(image_format))
    with pytest.raises(VideoError, match="mosaic") as refusal:
        opened(path)
    assert "RGGB" in refusal.value.fix
    assert opened(path, mosaic="RGGB").read(0, 1)[0, 3, 3].tolist() == [200, 120, 40]
    assert opened(path, mosaic="BGGR").read(0, 1)[0, 3, 3].tolist() == [40, 120, 200]
    assert opened(path, mosaic="grey").read(0, 1)[0, :2, :2, 0].tolist() == [[200, 120], [120, 40]]


def test_milliseconds_of_an_even_rate_are_taken_for_what_they_are(tmp_path: Path) -> None:
    path = written(tmp_path / "a.seq", kind=Kind(version=3), times=stamps(5, 30.0), rate=30.0)
    video = opened(path)
    assert video.times_s.tolist() == [index / 30 for index in range(5)]
    assert video.frames_per_second == 30.0


@pytest.mark.parametrize("version", [3, 5])
def test_a_dropped_frame_shows_in_the_times(version: int, tmp_path: Path) -> None:
    times = [EPOCH + each / 30 for each in (0, 1, 2, 4, 5)]
    video = opened(written(tmp_path / "a.seq", kind=Kind(version=version), times=times, rate=30.0))
    np.testing.assert_allclose(video.times_s, np.array([0, 1, 2, 4, 5]) / 30, atol=1e-3)
    assert video.frames_per_second == pytest.approx(24.0, rel=1e-2)


def test_a_dropped_frame_shows_where_the_clock_ticks_once_a_frame(tmp_path: Path) -> None:
    times = [EPOCH + each / 1000 for each in (0, 1, 2, 4, 5)]
    video = opened(written(tmp_path / "a.seq", kind=Kind(version=3), times=times, rate=1000.0))
    np.testing.assert_allclose(video.times_s, np.array([0, 1, 2, 4, 5]) / 1000, atol=1e-6)


def test_stamps_of_no_use_ask_for_a_rate(tmp_path: Path) -> None:
    path = written(tmp_path / "a.seq", times=[EPOCH] * 5)
    with pytest.raises(VideoError, match="time stamp of frame 1"):
        opened(path)
    assert opened(path, frames_per_second=10).times_s.tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    path = written(tmp_path / "b.seq", raw(GREY[:1]))
    with pytest.raises(VideoError, match="single frame"):
        opened(path)


def test_room_that_was_set_aside_and_never_filled_is_no_frame(tmp_path: Path) -> None:
    path = written(tmp_path / "a.seq")
    with path.open("ab") as file:
        file.write(bytes(5000))
    assert opened(path).n_frames == 5
    path = written(tmp_path / "b.seq", encoded(GREY), Kind(102), n_stated=0)
    with path.open("ab") as file:
        file.write(bytes(5000))
    assert opened(path).n_frames == 5


def test_the_last_frame_may_lack_what_fills_it_up(tmp_path: Path) -> None:
    path = written(tmp_path / "a.seq")
    data = path.read_bytes()
    path.write_bytes(data[: -(512 - 8 * 12 - 8)])
    assert np.array_equal(opened(path).read(4, 5)[0, ..., 0], GREY[4])


@pytest.mark.parametrize("kind", [Kind(), Kind(102)], ids=["raw", "encoded"])
def test_a_file_that_was_cut_is_refused_or_read_as_far_as_it_goes(kind: Kind, tmp_path: Path) -> None:
    pictures = encoded(GREY) if kind.image_format == 102 else raw(GREY)
    path = written(tmp_path / "a.seq", pictures, kind)
    whole = opened(path).read(0, 5)
    path.write_bytes(path.read_bytes()[:-560])
    with pytest.raises(VideoError, match=r"says 5 frames, the file holds [34]"):
        opened(path)
    video = opened(path, count="file")
    assert np.array_equal(video.read(0, video.n_frames), whole[: video.n_frames])


@pytest.mark.parametrize(
    ("place", "number", "words"),
    [
        (0, 0xBEEF, "does not begin as a Norpix sequence"),
        (548, 0, "0 x 8 pixels"),
        (548, 2**31, "pixels"),
        (552, 9, "96 bytes of a picture are no"),
        (564, 2**31, "bytes of a picture are no"),
        (568, 77, "format 77"),
        (572, 2**31, "the file holds 5"),
        (580, 7, "too few"),
        (580, 2**31, "the file holds 1"),
        (620, 8, "compressed by H.264"),
        (620, 99, "compressed by number 99"),
    ],
)
def test_headers_that_contradict_the_file_are_refused(place: int, number: int, words: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.seq")
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, place, number)
    path.write_bytes(data)
    with pytest.raises(VideoError, match=words):
        opened(path)


@pytest.mark.parametrize("n_bytes", [3, 30, 600, 1023, 1024, 8192, 8200])
def test_a_header_that_is_cut_off_is_refused(n_bytes: int, tmp_path: Path) -> None:
    path = written(tmp_path / "a.seq")
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(VideoError):
        opened(path)


def test_a_broken_chain_of_pictures_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.seq", encoded(GREY), Kind(102, version=3))
    data = bytearray(path.read_bytes())
    size = struct.unpack_from("<I", data, 1024)[0]
    for wrong, words in (
        (size + 3, "next picture should follow"),
        (2**31, "should be a JPEG"),
        (0, "should be a JPEG"),
    ):
        struct.pack_into("<I", data, 1024, wrong)
        path.write_bytes(data)
        with pytest.raises(VideoError, match=words):
            opened(path)


def test_a_damaged_picture_is_refused_when_it_is_read(tmp_path: Path) -> None:
    pictures = encoded(GREY)
    pictures[2] = pictures[2][: len(pictures[2]) // 2] + bytes(len(pictures[2]) - len(pictures[2]) // 2)
    pictures[3] = encoded(np.zeros((1, 9, 9), np.uint8))[0]
    video = opened(written(tmp_path / "a.seq", pictures, Kind(102)))
    for frame, words in ((2, "frame 2 cannot be decoded"), (3, "frame 3 is 9 x 9 pixels, the header says 12 x 8")):
        with pytest.raises(VideoError, match=words):
            video.read(frame, frame + 1)
    assert video.read(1, 2).shape == (1, 8, 12, 3)


def test_a_picture_that_ends_too_early_is_not_shown_as_if_it_were_whole(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (3, 240, 320), dtype=np.uint8)
    pictures = encoded(noise)
    pictures[1] = pictures[1][: len(pictures[1]) * 3 // 4]
    path = write_sequence(tmp_path / "a.seq", pictures, (240, 320), stamps(3, 50.0), Kind(102))
    with pytest.raises(VideoError, match="frame 1 cannot be decoded"):
        opened(path).read(0, 3)


@pytest.mark.parametrize("kind", [Kind(version=3), Kind(102, version=3)], ids=["raw", "encoded"])
def test_no_flipped_byte_leads_to_anything_but_a_refusal(kind: Kind, tmp_path: Path) -> None:
    pictures = encoded(GREY) if kind.image_format == 102 else raw(GREY)
    path = written(tmp_path / "a.seq", pictures, kind)
    data, refused = path.read_bytes(), 0
    for place in [*range(36), *range(548, 640), *range(1024, len(data), 7), *range(1024, 1040)]:
        broken = bytearray(data)
        broken[place] ^= 0xFF
        path.write_bytes(broken)
        try:
            video = opened(path)
            frames = video.read(0, video.n_frames)
        except VideoError:
            refused += 1
        else:
            assert frames.shape[3] == 3
    assert refused > 20


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("version", [3, 5])
def test_pims_sees_the_same(version: int, bits: int, tmp_path: Path) -> None:
    """Another reader of the format, by other people."""
    pims = pytest.importorskip("pims.norpix_reader", reason="pims is not installed")
    pictures = GREY if bits == 8 else GREY.astype("<u2") << 8
    path = written(tmp_path / "a.seq", raw(pictures), Kind(bits=(bits, bits), version=version), rate=50.0)
    theirs, ours = pims.NorpixSeq(str(path)), opened(path)
    assert len(theirs) == ours.n_frames == 5
    for frame in range(5):
        assert np.array_equal(np.asarray(theirs[frame]) >> (bits - 8), ours.read(frame, frame + 1)[0, ..., 0])
    times = [theirs.get_time_float(frame) for frame in range(5)]
    np.testing.assert_allclose(np.array(times) - times[0], ours.times_s, atol=1e-6)
    theirs.close()
