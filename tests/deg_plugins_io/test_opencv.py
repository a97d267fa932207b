"""The reader `opencv` gives the frames that `pyav` gives, under the same numbers."""

from __future__ import annotations

import pickle
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from deg_core.api import VideoError
from deg_core.testing import VideoReaderContract
from deg_plugins_io.opencv import OpencvVideo
from deg_plugins_io.plugin import opencv
from deg_plugins_io.pyav import PyavVideo
from deg_plugins_io.settings import OpencvSettings, PyavSettings


def open_video(path: Path, **settings) -> OpencvVideo:
    return OpencvVideo(path, OpencvSettings(**settings))


class TestOpencv(VideoReaderContract):
    plugin = opencv
    suffix = ".avi"
    tolerance = 6.0

    def write_video(self, path, frames, frames_per_second):
        height, width = frames.shape[1:3]
        output = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), frames_per_second, (width, height))
        output.set(cv2.VIDEOWRITER_PROP_QUALITY, 95)
        for frame in frames:
            output.write(frame[:, :, ::-1])
        output.release()


class TestOpencvWithTimes(TestOpencv):
    suffix = ".mp4"

    @pytest.fixture(autouse=True)
    def _writer(self, write_frames):
        self.write_frames = write_frames

    def write_video(self, path, frames, frames_per_second):
        self.write_frames(path, frames, frames_per_second, options={"crf": "10"})


def test_every_frame_has_its_number_forward_backward_and_at_random(clip_path, numbers_of):
    video = open_video(clip_path)
    assert video.n_frames == 60
    whole = video.read(0, 60)
    assert numbers_of(whole) == list(range(60))
    for index in [*reversed(range(0, 60, 3)), *np.random.default_rng(0).integers(0, 60, 20).tolist()]:
        assert np.array_equal(video.read(index, min(index + 3, 60)), whole[index : index + 3])


def test_both_readers_of_files_agree(clip_path):
    ours, theirs = open_video(clip_path), PyavVideo(clip_path, PyavSettings())
    assert ours.n_frames == theirs.n_frames
    assert ours.frames_per_second == pytest.approx(theirs.frames_per_second, rel=1e-3)
    np.testing.assert_allclose(ours.times_s, theirs.times_s, atol=1e-3)
    difference = np.abs(ours.read(0, 60).astype(int) - theirs.read(0, 60))
    # The two scale colours up by different filters.
    assert difference.mean() < 3


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("even.mp4", {}),
        ("uneven.mp4", {"uneven": True}),
        ("uneven.mkv", {"uneven": True}),
        ("open.mp4", {"options": {"x264-params": "open-gop=1:keyint=40:bframes=3:scenecut=0"}}),
        ("old.avi", {"codec": "mpeg4"}),
    ],
)
def test_a_jump_in_a_long_video_leads_to_the_right_frame(tmp_path, write_clip, numbers_of, name, options):
    if options.pop("uneven", False):
        options = {"stamps": np.cumsum(np.random.default_rng(2).integers(10, 60, 128)).tolist()}
    video = open_video(write_clip(tmp_path / name, 128, **options))
    whole = video.read(0, 128)
    assert numbers_of(whole) == list(range(128))
    for index in [100, 5, 120, 70, 64, 127, 66, 1]:
        assert np.array_equal(video.read(index, index + 1)[0], whole[index])


def test_a_jump_is_not_trusted_where_it_leads_elsewhere(tmp_path, write_clip, numbers_of, monkeypatch):
    video = open_video(write_clip(tmp_path / "clip.mp4", 128))
    video.read(0, 1)
    video._stamps_ms = video._stamps_ms + 7  # as if every frame had another time than its own
    assert numbers_of(video.read(100, 103)) == [100, 101, 102]


def test_a_jump_that_goes_too_far_is_not_trusted(tmp_path, write_clip, numbers_of):
    video = open_video(write_clip(tmp_path / "clip.mp4", 128))
    video.read(0, 1)
    capture = video._capture
    video._capture = SimpleNamespace(
        set=lambda prop, index: capture.set(prop, index + 9),
        grab=capture.grab,
        get=capture.get,
        retrieve=capture.retrieve,
        release=capture.release,
    )
    assert numbers_of(video.read(100, 103)) == [100, 101, 102]


def test_a_frame_that_is_grabbed_and_does_not_decode_is_refused(tmp_path, write_clip):
    video = open_video(write_clip(tmp_path / "clip.mp4", 20))
    video.read(0, 1)
    capture = video._capture
    video._capture = SimpleNamespace(grab=capture.grab, retrieve=lambda: (False, None), release=capture.release)
    with pytest.raises(VideoError, match="frame 5 cannot be decoded"):
        video.read(5, 6)


def test_a_clock_that_trembles_by_a_few_milliseconds_is_kept(tmp_path, write_clip):
    stamps = 40 * np.arange(40) + np.random.default_rng(1).integers(-4, 5, 40)
    stamps[0] = 0
    video = open_video(write_clip(tmp_path / "uneven.mkv", 40, rate=25, stamps=stamps.tolist()))
    np.testing.assert_allclose(video.times_s, stamps / 1000, atol=1e-6)


def test_a_variable_rate_gives_the_time_of_each_frame(tmp_path, write_clip):
    stamps = np.cumsum(np.random.default_rng(1).integers(10, 60, 40))
    video = open_video(write_clip(tmp_path / "uneven.mkv", 40, stamps=stamps.tolist()))
    np.testing.assert_allclose(video.times_s, (stamps - stamps[0]) / 1000, atol=1e-6)


def test_a_turned_camera_gives_pictures_as_pyav_does(tmp_path, write_clip):
    path = write_clip(tmp_path / "clip.mp4", 8)
    content = bytearray(path.read_bytes())
    at = content.find(b"tkhd") + 44
    content[at : at + 20] = b"".join(n.to_bytes(4, "big", signed=True) for n in (0, 1 << 16, 0, -1 << 16, 0))
    path.write_bytes(content)
    assert open_video(path).read(0, 1).shape == PyavVideo(path, PyavSettings()).read(0, 1).shape == (1, 96, 64, 3)


@pytest.mark.parametrize("codec", ["libx264", "mjpeg"])
def test_a_raw_stream_asks_for_its_rate(tmp_path, write_clip, numbers_of, codec):
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    container = "mjpeg" if codec == "mjpeg" else "h264"
    path = write_clip(tmp_path / "raw.bin", 30, codec=codec, pix_fmt=pix_fmt, container=container)
    with pytest.raises(VideoError, match="how many frames it has per second"):
        open_video(path)
    video = open_video(path, frames_per_second=50)
    assert (video.n_frames, video.frames_per_second) == (30, 50)
    assert [numbers_of(video.read(index, index + 1)) for index in (29, 3, 11)] == [[29], [3], [11]]


@pytest.mark.parametrize("name", ["clip.avi", "clip.mkv"])
def test_of_a_cut_file_what_decodes_is_counted(tmp_path, write_clip, numbers_of, cut, name):
    video = open_video(cut(write_clip(tmp_path / name, codec="mpeg4")))
    assert 10 < video.n_frames < 60
    assert numbers_of(video.read(0, video.n_frames))[:-3] == list(range(video.n_frames - 3))


def test_an_mp4_cut_before_its_index_is_refused(tmp_path, write_clip, cut):
    with pytest.raises(VideoError):
        open_video(cut(write_clip(tmp_path / "clip.mp4")))


def test_a_still_is_not_taken_for_a_sequence(tmp_path):
    for index in range(3):
        cv2.imwrite(str(tmp_path / f"frame_00{index}.png"), np.zeros((32, 32, 3), np.uint8))
    try:
        video = open_video(tmp_path / "frame_000.png", frames_per_second=30)
    except VideoError:
        return
    assert video.n_frames == 1


def test_a_file_that_changes_is_refused_when_read(tmp_path, write_clip):
    path = write_clip(tmp_path / "clip.mp4", 40)
    packed = pickle.dumps(open_video(path))
    write_clip(path, 20)
    with pytest.raises(VideoError, match="frame 20 cannot be decoded"):
        pickle.loads(packed).read(30, 31)


def test_a_file_in_which_nothing_decodes_is_refused(tmp_path, write_clip, blank_packets):
    path = write_clip(tmp_path / "clip.mp4", 5, gop=1, b_frames=0)
    blank_packets(path, range(5))
    with pytest.raises(VideoError, match="no frame in it decodes"):
        open_video(path)
