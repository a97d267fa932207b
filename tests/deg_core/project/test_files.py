from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from deg_core.errors import VideoError
from deg_core.project.files import fingerprint, sha256_of


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
