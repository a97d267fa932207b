from __future__ import annotations

import errno
from pathlib import Path

import pytest

from deg_core.data.whole_file import write_text, writing_beside
from deg_core.errors import LabelError, ProjectError

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


def test_a_file_where_a_folder_should_be_is_told_of_as_what_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(LabelError, match="cannot write"),
        writing_beside(tmp_path / "file" / "a.csv", LabelError) as part,
    ):
        part.touch()
