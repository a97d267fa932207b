"""Refusals say what is wrong, where, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from deg_core.api import LabelError, VideoError
from deg_plugins_io.refusals import (
    cannot_read,
    rate_unknown,
    require_file,
    undecodable,
    unequal_sizes,
)

PATH = Path("clip.mp4")


@pytest.mark.parametrize("kind", [VideoError, LabelError])
def test_what_is_no_file_with_something_in_it_is_refused(tmp_path, kind):
    (tmp_path / "empty").touch()
    (tmp_path / "full").write_text("something")
    require_file(tmp_path / "full", kind)
    for name, problem in [(".", "a folder, not a file"), ("nowhere", "no such file"), ("empty", "the file is empty")]:
        with pytest.raises(kind, match=problem) as caught:
            require_file(tmp_path / name, kind)
        assert caught.value.where == str(tmp_path / name)
        assert caught.value.fix


def test_a_path_through_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("something")
    with pytest.raises(VideoError, match=r"cannot be read|no such file"):
        require_file(tmp_path / "file" / "clip.mp4", VideoError)


def test_a_disk_that_fails_is_refused(tmp_path, monkeypatch):
    def stat(self, **_):
        raise OSError(5, "input/output error")

    path = tmp_path / "clip.mp4"
    path.touch()
    monkeypatch.setattr(Path, "is_dir", lambda self: False)
    monkeypatch.setattr(Path, "stat", stat)
    with pytest.raises(VideoError, match="cannot be read: input/output error"):
        require_file(path, VideoError)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(5, "input/output error"), "input/output error"),
        (ValueError("odd"), "odd"),
        (ValueError(), "ValueError"),
    ],
)
def test_the_reason_of_the_operating_system_is_passed_on(error, reason):
    refusal = cannot_read(PATH, error, LabelError)
    assert isinstance(refusal, LabelError)
    assert refusal.problem == f"cannot be read: {reason}"


def test_pictures_that_cannot_be_shown_are_named_by_number():
    assert "frame 7 cannot be decoded" in str(undecodable(7, PATH))
    # Arrays say height first, people width.
    assert "frame 7 is 640 x 480 pixels, those before it 320 x 240" in str(
        unequal_sizes(7, (480, 640, 3), (240, 320, 3), PATH)
    )
    assert "`frames_per_second`" in rate_unknown(PATH).fix
