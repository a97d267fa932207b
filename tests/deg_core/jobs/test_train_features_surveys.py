"""Extractors that survey recordings see each before its frames: in training, in validation and in prediction."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
import torch
from torch import nn

from deg_core.descriptors import FeatureExtractorPlugin, NoSettings
from deg_core.errors import PluginFailedError
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.split import split_project
from deg_core.jobs.train import train_all, train_stage
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.testing.projects import tiny_project

SILENCE = SilentProgress()
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
LOG: list[str] = []
"""What the extractor was shown, in order, and how many frames of it."""


class Surveying(nn.Module):
    """Remembers of a survey all pixels, and refuses frames that are not of the recording it was shown."""

    window, n_latents, n_survey_frames = 1, 1, 10_000
    weight: torch.Tensor

    def __init__(self, settings: NoSettings, n_outputs: int) -> None:
        super().__init__()
        del settings
        self.n_outputs = n_outputs
        self.register_buffer("weight", torch.zeros(1))
        self.known: set[bytes] = set()

    def survey(self, frames_TCHW: torch.Tensor) -> None:
        LOG.append(f"survey {len(frames_TCHW)}")
        self.known = {frame.numpy().tobytes() for frame in frames_TCHW}

    def look(self, frames_NSCHW: torch.Tensor) -> None:
        assert all(frame.numpy().tobytes() in self.known for frame in frames_NSCHW.flatten(0, 1))
        LOG.append(f"frames {frames_NSCHW.shape[:2].numel()}")

    def fit(self, examples) -> None:
        for _ in range(2):
            for frames_NSCHW, _ in examples:
                self.look(frames_NSCHW)
        LOG.append("fitted")

    def forward(self, frames_NSCHW, flow_NTPCHW):
        self.look(frames_NSCHW)
        shape = frames_NSCHW.shape[:2]
        return torch.zeros(*shape, 1), torch.zeros(*shape, self.n_outputs)


def plugin_of(build) -> FeatureExtractorPlugin:
    return FeatureExtractorPlugin(
        name="surveying", summary="looks first", settings=NoSettings, needs_flow=False, build=build
    )


def surveying_project(folder: Path, build) -> Workspace:
    LOG.clear()
    project = tiny_project(folder, plugin_of(build), n_recordings=5, manifest={"features": {"name": "surveying"}})
    split_project(project, project.manifest.split)
    return project


def test_every_recording_is_surveyed_whole_before_its_frames_are_learnt_from_or_answered_for(tmp_path):
    project = surveying_project(tmp_path, Surveying)
    train_all(project, SILENCE, now=NOW)
    learning = LOG[: LOG.index("fitted")]
    assert learning[: len(learning) // 2] == learning[len(learning) // 2 :]
    assert learning.count("survey 60") == 2 * 3
    assert LOG[len(learning) + 1 :].count("survey 60") >= 2

    LOG.clear()
    outcomes = predict_targets(project, load_pipeline(project), find_targets(project, []), SILENCE, anew=True)
    assert [outcome.status for outcome in outcomes] == ["predicted"] * 5
    # The engine is compared with torch on a few frames first; a block is filled up.
    assert LOG == ["survey 60", "frames 4", "frames 4", "frames 64"] + ["survey 60", "frames 64"] * 4


def test_an_extractor_that_surveys_and_learns_by_gradient_is_refused(tmp_path):
    class ByGradient(nn.Module):
        window, n_latents, n_survey_frames = 1, 1, 3

        def __init__(self, settings: NoSettings, n_outputs: int) -> None:
            super().__init__()
            self.head = nn.Linear(1, n_outputs)

        def survey(self, frames_TCHW: torch.Tensor) -> None:
            raise AssertionError("nothing is to be shown")

    with pytest.raises(PluginFailedError, match="surveys recordings"):
        train_stage(surveying_project(tmp_path, ByGradient), "features", SILENCE, now=NOW)
