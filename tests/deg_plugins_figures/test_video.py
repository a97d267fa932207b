from __future__ import annotations

import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from deg_core import Project
from deg_core.api import ProjectError
from deg_core.testing import FakeVideo
from deg_plugins_figures.palette import colour_of
from deg_plugins_figures.tracks import Tracks
from deg_plugins_figures.video import video, write_annotated


def _run(project: Project, *arguments: str) -> Result:
    root = str(project.workspace.layout.root)
    return CliRunner().invoke(video, [*arguments, "-p", root], catch_exceptions=False)


def _read(path: Path) -> tuple[NDArray[np.uint8], list[float]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return np.stack([frame.to_ndarray(format="rgb24") for frame in frames]), [float(frame.time) for frame in frames]


def _near(picture: NDArray[np.uint8], colour: tuple[int, ...]) -> bool:
    """Whether a colour is in a picture, as far as compression leaves it."""
    return bool((np.abs(picture.astype(int) - colour).max(axis=-1) < 25).sum() > 30)


def _scene(n_frames: int, size: tuple[int, int] = (40, 60)) -> FakeVideo:
    return FakeVideo(np.full((n_frames, *size, 3), 180, dtype=np.uint8), frames_per_second=10.0)


def test_the_command_writes_a_copy_of_every_frame(project: Project) -> None:
    result = _run(project, "one")
    assert result.exit_code == 0
    path = Path(result.stdout.strip())
    assert path == project.workspace.layout.figures / "one_annotated.mp4"
    frames, times = _read(path)
    assert len(frames) == 60
    assert times == pytest.approx([n / 30 for n in range(60)], abs=1e-3)
    present = project.prediction("one").decisions.present[:, 0]
    tagged = [_near(frame[:20, :80], colour_of(0)) for frame in frames]
    assert tagged == present.tolist()
    assert "60/60" in result.stderr


def test_part_of_a_video_begins_at_zero(tracks: Tracks, tmp_path: Path) -> None:
    path = tmp_path / "part.mp4"
    write_annotated(_scene(100), tracks, path, (28, 33))
    frames, times = _read(path)
    assert times == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4], abs=1e-3)
    assert [_near(frame[:20, :80], colour_of(0)) for frame in frames] == [False, False, True, True, True]


def test_a_faster_copy_takes_less_time(tracks: Tracks, tmp_path: Path) -> None:
    path = tmp_path / "fast.mp4"
    write_annotated(_scene(100), tracks, path, (0, 100), speed=4.0)
    frames, times = _read(path)
    assert len(frames) == 100
    assert times[-1] == pytest.approx(99 / 40, abs=1e-3)


def test_what_no_screen_can_show_is_left_out(tracks: Tracks, tmp_path: Path) -> None:
    path = tmp_path / "faster.mp4"
    write_annotated(_scene(100), tracks, path, (0, 100), speed=20.0)
    frames, times = _read(path)
    assert len(frames) == 34  # 200 frames per second; every third is shown
    assert np.diff(times) == pytest.approx([3 / 200] * 33, abs=1e-3)


def test_frames_are_shown_when_they_were_taken(tracks: Tracks, tmp_path: Path) -> None:
    scene = _scene(100)
    scene.times_s = np.cumsum(np.r_[0.0, np.where(np.arange(99) % 2, 0.05, 0.15)])  # type: ignore[attr-defined]
    write_annotated(scene, tracks, tmp_path / "copy.mp4", (1, 6))
    assert _read(tmp_path / "copy.mp4")[1] == pytest.approx([0.0, 0.05, 0.2, 0.25, 0.4], abs=1e-3)


def test_each_frame_is_read_once(tracks: Tracks, tmp_path: Path) -> None:
    scene = _scene(100)
    write_annotated(scene, tracks, tmp_path / "copy.mp4", (0, 100), scale=1.0)
    numbers = [number for start, stop in scene.spans_read for number in range(start, stop)]
    assert numbers == list(range(100))


def test_a_prediction_of_another_length_is_refused(tracks: Tracks, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="99 frames in the video, 100 predicted"):
        write_annotated(_scene(99), tracks, tmp_path / "copy.mp4", (0, 99))


def test_only_mp4_is_written(project: Project) -> None:
    result = _run(project, "one", "-o", "copy.avi")
    assert result.exit_code == 2
    assert ".mp4" in result.stderr


def test_an_unknown_recording_and_an_empty_span_are_refused(project: Project) -> None:
    with pytest.raises(ProjectError, match="neither a recording nor a file"):
        _run(project, "onne")
    with pytest.raises(ProjectError, match="no frames"):
        _run(project, "one", "--start", "1", "--stop", "1")


def _tracks(n_frames: int) -> Tracks:
    probabilities = np.zeros((n_frames, 1), dtype=np.float32)
    return Tracks("long", ("groom",), 10.0, probabilities, probabilities > 0.5, np.full(1, 0.5, dtype=np.float32))


class _Endless(FakeVideo):
    """A long video that is not in memory."""

    def __init__(self, n_frames: int) -> None:
        super().__init__(np.zeros((1, 16, 16, 3), dtype=np.uint8), 10.0)
        self.n_frames = n_frames

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        return np.zeros((stop - start, 16, 16, 3), dtype=np.uint8)


def _peak_bytes(n_frames: int, path: Path) -> int:
    tracemalloc.start()
    try:
        write_annotated(_Endless(n_frames), _tracks(n_frames), path, (0, n_frames), scale=1.0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_video(tmp_path: Path) -> None:
    _peak_bytes(10, tmp_path / "warm.mp4")
    short, long = _peak_bytes(600, tmp_path / "short.mp4"), _peak_bytes(2400, tmp_path / "long.mp4")
    assert long < short * 1.3 + 1_000_000
