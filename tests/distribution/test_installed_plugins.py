"""Installed beside deg, each distribution of `plugins/` does its work, named in nothing but `project.yaml`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from environment import ROOT, Environment
from numpy.typing import NDArray

sys.path += [str(ROOT / "plugins" / name / "tests") for name in ("deg-reader-ufmf", "deg-reader-seq")]

from made_files import stamps, write_fmf, write_ufmf  # plugins/deg-reader-ufmf/tests
from made_sequences import Kind, raw, write_sequence  # plugins/deg-reader-seq/tests

RATE = 30.0
BEHAVIOURS = "locomotion,turning,grooming,digging,rearing,scratching"
FEW = "training: {max_epochs: 1, steps_per_epoch: 4, validation_steps: 2, batch_size: 8}"
"""One tiny epoch."""


def flashes(rng: np.random.Generator, n_frames: int = 90, size: tuple[int, int] = (32, 48)) -> tuple[NDArray, NDArray]:
    """Grey pictures (T, H, W) that are bright in some bouts, and whether they are, (T,)."""
    present = np.repeat(np.arange(30) % 2, rng.integers(4, 9, 30))[:n_frames]
    return (rng.integers(0, 60, (n_frames, *size)) + 150 * present[:, None, None]).astype(np.uint8), present


def write_labels(path: Path, present_T: NDArray, behaviour: str = "flash") -> None:
    rows = "\n".join(f"{frame},{mark}" for frame, mark in enumerate(present_T))
    path.write_text(f"frame,{behaviour}\n{rows}\n", encoding="utf-8")


def write_rig(path: Path, pictures: NDArray) -> None:
    """As the rig of deg-example-lab does."""
    layout = [("letters", "S4"), ("height", "<u4"), ("width", "<u4"), ("rate", "<f4")]
    head = np.array([(b"RIG1", *pictures.shape[1:], RATE)], dtype=layout)
    path.write_bytes(head.tobytes() + np.repeat(pictures[..., None], 3, axis=3).tobytes())


def new_project(folder: Path, text: str, behaviours: str = "flash") -> Path:
    folder.mkdir()
    manifest = f"behaviours: [{behaviours}]\npreset: baseline\n{text}"
    (folder / "project.yaml").write_text(manifest, encoding="utf-8")
    return folder


def present_in(project: Path, name: str) -> NDArray[np.bool_]:
    with h5py.File(project / "predictions" / f"{name}.h5") as file:
        return np.asarray(file["present"])


def rules_in(project: Path) -> list[str]:
    """By what the predictions of a project were decided; at least one."""
    rules = []
    for path in project.glob("predictions/*.h5"):
        with h5py.File(path) as file:
            rules += [file["rule"].asstr()[()]] if "rule" in file else []  # of others there are latents only
    assert rules
    return rules


def trained_by(environment: Environment, project: Path) -> set[tuple[str, str]]:
    """Stage and plugin of every run."""
    return {(run["stage"], run["plugin"]["name"]) for run in environment.answer("runs", cwd=project)}


@pytest.fixture(scope="module")
def sample(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with simulated mice and their pose, not trained; its videos lie beside it."""
    folder = tmp_path_factory.mktemp("sample")
    videos = folder / "videos"
    environment.deg("sample", videos, "--recordings", "3", "--frames", "120", "--size", "48", "--pose", cwd=folder)
    project = new_project(folder / "project", "", BEHAVIOURS)
    patterns = ("--labels", "{stem}_labels.csv", "--pose", "{stem}_pose.csv")
    environment.deg("add", str(videos / "*.mp4"), *patterns, "--quiet", cwd=project)
    return project


def test_recordings_of_rigs_are_read_as_any_others(environment: Environment, tmp_path: Path) -> None:
    """deg-reader-ufmf, deg-reader-seq and the reader of deg-example-lab, in one project."""
    rng, truth = np.random.default_rng(0), {}
    for kind in ("fmf", "ufmf", "seq", "rig"):
        pictures, truth[kind] = flashes(rng)
        path, times = tmp_path / f"{kind}-film.{kind}", stamps(len(pictures), RATE)
        match kind:
            case "fmf":
                write_fmf(path, pictures, times)
            case "ufmf":
                write_ufmf(path, pictures, RATE)
            case "seq":
                write_sequence(path, raw(pictures), pictures.shape[1:], times, Kind(), RATE)
            case "rig":
                write_rig(path, pictures)
        write_labels(path.with_name(f"{path.stem}_labels.csv"), truth[kind])
    project = new_project(tmp_path / "project", "image: {size: [32, 32]}\n")
    films = [tmp_path / f"{kind}-film.{kind}" for kind in truth]
    environment.deg("add", *films, "--labels", "{stem}_labels.csv", "--quiet", cwd=project)
    environment.deg("train", "--quiet", cwd=project)
    environment.deg("predict", "--quiet", cwd=project)
    for kind, present in truth.items():
        assert (present_in(project, f"{kind}-film")[:, 0] == present).mean() > 0.9


def test_a_trajectory_is_followed_and_its_latents_clustered(environment: Environment, sample: Path) -> None:
    """deg-trajectory, then deg-unsupervised on what it saw."""
    project = new_project(sample.parent / "trajectory", "features: {name: trajectory}\n", BEHAVIOURS)
    (sample / "recordings").rename(project / "recordings")
    try:
        environment.deg("train", "--quiet", cwd=project)
        environment.deg("predict", "--quiet", cwd=project)
        assert trained_by(environment, project) == {("features", "trajectory"), ("sequence", "logistic")}
        assert present_in(project, "mouse-02").shape == (120, 6)
        found = environment.answer("cluster", "--smallest", "0.05", "--min-samples", "3", cwd=project)
    finally:
        (project / "recordings").rename(sample / "recordings")
    assert sum(cluster["frames"] for cluster in found["clusters"]) == 360
    assert len(found["clusters"]) > 1
    assert found["agreement"]["frames"] > 0
    assert (project / "clusters" / "clusters.h5").is_file()


@pytest.mark.parametrize("name", ["frozen-image", pytest.param("timm-image", marks=pytest.mark.slow)])
def test_a_published_network_is_a_feature_extractor(environment: Environment, sample: Path, name: str) -> None:
    """deg-backbones; with random weights, since nothing can be fetched here."""
    settings = "{arch: test_resnet.r160_in1k, size: [32, 32], weights: none}"
    few = FEW if name == "timm-image" else ""
    text = f"features:\n  name: {name}\n  settings: {settings}\n  {few}\n"
    project = new_project(sample.parent / name, text, BEHAVIOURS)
    (sample / "recordings").rename(project / "recordings")
    try:
        environment.deg("train", "--quiet", cwd=project)
        environment.deg("predict", "mouse-01", "--quiet", cwd=project)
    finally:
        (project / "recordings").rename(sample / "recordings")
    assert ("features", name) in trained_by(environment, project)
    assert present_in(project, "mouse-01").shape == (120, 6)


def test_maps_show_where_a_network_looked(environment: Environment, sample: Path) -> None:
    """deg-saliency, on two streams as deg has them."""
    text = f"flow: {{settings: {{n_frames: 3, width: 4}}, {FEW}}}\n"
    features = f"name: two-stream, settings: {{arch: resnet18, width: 0.125, n_flows: 2}}, {FEW}"
    project = new_project(
        sample.parent / "saliency", f"image: {{size: [32, 32]}}\n{text}features: {{{features}}}\n", BEHAVIOURS
    )
    (sample / "recordings").rename(project / "recordings")
    try:
        environment.deg("train", "--quiet", cwd=project)
        found = environment.answer("saliency", "mouse-01", "--frames", "10,60", "--sample", "8", "--check", cwd=project)
    finally:
        (project / "recordings").rename(sample / "recordings")
    assert set(found["streams"]) >= {"image", "flow"}
    assert found["exact"]
    assert all(Path(path).is_file() for path in found["files"])


def test_each_animal_of_a_video_is_tracked_and_predicted(environment: Environment, tmp_path: Path) -> None:
    """deg-animals: two discs that turn dark, each at times of its own."""
    rng, n_frames = np.random.default_rng(1), 240
    frames = rng.integers(190, 210, (n_frames, 64, 96, 3), dtype=np.uint8)
    dark = [np.repeat(np.arange(60) % 2, rng.integers(6, 14, 60))[:n_frames] for _ in range(2)]
    time = np.arange(n_frames)
    places = [
        (24 + 10 * np.sin(time / 9), 32 + 14 * np.cos(time / 7)),
        (72 + 10 * np.cos(time / 8), 32 + 14 * np.sin(time / 11)),
    ]
    rows, columns = np.mgrid[:64, :96]
    for (x, y), is_dark in zip(places, dark, strict=True):
        disc = (columns - x[:, None, None]) ** 2 + (rows - y[:, None, None]) ** 2 < 36
        frames[disc] = np.where(is_dark, 20, 110).astype(np.uint8)[np.nonzero(disc)[0], None]
    with h5py.File(tmp_path / "cage.h5", "w") as file:
        file["frames"] = frames
        file.attrs["frames_per_second"] = RATE
    environment.deg("animals", "track", "cage.h5", "-n", "2", cwd=tmp_path)
    (tracks,) = tmp_path.glob("*tracks.csv")
    with tracks.open(encoding="utf-8", newline="") as file:
        firsts = {row["individual"]: float(row["x"]) for row in csv.DictReader(file) if row["frame"] == "0"}
    names = sorted(firsts, key=firsts.__getitem__)  # from left to right, as the discs
    for name, is_dark in zip(names, dark, strict=True):
        write_labels(tmp_path / f"cage_{name}.csv", is_dark, "dark")
    text = "image: {size: [32, 32]}\nsplit: {by: block, block_frames: 20}\n"
    project = new_project(tmp_path / "project", text, "dark")
    crop = ("--side", "24", "--add", "--labels", "{video}_{individual}.csv", "--project", project)
    environment.deg("animals", "crop", tracks, "cage.h5", *crop, cwd=tmp_path)
    environment.deg("train", "--quiet", cwd=project)
    environment.deg("predict", "--quiet", cwd=project)
    for name, is_dark in zip(names, dark, strict=True):
        (path,) = project.glob(f"predictions/cage*{name}.h5")
        assert (present_in(project, path.stem)[:, 0] == is_dark).mean() > 0.9
    bouts = environment.answer("animals", "export", cwd=project)
    assert {bout["individual"] for bout in bouts} == set(names)


def test_one_of_every_kind_makes_a_project(environment: Environment, tmp_path: Path) -> None:
    """deg-example-lab: all that a project can name is from one lab."""
    text = f"""\
image: {{size: [32, 32]}}
flow: {{name: drift, {FEW}}}
features: {{name: glance, loss: {{name: brier}}, {FEW}}}
sequence: {{name: smooth, loss: {{name: brier}}, length: 30, training: {{max_epochs: 1, monitor: jaccard}}}}
metrics: [jaccard]
postprocess: {{name: bridge, settings: {{frames: 5}}}}
"""
    project, rng = new_project(tmp_path / "project", text), np.random.default_rng(2)
    for name in "abc":
        pictures, present = flashes(rng)
        write_rig(tmp_path / f"{name}.rig", pictures)
        starts, stops = (np.flatnonzero(np.diff(np.pad(present, 1)) == step) for step in (1, -1))
        bouts = "".join(f"flash,{start},{stop}\n" for start, stop in zip(starts, stops, strict=True))
        (tmp_path / f"{name}.spans").write_text(f"behaviour,start,stop\n{bouts}", encoding="utf-8")
        (tmp_path / f"{name}.points").write_text("nose_x,nose_y\n" + "1.5,2\n" * len(present), encoding="utf-8")
    patterns = ("--labels", "{stem}.spans", "--format", "spans-csv", "--pose", "{stem}.points")
    environment.deg("add", *(tmp_path / f"{name}.rig" for name in "abc"), *patterns, "--quiet", cwd=project)
    environment.deg("train", "flow", "--quiet", cwd=project)
    environment.deg("train", "--quiet", cwd=project)
    assert {("flow", "drift"), ("features", "glance"), ("sequence", "smooth")} <= trained_by(environment, project)
    assert list(environment.answer("evaluate", cwd=project)["scores"]) == ["jaccard"]
    assert [rule for rule in rules_in(project) if "bridge" not in rule] == []
    first = np.flatnonzero(flashes(np.random.default_rng(2))[1])[0] / RATE
    assert f"a: flash {first:.2f} s" in environment.deg("latency", cwd=project)
    assert environment.answer("check", cwd=project)["recordings"][0]["keypoints"] == ["nose"]
