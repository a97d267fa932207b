"""How good deg is against the number of labelled recordings, with and without the sequence model.

`deg learning-curve` trains on more and more simulated mice, several times each on other ones; what it trained is then
scored twice, on the same mice that no model saw: the features stage alone, and with the sequence model.

Run `python benchmarks/learning_curve.py FOLDER [REPEATS]`. Trainings that are done are kept.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from stages import score_stages

from deg_core import Project, RichProgress
from deg_core.api import Span, Split
from deg_plugins_analysis.learning_curve.command import learning_curve
from deg_plugins_sample.recordings import write_sample

PARTS = {"train": 12, "validation": 4, "test": 8}
"""Recordings of 1,800 frames."""
SIZES = (1, 3, 12)
MANIFEST = """\
behaviours: [locomotion, turning, grooming, digging, rearing, scratching]
preset: deg_rt
image: {size: [64, 64]}
features: {training: {max_epochs: 4, steps_per_epoch: 50}}
"""


def set_up(root: Path, videos: Path) -> Project:
    """The project whose recordings trials learn from, or the one that is there."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "project.yaml").write_text(MANIFEST, encoding="utf-8")
    project = Project(root, RichProgress())
    if not project.recordings():
        for video in sorted(videos.glob("*.mp4"))[: sum(PARTS.values())]:
            project.add(video, labels=video.with_name(f"{video.stem}_labels.csv"), label_format="deg-csv")
    names = iter(record.name for record in project.recordings())
    project.set_split(Split(**{part: tuple(Span(next(names), 0, 1800) for _ in range(n)) for part, n in PARTS.items()}))
    return project


def main(folder: Path, repeats: int) -> None:
    """Train, score both stages, and write `learning-curve.json`."""
    videos = folder / "videos"
    if not videos.exists():
        write_sample(videos, "mouse", sum(PARTS.values()), 1800, 0, size=64)
    project = set_up(folder / "project", videos)
    root = project.workspace.layout.root
    sizes = ",".join(map(str, SIZES))
    learning_curve(
        ["--project", str(root), "--sizes", sizes, "--repeats", str(repeats), "--keep"], standalone_mode=False
    )
    found, kept = defaultdict(list), {}
    for place in sorted((root / "learning-curve").glob("recordings-*-*")):
        scores = score_stages(Project(place), [span.record for span in project.workspace.split().test])
        kept[place.name] = scores
        for answer, cards in scores.items():
            means = [np.mean(list(cards[metric].values())) for metric in ("f1", "average-precision")]
            found[int(place.name.split("-")[1]), answer].append(means)
    for (size, answer), means in sorted(found.items()):
        f1, precision = np.transpose(means)
        print(f"| {size} | {answer} | {texts(f1)} | {texts(precision)} |")
    (folder / "learning-curve.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")


def texts(values: np.ndarray) -> str:
    """Mean, and from the least to the greatest."""
    return f"{values.mean():.3f} ({values.min():.3f} to {values.max():.3f})"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2)
