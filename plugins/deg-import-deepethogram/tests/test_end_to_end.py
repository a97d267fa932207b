"""A video and the original's weights go in, and what the original said of it comes out."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from deg_core import Project
from made_originals import answer_in_published_block, made_state, settings_of, write_run, write_yaml

from deg_import_deepethogram.importing import decide, import_plan
from deg_import_deepethogram.plan import Choice, make_plan

FLOW = "210101_000000_flow_generator_train"
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def project_of_clip(parity: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clip as a project of the original, with weights of all three stages."""
    source = parity / "end_to_end"
    settings = json.loads((source / "settings.json").read_text())
    classes, size = settings["behaviours"], settings["resize"]
    root = tmp_path_factory.mktemp("clip") / "clip_deepethogram"
    write_yaml(root / "project_config.yaml", settings_of(classes, None, size))
    (root / "DATA" / "clip").mkdir(parents=True)
    shutil.copyfile(source / "clip.mp4", root / "DATA" / "clip" / "clip.mp4")
    shutil.copyfile(source / "clip_labels.csv", root / "DATA" / "clip" / "clip_labels.csv")
    models, optimum = root / "models", settings["thresholds_by_epoch"]
    epoch = settings["epoch_used"]
    flow = made_state(parity, "tiny-motion-net")
    write_run(models, FLOW, settings_of(classes, "flow_generator", size), flow, epoch=None)
    extractor = settings_of(classes, "feature_extractor", size)
    write_run(models, "210102_000000_feature_extractor_train", extractor, made_state(parity, "deg_f"), optimum, epoch)
    sequence = settings_of(classes, "sequence", size, sequence={"arch": "tgmj", "latent_name": None})
    state = made_state(parity, "sequence_tgmj")
    write_run(models, "210103_000000_sequence_train", sequence, state, optimum, epoch)
    return root


@pytest.fixture
def brought(project_of_clip: Path, tmp_path: Path) -> Project:
    plan = make_plan(project_of_clip, Choice())
    assert plan.problems == []
    return Project(import_plan(plan, tmp_path / "new"))


def test_latents_and_logits_of_the_first_frames_are_those_of_the_original(
    brought: Project, parity: Path, tmp_path: Path
) -> None:
    """Of 12 frames, the windows of the first 7 are whole."""
    reader = brought.open_video("clip")
    with h5py.File(tmp_path / "beginning.h5", "w") as file:
        file["frames"] = reader.read(0, 12)
        file.attrs["frames_per_second"] = reader.frames_per_second
    reader.close()
    (outcome,) = brought.predict(tmp_path / "beginning.h5")
    assert outcome.status == "predicted"
    with (
        h5py.File(outcome.target.prediction_path) as ours,
        h5py.File(parity / "end_to_end" / "same_flow_outputs.h5") as theirs,
    ):
        assert np.abs(ours["latents"][:7] - _latents(theirs)[:7]).max() < TOLERANCE
        assert np.abs(ours["feature_logits"][:7] - theirs["resnet18/logits"][:7, 1:]).max() < TOLERANCE


def test_thresholds_are_those_of_the_epoch_whose_weights_come(brought: Project, parity: Path) -> None:
    with h5py.File(parity / "end_to_end" / "same_flow_outputs.h5") as theirs:
        stored = theirs["tgmj/thresholds"][1:]
    exceeded = np.maximum(stored, 0.01).astype(np.float32)
    assert (stored < 0.01).any()
    assert np.array_equal(np.float32(brought.run().thresholds), np.nextafter(exceeded, np.float32(1)))


@pytest.mark.slow
@pytest.mark.parametrize(("flow", "expected"), [(None, "same_flow"), (FLOW, "own_flow")])
def test_deg_predict_says_of_a_clip_what_the_original_said(
    flow: str | None, expected: str, project_of_clip: Path, parity: Path, tmp_path: Path
) -> None:
    plan = make_plan(project_of_clip, Choice(flow=flow))
    assert plan.problems == []
    project = Project(import_plan(plan, tmp_path / "new"))
    assert [outcome.status for outcome in project.predict()] == ["predicted"]
    with (
        h5py.File(project.workspace.layout.prediction("clip")) as ours,
        h5py.File(parity / "end_to_end" / f"{expected}_outputs.h5") as theirs,
    ):
        extractor, model = theirs["resnet18"], theirs["tgmj"]
        assert np.abs(ours["latents"][()] - _latents(theirs)).max() < TOLERANCE
        assert np.abs(ours["feature_logits"][()] - extractor["logits"][:, 1:]).max() < TOLERANCE
        # The original pads its block of 180 frames with zeros that count as frames, deg knows where the clip ends:
        # with half of the receptive field of 43 frames, the last 21 answers are others.
        assert np.abs(ours["logits"][:-21] - model["logits"][:-21, 1:]).max() < TOLERANCE
        assert np.abs(ours["probabilities"][:-21] - model["P"][:-21, 1:]).max() < TOLERANCE
        logits = answer_in_published_block(project, ours["latents"][()])
        assert np.abs(logits - model["logits"][:, 1:]).max() < TOLERANCE
        thresholds = ours["thresholds"][()]
    probabilities = (1 / (1 + np.exp(-logits))).astype(np.float32)
    present = decide(project, probabilities, thresholds, project.run().postprocess.learned)
    assert np.array_equal(present, _read_predictions(parity / "end_to_end" / f"{expected}_predictions.csv"))


def _latents(outputs: h5py.File) -> np.ndarray:
    group = outputs["resnet18"]
    return np.concatenate([group["spatial_features"][()], group["flow_features"][()]], axis=1)


def _read_predictions(path: Path) -> np.ndarray:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[1] == "background"
    return np.array(rows, dtype=int)[:, 2:].astype(bool)
