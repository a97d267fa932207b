"""What writers of label formats share: bouts in order of time, and what a list of them cannot hold.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.api import LabelError, Labels, Timeline, find_runs, writing_beside
from deg_plugins_io.labels.said import Mark
from deg_plugins_io.labels.spans import Scale, frames_between


@dataclass(frozen=True, slots=True)
class WrittenBout:
    """A bout as it is written: half-open, in frames from 0 and in seconds since the first."""

    start: int
    stop: int
    behaviour: str
    start_s: float
    stop_s: float


def bouts_in(labels: Labels, timeline: Timeline, value: int = 1) -> list[WrittenBout]:
    """Bouts in order of time: where the marks are 1, or another value."""
    spans = sorted(
        (start, stop, behaviour)
        for behaviour, column in zip(labels.behaviours, labels.marks.T, strict=True)
        for start, stop in find_runs(column == value).tolist()
    )
    return [
        WrittenBout(start, stop, behaviour, timeline.time_at(start), timeline.time_at(stop))
        for start, stop, behaviour in spans
    ]


def notes_on_loss(labels: Labels) -> tuple[str, ...]:
    """What a list of bouts cannot hold of some labels, a sentence each."""
    n_unlabelled = int((labels.marks == -1).any(axis=1).sum())
    if not n_unlabelled:
        return ()
    return (f"{n_unlabelled} frames are not labelled for every behaviour; a list of bouts shows them as absent",)


def notes_on_milliseconds(bouts: list[WrittenBout], timeline: Timeline) -> tuple[str, ...]:
    """How many bouts are not found again where times are written as whole milliseconds."""
    rounded = [Mark("", round(bout.start_s, 3), round(bout.stop_s, 3)) for bout in bouts]
    scale = Scale(resolution_s=0.001)
    spans = frames_between(rounded, scale, timeline, Path(), 0.0, clip=True)
    meant = np.array([(bout.start, bout.stop) for bout in bouts], dtype=np.int64).reshape(-1, 2)
    n_moved = int((spans != meant).any(axis=1).sum())
    return (f"{n_moved} bouts shift, since times are whole milliseconds and frames lie closer",) if n_moved else ()


def seconds_text(seconds: float, frames_per_second: float) -> str:
    """Seconds with digits enough to find the frame again."""
    return f"{seconds:.6f}" if frames_per_second <= 1000 else f"{seconds:.9f}"


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text file, beside and then renamed.

    Raises:
        LabelError: It cannot be written.
    """
    with writing_beside(path, LabelError) as part:
        part.write_bytes(text.encode(encoding))


def write_json(path: Path, value: Any, *, indent: int | None = 1) -> None:
    """Write a JSON file, beside and then renamed."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def spans_in(bouts: list[WrittenBout], behaviours: tuple[str, ...]) -> Iterator[tuple[str, list[WrittenBout]]]:
    """Bouts by behaviour, those without any too."""
    for behaviour in behaviours:
        yield behaviour, [bout for bout in bouts if bout.behaviour == behaviour]
