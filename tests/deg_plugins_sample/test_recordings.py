from __future__ import annotations

import csv
import errno
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.api import ProjectError, Timeline, VideoError
from deg_plugins_io.plugin import deg_pose_formats
from deg_plugins_sample import recordings
from deg_plugins_sample.recordings import SampleRecording, write_sample
from deg_plugins_sample.simulation import derive_seed, simulate

N = 240


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[SampleRecording]:
    return write_sample(tmp_path_factory.mktemp("made") / "new", "mouse", 2, N, 5, size=64)


def decode(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def test_a_recording_is_a_video_and_a_label_file(written: list[SampleRecording]) -> None:
    folder = written[0].video_path.parent
    assert sorted(path.name for path in folder.iterdir()) == [
        "mouse-01.mp4",
        "mouse-01_labels.csv",
        "mouse-02.mp4",
        "mouse-02_labels.csv",
    ]
    assert [recording.labels_path.name for recording in written] == ["mouse-01_labels.csv", "mouse-02_labels.csv"]


def test_a_video_has_every_frame_at_an_exactly_constant_rate(written: list[SampleRecording]) -> None:
    with av.open(str(written[0].video_path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == Fraction(30)
        assert stream.codec_context.pix_fmt == "yuv420p"
        times = [frame.pts * stream.time_base for frame in container.decode(stream)]
    assert times == [Fraction(index, 30) for index in range(N)]


@pytest.mark.parametrize("rate", [12.5, 29.97, 60.0])
def test_other_frame_rates_are_kept(tmp_path: Path, rate: float) -> None:
    (recording,) = write_sample(tmp_path, "fly", 1, 20, 0, size=32, frames_per_second=rate)
    with av.open(str(recording.video_path)) as container:
        assert float(container.streams.video[0].average_rate) == pytest.approx(rate, abs=1e-3)


def test_a_video_shows_what_was_simulated(written: list[SampleRecording]) -> None:
    pictures = decode(written[1].video_path)
    simulated = np.stack(list(simulate("mouse", N, derive_seed(5, 1)).frames(64)))
    assert pictures.shape == simulated.shape
    assert np.abs(pictures.astype(int) - simulated).mean() < 8
    assert np.abs(pictures.mean(axis=(0, 1, 2)) - simulated.mean(axis=(0, 1, 2))).max() < 1.5


def test_what_moves_in_a_video_is_the_animal(written: list[SampleRecording]) -> None:
    grey = decode(written[0].video_path).mean(axis=3)
    simulation = simulate("mouse", N, derive_seed(5, 0))
    body = np.concatenate([part.points for part in simulation.shape(0, N).parts if part.casts_shadow], axis=1)
    middle = simulation.arena.camera.project(body, 64).mean(axis=1) / 16
    dark = (grey < 0.62 * np.median(grey, axis=(1, 2), keepdims=True))[:, 8:56, 8:56]
    seen = np.array([[np.nonzero(one)[1].mean(), np.nonzero(one)[0].mean()] for one in dark]) + 8
    assert np.median(np.linalg.norm(seen - middle, axis=1)) < 4
    assert np.ptp(seen, axis=0).max() > 8


def test_labels_are_a_row_a_frame_and_a_column_a_behaviour(written: list[SampleRecording]) -> None:
    with written[0].labels_path.open(newline="") as file:
        header, *rows = list(csv.reader(file))
    simulation = simulate("mouse", N, derive_seed(5, 0))
    assert header == ["frame", *simulation.behaviours]
    assert [row[0] for row in rows] == [str(frame) for frame in range(N)]
    assert np.array_equal(np.array([row[1:] for row in rows], dtype=np.int8), simulation.labels)


def test_same_seed_same_bytes_of_labels_whatever_the_size_and_number(
    tmp_path: Path, written: list[SampleRecording]
) -> None:
    (again,) = write_sample(tmp_path, "mouse", 1, N, 5, size=32)
    assert again.labels_path.read_bytes() == written[0].labels_path.read_bytes()
    assert written[0].labels_path.read_bytes() != written[1].labels_path.read_bytes()


def test_progress_is_told_frame_by_frame(tmp_path: Path) -> None:
    told: list[int] = []
    write_sample(tmp_path, "fly", 2, 15, 0, size=32, advance=told.append)
    assert sum(told) == 30


def test_a_folder_with_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(ProjectError, match="not empty") as caught:
        write_sample(tmp_path, "mouse", 1, 10, 0)
    assert "name a new folder" in caught.value.fix
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ProjectError, match="not a folder"):
        write_sample(tmp_path / "taken", "mouse", 1, 10, 0)


@pytest.mark.parametrize("size", [0, 63, 2000])
def test_sizes_that_no_video_has_are_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(VideoError, match="even number"):
        write_sample(tmp_path / "new", "mouse", 1, 10, 0, size=size)
    assert not (tmp_path / "new").exists()


def test_an_interrupted_sample_leaves_nothing_so_that_the_same_command_works(tmp_path: Path) -> None:
    left = iter(range(25))

    def stop_late(_: int) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path / "new", "mouse", 3, 10, 0, size=32, advance=stop_late)
    assert not (tmp_path / "new").exists()
    assert len(write_sample(tmp_path / "new", "mouse", 3, 10, 0, size=32)) == 3


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(path: Path, *_: object) -> None:
        path.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(recordings, "write_labels", fill)
    with pytest.raises(ProjectError, match="No space left") as caught:
        write_sample(tmp_path, "mouse", 1, 10, 0, size=32)
    assert "free some room" in caught.value.fix
    assert not list(tmp_path.iterdir())


def test_a_build_without_x264_writes_mpeg4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings.av, "codecs_available", {"mpeg4"})
    (recording,) = write_sample(tmp_path, "fly", 1, 30, 0, size=64)
    assert decode(recording.video_path).shape == (30, 64, 64, 3)
    with av.open(str(recording.video_path)) as container:
        assert container.streams.video[0].codec_context.name == "mpeg4"


@pytest.mark.parametrize("species", ["mouse", "fly"])
def test_pose_is_read_as_deeplabcuts_and_is_where_the_animal_was_drawn(tmp_path: Path, species: str) -> None:
    (recording,) = write_sample(tmp_path, species, 1, 40, 3, size=64, with_pose=True)
    assert recording.pose_path == tmp_path / f"{species}-01_pose.csv"
    (csv_format,) = (each for each in deg_pose_formats() if each.name == "deeplabcut-csv")
    pose = csv_format.read(recording.pose_path, csv_format.settings(), Timeline.regular("mouse-01", 40, 30.0))
    simulation = simulate(species, 40, derive_seed(3, 0))
    assert pose.keypoints == tuple(simulation.pose(64))
    assert np.allclose(pose.positions_TMB2.squeeze()[7], [each[7] for each in simulation.pose(64).values()], atol=2e-3)
    drawn = np.concatenate([part.points for part in simulation.shape(0, 40).parts], axis=1)
    drawn_px = simulation.arena.camera.project(drawn, 64) / 16
    for each in simulation.pose(64).values():  # within the body, on what is drawn of it
        assert np.linalg.norm(drawn_px - each[:, None], axis=-1).min(axis=1).max() < 4


def test_left_and_right_are_those_of_the_mouse() -> None:
    simulation = simulate("mouse", 300, 1)
    pose = simulation.pose(128)
    forward = pose["neck"] - pose["tail_base"]
    for name in ("ear", "side", "forepaw", "hindpaw"):
        across = pose[f"right_{name}"] - pose[f"left_{name}"]
        turn = forward[:, 0] * across[:, 1] - forward[:, 1] * across[:, 0]  # x right, y down: positive to the right
        assert (turn > 0).mean() > 0.95
    ahead = ((pose["nose"] - pose["back"]) * forward).sum(axis=1)
    assert (ahead > 0).all()


def test_pose_changes_nothing_of_the_video_and_its_labels(tmp_path: Path, written: list[SampleRecording]) -> None:
    (again,) = write_sample(tmp_path, "mouse", 1, N, 5, size=64, with_pose=True)
    assert again.labels_path.read_bytes() == written[0].labels_path.read_bytes()
    # x264 makes one of two films of the same pictures, which differ by 2.4 grey levels on average, other mice by 24.
    first, second, other = (decode(path).astype(int) for path in (again.video_path, *(w.video_path for w in written)))
    assert np.abs(first - second).mean() < 4 < np.abs(first - other).mean() / 4
