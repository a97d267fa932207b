"""Which frames a file really holds, and where decoding can begin."""

from __future__ import annotations

import logging
import random
from dataclasses import replace

import av
import numpy as np
import pytest

from deg_core.api import VideoError
from deg_plugins_io.frame_table import FrameTable, _Packet, _rising_stamps, _stamps_of, build_table
from deg_plugins_io.pyav import PyavVideo
from deg_plugins_io.settings import PyavSettings


def table_of(path, threads=1, frames_per_second=None):
    return build_table(path, threads, frames_per_second)


def test_every_frame_has_a_stamp_of_its_own_and_a_time(clip_path):
    table = table_of(clip_path)
    assert table.n_frames == 60
    if table.stamps is not None:
        assert (np.diff(table.stamps) > 0).all()
        assert table.stamps[table.entries[:, 0]].tolist() == table.entries[:, 1].tolist()
    assert (np.diff(table.times_s) > 0).all()
    assert table.times_s[0] == 0
    assert not table.is_damaged


@pytest.mark.parametrize(("gop", "entries"), [(1, list(range(30))), (10, [0, 10, 20]), (1000, [0])])
def test_decoding_can_begin_at_key_frames(tmp_path, write_clip, gop, entries):
    path = write_clip(tmp_path / "clip.mp4", 30, gop=gop, b_frames=0, options={"x264-params": "scenecut=0"})
    assert table_of(path).entries[:, 0].tolist() == entries


@pytest.mark.parametrize(("index", "entry"), [(0, 0), (9, 0), (10, 1), (19, 1), (20, 2), (99, 2)])
def test_the_nearest_entry_is_the_last_at_or_before_a_frame(index, entry):
    entries = np.array([[0, 0, 48, 9], [10, 1000, 90, 7], [20, 2000, 140, 8]])
    table = FrameTable(np.arange(30) * 100, entries, np.arange(30) / 30, 30.0)
    assert table.entry_before(index) == entry


@pytest.mark.parametrize(
    ("packet", "is_entry"),
    [
        ((1000, 90, 7), True),
        ((1000, 91, 7), False),
        ((1000, 90, 8), False),
        ((2000, 90, 7), False),
        ((1500, 90, 7), False),
        ((None, 90, 7), False),
        ((2000, None, 8), True),
    ],
)
def test_a_packet_is_an_entry_by_its_stamp_its_place_and_its_size(packet, is_entry):
    entries = np.array([[0, 0, 48, 9], [10, 1000, 90, 7], [20, 2000, -1, 8], [25, -1, 90, 7]])
    assert FrameTable(None, entries, np.arange(30) / 30, 30.0).is_entry(*packet) == is_entry


def test_before_the_first_entry_there_is_none():
    table = FrameTable(None, np.empty((0, 4), dtype=np.int64), np.arange(3) / 30, 30.0)
    assert table.entry_before(2) == -1


def test_frames_of_a_raw_stream_are_known_by_counting(tmp_path, write_clip):
    path = write_clip(tmp_path / "raw.h264", 30, container="h264", gop=10, b_frames=0)
    table = table_of(path)
    assert table.stamps is None
    assert table.n_frames == 30
    assert table.frames_per_second == 30
    assert table_of(path, frames_per_second=50.0).frames_per_second == 50


def test_the_rate_of_a_raw_stream_can_be_told_and_that_of_others_is_kept(tmp_path, write_clip):
    raw = write_clip(tmp_path / "raw.mjpeg", 5, codec="mjpeg", pix_fmt="yuvj420p", container="mjpeg")
    with pytest.raises(VideoError, match="how many frames it has per second"):
        table_of(raw)
    assert table_of(raw, frames_per_second=50.0).times_s.tolist() == [0, 0.02, 0.04, 0.06, 0.08]
    assert table_of(write_clip(tmp_path / "clip.mp4", 5), frames_per_second=50.0).frames_per_second == 30


@pytest.mark.parametrize("name", ["clip.avi", "clip.mkv", "clip.ts"])
def test_of_a_cut_file_only_what_decodes_is_in_the_table(tmp_path, write_clip, cut, caplog, name):
    whole = write_clip(tmp_path / name, codec="mpeg4" if name.endswith("avi") else "libx264")
    with caplog.at_level(logging.WARNING):
        table = table_of(cut(whole))
    with av.open(str(cut(whole))) as container:
        n_decoding = 0
        try:
            for _ in container.decode(video=0):
                n_decoding += 1
        except av.error.InvalidDataError:
            pass
    assert table.n_frames == n_decoding < 60
    assert ("cut or damaged" in caplog.text) == name.endswith("avi")  # the others do not claim a length


@pytest.mark.parametrize("gop", [1, 12, 60])
def test_a_lost_frame_keeps_its_number(tmp_path, write_clip, blank_packets, gop):
    path = write_clip(tmp_path / "clip.mp4", gop=gop, b_frames=0)
    blank_packets(path, [5])  # of 60 frames, behind which there is no key frame where gop is 60
    table = table_of(path)
    assert table.is_damaged
    assert table.n_frames == 60
    np.testing.assert_allclose(table.times_s, np.arange(60) / 30)


@pytest.mark.parametrize("threads", [1, 2, 0])
def test_the_number_of_threads_changes_nothing(tmp_path, write_clip, cut, threads):
    whole = write_clip(tmp_path / "clip.mkv")
    for path in (whole, cut(whole)):
        one, other = table_of(path), table_of(path, threads)
        assert one.n_frames == other.n_frames
        assert np.array_equal(one.entries, other.entries)
        assert np.array_equal(one.times_s, other.times_s)


@pytest.mark.parametrize("seed", [5, 13, 20])
def test_nor_does_it_in_damaged_files_of_which_several_threads_decode_less(tmp_path, write_clip, seed):
    path = write_clip(tmp_path / "clip.mkv")
    content, chance = bytearray(path.read_bytes()), random.Random(seed)
    at, n_bytes = chance.randrange(len(content) // 4, len(content) * 3 // 4), chance.choice([5, 50, 300])
    content[at : at + n_bytes] = chance.randbytes(n_bytes)
    path.write_bytes(content)
    one, two = table_of(path), table_of(path, threads=2)
    assert one.is_damaged == two.is_damaged
    assert np.array_equal(one.times_s, two.times_s)
    assert np.array_equal(one.entries, two.entries)


def test_the_rate_of_a_single_frame_is_not_guessed(tmp_path, write_clip):
    path = write_clip(tmp_path / "clip.ts", 1)
    with pytest.raises(VideoError, match="how many frames it has per second"):
        table_of(path)
    assert table_of(path, frames_per_second=25.0).frames_per_second == 25


def test_stamps_tell_frames_apart_where_each_has_one():
    packets = [_Packet(pts, pts, is_key=True, is_hidden=False, place=(0, 1)) for pts in (0, 40, 80)]
    assert _stamps_of(packets).tolist() == _rising_stamps([0, 40, 80]).tolist() == [0, 40, 80]
    assert _stamps_of([replace(packets[0], pts=None), *packets[1:]]) is None
    assert _rising_stamps([None, 40, 80]) is None
    hidden = replace(packets[0], pts=None, is_hidden=True)
    assert _stamps_of([hidden, *packets[1:]]).tolist() == [40, 80]


def test_a_file_in_which_nothing_decodes_is_refused(tmp_path, write_clip, blank_packets):
    path = write_clip(tmp_path / "clip.mp4", 5, gop=1, b_frames=0)
    blank_packets(path, range(5))
    with pytest.raises(VideoError, match="no frame in it decodes"):
        table_of(path)


@pytest.fixture
def doubled(tmp_path, write_clip):
    """A video of which frames 20 and 21 share a time stamp."""
    path = write_clip(tmp_path / "clip.mkv", 40, codec="mjpeg", pix_fmt="yuvj420p")
    with av.open(str(path)) as source, av.open(str(tmp_path / "doubled.mkv"), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        packets = [packet for packet in source.demux(video=0) if packet.size]
        packets[21].pts = packets[21].dts = packets[20].pts
        for packet in packets:
            packet.stream = stream
            output.mux(packet)
    return tmp_path / "doubled.mkv"


def test_frames_that_share_a_stamp_are_known_by_counting(doubled, numbers_of):
    table = table_of(doubled)
    assert table.stamps is None
    assert not table.is_damaged
    np.testing.assert_allclose(table.times_s, np.arange(40) / 30)
    video = PyavVideo(doubled, PyavSettings())
    assert [numbers_of(video.read(index, index + 1)) for index in (20, 21, 22, 5)] == [[20], [21], [22], [5]]


def test_damage_to_frames_that_are_counted_is_told(doubled):
    with av.open(str(doubled)) as container:
        payload = [bytes(packet) for packet in container.demux(video=0)][30]
    doubled.write_bytes(doubled.read_bytes().replace(payload, bytes(len(payload))))
    table = table_of(doubled)
    assert (table.n_frames, table.is_damaged) == (39, True)


def test_a_rate_that_no_part_of_a_file_states_can_be_told(doubled, blank_packets):
    blank_packets(doubled, [30])  # its place in the container too, whereupon FFmpeg guesses no rate
    with pytest.raises(VideoError, match="how many frames it has per second"):
        table_of(doubled)
    table = table_of(doubled, frames_per_second=50.0)
    np.testing.assert_allclose(table.times_s, np.arange(table.n_frames) / 50)
