"""What helps with rare behaviours: focal loss, a start at the base rate, even draws, and the sequence model.

Simulated mice of whose labels most bouts of two behaviours are taken back: all marks of those frames become "nobody
looked", so that rearing is in 1 % and scratching in 0.3 % of the frames that are labelled, in training, validation and
test alike. A pipeline is trained with and without each help. Without the sequence model the feature extractor's own
answers are scored, with thresholds of its own from the same validation frames.

Run `python benchmarks/rare.py FOLDER [SEED ...]`. Trainings that are done are kept.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
from stages import Scores, score_stages

from deg_core import Project, RichProgress
from deg_core.api import Span, Split, find_runs
from deg_plugins_sample.recordings import write_sample

BEHAVIOURS = ("locomotion", "turning", "grooming", "digging", "rearing", "scratching")
RARE = {"rearing": 0.01, "scratching": 0.003}
PARTS = {"train": 20, "validation": 10, "test": 20}
"""Recordings of 1,800 frames."""
MANIFEST = """\
behaviours: [locomotion, turning, grooming, digging, rearing, scratching]
preset: deg_rt
seed: SEED
image: {size: [64, 64]}
features: {loss: {name: LOSS}, training: {max_epochs: 4, steps_per_epoch: 75, balance: BALANCE}}
sequence: {loss: {name: LOSS}}
"""
HELPS = {
    "nothing": ("bce", False, 0.0),
    "focal loss": ("focal-bce", False, 0.0),
    "base rate": ("bce", True, 0.0),
    "both": ("focal-bce", True, 0.0),
    "both, even draws": ("focal-bce", True, 0.5),
}
"""Loss of both stages, whether they start from the base rate, and how evenly behaviours are drawn."""
STARTS = ("deg_core.jobs.curriculum.start_from_base_rate", "deg_core.jobs.train_sequence.start_from_base_rate")


def thin(marks: dict[str, np.ndarray]) -> None:
    """Take back bouts of rare behaviours, in place, until they are as rare as they are to be in these recordings."""
    for behaviour, share in RARE.items():
        column = BEHAVIOURS.index(behaviour)
        bouts = [(name, *run) for name, each in marks.items() for run in find_runs(each[:, column] == 1)]
        n_labelled = sum(int((each[:, column] >= 0).sum()) for each in marks.values())
        n_frames = sum(stop - start for _, start, stop in bouts)
        wanted = share * (n_labelled - n_frames) / (1 - share)
        n_kept = max(1, round(len(bouts) * wanted / n_frames))
        kept = set(np.linspace(0, len(bouts) - 1, n_kept).round().astype(int).tolist())
        for index, (name, start, stop) in enumerate(bouts):
            if index not in kept:
                marks[name][start:stop] = -1


def set_up(root: Path, videos: Path, manifest: str) -> Project:
    """A project with labels that are thinned part by part, and the split."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "project.yaml").write_text(manifest, encoding="utf-8")
    project = Project(root, RichProgress())
    if project.recordings():
        return project
    for video in sorted(videos.glob("*.mp4")):
        project.add(video, labels=video.with_name(f"{video.stem}_labels.csv"), label_format="deg-csv")
    names = iter(record.name for record in project.recordings())
    parts = {part: [next(names) for _ in range(n)] for part, n in PARTS.items()}
    for members in parts.values():
        labels = {name: project.labels(name) for name in members}
        marks = {name: each.marks.copy() for name, each in labels.items()}
        thin(marks)
        for name in members:
            project.set_labels(name, replace(labels[name], marks=marks[name]))
    spans = {part: tuple(Span(name, 0, 1800) for name in members) for part, members in parts.items()}
    project.set_split(Split(**spans))
    return project


def train(project: Project, *, from_base_rate: bool) -> None:
    """All stages; without the start at the base rate the function that sets it does nothing."""
    with ExitStack() as stack:
        for place in () if from_base_rate else STARTS:
            stack.enter_context(mock.patch(place))
        project.train()


def show(found: dict[str, Scores], helps: str) -> None:
    """A row of a table in Markdown for each answer."""
    for answer, scores in found.items():
        common = [name for name in BEHAVIOURS if name not in RARE]
        f1, precision = (scores[metric] for metric in ("f1", "average-precision"))
        cells = [f"{f1[name]:.3f} ({precision[name]:.3f})" for name in RARE]
        means = [np.mean([each[name] for name in common]) for each in (f1, precision)]
        print(f"| {helps} | {answer} | {' | '.join(cells)} | {means[0]:.3f} ({means[1]:.3f}) |", flush=True)


def main(folder: Path, seeds: tuple[int, ...]) -> None:
    """Train and score everything, and write `rare.json`."""
    videos = folder / "videos"
    if not videos.exists():
        write_sample(videos, "mouse", sum(PARTS.values()), 1800, 0, size=64)
    kept = folder / "rare.json"
    scores = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for seed in seeds:
        for helps, (loss, from_base_rate, balance) in HELPS.items():
            key = f"{helps}, seed {seed}"
            if key not in scores:
                text = MANIFEST.replace("SEED", str(seed)).replace("LOSS", loss).replace("BALANCE", str(balance))
                project = set_up(folder / key.replace(" ", "-").replace(",", ""), videos, text)
                train(project, from_base_rate=from_base_rate)
                names = [record.name for record in project.recordings()][-PARTS["test"] :]
                scores[key] = score_stages(project, names)
                kept.write_text(json.dumps(scores, indent=1), encoding="utf-8")
            show(scores[key], key)


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(map(int, sys.argv[2:])) or (0,))
