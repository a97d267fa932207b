"""From a tracker's file to an ethogram, named only in `project.yaml`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from deg_core import Project
from deg_core.api import Pose, Timeline
from deg_core.catalog import load_catalog
from deg_core.testing import FAKES, only_plugins, tiny_project
from ruamel.yaml import YAML
from tracker_files import write_deeplabcut

from deg_keypoints.body import measure
from deg_keypoints.plugin import deg_feature_extractors, deg_pose_formats, keypoints
from deg_keypoints.settings import BodySettings

BODY = np.array([[40, 0], [15, 8], [15, -8], [0, 0]], dtype=np.float64)
SETTINGS = {
    "keypoints": ["nose", "left", "right", "tail"],
    "body": ["left", "right"],
    "distances": [["nose", "tail"], ["left", "right"]],
    "angles": [["left", "tail", "right"]],
    "areas": [],
    "moving": ["tail"],
}
TRAINING = {"max_epochs": 15, "steps_per_epoch": 10, "batch_size": 16, "learning_rate": 0.02, "monitor": "loss"}


def tracked(marks: np.ndarray, rng: np.random.Generator) -> Pose:
    """A mouse that runs where it walks and is short where it rears; one nose in twenty is wild and unsure."""
    n_frames = len(marks)
    bodies = np.tile(BODY, (n_frames, 1, 1))
    bodies[marks[:, 1] == 1, 0, 0] = 22
    path = (np.where(marks[:, :1] == 1, 12.0, 0.0) * [1, 0.3]).cumsum(axis=0)
    positions = bodies + path[:, None] + rng.normal(0, 0.4, (n_frames, 4, 2))
    sure = np.full((n_frames, 1, 4), 0.99, np.float32)
    positions[::20, 0] += 900
    sure[::20, :, 0] = 0.05
    return Pose(("nose", "left", "right", "tail"), ("mouse",), positions[:, None].astype(np.float32), sure)


def learnt_project(folder: Path, features: dict, sequence: dict, **training: int) -> Project:
    installed = [each.plugin for each in load_catalog().offers if each.plugin.name in {"random-forest", "logistic"}]
    plugins = [*deg_feature_extractors(), *deg_pose_formats(), *installed]
    manifest = {
        "features": {**features, "training": {**TRAINING, **training}},
        "sequence": {**sequence, "training": TRAINING},
    }
    workspace = tiny_project(folder, *plugins, n_frames=150, manifest=manifest)
    project = Project(workspace.layout.root, catalog=only_plugins(*FAKES, *plugins))
    rng = np.random.default_rng(0)
    for record in project.recordings():
        path = folder / f"{record.name}DLC_net.h5"
        write_deeplabcut(path, tracked(project.labels(record.name).marks, rng))
        project.import_pose(record.name, path)
    project.split()
    assert project.check().n_errors == 0
    project.train()
    return project


def agreement(project: Project) -> float:
    (span,) = project.spans("test", project.run().run_id)
    present = project.prediction(span.record).decisions.present
    return float((present == (project.labels(span.record).marks == 1)).mean())


def test_a_forest_on_keypoints_tells_what_a_mouse_does(tmp_path, monkeypatch):
    project = learnt_project(
        tmp_path,
        {"name": "keypoints", "settings": SETTINGS},
        {"name": "random-forest", "settings": {"n_trees": 20, "contexts": [7]}},
    )
    assert [outcome.status for outcome in project.predict()] == ["predicted"] * 3
    assert agreement(project) > 0.9
    assert project.latents("one")[0].shape == (150, 6)
    monkeypatch.setattr(type(project.workspace), "open_video", None)
    assert [outcome.status for outcome in project.predict()] == ["kept"] * 3


def test_keypoints_and_picture_learn_together_with_pictures_flipped_and_turned(tmp_path):
    project = learnt_project(
        tmp_path,
        {"name": "keypoints-and-picture", "settings": SETTINGS},
        {"name": "logistic", "settings": {}},
        max_epochs=1,
        validation_steps=1,
    )
    assert project.manifest.augmentation.moves == ["flip_horizontal", "rotation_degrees"]
    assert {outcome.status for outcome in project.predict()} == {"predicted"}
    assert project.latents("one")[0].shape == (150, 512 + 6)
    assert agreement(project) > 0.8


def test_a_published_pose_is_measured_by_the_defaults(samples_of_sturman):
    (csv,) = (each.plugin for each in load_catalog().offers if each.plugin.name == "deeplabcut-csv")
    tracked_pose = csv.read(samples_of_sturman, csv.settings(), Timeline.regular("clip", 962, 25.0))
    pose = replace(tracked_pose, frames_per_second=25.0)
    body = BodySettings()
    values = measure(pose.select(body.keypoints, 1), body)
    assert values.shape == (962, 32)
    assert np.isfinite(values).all()
    whole_body = values[:, list(body.distances).index(("nose", "tailbase"))]
    assert np.median(whole_body) == pytest.approx(1, rel=1e-3)
    assert (values[:, 16:21] <= np.pi).all()
    assert np.median(values[:, 26]) < 10  # body lengths per second of a walking mouse


def test_the_settings_in_the_readme_are_right():
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    example = YAML(typ="safe", pure=True).load(text.partition("```yaml\n")[2].partition("```")[0])
    assert example["features"]["name"] == keypoints.name
    body = keypoints.settings.model_validate(example["features"]["settings"])
    assert body.body == ("tailbase", "snout")
    assert example["sequence"]["name"] in {each.plugin.name for each in load_catalog().offers}
