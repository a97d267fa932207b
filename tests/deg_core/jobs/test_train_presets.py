"""The published pipelines are trained for a step or two, on very small pictures, and predict."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest

from deg_core.catalog import load_catalog
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.split import split_project
from deg_core.jobs.train import train_all
from deg_core.progress import SilentProgress
from deg_core.project.manifest_file import load_preset, merge_values
from deg_core.project.store import load_prediction
from deg_core.testing.projects import tiny_project

SHORT = {"max_epochs": 1, "steps_per_epoch": 1, "batch_size": 2, "validation_steps": 1}
STAGES = {stage: {"training": SHORT} for stage in ("flow", "features", "sequence")}


@pytest.mark.parametrize(
    "preset",
    ["deg_f", pytest.param("deg_m", marks=pytest.mark.slow), pytest.param("deg_s", marks=pytest.mark.slow)],
)
def test_a_preset_is_trained_and_predicts(tmp_path: Path, preset: str) -> None:
    settings = merge_values(load_preset(preset, where="here"), {"image": {"size": [32, 32]}, **STAGES})
    plugins = [offer.plugin for offer in load_catalog().offers if not offer.plugin.name.startswith("fake-")]
    project = tiny_project(tmp_path, *plugins, n_frames=16, manifest=settings)
    split_project(project, project.manifest.split)
    flow, features, sequence = train_all(project, SilentProgress(), now=datetime(2026, 3, 1, tzinfo=timezone.utc))
    assert (flow.plugin.name, features.plugin.name, sequence.plugin.name) == (
        settings["flow"]["name"],
        "two-stream",
        "tgmj",
    )
    outcomes = predict_targets(project, load_pipeline(project), find_targets(project, []), SilentProgress())
    assert [outcome.status for outcome in outcomes] == ["predicted"] * 3
    prediction = load_prediction(project.layout.prediction("one"))
    assert prediction.decisions.probabilities.shape == (16, 2)
    assert np.isfinite(prediction.decisions.probabilities).all()


def test_the_live_preset_is_trained_without_flow_and_predicts(tmp_path: Path) -> None:
    settings = merge_values(load_preset("deg_rt", where="here"), {"image": {"size": [32, 32]}, **STAGES})
    plugins = [offer.plugin for offer in load_catalog().offers if not offer.plugin.name.startswith("fake-")]
    project = tiny_project(tmp_path, *plugins, n_frames=16, manifest=settings)
    split_project(project, project.manifest.split)
    features, sequence = train_all(project, SilentProgress(), now=datetime(2026, 3, 1, tzinfo=timezone.utc))
    assert (features.plugin.name, features.n_latents, sequence.plugin.name) == ("image-stream", 256, "tcn")
    outcomes = predict_targets(project, load_pipeline(project), find_targets(project, []), SilentProgress())
    assert [outcome.status for outcome in outcomes] == ["predicted"] * 3
