"""The reader `images` on folders as cameras and people leave them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from deg_core.api import VideoError
from deg_core.testing import VideoReaderContract
from deg_plugins_io.images import ImagesVideo
from deg_plugins_io.plugin import images
from deg_plugins_io.settings import ImagesSettings


def write_picture(path: Path, picture: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    is_written, encoded = cv2.imencode(path.suffix, picture[..., ::-1] if picture.ndim == 3 else picture)
    assert is_written
    path.write_bytes(encoded.tobytes())


def open_folder(path: Path, **settings) -> ImagesVideo:
    return ImagesVideo(path, ImagesSettings(**settings))


class TestImages(VideoReaderContract):
    plugin = images
    picture_suffix = ".png"

    def write_video(self, path, frames, frames_per_second):
        for index, frame in enumerate(frames):
            write_picture(path / f"frame{index}{self.picture_suffix}", frame)

    def settings(self):
        return ImagesSettings(frames_per_second=25)


class TestJpegImages(TestImages):
    picture_suffix = ".JPG"
    tolerance = 4.0


class TestTiffImages(TestImages):
    picture_suffix = ".tif"


def shade(value: int) -> np.ndarray:
    return np.full((8, 10, 3), value, dtype=np.uint8)


def test_numbers_in_names_count_as_numbers(tmp_path):
    names = ["b2", "a10", "a9", "a1_20", "a1_3", "A2"]
    for value, name in enumerate(names):
        write_picture(tmp_path / f"{name}.png", shade(value))
    order = open_folder(tmp_path).read(0, 6)[:, 0, 0, 0].tolist()
    assert [names[value] for value in order] == ["a1_3", "a1_20", "A2", "a9", "a10", "b2"]


def test_other_files_and_hidden_ones_are_no_frames(tmp_path):
    write_picture(tmp_path / "1.png", shade(7))
    (tmp_path / "._1.png").write_bytes(b"left by a file system")
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    assert open_folder(tmp_path).n_frames == 1


def test_names_beyond_ascii_are_read(tmp_path):
    write_picture(tmp_path / "Mäuse 鼠" / "bild-ä.png", shade(9))
    assert (open_folder(tmp_path / "Mäuse 鼠").read(0, 1) == 9).all()


def test_the_rate_is_as_set(tmp_path):
    for index in range(3):
        write_picture(tmp_path / f"{index}.bmp", shade(index))
    video = open_folder(tmp_path, frames_per_second=50)
    assert video.frames_per_second == 50
    assert video.times_s.tolist() == [0, 0.02, 0.04]


def test_grey_pictures_get_three_equal_colours(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (8, 10), dtype=np.uint8)
    write_picture(tmp_path / "1.png", picture)
    assert np.array_equal(open_folder(tmp_path).read(0, 1)[0], np.repeat(picture[..., None], 3, axis=2))


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize(("bit_depth", "shift"), [(16, 8), (12, 4)])
def test_deep_pictures_keep_their_upper_bits_by_one_rule(tmp_path, suffix, bit_depth, shift):
    deep = np.random.default_rng(0).integers(0, 1 << bit_depth, (2, 8, 10), dtype=np.uint16)
    deep[1] >>= 3  # a dark frame stays dark
    for index, picture in enumerate(deep):
        write_picture(tmp_path / f"{index}{suffix}", picture)
    frames = open_folder(tmp_path, bit_depth=bit_depth).read(0, 2)
    assert np.array_equal(frames[..., 1], (deep >> shift).astype(np.uint8))


def test_pictures_of_another_size_are_refused_by_name(tmp_path):
    write_picture(tmp_path / "1.png", shade(1))
    write_picture(tmp_path / "2.png", np.zeros((9, 10, 3), np.uint8))
    with pytest.raises(VideoError, match="frame 1 is 10 x 9 pixels, those before it 10 x 8") as caught:
        open_folder(tmp_path).read(0, 2)
    assert caught.value.where.endswith("2.png")


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_broken_picture_is_refused_by_name(tmp_path, content):
    write_picture(tmp_path / "1.png", shade(1))
    (tmp_path / "2.png").write_bytes(content)
    with pytest.raises(VideoError) as caught:
        open_folder(tmp_path).read(1, 2)
    assert caught.value.where.endswith("2.png")


def test_pixels_that_are_no_whole_numbers_are_refused(tmp_path):
    (tmp_path / "1.tiff").write_bytes(cv2.imencode(".tiff", np.zeros((8, 10), np.float32))[1].tobytes())
    with pytest.raises(VideoError, match="pixels are float32"):
        open_folder(tmp_path)


def test_a_stack_of_pictures_in_one_file_is_refused(tmp_path):
    cv2.imwritemulti(str(tmp_path / "stack.tif"), [np.zeros((8, 10), np.uint8)] * 3)
    with pytest.raises(VideoError, match="holds 3 pictures"):
        open_folder(tmp_path)


def test_a_folder_without_pictures_says_what_pictures_are(tmp_path):
    with pytest.raises(VideoError, match="holds no pictures") as caught:
        open_folder(tmp_path)
    assert ".png" in caught.value.fix


def test_a_file_is_no_folder(tmp_path):
    write_picture(tmp_path / "1.png", shade(1))
    with pytest.raises(VideoError, match="a file, not a folder"):
        open_folder(tmp_path / "1.png")
