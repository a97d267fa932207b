from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.api import ProjectError, VideoError
from deg_plugins_figures.mp4 import write_mp4


def _frames(times_s: list[float]) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    for index, time_s in enumerate(times_s):
        picture = np.zeros((48, 64, 3), dtype=np.uint8)
        picture[...] = (200, 40, 10 * index)
        yield time_s, picture


def test_frames_colours_and_times_come_back(tmp_path: Path) -> None:
    path = tmp_path / "made here" / "copy.mp4"
    times = [0.0, 1 / 30, 2 / 30, 0.5, 0.6, 1.0]  # no steady rate
    assert write_mp4(path, _frames(times), (48, 64), 30.0) == 6
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (64, 48)
        frames = list(container.decode(video=0))
    assert [float(frame.time) for frame in frames] == pytest.approx(times, abs=1e-4)
    for index, frame in enumerate(frames):
        middle = frame.to_ndarray(format="rgb24")[24, 32]
        assert np.abs(middle.astype(int) - (200, 40, 10 * index)).max() <= 8
    assert [each.name for each in path.parent.iterdir()] == ["copy.mp4"]


def test_a_reader_that_fails_half_way_leaves_the_old_copy(tmp_path: Path) -> None:
    path = tmp_path / "copy.mp4"
    path.write_bytes(b"old")

    def broken() -> Iterator[tuple[float, NDArray[np.uint8]]]:
        yield from _frames([0.0, 0.1])
        raise VideoError("frame 2 is damaged", where="mouse.mp4", fix="record again")

    with pytest.raises(VideoError, match="frame 2"):
        write_mp4(path, broken(), (48, 64), 10.0)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ProjectError, match="cannot write") as caught:
        write_mp4(tmp_path / "file" / "copy.mp4", _frames([0.0]), (48, 64), 10.0)
    assert caught.value.where.endswith("copy.mp4")


def test_a_build_without_h264_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av, "codecs_available", {"mpeg4"})
    with pytest.raises(VideoError, match=r"cannot write H\.264"):
        write_mp4(tmp_path / "copy.mp4", _frames([0.0]), (48, 64), 10.0)
