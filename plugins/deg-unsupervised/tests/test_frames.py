from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from deg_core import SilentProgress
from deg_core.api import ProjectError, Span, Split
from made_clusters import make_project
from numpy.typing import NDArray

from deg_unsupervised.frames import Recordings, gather, known_recordings, smooth
from deg_unsupervised.sources import features_in, latents_of

QUIET = SilentProgress()


@dataclass
class Made:
    tables: Mapping[str, NDArray[np.float32]]
    described: str = "made"
    run_id: str | None = None
    videos: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.tables)

    def read(self, name: str) -> NDArray[np.float32]:
        return self.tables[name]


def numbered(n: int, first: int) -> NDArray[np.float32]:
    return np.arange(first, first + n, dtype=np.float32)[:, None]


SPLIT = Split((Span("a", 0, 20),), (Span("b", 0, 5),), (Span("a", 25, 30), Span("b", 8, 10)))
SOURCE = Made({"a": numbered(30, 0), "b": numbered(10, 100), "c": numbered(10, 200)})
RECORDINGS = Recordings({"a": 30, "b": 10, "c": 10}, {"a": 10.0, "b": 10.0, "c": 10.0}, {}, SPLIT)


def test_frames_for_validation_and_test_are_never_looked_at() -> None:
    gathered = gather(SOURCE, RECORDINGS, 1000, 0.0, QUIET)[:, 0]
    assert gathered.tolist() == [*range(25), 105, 106, 107, *range(200, 210)]


def test_without_a_split_all_are() -> None:
    everything = Recordings(RECORDINGS.n_frames, RECORDINGS.frames_per_second, {}, None)
    assert len(gather(SOURCE, everything, 1000, 0.0, QUIET)) == 50


def test_of_too_many_some_are_taken_evenly() -> None:
    gathered = gather(SOURCE, RECORDINGS, 10, 0.0, QUIET)[:, 0]
    assert len(gathered) == 10
    assert gathered[0] == 0
    assert gathered[-1] == 209
    assert len(set(gathered.tolist())) == 10


def test_parts_are_those_of_the_split() -> None:
    assert np.flatnonzero(RECORDINGS.inside("a", "test")).tolist() == [25, 26, 27, 28, 29]
    assert RECORDINGS.inside("c", "train").sum() == 0
    assert np.flatnonzero(RECORDINGS.held_out("b")).tolist() == [0, 1, 2, 3, 4, 8, 9]


def test_recordings_with_other_features_are_refused() -> None:
    tables = {"a": np.ones((30, 2), np.float32), "b": np.ones((10, 3), np.float32)}
    with pytest.raises(ProjectError, match="3 features per frame, where other recordings have 2"):
        gather(Made(tables), RECORDINGS, 1000, 0.0, QUIET)


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, 1), (0.1, 3), (0.05, 1), (0.2, 5)])
def test_smoothing_takes_the_mean_of_an_odd_number_of_frames(seconds: float, expected: int) -> None:
    features = np.zeros((21, 1), np.float32)
    features[10] = 1
    smoothed = smooth(features, seconds, 30.0)[:, 0]
    assert np.flatnonzero(smoothed > 1e-6).tolist() == list(range(10 - expected // 2, 11 + expected // 2))
    assert smoothed.sum() == pytest.approx(1)
    assert smooth(np.ones((4, 1), np.float32), 1.0, 30.0).ravel().tolist() == pytest.approx([1] * 4)


def test_the_split_is_that_of_the_run_whose_latents_they_are(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    before = project.workspace.split()
    project.set_split(Split(before.test, before.validation, before.train))
    recordings = known_recordings(project, latents_of(project), QUIET)
    assert recordings.split == before
    assert recordings.n_frames == {"one": 200, "two": 200, "three": 200}
    assert set(recordings.frames_per_second.values()) == {30.0}


def test_files_are_judged_by_the_split_of_the_project(tmp_path: Path) -> None:
    project = make_project(tmp_path / "with", predict=False)
    np.save(tmp_path / "one.npy", np.ones((200, 2)))
    recordings = known_recordings(project, features_in(tmp_path, None, ["one"]), QUIET)
    assert recordings.split == project.workspace.split()
    project.workspace.layout.split.unlink()
    assert known_recordings(project, features_in(tmp_path, None, ["one"]), QUIET).split is None


def test_features_that_are_not_one_row_per_frame_are_refused(tmp_path: Path) -> None:
    project = make_project(tmp_path / "with", predict=False)
    np.save(tmp_path / "one.npy", np.ones((199, 2)))
    with pytest.raises(ProjectError, match="features of 199 frames, labels of 200"):
        known_recordings(project, features_in(tmp_path, None, ["one"]), QUIET)
