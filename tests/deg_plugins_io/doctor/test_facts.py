"""What is found when all of a video is decoded: numbers with their units, and what FFmpeg says of damage."""

from __future__ import annotations

import struct

import av
import numpy as np
import pytest
from video_kinds import KINDS, write_kind

from deg_plugins_io.doctor.examination import examine
from deg_plugins_io.doctor.facts import look_at

BY_NAME = {kind.name: kind for kind in KINDS}


@pytest.fixture
def written(tmp_path):
    return lambda name: write_kind(tmp_path, BY_NAME[name])[0]


def said_of_damage(path, **settings) -> list[str]:
    return [finding.what for finding in examine(path, settings).findings if finding.kind == "damaged"]


def test_times_are_in_seconds_and_not_in_what_is_written_for_people(written):
    path = written("h264.mkv")
    np.testing.assert_allclose(look_at(path).times_s, np.arange(20) / 25)
    assert "times_s" not in examine(path, {}).facts


@pytest.mark.parametrize(
    ("matrix", "degrees", "size"),
    [((0, 1, -1, 0), 270, (32, 48)), ((-1, 0, 0, -1), 180, (48, 32)), ((0, -1, 1, 0), 90, (32, 48))],
)
def test_a_turn_is_one_to_the_left(written, matrix, degrees, size):
    path = written("h264.mp4")
    content = bytearray(path.read_bytes())
    at = content.find(b"tkhd") + 44
    a, b, c, d = (number << 16 for number in matrix)
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    diagnosis = examine(path, {})
    assert [finding.what for finding in diagnosis.findings] == [
        f"pictures are stored lying, to be turned by {degrees} degrees"
    ]
    assert (diagnosis.read["width"], diagnosis.read["height"]) == size


def test_pixels_that_are_not_square_are_as_wide_as_the_file_says(tmp_path, write_clip):
    path = write_clip(tmp_path / "wide.mp4", 5, options={"x264-params": "sar=4/3"})
    assert look_at(path).pixel_aspect == pytest.approx(4 / 3)


def test_sound_is_told_and_is_no_second_video(tmp_path):
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as output:
        video, song = output.add_stream("mpeg4", rate=25), output.add_stream("aac", rate=44100)
        video.height, video.width, video.pix_fmt = 32, 48, "yuv420p"
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44100
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 48, 3), dtype=np.uint8), format="rgb24")
        for stream, frame in ((video, picture), (song, sound)):
            output.mux([*stream.encode(frame), *stream.encode(None)])
    facts = look_at(path)
    assert (facts.sound, facts.n_video_streams) == ("aac, 44100 Hz, 2 channels", 1)


def test_frames_that_the_decoder_shows_although_damaged_are_places(written):
    path = written("prores.mov")
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    for packet in packets[5:9]:
        at, size = packet.pos + packet.size // 2, packet.size // 3
        content[at : at + size] = bytes(size)
    path.write_bytes(content)
    assert said_of_damage(path) == ["the file is damaged in 4 places"]


def test_three_of_many_complaints_are_told_each_once(written, blank_packets):
    path = written("mpeg4.avi")
    blank_packets(path, [3, 4])
    everything = look_at(path).complaints
    assert len(everything) == len(set(everything)) <= 3


def test_where_a_file_cannot_be_read_any_further_is_one_place(written):
    path = written("y4m.y4m")
    frames = path.read_bytes().split(b"FRAME")
    path.write_bytes(b"FRAME".join(frames[:-3]) + b"RHUBARB" + b"FRAME".join(frames[-3:]))
    facts = look_at(path)
    assert (facts.n_frames, facts.n_damaged) == (17, 1)


def test_a_warning_of_damage_is_damage_and_another_is_not(written, cut):
    (said,) = said_of_damage(cut(written("huffyuv-rgb.avi")))
    assert said.startswith("the file is damaged in some place (FFmpeg: avi: Packet corrupt")
    assert said_of_damage(written("mjpeg.mjpeg"), frames_per_second=25) == []


def test_what_ffmpeg_logs_is_as_before(written):
    before = av.logging.get_level(), av.logging.get_skip_repeated()
    look_at(written("h264.mp4"))
    assert (av.logging.get_level(), av.logging.get_skip_repeated()) == before
