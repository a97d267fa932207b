"""DeepEthogram's keypoints from a tracker's file to an ethogram."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deg_core.api import Labels, Timeline
from deg_core.catalog import load_catalog
from deg_core.descriptors import FeatureExtractorPlugin, PoseFormatPlugin, SequenceModelPlugin
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.pose import import_pose, see_pose
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.split import split_project
from deg_core.jobs.train import train_all
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.records import save_labels
from deg_core.project.store import load_prediction
from deg_core.testing import tiny_project
from deg_plugins_features.posture import POINTS

SILENCE = SilentProgress()
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
TRAINING = {"max_epochs": 20, "steps_per_epoch": 10, "batch_size": 16, "learning_rate": 0.02, "monitor": "loss"}
REST = np.array([[80, 0], [60, 10], [60, -10], [20, 15], [20, -15], [0, 0], [-60, 0]], dtype=np.float64)
STRETCHED = np.array([[110, 0], [85, 10], [85, -10], [20, 15], [20, -15], [0, 0], [-60, 0]], dtype=np.float64)


def installed(kind: type[Any], name: str) -> Any:
    return load_catalog().get(kind, name, where="test")


def write_tracks(path: Path, stretched: np.ndarray, rng: np.random.Generator) -> None:
    """A mouse that stretches where it says so, turning about and walking; every tenth nose is wild and unsure."""
    n_frames = len(stretched)
    bodies = np.where(stretched[:, None, None], STRETCHED, REST) + rng.normal(0, 1.5, (n_frames, 7, 2))
    angles = rng.normal(0, 0.2, n_frames).cumsum()
    turns = np.stack([np.cos(angles), np.sin(angles), -np.sin(angles), np.cos(angles)], axis=-1).reshape(-1, 2, 2)
    points = bodies @ turns + 300 + rng.normal(0, 3, (n_frames, 1, 2)).cumsum(axis=0)
    sure = np.ones((n_frames, 7))
    points[::10, 0] += 5000
    sure[::10, 0] = 0.1
    head = ["scorer", "bodyparts", "coords"]
    columns = [(name, each) for name in POINTS for each in ("x", "y", "likelihood")]
    names = [["net"] * 21, [name for name, _ in columns], [each for _, each in columns]]
    lines = [",".join([first, *rest]) for first, rest in zip(head, names, strict=True)]
    table = np.concatenate([points, sure[..., None]], axis=-1).reshape(n_frames, -1)
    lines += [f"{frame}," + ",".join(f"{value:.3f}" for value in row) for frame, row in enumerate(table)]
    path.write_text("\n".join(lines), encoding="utf-8")


def keypoint_project(folder: Path, sequence: str) -> Workspace:
    project = tiny_project(
        folder,
        installed(FeatureExtractorPlugin, "deepethogram-keypoints"),
        installed(PoseFormatPlugin, "deeplabcut-csv"),
        installed(SequenceModelPlugin, sequence),
        behaviours=("stretched",),
        n_frames=120,
        manifest={
            "features": {"name": "deepethogram-keypoints", "training": TRAINING},
            "sequence": {"name": sequence, "training": TRAINING},
        },
    )
    rng = np.random.default_rng(0)
    for record in project.records():
        stretched = np.arange(120) // 12 % 2 == 1
        tracks = folder / f"{record.name}DLC_net.csv"
        write_tracks(tracks, stretched, rng)
        save_labels(project.layout, record.name, Labels(stretched.astype(np.int8)[:, None], ("stretched",), 30.0))
        import_pose(project, record, tracks, FormatChoice())
    split_project(project, project.manifest.split)
    return project


@pytest.mark.parametrize("sequence", ["mlp", "tgm"])
def test_a_project_learns_from_keypoints_and_predicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sequence: str
) -> None:
    project = keypoint_project(tmp_path, sequence)
    monkeypatch.setattr(Workspace, "open_video", None)  # pose is all that is looked at
    features, _ = train_all(project, SILENCE, now=NOW)
    assert features.n_latents == 44
    targets = find_targets(project, [])
    assert [each.status for each in predict_targets(project, load_pipeline(project), targets, SILENCE)] == [
        "predicted"
    ] * 3
    test = project.split().test[0].record
    present = load_prediction(project.layout.prediction(test)).decisions.present
    assert (present == (project.labelled()[test].marks == 1)).mean() > 0.9


def test_a_published_pose_of_a_mouse_is_told_in_numbers(shared_data: Path, tmp_path: Path) -> None:
    path = next((shared_data / "sturman2020").glob("EPM*DeepCut*.csv"))
    plugin, reads = (
        installed(FeatureExtractorPlugin, "deepethogram-keypoints"),
        installed(PoseFormatPlugin, "deeplabcut-csv"),
    )
    names = ("nose", "bcl", "bcr", "hipl", "hipr", "tailbase", "tailtip")
    pose = reads.read(path, reads.settings(), Timeline.regular("clip", 962, 25.0))
    seen = see_pose(
        plugin.build(plugin.settings(keypoints=names), 2), replace(pose, picture_size=(600, 600)), where="sample"
    )
    assert seen.shape == (962, 44)
    np.testing.assert_allclose(seen.std(axis=0)[seen.any(axis=0)], 1, atol=1e-3)
    assert seen.any(axis=0).sum() == 41  # the tail base seen from itself and the nose beside its own axis never change
