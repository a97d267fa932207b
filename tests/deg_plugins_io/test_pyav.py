"""The reader `pyav` on files as cameras, programs and accidents leave them."""

from __future__ import annotations

import pickle
import struct
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

import deg_plugins_io.decoder
import deg_plugins_io.pyav
from deg_core.api import FramePreparation, ManifestError, ScalesFrames, TimedVideoReader, VideoError
from deg_core.testing import VideoReaderContract
from deg_plugins_io.plugin import pyav
from deg_plugins_io.pyav import PyavVideo
from deg_plugins_io.settings import PyavSettings

SMALL = FramePreparation((32, 48), resize="decoder")
CUT = FramePreparation((24, 30), (11, 21, 48, 60), "decoder")
MOUSE = Path(__file__).parents[3] / "shared/data/openfield_mouse/m3v1mp4.mp4"


def open_video(path: Path, **settings) -> PyavVideo:
    return PyavVideo(path, PyavSettings(**settings))


class TestPyavLossless(VideoReaderContract):
    plugin = pyav
    suffix = ".mkv"

    @pytest.fixture(autouse=True)
    def _writer(self, write_frames):
        self.write_frames = write_frames

    def write_video(self, path, frames, frames_per_second):
        self.write_frames(path, frames, frames_per_second, codec="ffv1", pix_fmt="bgr0")


class TestPyavLossy(TestPyavLossless):
    suffix = ".mp4"
    tolerance = 6.0

    def write_video(self, path, frames, frames_per_second):
        self.write_frames(path, frames, frames_per_second, options={"crf": "10"})


def test_every_frame_has_its_number_forward_backward_and_at_random(clip_path, numbers_of):
    video = open_video(clip_path)
    assert video.n_frames == 60
    whole = video.read(0, 60)
    assert numbers_of(whole) == list(range(60))
    order = [*reversed(range(60)), *np.random.default_rng(0).integers(0, 60, 60).tolist()]
    for index in order:
        assert np.array_equal(video.read(index, min(index + 3, 60)), whole[index : index + 3])


def test_the_rate_is_the_one_that_was_written(clip_path):
    if not clip_path.name.startswith("uneven"):
        video = open_video(clip_path)
        assert video.frames_per_second == pytest.approx(30)
        np.testing.assert_allclose(video.times_s, np.arange(60) / 30)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_variable_rate_gives_the_time_of_each_frame(tmp_path, write_clip, suffix):
    stamps = np.cumsum(np.random.default_rng(1).integers(10, 60, 40))
    video = open_video(write_clip(tmp_path / f"uneven{suffix}", 40, stamps=stamps.tolist()))
    assert isinstance(video, TimedVideoReader)
    np.testing.assert_allclose(video.times_s, (stamps - stamps[0]) / 1000, atol=1e-4)
    assert video.frames_per_second == pytest.approx(39 / (stamps[-1] - stamps[0]) * 1000, rel=1e-4)


@pytest.mark.parametrize("rate", [24000 / 1001, 30000 / 1001, 60000 / 1001, 200])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_an_even_rate_is_exact_however_coarse_the_clock(tmp_path, write_clip, rate, suffix):
    video = open_video(write_clip(tmp_path / f"clip{suffix}", 50, rate=rate, b_frames=0))
    assert video.frames_per_second == pytest.approx(rate, rel=1e-6)
    np.testing.assert_allclose(video.times_s, np.arange(50) / rate, rtol=1e-6)


def test_a_dropped_frame_leaves_a_gap_in_the_times(tmp_path, write_clip):
    stamps = [*range(20), *range(21, 41)]
    path = write_clip(tmp_path / "drops.mkv", 40, stamps=[round(stamp * 1000 / 30) for stamp in stamps])
    assert np.diff(open_video(path).times_s).argmax() == 19


def test_a_container_that_keeps_no_count_is_counted(tmp_path, write_clip):
    path = write_clip(tmp_path / "clip.mkv", 37)
    with av.open(str(path)) as container:
        assert container.streams.video[0].frames == 0
    assert open_video(path).n_frames == 37


def test_reading_forward_in_pieces_opens_and_seeks_once(tmp_path, write_clip, monkeypatch):
    entered = []
    enter = PyavVideo._enter
    monkeypatch.setattr(PyavVideo, "_enter", lambda self, entry: entered.append(entry) or enter(self, entry))
    video = open_video(write_clip(tmp_path / "clip.mp4"))
    for start in range(0, 60, 7):
        video.read(start, min(start + 7, 60))
    assert len(entered) == 1


def test_a_short_step_forward_needs_no_seek(tmp_path, write_clip, monkeypatch, numbers_of):
    video = open_video(write_clip(tmp_path / "clip.mp4", gop=60, options={"x264-params": "scenecut=0"}))
    video.read(0, 3)
    monkeypatch.setattr(PyavVideo, "_enter", lambda self, entry: pytest.fail("it seeks"))
    assert numbers_of(video.read(20, 22)) == [20, 21]


def test_a_pickled_reader_opens_again_without_finding_out_anew(tmp_path, write_clip, monkeypatch, numbers_of):
    video = open_video(write_clip(tmp_path / "clip.mp4"))
    video.read(0, 30)
    packed = pickle.dumps(video)
    monkeypatch.setattr(deg_plugins_io.pyav, "build_table", lambda *args: pytest.fail("it builds the table again"))
    assert numbers_of(pickle.loads(packed).read(30, 33)) == [30, 31, 32]


def test_a_closed_reader_opens_again(tmp_path, write_clip, numbers_of):
    video = open_video(write_clip(tmp_path / "clip.mp4"))
    video.read(10, 20)
    video.close()
    assert numbers_of(video.read(20, 22)) == [20, 21]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_number_of_threads_changes_no_frame(tmp_path, write_clip, threads):
    path = write_clip(tmp_path / "clip.mp4")
    assert np.array_equal(open_video(path, threads=threads).read(0, 60), open_video(path).read(0, 60))


@pytest.mark.parametrize(
    ("matrix", "quarter_turns"),
    [((1, 0, 0, 1), 0), ((0, 1, -1, 0), -1), ((-1, 0, 0, -1), 2), ((0, -1, 1, 0), 1)],
)
def test_a_turned_camera_gives_upright_pictures(tmp_path, write_clip, matrix, quarter_turns):
    path = write_clip(tmp_path / "clip.mp4", 8)
    lying = open_video(path).read(0, 8)
    content = bytearray(path.read_bytes())
    a, b, c, d = (number << 16 for number in matrix)
    at = content.find(b"tkhd") + 44  # the display matrix in the header of the track
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    upright = np.rot90(lying, quarter_turns, axes=(1, 2))
    assert np.array_equal(open_video(path).read(0, 8), upright)
    scaled, expected = open_video(path).read_scaled(0, 8, SMALL), SMALL.apply(upright)
    assert np.abs(scaled.astype(int) - expected).mean() < 3


def test_what_an_edit_list_cuts_off_is_not_shown(tmp_path, write_clip, numbers_of, caplog):
    path = write_clip(tmp_path / "cut.mp4", 60, stamps=[40 * (index - 10) for index in range(60)])
    video = open_video(path)
    assert numbers_of(video.read(0, video.n_frames)) == list(range(10, 60))
    assert video.times_s[0] == 0
    assert not caplog.text  # nothing of it is cut or damaged


@pytest.mark.parametrize("size", [(65, 97), (57, 99)])
def test_odd_sizes_are_kept(tmp_path, write_clip, numbers_of, size):
    path = write_clip(tmp_path / "odd.mp4", 10, pix_fmt="yuv444p", size=size)
    frames = open_video(path).read(0, 10)
    assert frames.shape == (10, *size, 3)
    assert numbers_of(frames) == list(range(10))


@pytest.mark.parametrize(("bit_depth", "shift"), [(16, 8), (12, 4)])
def test_deep_grey_keeps_its_upper_bits_by_one_rule(tmp_path, write_frames, bit_depth, shift):
    deep = np.random.default_rng(0).integers(0, 1 << bit_depth, (6, 64, 96), dtype=np.uint16)
    deep[3] >>= 4  # a dark frame stays dark
    path = write_frames(tmp_path / "deep.mkv", deep, codec="ffv1", pix_fmt="gray16le", source="gray16le")
    frames = open_video(path, bit_depth=bit_depth).read(0, 6)
    assert np.array_equal(frames, np.repeat((deep >> shift).astype(np.uint8)[..., None], 3, axis=3))
    assert np.array_equal(open_video(path, bit_depth=bit_depth).read_scaled(0, 6, CUT), CUT.apply(frames))


def test_values_above_the_bit_depth_are_white(tmp_path, write_frames):
    deep = np.full((2, 32, 48), 0x1234, dtype=np.uint16)
    path = write_frames(tmp_path / "deep.mkv", deep, codec="ffv1", pix_fmt="gray16le", source="gray16le")
    assert (open_video(path, bit_depth=12).read(0, 2) == 255).all()


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_raw_stream_takes_the_rate_of_its_codec(tmp_path, write_clip, numbers_of, codec):
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    path = write_clip(
        tmp_path / "raw.bin", 40, codec=codec, container="hevc" if codec == "libx265" else "h264", options=options
    )
    video = open_video(path)
    assert (video.n_frames, video.frames_per_second) == (40, 30)
    assert numbers_of(video.read(0, 40)) == list(range(40))
    assert numbers_of(video.read(7, 9)) == [7, 8]


def test_a_raw_stream_without_a_rate_asks_for_one(tmp_path, write_clip, numbers_of):
    path = write_clip(tmp_path / "raw.mjpeg", 20, codec="mjpeg", pix_fmt="yuvj420p", container="mjpeg")
    with pytest.raises(VideoError, match="how many frames it has per second") as caught:
        open_video(path)
    assert "frames_per_second" in caught.value.fix
    video = open_video(path, frames_per_second=50)
    assert (video.n_frames, video.frames_per_second) == (20, 50)
    assert [numbers_of(video.read(index, index + 1)) for index in (19, 3, 11)] == [[19], [3], [11]]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("jpeg.avi", {"codec": "mjpeg", "pix_fmt": "yuvj420p"}),
        ("mpeg4.avi", {"codec": "mpeg4"}),
        ("h264.avi", {"options": {"crf": "1"}, "size": (128, 192)}),
        ("h264.mkv", {}),
        ("h264.ts", {}),
        ("index first.mp4", {"container_options": {"movflags": "faststart"}}),
    ],
)
def test_of_a_cut_file_what_decodes_is_kept_and_counted(tmp_path, write_clip, numbers_of, cut, name, options):
    video = open_video(cut(write_clip(tmp_path / name, **options)))
    assert 3 < video.n_frames < 60  # encoders lay a file out by how many cores they have
    whole = video.read(0, video.n_frames)
    # The last picture may be half there.
    assert numbers_of(whole)[:-3] == list(range(video.n_frames - 3))
    for index in reversed(range(video.n_frames)):
        assert np.array_equal(video.read(index, index + 1)[0], whole[index])


def test_a_cut_file_says_so(tmp_path, write_clip, cut, caplog):
    video = open_video(cut(write_clip(tmp_path / "clip.avi", codec="mpeg4")))
    assert f"cut or damaged, {video.n_frames} of 60 frames decode" in caplog.text


def test_an_mp4_cut_before_its_index_is_refused(tmp_path, write_clip, cut):
    with pytest.raises(VideoError) as caught:
        open_video(cut(write_clip(tmp_path / "clip.mp4")))
    assert "copy it again" in caught.value.fix


def test_a_damaged_frame_is_refused_and_the_others_are_not(tmp_path, write_clip, numbers_of, blank_packets):
    path = write_clip(tmp_path / "clip.mp4", gop=1, b_frames=0)
    blank_packets(path, [30])
    video = open_video(path)
    with pytest.raises(VideoError, match="frame 30 cannot be decoded"):
        video.read(28, 33)
    assert numbers_of(video.read(25, 30)) == list(range(25, 30))
    assert numbers_of(video.read(31, 40)) == list(range(31, 40))


def test_one_thread_reads_a_damaged_file(tmp_path, write_clip, monkeypatch, blank_packets):
    path = write_clip(tmp_path / "clip.mp4", gop=1, b_frames=0)
    blank_packets(path, [30])
    video = open_video(path, threads=2)
    threads = []
    monkeypatch.setattr(
        deg_plugins_io.pyav,
        "open_stream",
        lambda *args: threads.append(args[1]) or deg_plugins_io.decoder.open_stream(*args),
    )
    video.read(3, 4)
    assert threads == [1]


def test_where_seeking_fails_the_file_is_read_from_its_start(tmp_path, write_clip, numbers_of):
    def fail(*_, **__):
        raise av.error.InvalidDataError(1094995529, "a damaged index", "clip.mp4")

    video = open_video(write_clip(tmp_path / "clip.mp4", options={"x264-params": "scenecut=0"}))
    video.read(50, 51)
    container, stream = video._opened
    video._opened = (SimpleNamespace(seek=fail, close=container.close), stream)
    assert numbers_of(video.read(30, 31)) == [30]


def test_counting_does_not_begin_where_seeking_led_elsewhere(tmp_path, write_clip, numbers_of):
    path = write_clip(tmp_path / "clip.avi", codec="mpeg4", gop=6, b_frames=0)
    video = open_video(path)
    entries = video._table.entries
    video._table = replace(video._table, stamps=None)
    entries[5, 1] -= 1  # which leads to the entry before
    assert numbers_of(video.read(32, 33)) == [32]


def test_what_the_first_packet_tells_the_decoder_holds_after_a_jump(tmp_path, write_frames):
    waves = 128 + 60 * np.sin((np.arange(96) + 3 * np.arange(30)[:, None, None]) / 7)[..., None] * [1, -1, 0.5]
    frames = np.clip(waves + np.random.default_rng(0).normal(0, 8, (30, 64, 96, 3)), 0, 255).astype(np.uint8)
    path = write_frames(tmp_path / "clip.mp4", frames, pix_fmt="yuv444p", options={"crf": "20"})
    as_written, content = open_video(path).read(0, 30), path.read_bytes()
    at = content.index(b"x264 - core ") + len(b"x264 - core ")
    path.write_bytes(content[:at] + b"120" + content[at + 3 :])
    whole = open_video(path, threads=1).read(0, 30)  # several threads fill what does not decode now in chance ways
    assert not np.array_equal(whole[20], as_written[20])  # what an older x264 wrote is decoded in another way
    assert np.array_equal(open_video(path, threads=1).read(20, 21)[0], whole[20])


def test_a_change_of_size_is_refused(tmp_path, write_clip):
    pieces = [
        write_clip(
            tmp_path / f"{height}.mjpeg", 5, codec="mjpeg", pix_fmt="yuvj420p", container="mjpeg", size=(height, 96)
        )
        for height in (64, 80)
    ]
    path = tmp_path / "both.mjpeg"
    path.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
    with pytest.raises(VideoError, match="frame 5 is 96 x 80 pixels, those before it 96 x 64"):
        open_video(path, frames_per_second=30).read(0, 10)


def test_sound_alone_is_refused(tmp_path):
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    with pytest.raises(VideoError, match="no video stream, only audio"):
        open_video(path)


def test_a_still_is_refused(tmp_path, write_frames):
    path = write_frames(
        tmp_path / "still.png", np.zeros((1, 32, 32, 3), np.uint8), codec="png", pix_fmt="rgb24", container="image2pipe"
    )
    with pytest.raises(VideoError, match="a still picture"):
        open_video(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(VideoError, match="a folder, not a file"):
        open_video(tmp_path)


def test_a_file_that_vanishes_is_refused_when_read(tmp_path, write_clip):
    path = write_clip(tmp_path / "clip.mp4")
    video = open_video(path)
    path.unlink()
    with pytest.raises(VideoError, match="there is no such file"):
        video.read(0, 1)


@pytest.mark.skipif(not MOUSE.is_file(), reason="the shared recording of a mouse is not here")
def test_a_real_recording_is_counted_and_read_at_random():
    video = open_video(MOUSE)
    assert video.n_frames == 2330
    assert video.frames_per_second == pytest.approx(30, rel=1e-4)  # its clock says 33.333 ms, not 33.333...
    assert video.read(2329, 2330).shape == (1, 480, 640, 3)
    forward = video.read(1000, 1200)
    for index in (1199, 1000, 1190, 1005):
        assert np.array_equal(open_video(MOUSE).read(index, index + 1)[0], forward[index - 1000])


@pytest.mark.parametrize("preparation", [SMALL, CUT, FramePreparation((128, 192), resize="decoder")])
def test_scaling_while_decoding_is_nearly_scaling_afterwards(clip_path, preparation):
    video = open_video(clip_path)
    assert isinstance(video, ScalesFrames)
    found = video.read_scaled(0, 60, preparation)
    expected = preparation.apply(video.read(0, 60))
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).mean() < 3


def test_a_scaled_frame_is_the_same_whatever_was_read_before(clip_path):
    video = open_video(clip_path)
    whole = video.read_scaled(0, 60, SMALL)
    video.read(10, 13)
    video.read_scaled(0, 2, CUT)
    for start in (40, 3, 41):
        assert np.array_equal(video.read_scaled(start, start + 5, SMALL), whole[start : start + 5])


def test_a_crop_outside_the_picture_is_refused_while_decoding(clip_path):
    with pytest.raises(ManifestError, match="reaches outside pictures of 64 x 96"):
        open_video(clip_path).read_scaled(0, 2, FramePreparation((8, 8), (40, 0, 40, 40), "decoder"))


@pytest.mark.parametrize("name", ["abacus", "cuda", "videotoolbox"])
def test_hardware_that_is_not_there_is_refused_when_the_video_is_opened(clip_path, name, monkeypatch):
    monkeypatch.setattr(deg_plugins_io.decoder.av, "open", refusing(deg_plugins_io.decoder.av.open))
    with pytest.raises(VideoError, match=f"hardware {name!r} cannot decode it here") as caught:
        open_video(clip_path, hwaccel=name)
    assert "hwaccel" in caught.value.fix


def refusing(really_open):
    """Opens files as on a machine without any such hardware, on which tests may run or not."""

    def open_file(path, hwaccel=None, **options):
        if hwaccel is not None:
            raise RuntimeError("no such device")
        return really_open(path, **options)

    return open_file
