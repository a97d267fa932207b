from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.split import split_project
from deg_core.jobs.train import train_stage
from deg_core.jobs.workspace import Workspace
from deg_core.postprocess.thresholds import choose_thresholds
from deg_core.progress import SilentProgress
from deg_core.project.manifest import Thresholds
from deg_core.project.run_record import RunRecord
from deg_core.project.store import load_prediction
from deg_core.testing.projects import tiny_project

SILENCE = SilentProgress()
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def trained(folder: Path, **settings: Any) -> tuple[Workspace, RunRecord]:
    project = tiny_project(folder, **settings)
    split_project(project, project.manifest.split)
    train_stage(project, "features", SILENCE, now=NOW)
    return project, train_stage(project, "sequence", SILENCE, now=NOW)


def test_a_sequence_run_keeps_what_its_post_processor_learned(tmp_path: Path) -> None:
    _, run = trained(tmp_path, manifest={"postprocess": {"settings": {"min_frames": 3}}})
    used = run.postprocess
    assert used is not None
    assert (used.name, used.settings) == ("fake-post-processor", {"min_frames": 3})
    assert used.learned == {"seen": [True, True]}


def test_a_sequence_run_knows_where_frames_speak_neither_for_nor_against(tmp_path: Path) -> None:
    project, run = trained(tmp_path)
    predict_targets(project, load_pipeline(project), find_targets(project, []), SILENCE)
    names = {span.record for span in project.split().validation}
    probabilities = np.concatenate(
        [load_prediction(project.layout.prediction(name)).decisions.probabilities for name in sorted(names)]
    )
    marks = np.concatenate([project.labelled()[name].marks for name in sorted(names)])
    assert run.neutral == tuple(choose_thresholds(probabilities, marks, Thresholds(method="informedness")).tolist())
