"""Installed beside deg, extractors that look at keypoints are picked by name, from a tracker's file to scores."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from environment import Environment

POINTS = ("nose", "left", "right", "tail")
SETTINGS = """
features:
  name: keypoints
  settings:
    keypoints: [nose, left, right, tail]
    body: [left, right]
    distances: [[nose, tail]]
    angles: []
    areas: []
    moving: [tail]
  training: {max_epochs: 5, steps_per_epoch: 10, learning_rate: 0.02}
sequence: {name: gradient-boosting, settings: {n_trees: 5, contexts: [5]}}
"""


def write_recording(folder: Path, name: str, rng: np.random.Generator) -> None:
    """A dark video, a mouse that is stretched where it says so in DeepLabCut's table, and labels."""
    stretched = np.repeat(np.arange(12) % 2, rng.integers(5, 10, 12))
    n_frames = len(stretched)
    with h5py.File(folder / f"{name}.h5", "w") as file:
        file["frames"] = np.zeros((n_frames, 32, 32, 3), np.uint8)
        file.attrs["frames_per_second"] = 30.0
    x = np.column_stack([10 + 8 * stretched, np.full((n_frames, 2), 5), np.zeros(n_frames)])
    y = np.tile([10, 12, 8, 10], (n_frames, 1))
    points = np.stack([x, y, np.ones_like(x)], axis=-1) + rng.normal(0, 0.1, (n_frames, 4, 3)) * [1, 1, 0]
    rows = [f"{frame}," + ",".join(f"{value:.3f}" for value in row) for frame, row in enumerate(points.reshape(-1, 12))]
    names = ",".join(f"{point},{point},{point}" for point in POINTS)
    head = ["scorer" + ",net" * 12, f"bodyparts,{names}", "coords" + ",x,y,likelihood" * 4]
    (folder / f"{name}DLC_net.csv").write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    marks = [f"{frame},{mark}" for frame, mark in enumerate(stretched)]
    (folder / f"{name}.csv").write_text("\n".join(["frame,stretched", *marks]) + "\n", encoding="utf-8")


def test_keypoints_go_from_a_trackers_file_to_scores(environment: Environment, tmp_path: Path) -> None:
    videos, project = tmp_path / "videos", tmp_path / "project"
    videos.mkdir()
    rng = np.random.default_rng(0)
    for name in "abc":
        write_recording(videos, name, rng)
    environment.deg("new", project, "--behaviours", "stretched", "--preset", "baseline", cwd=tmp_path)
    manifest = project / "project.yaml"
    kept = manifest.read_text(encoding="utf-8")
    manifest.write_text(kept + SETTINGS, encoding="utf-8")
    labels = ("--labels", "{stem}.csv", "--format", "deg-csv")
    pose = ("--pose", "{stem}DLC*.csv", "--pose-format", "deeplabcut-csv")
    added = environment.deg("add", *(videos / f"{name}.h5" for name in "abc"), *labels, *pose, cwd=project)
    assert added.count("with pose") == 3
    checked = environment.answer("check", cwd=project)
    assert checked["errors"] == 0
    assert checked["recordings"][0]["keypoints"] == list(POINTS)
    environment.deg("train", cwd=project)
    scores = environment.answer("evaluate", cwd=project)
    assert scores["scores"]["f1"]["per_behaviour"]["stretched"] > 0.8
