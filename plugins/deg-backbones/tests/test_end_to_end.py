from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
from deg_core import Project
from deg_core.api import CheckpointError, FeatureExtractorPlugin
from deg_core.testing import FAKES, only_plugins, tiny_project
from safetensors.torch import load_file, save_file

from deg_backbones.extractor import Extractor
from deg_backbones.plugin import frozen_image, frozen_video, timm_image, torchvision_video


def opened(tmp_path: Path, plugin: FeatureExtractorPlugin[Any], settings: dict[str, Any], **project: Any) -> Project:
    training = {"max_epochs": 1, "steps_per_epoch": 2, "batch_size": 2}
    manifest = {"features": {"name": plugin.name, "settings": settings, "training": training}}
    workspace = tiny_project(tmp_path, plugin, manifest=manifest, **project)
    project_ = Project(workspace.layout.root, catalog=only_plugins(*FAKES, plugin))
    project_.split()
    return project_


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    network = timm.create_model("test_vit.r160_in1k")
    save_file(network.state_dict(), tmp_path / "vit.safetensors")
    return tmp_path / "vit.safetensors"


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_frozen_network_from_a_file_says_what_happens_without_an_epoch(
    tmp_path: Path, weights: Path, exclusive: bool
) -> None:
    settings = {"arch": "test_vit.r160_in1k", "size": [32, 32], "weights": str(weights)}
    project = opened(tmp_path, frozen_image, settings, exclusive=exclusive)
    (features,) = project.train("features")
    assert features.training == {}
    project.train("sequence")
    weights.unlink()  # prediction never asks for it
    project.predict()
    _, logits = project.latents("one")
    labels = project.labels("one")
    assert labels is not None
    said = logits.argmax(1) == 0 if exclusive else logits[:, 0] > 0
    assert (said == (labels.marks[:, 0] == 1)).mean() > 0.9


def test_latents_are_computed_once_per_frame_and_read_ever_after(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    look = Extractor._look
    monkeypatch.setattr(
        Extractor, "_look", lambda self, clips: looks.append(clips.shape[0] * clips.shape[1]) or look(self, clips)
    )
    settings = {"arch": "test_vit.r160_in1k", "size": [32, 32], "weights": str(weights)}
    project = opened(tmp_path, frozen_image, settings)
    project.train("features")
    assert sum(looks) == 120  # labelled frames of training once, those of validation once
    project.train("sequence")
    project.predict()
    # Every frame of three recordings once, in a block filled up to 64; beside that an engine is tried on a few.
    answered = [n for n in looks if n == 64]
    assert len(answered) == 3
    project.train("sequence")
    project.predict()
    assert [n for n in looks if n == 64] == answered


def test_starting_weights_are_what_training_starts_from(tmp_path: Path, weights: Path) -> None:
    settings = {"arch": "test_vit.r160_in1k", "size": [32, 32], "weights": str(weights), "frozen": True}
    project = opened(tmp_path, timm_image, settings)
    project.train()
    (run,) = [run for run in project.runs() if run.stage == "features"]
    kept = load_file(project.workspace.layout.run(run.run_id) / "weights.safetensors")
    given = load_file(weights)
    assert torch.equal(kept["backbone.blocks.0.attn.qkv.weight"], given["blocks.0.attn.qkv.weight"])
    np.testing.assert_allclose(kept["colours.given_mean"].numpy(), run.statistics.mean, rtol=1e-6)
    assert run.statistics.mean != (0.5, 0.5, 0.5)
    assert project.predict()[0].status == "predicted"


@pytest.mark.parametrize("plugin", [torchvision_video, frozen_video])
def test_a_video_network_runs_through_a_project(tmp_path: Path, plugin: FeatureExtractorPlugin[Any]) -> None:
    project = opened(tmp_path, plugin, {"arch": "r3d_18", "n_frames": 2, "weights": "none"}, n_frames=30)
    project.train()
    assert {outcome.status for outcome in project.predict()} == {"predicted"}
    assert project.latents("two")[0].shape == (30, 512)


def test_a_missing_file_stops_training_before_anything_is_computed(tmp_path: Path) -> None:
    settings = {"arch": "test_vit.r160_in1k", "size": [32, 32], "weights": "nowhere.safetensors"}
    for number, plugin in enumerate((frozen_image, timm_image)):
        project = opened(tmp_path / str(number), plugin, settings)
        with pytest.raises(CheckpointError, match="cannot be read"):
            project.train("features")
