"""Whether a teacher helps: a small pipeline that learns from few labels, alone and taught by a larger one.

Simulated mice: three recordings have labels, six have none, two choose thresholds and epochs, four are seen by no
model. The teacher (96x96) and the small pipeline (64x64) learn from the three; the taught one learns besides from what
the teacher says of them and of the six.

Run `python benchmarks/teacher.py FOLDER [SEED ...]`. Trainings that are done are kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from deg_core import Project, RichProgress
from deg_core.api import Span, Split
from deg_plugins_sample.recordings import write_sample

PARTS = {"train": 3, "validation": 2, "test": 4}
N_UNLABELLED = 6
N_FRAMES = 900
METRICS = ("f1", "average-precision")
MANIFEST = """\
behaviours: [locomotion, turning, grooming, digging, rearing, scratching]
preset: deg_rt
seed: SEED
image: {size: [SIZE, SIZE]}
features: {training: {max_epochs: 4, steps_per_epoch: 50}}
"""


def set_up(root: Path, videos: Path, size: int, seed: int, more: str = "") -> Project:
    """A project of all recordings, the last without labels, or the one that is there."""
    root.mkdir(parents=True, exist_ok=True)
    manifest = MANIFEST.replace("SIZE", str(size)).replace("SEED", str(seed)) + more
    (root / "project.yaml").write_text(manifest, encoding="utf-8")
    project = Project(root, RichProgress())
    n_labelled = sum(PARTS.values())
    if not project.recordings():
        for index, video in enumerate(sorted(videos.glob("*.mp4"))):
            labels = video.with_name(f"{video.stem}_labels.csv") if index < n_labelled else None
            project.add(video, labels=labels, label_format="deg-csv")
    names = iter(record.name for record in project.recordings())
    parts = {part: tuple(Span(next(names), 0, N_FRAMES) for _ in range(n)) for part, n in PARTS.items()}
    project.set_split(Split(**parts))
    return project


def score(project: Project) -> dict[str, dict[str, float | None]]:
    """Train and score on the test recordings."""
    project.train()
    return {metric: project.evaluate().scores[metric].per_behaviour for metric in METRICS}


def main(folder: Path, *seeds: int) -> None:
    """Train, print means over behaviours, and write `teacher.json`."""
    videos = folder / "videos"
    if not videos.exists():
        write_sample(videos, "mouse", sum(PARTS.values()) + N_UNLABELLED, N_FRAMES, 0, size=96)
    found = {}
    for seed in seeds or (0, 1):
        taught = f"teacher: {{run: ../teacher-{seed}}}\n"
        for name, size, more in (("teacher", 96, ""), ("alone", 64, ""), ("taught", 64, taught)):
            found[f"{name}-{seed}"] = cards = score(set_up(folder / f"{name}-{seed}", videos, size, seed, more))
            means = "  ".join(f"{metric} {np.mean(list(cards[metric].values())):.3f}" for metric in METRICS)
            print(f"{name:<8} seed {seed}  {means}", flush=True)
    (folder / "teacher.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
