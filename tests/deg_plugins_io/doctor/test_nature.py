"""What a file is that is no video, by its first bytes; of an mp4, by the parts that it has."""

from __future__ import annotations

import struct

import pytest

from deg_plugins_io.doctor.nature import nature_of


@pytest.fixture
def told(tmp_path):
    """What is said of a file of such content; None for nothing."""

    def tell(content: bytes) -> str | None:
        path = tmp_path / "video.mp4"
        path.write_bytes(content)
        nature = nature_of(path)
        assert nature is None or nature.fix
        return None if nature is None else nature.what

    return tell


@pytest.mark.parametrize(
    ("start", "what"),
    [
        ("89 48 44 46 0d 0a 1a 0a", "an HDF5 file"),
        ("50 4b 03 04", "a zip archive"),
        ("1f 8b", "a gzip archive"),
        ("52 61 72 21", "a rar archive"),
        ("37 7a bc af", "a 7z archive"),
        ("25 50 44 46", "a PDF"),
        ("ed fe 00 00", "a Norpix sequence"),
        ("4e 6f 72 70 69 78", "a Norpix sequence"),
        ("75 66 6d 66", "a ufmf file"),
    ],
)
def test_the_first_bytes_tell_and_the_same_bytes_further_on_do_not(told, start, what):
    rest = bytes(range(256))
    assert told(bytes.fromhex(start) + rest) == f"it is {what}"
    assert told(rest + bytes.fromhex(start)) is None


def box(kind: bytes, content: bytes = b"", n_bytes: int | None = None) -> bytes:
    """A part of an mp4, which may promise more bytes than it has."""
    return struct.pack(">I4s", 8 + len(content) if n_bytes is None else n_bytes, kind) + content


FIRST, PICTURES, INDEX = box(b"ftyp", b"isom"), box(b"mdat", b"\x80" * 60), box(b"moov", b"\x80" * 9)
MANY_PICTURES = struct.pack(">I4sQ", 1, b"mdat", 16 + 60) + b"\x80" * 60
"""As cameras write them whose files grow beyond 4 GB: the size stands behind the name."""


@pytest.mark.parametrize(
    "parts",
    [
        FIRST + PICTURES,
        FIRST + MANY_PICTURES,
        FIRST + PICTURES + INDEX[:-1],
        FIRST + box(b"mdat", b"\x80" * 60, 5000),
        FIRST + box(b"mdat", b"\x80" * 60, 0),
        box(b"wide") + PICTURES,
        PICTURES,
    ],
    ids=["none", "none behind many", "cut", "cut before", "size never written", "old mov", "pictures first"],
)
def test_an_index_that_is_not_there_or_was_cut_is_missed(told, parts):
    assert told(parts) == "it has pictures but no index (`moov`): recording or copying never ended"


@pytest.mark.parametrize(
    "parts",
    [
        FIRST + PICTURES + INDEX,
        FIRST + PICTURES + box(b"moov"),
        FIRST + MANY_PICTURES + INDEX,
        FIRST + INDEX + box(b"mdat", b"\x80" * 60, 5000),
        FIRST,
        box(b"abcd", b"\x80") + PICTURES,
    ],
    ids=["last", "last and empty", "behind many", "first", "no pictures", "no mp4"],
)
def test_an_index_that_is_there_is_not_missed(told, parts):
    assert told(parts) is None


def test_a_letter_that_lies_across_the_end_of_what_is_looked_at_is_one_of_a_text(told):
    assert told(("x" + "é" * 4000).encode()) == "it is a text"


@pytest.mark.parametrize("content", [b"", b"\xff" * 9000, b"text\xe9" * 2000, b"text\xc3"])
def test_what_is_no_text_from_its_first_letter_to_its_last_is_none(told, content):
    assert told(content) is None


def test_a_folder_tells_nothing(tmp_path):
    assert nature_of(tmp_path) is None
