"""What a pipeline looks at, side by side: pixels, keypoints, a silhouette, and clusters that no label helped to find.

All are trained on the same recordings, choose thresholds on the same others, and are scored on the same frames by the
same metrics. Clusters (`deg cluster`) are found without labels, stand for what training labels say most often of them,
and are scored on test frames like everything else; they have no probabilities, hence no average precision.

    python benchmarks/inputs.py sample FOLDER [baseline|small|trajectory|keypoints|keypoints-1px ...]
    python benchmarks/inputs.py mouse FOLDER VIDEO LABELS

The first simulates the mice of `make demo`, with exact keypoints; in `keypoints-1px` each is off by 1 pixel (standard
deviation), as a tracker's are. The second clusters the folds of `openfield_mouse.py`. What is trained already is kept.
Needs the distributions deg-trajectory, deg-keypoints and deg-unsupervised.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

import h5py
import numpy as np
from deg_unsupervised.command import cluster
from numpy.typing import NDArray
from openfield_mouse import N_FOLDS, train_fold

from deg_core import Project, RichProgress
from deg_core.evaluation.report import Report
from deg_core.evaluation.score import score_predictions
from deg_plugins_sample.recordings import write_sample

BEHAVIOURS = ("locomotion", "turning", "grooming", "digging", "rearing", "scratching")
TREES = "sequence: {name: gradient-boosting, settings: {contexts: [7, 21]}}\n"
KEYPOINTS = (
    """\
features:
  name: keypoints
  settings:
    keypoints: [nose, left_ear, right_ear, neck, back, left_side, right_side,
      left_forepaw, right_forepaw, left_hindpaw, right_hindpaw, tail_base]
    body: [tail_base, nose]
    distances: [[nose, tail_base], [nose, neck], [neck, tail_base], [left_side, right_side], [nose, left_forepaw],
      [nose, right_forepaw], [neck, left_hindpaw], [neck, right_hindpaw], [left_forepaw, right_forepaw]]
    angles: [[nose, neck, back], [neck, back, tail_base], [left_ear, neck, back], [right_ear, neck, back]]
    areas: [[nose, left_side, tail_base, right_side]]
    moving: [nose, back, tail_base, left_forepaw, right_forepaw, left_hindpaw, right_hindpaw]
  training: {max_epochs: 1}
"""
    + TREES
)
"""What is measured of keypoints is not learned, and trees read nothing else: one epoch is enough."""
PIPELINES = {
    "baseline": "preset: baseline\n",
    "small": "preset: small\n",
    "trajectory": "preset: baseline\nfeatures: {name: trajectory}\n" + TREES,
    "keypoints": "preset: baseline\n" + KEYPOINTS,
    "keypoints-1px": "preset: baseline\n" + KEYPOINTS,
}
CLUSTERED = ("baseline", "trajectory", "keypoints")
"""Pipelines whose latents no label has any part in: principal components, and measures of silhouette and pose."""


def train_sample(folder: Path, pipeline: str) -> Project:
    """Train one pipeline on the simulated mice, or take the one that is there."""
    videos, root = folder / "videos", folder / pipeline
    if not videos.exists():
        write_sample(videos, "mouse", 10, 1800, 0, with_pose=True)
    root.mkdir(exist_ok=True)
    text = f"behaviours: [{', '.join(BEHAVIOURS)}]\n{PIPELINES[pipeline]}"
    (root / "project.yaml").write_text(text, encoding="utf-8")
    project = Project(root, RichProgress())
    if not project.recordings():
        for video in sorted(videos.glob("*.mp4")):
            pose = video.with_name(f"{video.stem}_pose.csv")
            if pipeline == "keypoints-1px":
                pose = write_as_tracked(pose, root / pose.name)
            project.add(video, labels=video.with_name(f"{video.stem}_labels.csv"), pose=pose)
    project.split()
    began, cpu = time.monotonic(), time.process_time()
    project.train()
    project.evaluate()
    project.predict()
    print(f"{pipeline}: {time.monotonic() - began:.0f} s, {time.process_time() - cpu:.0f} s of the processor")
    return project


def write_as_tracked(exact: Path, path: Path) -> Path:
    """The same keypoints, each off by 1 pixel (standard deviation) in x and in y, anew in every frame."""
    rng = np.random.default_rng(len(exact.name) + sum(exact.name.encode()))
    with exact.open(encoding="utf-8", newline="") as file:
        *head, coords = (next(rows) for rows in [csv.reader(file)] * 3)
        is_place = np.isin(coords, ("x", "y"))
        table_TX = np.loadtxt(file, delimiter=",")
    table_TX[:, is_place] += rng.normal(0.0, 1.0, (len(table_TX), is_place.sum()))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*head, coords, *table_TX.round(3).tolist()])
    return path


def cluster_present(project: Project) -> dict[str, NDArray[np.bool_]]:
    """What `deg cluster`, with its defaults, says of each predicted recording; shape (T, K)."""
    root = project.workspace.layout.root
    cluster(["--project", str(root), "--quiet"], standalone_mode=False)
    with h5py.File(root / "clusters" / "clusters.h5") as file:
        stands_for = np.array([str(name) for name in file.attrs["stands_for"]])
        columns = np.array(project.manifest.behaviours)
        return {name: stands_for[group["cluster"][:]][:, None] == columns for name, group in file.items()}


def score_clusters(projects: list[Project]) -> Report:
    """Clusters of each, on the test frames of its run, all together."""
    present, marks = [], []
    for project in projects:
        found = cluster_present(project)
        for span in project.spans("test", project.run().run_id):
            labels = project.labels(span.record)
            assert labels is not None
            present.append(found[span.record][span.start : span.stop])
            marks.append(labels.marks[span.start : span.stop])
    stacked, metrics = np.concatenate(present), projects[0].workspace.choices.metrics
    behaviours = projects[0].manifest.behaviours
    return score_predictions(stacked.astype(np.float32), stacked, np.concatenate(marks), behaviours, metrics, 0)


def show(reports: dict[str, Report]) -> None:
    """F1 of each behaviour, and average precision where there are probabilities, as a table in Markdown."""
    names = list(next(iter(reports.values())).counts)
    print("\n| F1 (average precision) | " + " | ".join(reports) + " |\n" + "|---" * (len(reports) + 1) + "|")
    for behaviour in [*names, "mean"]:
        cells = []
        for name, report in reports.items():
            f1, precision = (
                card.overall if behaviour == "mean" else card.per_behaviour[behaviour]
                for card in (report.scores["f1"], report.scores["average-precision"])
            )
            rank = "" if "clusters" in name or precision is None else f" ({precision:.3f})"
            cells.append("undefined" if f1 is None else f"{f1:.3f}{rank}")
        print(f"| {behaviour} | " + " | ".join(cells) + " |")


def compare_sample(folder: Path, pipelines: list[str]) -> dict[str, Report]:
    """All pipelines on simulated mice."""
    folder.mkdir(parents=True, exist_ok=True)
    reports = {}
    for pipeline in pipelines:
        project = train_sample(folder, pipeline)
        reports[pipeline] = project.evaluate()
        if pipeline in CLUSTERED:
            reports[f"clusters of {pipeline}"] = score_clusters([project])
    return reports


def compare_mouse(folder: Path, video: Path, labels: Path) -> dict[str, Report]:
    """Clusters of a real mouse, fold by fold, in the folds of `openfield_mouse.py`."""
    reports = {}
    for pipeline in ("baseline", "trajectory"):
        projects = [train_fold(folder, video, labels, pipeline, fold) for fold in range(N_FOLDS)]
        reports[f"clusters of {pipeline}"] = score_clusters(projects)
    return reports


if __name__ == "__main__":
    what, folder, *others = sys.argv[1:]
    if what == "sample":
        found = compare_sample(Path(folder), others or list(PIPELINES))
    else:
        found = compare_mouse(Path(folder), *map(Path, others))
    show(found)
    text = json.dumps({name: report.model_dump(mode="json") for name, report in found.items()}, indent=1)
    (Path(folder) / f"inputs-{what}.json").write_text(text, encoding="utf-8")
