"""Installed from wheels, far from its sources, deg does the whole job with a plugin that was installed beside it."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import h5py
import numpy as np
import pytest
from environment import Environment

RATE = 30.0


def test_the_modules_are_those_of_the_wheel(environment: Environment, tmp_path: Path) -> None:
    where = environment.python(
        "import deg_core, deg_plugins_io; print(deg_core.__file__, deg_plugins_io.__file__)", tmp_path
    )
    assert all(environment.packages in Path(path).parents for path in where.split())


def test_the_version_is_that_of_the_distribution(environment: Environment, tmp_path: Path) -> None:
    version = environment.python("from importlib.metadata import version as v; print(v('deg-ethogram'))", tmp_path)
    assert environment.deg("--version", cwd=tmp_path) == f"deg {version}"


def test_python_m_deg_core_is_the_same_program(environment: Environment, tmp_path: Path) -> None:
    assert "deg new" in environment.python_module("deg_core", "--help", cwd=tmp_path)


def test_plugins_are_found_by_their_entry_points_whatever_their_distribution(
    environment: Environment, tmp_path: Path
) -> None:
    answer = environment.answer("plugins", "list", cwd=tmp_path)
    assert answer["failures"] == answer["conflicts"] == []
    owners = {each["name"]: each["distribution"] for each in answer["plugins"]}
    assert owners["tgmj"] == owners["pyav"] == owners["plot"] == "deg-ethogram"
    assert owners["new-gru"] == "deg-new-gru"
    assert owners["new-command"] == "deg-new-command"
    assert owners["tune"] == "deg-tune"
    assert owners["live"] == "deg-live"
    assert owners["saliency"] == "deg-saliency"
    assert owners["keypoints"] == owners["sleap-analysis-h5"] == "deg-keypoints"

    assert owners["cluster"] == "deg-unsupervised"
    assert owners["timm-image"] == owners["frozen-image"] == owners["torchvision-video"] == "deg-backbones"

    assert owners["fmf"] == owners["ufmf"] == "deg-reader-ufmf"
    assert owners["norpix-seq"] == "deg-reader-seq"
    assert owners["trajectory"] == "deg-trajectory"
    assert owners["one-animal"] == owners["animals"] == "deg-animals"
    of_lab = {each["name"] for each in answer["plugins"] if each["distribution"] == "deg-example-lab"}
    assert of_lab >= {
        "rig",
        "spans-csv",
        "points-csv",
        "drift",
        "glance",
        "smooth",
        "brier",
        "jaccard",
        "bridge",
        "latency",
    }


def write_recording(folder: Path, name: str, rng: np.random.Generator) -> None:
    """A clip in which the picture is bright while something happens, and its labels."""
    present = np.repeat(np.arange(12) % 2, rng.integers(4, 9, 12))[:60]
    frames = rng.integers(0, 60, (len(present), 32, 32, 3), dtype=np.uint8)
    frames += (present * 150).astype(np.uint8)[:, None, None, None]
    with h5py.File(folder / f"{name}.h5", "w") as file:
        file["frames"] = frames
        file.attrs["frames_per_second"] = RATE
    rows = [f"{frame},{mark}" for frame, mark in enumerate(present)]
    (folder / f"{name}.csv").write_text("\n".join(["frame,flash", *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in ("a", "b", "c", "unseen"):
        write_recording(folder, name, rng)
    return folder


def test_a_model_from_another_distribution_is_picked_by_name_alone(
    environment: Environment, videos: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    environment.deg("new", project, "--behaviours", "flash", "--preset", "baseline", cwd=tmp_path)
    manifest = project / "project.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8")
        + "image: {size: [32, 32]}\n"
        + "sequence:\n  name: new-gru\n  settings: {units: 8}\n  length: 30\n"
        + "  training: {max_epochs: 20, steps_per_epoch: 10, learning_rate: 0.01, batch_size: 4}\n",
        encoding="utf-8",
    )
    environment.deg(
        "add", *(videos / f"{n}.h5" for n in "abc"), "--labels", "{stem}.csv", "--format", "deg-csv", cwd=project
    )
    environment.deg("train", cwd=project)

    runs = environment.answer("runs", cwd=project)
    card = next(run for run in runs if run["stage"] == "sequence")
    assert card["plugin"]["name"] == "new-gru"

    environment.deg("predict", videos / "unseen.h5", cwd=project)
    with h5py.File(project / "predictions" / "unseen.h5") as file:
        present = np.asarray(file["present"])[:, 0]
    labels = np.loadtxt(videos / "unseen.csv", delimiter=",", skiprows=1, dtype=int)[:, 1]
    assert (present == labels).mean() > 0.8

    scores = environment.answer("evaluate", cwd=project)
    assert scores["scores"]["f1"]["per_behaviour"]["flash"] > 0.8


def test_a_command_that_was_just_written_works(environment: Environment, videos: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    environment.deg("new", project, "--behaviours", "flash", cwd=tmp_path)
    environment.deg("add", videos / "a.h5", "--labels", "{stem}.csv", "--format", "deg-csv", cwd=project)
    assert environment.deg("new-command", cwd=project).startswith("a: flash ")


def test_the_installed_deg_writes_a_distribution_whose_tests_pass(environment: Environment, tmp_path: Path) -> None:
    """The templates are in the wheel."""
    environment.deg("plugin", "new", "metric", "of-mine", cwd=tmp_path)
    said = environment.python_module("pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path / "deg-of-mine")
    assert "passed" in said


def test_this_interpreter_has_not_lent_its_own_deg(environment: Environment, tmp_path: Path) -> None:
    """The borrowed folder may hold an editable deg; its files must not be what was tested."""
    try:
        editable = metadata.distribution("deg-ethogram").locate_file("")
    except metadata.PackageNotFoundError:
        pytest.skip("no deg is installed here")
    paths = environment.python("import sys; print(*sys.path, sep='\\n')", tmp_path).splitlines()
    assert str(environment.packages) in paths
    assert paths.index(str(environment.packages)) < paths.index(str(editable).rstrip("/\\"))
