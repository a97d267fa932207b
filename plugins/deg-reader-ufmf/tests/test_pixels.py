"""Ways to write pixels, each against a picture whose colours are known."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from deg_reader_ufmf.pixels import KNOWN, find_coding, to_bytes

ORANGE = (200, 120, 40)
PATTERNS = {"RGGB": ((0, 1), (1, 2)), "GRBG": ((1, 0), (2, 1)), "GBRG": ((1, 2), (0, 1)), "BGGR": ((2, 1), (1, 0))}


def rgb_of(name: str, rows: np.ndarray) -> np.ndarray:
    coding = find_coding(name)
    assert coding is not None
    return coding.to_rgb(rows)


@pytest.mark.parametrize("mosaic", PATTERNS)
@pytest.mark.parametrize("kind", ["MONO8", "RAW8", "mono32f"])
def test_a_mosaic_of_one_colour_is_that_colour(kind: str, mosaic: str) -> None:
    grey = np.array(ORANGE, dtype=np.uint8)[np.tile(np.array(PATTERNS[mosaic]), (4, 6))]
    rows = grey.astype("<f4").view(np.uint8) if kind == "mono32f" else grey
    picture = rgb_of(f"{kind}:{mosaic}", rows)
    assert picture.shape == (8, 12, 3)
    assert np.array_equal(picture, np.broadcast_to(np.array(ORANGE, np.uint8), (8, 12, 3)))


def yuv(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    """ITU-R BT.601, full range."""
    red, green, blue = rgb
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(y), round(128 + (blue - y) / 1.772), round(128 + (red - y) / 1.402)


@pytest.mark.parametrize(("name", "order"), [("YUV444", "uyv"), ("YUV422", "uyvy"), ("YUV411", "uyyvyy")])
def test_luma_and_chroma_become_the_colour_they_are_of(name: str, order: str) -> None:
    parts = dict(zip("yuv", yuv(ORANGE), strict=True))
    block = np.array([parts[each] for each in order], dtype=np.uint8)
    picture = rgb_of(name, np.tile(block, (4, 3)))
    assert picture.shape == (4, 3 * {"YUV444": 1, "YUV422": 2, "YUV411": 4}[name], 3)
    assert np.abs(picture.astype(int) - ORANGE).max() <= 2


def test_luma_keeps_its_order_within_a_block() -> None:
    for name, order in (("YUV422", "uyvy"), ("YUV411", "uyyvyy")):
        brightness = iter(range(10, 250, 10))
        block = np.array([128 if each in "uv" else next(brightness) for each in order * 2], dtype=np.uint8)
        picture = rgb_of(name, block[None])
        assert picture[0, :, 0].tolist() == sorted(picture[0, :, 0].tolist())


def test_alpha_comes_first_and_is_left_out() -> None:
    rows = np.tile(np.array([7, *ORANGE], dtype=np.uint8), (2, 3))
    assert np.array_equal(rgb_of("ARGB8", rows), np.broadcast_to(np.array(ORANGE, np.uint8), (2, 3, 3)))


def test_real_numbers_are_rounded_and_kept_inside() -> None:
    values = np.array([[-3.0, 0.4, 0.6, 254.6, 300.0, np.nan]], dtype="<f4")
    assert to_bytes(values).tolist() == [[0, 0, 1, 255, 255, 0]]
    assert rgb_of("MONO32f", values.view(np.uint8))[..., 1].tolist() == [[0, 0, 1, 255, 255, 0]]
    assert rgb_of("RGB32f", values.view(np.uint8)).tolist() == [[[0, 0, 1], [255, 255, 0]]]


@pytest.mark.parametrize("name", KNOWN)
def test_every_known_coding_survives_pickling(name: str) -> None:
    coding = find_coding(name)
    assert coding is not None
    assert pickle.loads(pickle.dumps(coding)) is not None


@pytest.mark.parametrize("name", ["", "MONO", "RGB8:RGGB", "MONO8:XYZW"])
def test_an_unknown_coding_is_none(name: str) -> None:
    assert find_coding(name) is None
