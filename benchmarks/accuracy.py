"""How accurate `deg_rt` is beside `deg_f`, both trained from nothing on the same data for about the same time.

Data are simulated mice, or the real mouse that is given, in folds. `deg_f` sees smaller pictures and has a narrow flow
generator, with which it trains on a computer without a GPU at all, and is augmented and drawn from as `deg_rt` is.
Steps are such that both take about as much processor time, which is shown. Each training is a project of its own in
FOLDER; what is trained already is kept, so that the same command goes on where it was stopped.

Run `python benchmarks/accuracy.py FOLDER sample [SEED ...]`, or with VIDEO and LABELS in place of `sample`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from openfield_mouse import pool, simulate

from deg_core import Project

SEEDS = (0, 1, 2)
METRICS = ("f1", "average-precision")
SAMPLE = """\
behaviours: [locomotion, turning, grooming, digging, rearing, scratching]
augmentation: {rotation_degrees: 180, rotation_probability: 1.0, greyscale: 0.2}
precision: bf16
"""
MOUSE = """\
behaviours: [locomotion, turning, still, at_wall]
split: {by: block, block_frames: 116, guard_frames: 25, folds: 5, fold: FOLD}
augmentation: {rotation_degrees: 0, rotation_probability: 0, greyscale: 0.0}
precision: bf16
"""
DEG_RT = """\
preset: deg_rt
image: {size: SIZE}
features: {training: {max_epochs: 4, steps_per_epoch: STEPS}}
sequence: {settings: {REACH}}
"""
DEG_F = """\
preset: deg_f
image: {size: SIZE, padding: edge}
flow:
  settings: {width: 16}
  training:
    {max_epochs: 1, steps_per_epoch: STEPS, validation_steps: 5, batch_size: 16, learning_rate: 2.0e-3,
     schedule: cosine}
features:
  training:
    {max_epochs: 4, steps_per_epoch: STEPS, validation_steps: 20, batch_size: 48, learning_rate: 1.0e-3,
     weight_decay: 1.0e-2, regularization: {style: none}, schedule: cosine, monitor: average-precision, balance: 0.5}
sequence:
  settings: {REACH}
  training:
    {max_epochs: 10, steps_per_epoch: 20, batch_size: 8, learning_rate: 2.0e-3, regularization: {style: none},
     schedule: cosine, monitor: average-precision}
"""


@dataclass(frozen=True)
class Task:
    """Some videos with labels beside them, and how pipelines are set up for them.

    Attributes:
        name: Begins the names of its projects.
        videos: All.
        manifest: What both pipelines share.
        folds: To be pooled.
        pipelines: What each adds.
    """

    name: str
    videos: list[Path]
    manifest: str
    folds: range
    pipelines: dict[str, str]

    def projects(self, folder: Path, pipeline: str, seed: int) -> Iterator[Project]:
        """Open, train and score a project for each fold."""
        for fold in self.folds:
            root = folder / f"{self.name}-{pipeline}-{seed}-{fold}"
            manifest = self.manifest.replace("FOLD", str(fold)) + self.pipelines[pipeline]
            yield train(root, f"seed: {seed}\n{manifest}", self.videos)


def filled(pipeline: str, size: str, steps: int, reach: str = "") -> str:
    """A pipeline's settings for pictures of a size, so many steps, and how far the sequence model reaches."""
    return pipeline.replace("SIZE", size).replace("STEPS", str(steps)).replace("REACH", reach)


def sample_task(folder: Path) -> Task:
    """Simulated mice: six recordings of 30 s to learn from, two to choose thresholds, two that no model sees."""
    videos = folder / "sample"
    simulate(videos, n_frames=900)
    pipelines = {"deg_rt": filled(DEG_RT, "[96, 96]", 75), "deg_f": filled(DEG_F, "[64, 64]", 60)}
    return Task("sample", sorted(videos.glob("*.mp4")), SAMPLE, range(1), pipelines)


def mouse_task(folder: Path, video: Path, labels: Path) -> Task:
    """The real mouse in five folds of short blocks."""
    videos = folder / "mouse"
    videos.mkdir(parents=True, exist_ok=True)
    for source, name in ((video, "mouse.mp4"), (labels, "mouse_labels.csv")):
        if not (videos / name).exists():
            (videos / name).write_bytes(source.read_bytes())
    pipelines = {
        "deg_rt": filled(DEG_RT, "[96, 128]", 50, "n_layers: 3, look_ahead: null"),
        "deg_f": filled(DEG_F, "[64, 80]", 15, "filter_length: 5"),
    }
    return Task("mouse", [videos / "mouse.mp4"], MOUSE, range(5), pipelines)


def train(root: Path, manifest: str, videos: list[Path]) -> Project:
    """A project of some videos, trained and scored; `minutes.json` says how long training took."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "project.yaml").write_text(manifest, encoding="utf-8")
    project = Project(root)
    there = {record.name for record in project.recordings()}
    for video in videos:
        if video.stem not in there:
            project.add(video, labels=video.with_name(f"{video.stem}_labels.csv"))
    project.split()
    began = time.process_time()
    project.train()
    if not (root / "minutes.json").exists():
        (root / "minutes.json").write_text(json.dumps((time.process_time() - began) / 60), encoding="utf-8")
    project.evaluate()
    return project


def main(folder: Path, task: Task, seeds: tuple[int, ...]) -> None:
    """Train, score, and write `NAME.json`."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in task.pipelines}
    for seed in seeds:
        for pipeline in task.pipelines:
            projects = list(task.projects(folder, pipeline, seed))
            cards = pool(projects)["scores"]
            minutes = [json.loads((project.workspace.layout.root / "minutes.json").read_text()) for project in projects]
            found[pipeline].append({metric: cards[metric]["per_behaviour"] for metric in METRICS})
            found[pipeline][-1]["minutes"] = float(np.mean(minutes))
            show(pipeline, found[pipeline])
    (folder / f"{task.name}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


def show(pipeline: str, seeds: list[dict[str, Any]]) -> None:
    """Means over the seeds so far, and from the lowest to the highest of each."""
    print(
        f"\n{pipeline}, {len(seeds)} seeds, {np.mean([s['minutes'] for s in seeds]):.1f} processor minutes a training"
    )
    for name in seeds[0]["f1"]:
        texts = []
        for metric in METRICS:
            values = np.array([s[metric][name] for s in seeds], dtype=float)
            texts.append(f"{metric} {values.mean():.3f} ({values.min():.3f} to {values.max():.3f})")
        print(f"  {name:<12} {'  '.join(texts)}", flush=True)
    means = [np.nanmean([np.array(list(s[metric].values()), dtype=float) for s in seeds]) for metric in METRICS]
    print(f"  {'mean':<12} f1 {means[0]:.3f}  average-precision {means[1]:.3f}")


if __name__ == "__main__":
    place, what = Path(sys.argv[1]), sys.argv[2]
    rest = sys.argv[3:] if what == "sample" else sys.argv[4:]
    chosen = sample_task(place) if what == "sample" else mouse_task(place, Path(what), Path(sys.argv[3]))
    main(place, chosen, tuple(map(int, rest)) or SEEDS)
