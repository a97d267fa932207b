"""Writes results beside their place, and renames them when they are whole."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import h5py
from deg_core.api import writing_beside

from deg_unsupervised.suggestions import Assigned


def write_clusters(path: Path, assigned: Mapping[str, Assigned], stands_for: Sequence[str | None]) -> None:
    """Write clusters of recordings into an HDF5 file: a group each with `cluster` and `confidence`, a row per frame."""
    with writing_beside(path) as part, h5py.File(part, "w") as file:
        file.attrs["stands_for"] = [name or "" for name in stands_for]
        for name, each in assigned.items():
            group = file.create_group(name)
            group.attrs["frames_per_second"] = each.frames_per_second
            group.create_dataset("cluster", data=each.clusters_T)
            group.create_dataset("confidence", data=each.confidence_T)


def remove_earlier_sheets(folder: Path) -> None:
    """Remove pictures of an earlier search, whose clusters were others; only those that its report names."""
    try:
        earlier = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        sheets = [each["sheet"] for each in earlier["suggestions"] if each["sheet"]]
    except (OSError, ValueError, KeyError, TypeError):
        return
    for sheet in sheets:
        (folder / Path(sheet).name).unlink(missing_ok=True)


def write_table(path: Path, assigned: Assigned, stands_for: Sequence[str | None]) -> None:
    """Write clusters of a recording as CSV, a row per frame."""
    with writing_beside(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("frame", "time_s", "cluster", "confidence", "stands_for"))
        for frame, (cluster, confidence) in enumerate(
            zip(assigned.clusters_T.tolist(), assigned.confidence_T.tolist(), strict=True)
        ):
            time_s = f"{frame / assigned.frames_per_second:.4f}"
            writer.writerow((frame, time_s, cluster, f"{confidence:.4f}", stands_for[cluster] or ""))
