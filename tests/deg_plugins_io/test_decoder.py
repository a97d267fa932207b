"""Opening a video stream and decoding it, past damage."""

from __future__ import annotations

from itertools import repeat
from types import SimpleNamespace

import av
import numpy as np
import pytest

import deg_plugins_io.decoder
from deg_core.api import VideoError
from deg_plugins_io.decoder import UprightRgb, decode, open_stream, surviving_packets

BLOCKING = av.error.BlockingIOError(11, "try again", "clip.ts")


def decoded(path, damage=None):
    container, stream = open_stream(path, 1)
    with container:
        frames = decode(stream, surviving_packets(container, stream, damage), damage)
        return np.stack([frame.to_ndarray(format="rgb24") for frame in frames])


def test_every_frame_comes_once_and_in_order(clip_path, numbers_of):
    assert numbers_of(decoded(clip_path)) == list(range(60))


def test_a_whole_file_shows_no_damage(tmp_path, write_clip):
    damage: list[str] = []
    decoded(write_clip(tmp_path / "clip.mp4"), damage)
    assert damage == []


def test_decoding_goes_on_past_a_damaged_packet_and_notes_it(tmp_path, write_clip, numbers_of, blank_packets):
    path = write_clip(tmp_path / "clip.mp4", 20, gop=1, b_frames=0)
    blank_packets(path, [7])
    damage: list[str] = []
    assert numbers_of(decoded(path, damage)) == [*range(7), *range(8, 20)]
    assert damage


def test_packets_end_where_the_file_is_damaged_which_is_noted():
    def packets(_):
        yield SimpleNamespace(size=10)
        yield SimpleNamespace(size=0)  # would drain the decoder
        yield SimpleNamespace(size=20)
        raise av.error.InvalidDataError(1094995529, "no packet", "clip.avi")

    damage: list[str] = []
    assert [packet.size for packet in surviving_packets(SimpleNamespace(demux=packets), None, damage)] == [10, 20]
    assert damage == ["no packet"]


def test_packets_go_on_where_ffmpeg_wants_to_be_asked_again():
    left = iter([1, BLOCKING, 2, 3, BLOCKING, BLOCKING, 4])

    def packets(_):
        for each in left:
            if each is BLOCKING:
                raise BLOCKING
            yield SimpleNamespace(size=each)

    damage: list[str] = []
    container = SimpleNamespace(demux=packets)
    assert [packet.size for packet in surviving_packets(container, None, damage)] == [1, 2, 3, 4]
    assert damage == []
    left = repeat(BLOCKING)
    assert list(surviving_packets(container, None, damage)) == []
    assert damage == ["try again"]


def test_what_a_decoder_says_at_the_end_is_noted():
    def decode_none(packet):
        if packet is None:
            raise av.error.InvalidDataError(1094995529, "half a frame is left", "clip.avi")
        return ["frame"]

    stream = SimpleNamespace(codec_context=SimpleNamespace(decode=decode_none))
    damage: list[str] = []
    assert list(decode(stream, [SimpleNamespace(size=10)], damage)) == ["frame"]
    assert damage == ["half a frame is left"]


def test_a_picture_larger_than_any_camera_takes_is_not_decoded(tmp_path, write_clip, monkeypatch):
    path = write_clip(tmp_path / "clip.mkv", 3, codec="ffv1", pix_fmt="bgr0")
    assert len(decoded(path)) == 3
    monkeypatch.setattr(deg_plugins_io.decoder, "_LARGEST", 96 * 64 - 1)
    container, stream = open_stream(path, 1)
    with container:
        assert list(decode(stream, container.demux(stream))) == []


def test_a_text_is_refused_as_one(tmp_path):
    (tmp_path / "notes.txt").write_text("no video\n" * 99)
    with pytest.raises(VideoError, match="a still picture or a text, not a video"):
        open_stream(tmp_path / "notes.txt", 1)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.touch(), "the file is empty"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_text("no video\n" * 99), "FFmpeg|still picture or a text"),
        (lambda path: path.write_bytes(bytes(5000)), "not a video that FFmpeg can open"),
    ],
)
def test_what_is_no_video_is_refused(tmp_path, make, problem):
    make(tmp_path / "clip.mp4")
    with pytest.raises(VideoError, match=problem) as caught:
        open_stream(tmp_path / "clip.mp4", 1)
    assert caught.value.where == str(tmp_path / "clip.mp4")


def test_the_picture_on_the_cover_of_a_song_is_no_video(tmp_path):
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as output:
        song, cover = output.add_stream("aac", rate=44100), output.add_stream("mjpeg", rate=1)
        cover.height, cover.width, cover.pix_fmt = 32, 32, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44100
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), dtype=np.uint8), format="rgb24")
        for stream, frame in ((song, sound), (cover, picture)):
            output.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(VideoError, match="holds no video stream, only audio"):
        open_stream(path, 1)


def grey(deep):
    return av.VideoFrame.from_ndarray(deep, format="gray16le")


@pytest.mark.parametrize(("bit_depth", "shift"), [(16, 8), (12, 4), (8, 0)])
def test_deep_grey_keeps_its_upper_bits(bit_depth, shift):
    deep = np.random.default_rng(0).integers(0, 1 << bit_depth, (16, 32), dtype=np.uint16)
    picture = UprightRgb(bit_depth)(grey(deep))
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, np.repeat((deep >> shift).astype(np.uint8)[..., None], 3, axis=2))


def test_colours_are_kept_in_order():
    colours = np.random.default_rng(0).integers(0, 256, (16, 32, 3), dtype=np.uint8)
    frame = av.VideoFrame.from_ndarray(colours, format="rgb24")
    assert np.array_equal(UprightRgb(16)(frame), colours)


@pytest.mark.parametrize(("codec", "pix_fmt", "threads"), [("ffv1", "bgr0", "SLICE"), ("mpeg4", "yuv420p", "AUTO")])
def test_a_decoder_that_damage_crashes_gets_one_frame_at_a_time(tmp_path, write_clip, codec, pix_fmt, threads):
    container, stream = open_stream(write_clip(tmp_path / "clip.mkv", 3, codec=codec, pix_fmt=pix_fmt), 0)
    with container:
        assert stream.thread_type.name == threads
