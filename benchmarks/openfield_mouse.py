"""How good deg is on a real mouse: five folds of one recording, each trained from nothing, scored on frames never seen.

The recording is cut into blocks; in each fold a fifth of them are the test part, a fifth choose epochs and thresholds,
and between parts lies a gap as wide as what the pipeline sees. Test frames of all folds are then scored together, since
a behaviour that happens once happens in one fold only.

Run `python benchmarks/openfield_mouse.py FOLDER VIDEO LABELS [PIPELINE ...]`, with pipelines of `PIPELINES`. Folds that
are trained already are kept.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from deg_core import Project, RichProgress
from deg_core.evaluation.score import score_predictions
from deg_plugins_sample.recordings import write_sample

N_FOLDS = 5
BEHAVIOURS = ("locomotion", "turning", "still", "at_wall")
MANIFEST = """\
behaviours: [locomotion, turning, still, at_wall]
preset: {preset}
split: {{by: block, block_frames: {block_frames}, folds: {n_folds}, fold: {fold}}}
image: {{size: [96, 128]}}
augmentation: {{{augmentation}, greyscale: 0.0}}
{stages}
"""
TURNED = "rotation_degrees: 15, rotation_probability: 0.5, flip_vertical: 0.5"
UPRIGHT = "rotation_degrees: 0, rotation_probability: 0"
PIPELINES = {
    "baseline": ("baseline", 233, TURNED, ""),
    "baseline-short": ("baseline", 116, TURNED, ""),
    "small": (
        "small",
        233,
        TURNED,
        """\
features:
  name: image-stream
  settings: {differences: [1, 3, 5]}
  training: {max_epochs: 5, batch_size: 48}
""",
    ),
    "deg_rt": (
        "deg_rt",
        116,
        UPRIGHT,
        """\
features: {from: ../simulated, training: {max_epochs: 3, steps_per_epoch: 60, learning_rate: 5.0e-4}}
sequence: {settings: {n_layers: 3, look_ahead: null}}
""",
    ),
    "trajectory": (
        "baseline",
        233,
        TURNED,
        """\
features: {name: trajectory}
sequence: {name: gradient-boosting, settings: {contexts: [7, 21]}}
""",
    ),
    "trajectory-crossed": (
        "baseline",
        116,
        TURNED,
        """\
features: {name: trajectory}
sequence: {name: random-forest, settings: {contexts: [7, 21], least_frames: 3}}
thresholds: {cross_fitted: 4}
""",
    ),
    "trajectory-crossed-long": (
        "baseline",
        233,
        TURNED,
        """\
features: {name: trajectory}
sequence: {name: random-forest, settings: {contexts: [7, 21], least_frames: 3}}
thresholds: {cross_fitted: 3}
""",
    ),
}
"""Preset of each, frames of a block, how pictures are moved, and what it needs beside that. `small` learns from
pictures and their differences, without flow; `deg_rt` starts from what simulated mice taught it; `trajectory` is in
plugins/deg-trajectory, and learns from more frames where thresholds are cross-fitted."""


def simulate(folder: Path, n_frames: int) -> None:
    """Ten recordings of simulated mice, all of them or none; kept if they are there."""
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        write_sample(part, "mouse", n_recordings=10, n_frames=n_frames, seed=0)
        part.rename(folder)


def train_simulated(folder: Path) -> None:
    """The preset `deg_rt` as simulated mice teach it; kept if it is there."""
    root, videos = folder / "simulated", folder / "simulated-videos"
    behaviours = ("locomotion", "turning", "grooming", "digging", "rearing", "scratching")
    simulate(videos, n_frames=1800)
    project = Project(root) if root.exists() else Project.create(root, behaviours, preset="deg_rt")
    there = {record.name for record in project.recordings()}
    for video in sorted(videos.glob("*.mp4")):
        if video.stem not in there:
            project.add(video, labels=video.with_name(f"{video.stem}_labels.csv"))
    project.split()
    project.train("features")


def train_fold(folder: Path, video: Path, labels: Path, pipeline: str, fold: int) -> Project:
    """Train one fold, or take the one that is there."""
    preset, block_frames, augmentation, stages = PIPELINES[pipeline]
    root = folder / f"{pipeline}-{fold}"
    root.mkdir(parents=True, exist_ok=True)
    text = MANIFEST.format(
        preset=preset, block_frames=block_frames, augmentation=augmentation, n_folds=N_FOLDS, fold=fold, stages=stages
    )
    (root / "project.yaml").write_text(text, encoding="utf-8")
    project = Project(root, RichProgress())
    if not project.recordings():
        project.add(video, labels=labels, name="mouse")
    project.split()
    began = time.monotonic()
    project.train()
    project.evaluate()
    print(f"{pipeline}, fold {fold}: {time.monotonic() - began:.0f} s")
    return project


def pool(projects: list[Project]) -> dict[str, Any]:
    """Scores of the test frames of all folds together."""
    probabilities, present, marks = [], [], []
    for project in projects:
        for span in project.spans("test", project.run().run_id):
            prediction, labels = project.prediction(span.record), project.labels(span.record)
            assert labels is not None
            assert prediction.decisions is not None
            frames = slice(span.start, span.stop)
            probabilities.append(prediction.decisions.probabilities[frames])
            present.append(prediction.decisions.present[frames])
            marks.append(labels.marks[frames])
    metrics = projects[0].workspace.choices.metrics
    stacked = [np.concatenate(each) for each in (probabilities, present, marks)]
    return score_predictions(*stacked, projects[0].manifest.behaviours, metrics, 0).model_dump(mode="json")


def main(folder: Path, video: Path, labels: Path, pipelines: list[str]) -> None:
    """Train, score, and write `scores.json`."""
    scores = {}
    if "deg_rt" in pipelines:
        train_simulated(folder)
    for pipeline in pipelines:
        projects = [train_fold(folder, video, labels, pipeline, fold) for fold in range(N_FOLDS)]
        scores[pipeline] = pool(projects)
        print(f"\n{pipeline}: {scores[pipeline]['n_frames']} test frames of {N_FOLDS} folds")
        for name in BEHAVIOURS:
            rate = scores[pipeline]["counts"][name]["present"] / scores[pipeline]["counts"][name]["labelled"]
            values = {metric: card["per_behaviour"][name] for metric, card in scores[pipeline]["scores"].items()}
            shown = "  ".join(f"{metric} {values[metric]:.3f}" for metric in ("f1", "average-precision", "accuracy"))
            print(f"  {name:<12} base rate {rate:.3f}  {shown}")
    (folder / "scores.json").write_text(json.dumps(scores, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:] or ["baseline", "small"])
