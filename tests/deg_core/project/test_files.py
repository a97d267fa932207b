from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from deg_core.errors import ProjectError, VideoError
from deg_core.project.files import fingerprint, sha256_of, write_text, writing_beside

FULL = OSError(errno.ENOSPC, "No space left on device")


def write_half(path: Path, accident: BaseException, *, folder: bool = False) -> None:
    with writing_beside(path) as part:
        if folder:
            part.mkdir()
            part = part / "1.png"
        part.write_text("half")
        raise accident


def test_a_file_gets_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    with writing_beside(path) as part:
        part.write_text("half")
        assert not path.exists()
    assert path.read_text() == "half"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("accident", [RuntimeError, KeyboardInterrupt])
def test_an_accident_leaves_the_old_file_and_nothing_else(tmp_path: Path, accident: type[BaseException]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(accident):
        write_half(path, accident())
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_says_where_and_how_to_go_on(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with pytest.raises(ProjectError, match="No space left on device") as caught:
        write_half(path, FULL)
    assert caught.value.where == str(path)
    assert "free some room" in caught.value.fix
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_half_folder(tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        write_half(tmp_path / "stills", FULL, folder=True)
    assert not list(tmp_path.iterdir())


def test_text_has_the_same_line_ends_everywhere(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "é\n\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xc3\xa9\n\n"


def test_a_fingerprint_sees_both_ends_and_the_size(tmp_path: Path) -> None:
    middle = bytes(3 << 20)
    prints = set()
    for index, content in enumerate([b"a" + middle + b"b", b"c" + middle + b"b", b"a" + middle + b"c", b"a" + middle]):
        path = tmp_path / str(index)
        path.write_bytes(content)
        prints.add(fingerprint(path))
        assert fingerprint(path) == fingerprint(path)
    assert len(prints) == 4


def test_the_fingerprint_of_a_folder_is_of_names_and_sizes(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"one")
    first = fingerprint(tmp_path)
    (tmp_path / "2.png").write_bytes(b"two")
    second = fingerprint(tmp_path)
    (tmp_path / "2.png").write_bytes(b"three")
    assert len({first, second, fingerprint(tmp_path)}) == 3


def test_a_missing_video_has_no_fingerprint(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="cannot be read") as caught:
        fingerprint(tmp_path / "gone.mp4")
    assert caught.value.where == str(tmp_path / "gone.mp4")


def test_a_digest_is_of_the_whole_file(tmp_path: Path) -> None:
    content = bytes(range(256)) * 9000
    (tmp_path / "a").write_bytes(content)
    assert sha256_of(tmp_path / "a") == hashlib.sha256(content).hexdigest()
