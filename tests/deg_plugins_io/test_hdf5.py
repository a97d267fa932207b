"""The reader `hdf5` on files of pixels and of encoded pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest

from deg_core.api import VideoError
from deg_core.testing import VideoReaderContract
from deg_plugins_io.hdf5 import Hdf5Video
from deg_plugins_io.plugin import hdf5
from deg_plugins_io.settings import Hdf5Settings

FRAMES = np.random.default_rng(0).integers(0, 256, (5, 8, 10, 3), dtype=np.uint8)


def open_file(path: Path, **settings) -> Hdf5Video:
    return Hdf5Video(path, Hdf5Settings(**settings))


def write_encoded(path: Path, name: str, frames: np.ndarray, *, swapped: bool) -> Path:
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset(name, (len(frames),), dtype=h5py.vlen_dtype(np.uint8))
        for index, frame in enumerate(frames):
            dataset[index] = cv2.imencode(".png", frame if swapped else frame[..., ::-1])[1].ravel()
    return path


class TestHdf5Pixels(VideoReaderContract):
    plugin = hdf5
    suffix = ".h5"

    def write_video(self, path, frames, frames_per_second):
        with h5py.File(path, "w") as file:
            file["camera/frames"] = frames
            file["camera/frames"].attrs["fps"] = frames_per_second


class TestHdf5Encoded(VideoReaderContract):
    plugin = hdf5
    suffix = ".hdf5"

    def write_video(self, path, frames, frames_per_second):
        write_encoded(path, "frame", frames, swapped=True)

    def settings(self):
        return Hdf5Settings(frames_per_second=25)


def test_the_red_and_blue_that_deepethogram_exchanged_are_put_right(tmp_path):
    path = write_encoded(tmp_path / "video.h5", "frame", FRAMES, swapped=True)
    assert np.array_equal(open_file(path, frames_per_second=30).read(0, 5), FRAMES)


@pytest.mark.parametrize(("channel_order", "shown"), [("auto", FRAMES), ("rgb", FRAMES), ("bgr", FRAMES[..., ::-1])])
def test_encoded_pictures_of_others_are_as_any_picture(tmp_path, channel_order, shown):
    path = write_encoded(tmp_path / "video.h5", "pictures", FRAMES, swapped=False)
    video = open_file(path, frames_per_second=30, channel_order=channel_order)
    assert np.array_equal(video.read(0, 5), shown)


@pytest.mark.parametrize(("channel_order", "shown"), [("auto", FRAMES), ("bgr", FRAMES[..., ::-1])])
def test_the_order_of_stored_colours_can_be_told(tmp_path, channel_order, shown):
    with h5py.File(tmp_path / "video.h5", "w") as file:
        file["frame"] = FRAMES
    video = open_file(tmp_path / "video.h5", frames_per_second=30, channel_order=channel_order)
    assert np.array_equal(video.read(0, 5), shown)


@pytest.mark.parametrize("shape", [(5, 8, 10), (5, 8, 10, 1)])
@pytest.mark.parametrize(("dtype", "bit_depth", "shift"), [(np.uint8, 16, 0), (np.uint16, 16, 8), (np.uint16, 12, 4)])
def test_grey_pixels_get_three_equal_colours_of_8_bits(tmp_path, shape, dtype, bit_depth, shift):
    depth = 8 if dtype == np.uint8 else bit_depth
    stored = np.random.default_rng(1).integers(0, 1 << depth, shape, dtype=dtype)
    with h5py.File(tmp_path / "video.h5", "w") as file:
        file["grey"] = stored
    frames = open_file(tmp_path / "video.h5", frames_per_second=30, bit_depth=bit_depth).read(0, 5)
    expected = (stored.reshape(5, 8, 10) >> shift).astype(np.uint8)
    assert np.array_equal(frames, np.repeat(expected[..., None], 3, axis=3))


def test_several_possible_datasets_must_be_chosen_from(tmp_path):
    with h5py.File(tmp_path / "video.h5", "w") as file:
        file["left/frames"], file["right/frames"], file["times"] = FRAMES, FRAMES[::-1], np.arange(5.0)
    with pytest.raises(VideoError, match="2 datasets could be the frames") as caught:
        open_file(tmp_path / "video.h5", frames_per_second=30)
    assert "left/frames (5, 8, 10, 3) uint8" in caught.value.fix
    for name in ("right/frames", "/right/frames"):
        video = open_file(tmp_path / "video.h5", frames_per_second=30, dataset=name)
        assert np.array_equal(video.read(0, 5), FRAMES[::-1])


@pytest.mark.parametrize(
    ("dataset", "problem"),
    [
        (None, "no dataset holds frames"),
        ("nothing", "there is no dataset 'nothing'"),
        ("times", "does not hold frames"),
    ],
)
def test_what_holds_no_frames_is_refused(tmp_path, dataset, problem):
    with h5py.File(tmp_path / "video.h5", "w") as file:
        file["times"], file["floats"] = np.arange(5.0), FRAMES.astype(np.float32)
        file.create_dataset("empty", (0, 8, 10, 3), dtype=np.uint8)
    with pytest.raises(VideoError, match=problem):
        open_file(tmp_path / "video.h5", frames_per_second=30, dataset=dataset)


def test_a_rate_that_is_nowhere_is_asked_for(tmp_path):
    with h5py.File(tmp_path / "video.h5", "w") as file:
        file["frames"] = FRAMES
        file.attrs["fps"] = "thirty or so"
    with pytest.raises(VideoError, match="how many frames it has per second"):
        open_file(tmp_path / "video.h5")


def test_two_rates_that_differ_are_refused_with_both(tmp_path):
    with h5py.File(tmp_path / "video.h5", "w") as file:
        file["frames"] = FRAMES
        file.attrs["frame_rate"] = 30000 / 1001
    with pytest.raises(VideoError, match=r"29\.97 frames per second, the settings say 25"):
        open_file(tmp_path / "video.h5", frames_per_second=25)
    assert open_file(tmp_path / "video.h5", frames_per_second=29.97).frames_per_second == 29.97


def test_a_broken_picture_is_refused_with_its_number(tmp_path):
    path = write_encoded(tmp_path / "video.h5", "frame", FRAMES, swapped=True)
    with h5py.File(path, "a") as file:
        file["frame"][3] = np.zeros(9, np.uint8)
    with pytest.raises(VideoError, match="frame 3 cannot be decoded"):
        open_file(path, frames_per_second=30).read(0, 5)


def test_a_cut_file_is_refused(tmp_path):
    with h5py.File(tmp_path / "video.h5", "w") as file:
        file["frames"] = np.repeat(FRAMES, 50, axis=0)
    content = (tmp_path / "video.h5").read_bytes()
    (tmp_path / "cut.h5").write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(VideoError, match="not an HDF5 file that can be opened"):
        open_file(tmp_path / "cut.h5", frames_per_second=30)
