from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from deg_core.api import ProjectError
from made_clusters import make_project

from deg_unsupervised.sources import features_in, latents_of


def test_latents_of_all_that_is_predicted_are_read(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    source = latents_of(project)
    assert source.names == ("one", "three", "two")
    assert source.run_id == project.run().run_id
    assert np.array_equal(source.read("one"), project.latents("one")[0])


def test_without_predictions_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no recording is predicted yet") as caught:
        latents_of(make_project(tmp_path, predict=False))
    assert "deg predict" in caught.value.fix


def test_another_video_takes_part_if_it_is_predicted(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    other = tmp_path / "videos" / "other.npy"
    np.save(other, np.load(tmp_path / "videos" / "one.npy")[::-1])
    with pytest.raises(ProjectError, match="not predicted yet"):
        latents_of(project, [str(other)])
    (outcome,) = project.predict(other)
    assert outcome.status == "predicted"
    source = latents_of(project, [str(other)])
    assert source.names == ("one", "other", "three", "two")
    assert source.read("other").shape == (200, 3)
    assert source.videos["other"] == str(other)


def test_latents_of_several_runs_are_not_mixed(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with h5py.File(project.workspace.layout.prediction("two"), "r+") as file:
        file.attrs["sequence_run"] = "sequence-of-yesterday:abc"
    with pytest.raises(ProjectError, match="predicted by several runs: .*two by sequence-of-yesterday"):
        latents_of(project)


def test_files_are_found_by_the_names_of_recordings(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(6.0).reshape(3, 2))
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["pose"] = np.ones((4, 2), np.float32)
        file["fps"] = 30.0
    source = features_in(tmp_path, None, ["a", "b", "c"])
    assert source.names == ("a", "b")
    assert source.read("a").tolist() == [[0, 1], [2, 3], [4, 5]]
    assert source.read("b").shape == (4, 2)


def test_of_several_tables_one_has_to_be_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["pose"], file["speed"] = np.ones((4, 2)), np.zeros((4, 1))
    with pytest.raises(ProjectError, match="2 tables to choose from") as caught:
        features_in(tmp_path, None, ["a"]).read("a")
    assert "pose|speed" in caught.value.fix
    assert features_in(tmp_path, "speed", ["a"]).read("a").shape == (4, 1)
    with pytest.raises(ProjectError, match="no dataset 'sped'"):
        features_in(tmp_path, "sped", ["a"]).read("a")


def test_a_folder_without_files_of_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no recording has a file") as caught:
        features_in(tmp_path, None, ["mouse"])
    assert "mouse.npy" in caught.value.fix


@pytest.mark.parametrize(
    "values",
    [np.ones(5), np.ones((5, 2, 2)), np.full((5, 2), np.nan), np.ones((5, 2), complex), np.array([["a"]])],
    ids=["a row", "three axes", "gaps", "complex", "words"],
)
def test_what_is_no_table_of_numbers_is_refused(tmp_path: Path, values: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", values)
    with pytest.raises(ProjectError, match="a table of finite numbers"):
        features_in(tmp_path, None, ["a"]).read("a")


@pytest.mark.parametrize("suffix", [".npy", ".h5"])
def test_a_damaged_file_is_refused_and_no_pickle_is_run(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(b"damaged")
    with pytest.raises(ProjectError, match="cannot be read"):
        features_in(tmp_path, None, ["a"]).read("a")
    np.save(tmp_path / "b.npy", np.array([{1: 2}], dtype=object))
    with pytest.raises(ProjectError, match="cannot be read"):
        features_in(tmp_path, None, ["b"]).read("b")


def test_a_header_that_does_not_end_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((5, 2)))
    content = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(content.replace(b"}", b" "))
    with pytest.raises(ProjectError, match="cannot be read"):
        features_in(tmp_path, None, ["a"]).read("a")
