from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from deg_core.data.binary_file import BinaryFile, FileEndsError
from deg_core.errors import VideoError


@pytest.fixture
def file(tmp_path: Path) -> BinaryFile:
    path = tmp_path / "film"
    path.write_bytes(bytes(range(10)))
    return BinaryFile(path)


def test_bytes_and_little_endian_numbers_are_read_at_any_place(file: BinaryFile) -> None:
    assert file.read(7, 3, "the end") == b"\x07\x08\x09"
    assert file.unpack("HB", 1, "a count") == (0x0201, 3)


@pytest.mark.parametrize(("start", "n_bytes"), [(8, 3), (0, 2**60), (-1, 2), (3, -1)])
def test_what_lies_beyond_the_file_is_refused_before_memory_is_asked_for(
    file: BinaryFile, start: int, n_bytes: int
) -> None:
    problem = f"the picture would end at byte {start + n_bytes}, the file ends at byte 10"
    with pytest.raises(FileEndsError, match=problem):
        file.read(start, n_bytes, "the picture")


def test_nothing_may_be_read_at_the_end(file: BinaryFile) -> None:
    assert file.read(10, 0, "nothing") == b""


def test_it_goes_on_after_closing_and_pickling(file: BinaryFile) -> None:
    file.read(0, 1, "a byte")
    file.close()
    file.close()
    assert file.read(1, 1, "a byte") == b"\x01"
    assert pickle.loads(pickle.dumps(file)).read(2, 1, "a byte") == b"\x02"


def test_a_file_that_becomes_shorter_is_noticed(file: BinaryFile) -> None:
    file.path.write_bytes(b"ab")
    with pytest.raises(VideoError, match="shorter since it was opened"):
        file.read(0, 10, "the head")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name, problem in (("", "a folder"), ("absent", "no such file"), ("empty", "is empty")):
        with pytest.raises(VideoError, match=problem):
            BinaryFile(tmp_path / name)


def test_a_file_that_cannot_be_opened_is_refused_with_the_systems_words(file: BinaryFile) -> None:
    file.path.unlink()
    with pytest.raises(VideoError, match="cannot be read: No such file"):
        file.read(0, 1, "a byte")
