"""Stills whose headers ask for more than there is."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest

from deg_plugins_io.stills import LARGEST, claimed_pixels, decode_still

PICTURE = np.random.default_rng(0).integers(0, 255, (20, 31, 3), dtype=np.uint8)


def encoded(suffix: str) -> bytes:
    return cv2.imencode(suffix, PICTURE)[1].tobytes()


def decoded(content: bytes):
    return decode_still(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".jpg"])
def test_the_size_stands_in_the_header(suffix):
    assert claimed_pixels(encoded(suffix)) == 620
    assert claimed_pixels(encoded(suffix)[:10]) == 0


def test_pictures_that_begin_at_the_top_or_with_tables_say_their_size_too():
    assert claimed_pixels(b"BM" + bytes(16) + struct.pack("<ii", 9000, -8000)) == 72_000_000
    tables = struct.pack(">BBH", 0xFF, 0xC4, 7) + b"\x01\x02\x03\x04\x05"
    size = struct.pack(">BBHBHH", 0xFF, 0xC0, 11, 8, 8000, 9000)
    assert claimed_pixels(b"\xff\xd8" + tables + size) == 72_000_000
    assert claimed_pixels(b"\xff\xd8" + b"\x00" + size[1:]) == 0


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".jpg", ".tif"])
def test_a_sound_picture_is_decoded(suffix):
    picture = decoded(encoded(suffix))
    assert picture.shape == PICTURE.shape
    assert suffix == ".jpg" or np.array_equal(picture, PICTURE)


@pytest.mark.parametrize(
    ("suffix", "size", "claimed"),
    [
        (".png", struct.pack(">II", 31, 20), struct.pack(">II", 9000, 8000)),
        (".jpg", struct.pack(">HH", 20, 31), struct.pack(">HH", 8000, 9000)),
    ],
)
def test_a_size_that_no_camera_takes_is_not_decoded(monkeypatch, suffix, size, claimed):
    content = encoded(suffix)
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it decodes"))
    assert decoded(content.replace(size, claimed)) is None
    assert LARGEST < 9000 * 8000


@pytest.mark.parametrize("length", [0x80000000, 100_000])
def test_a_chunk_that_is_longer_than_the_file_is_not_decoded(monkeypatch, length):
    content = encoded(".png")
    at = content.find(b"IDAT") - 4
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it decodes"))
    assert decoded(content[:at] + struct.pack(">I", length) + content[at + 4 :]) is None


@pytest.mark.parametrize("part", [b"IEND", b"IDAT"])
def test_a_picture_that_was_cut_between_its_parts_is_not_decoded(monkeypatch, part):
    content = encoded(".png")
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it decodes"))
    assert decoded(content[: content.find(part) - 4]) is None
    assert decoded(content[:-1]) is None


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"BM", b"no picture"])
def test_what_is_no_picture_is_none(content):
    assert decoded(content) is None


def test_a_picture_at_which_opencv_fails_is_none(monkeypatch):
    def fail(*_):
        raise cv2.error("damaged")

    monkeypatch.setattr(cv2, "imdecode", fail)
    assert decoded(encoded(".png")) is None
