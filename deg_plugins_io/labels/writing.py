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

from deg_core.api import Labels, Timeline, find_runs
from deg_plugins_io.text import writing_part


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


def floored(seconds: float, digits: int) -> float:
    """Seconds cut to a few digits: never after the frame that they are the time of."""
    scale: int = 10**digits
    return int(seconds * scale + 1e-6) / scale


def notes_on_loss(labels: Labels) -> tuple[str, ...]:
    """What a list of bouts cannot hold of some labels, a sentence each."""
    n_unlabelled = int((labels.marks == -1).any(axis=1).sum())
    if not n_unlabelled:
        return ()
    return (f"{n_unlabelled} frames are not labelled for every behaviour; a list of bouts shows them as absent",)


def notes_on_digits(timeline: Timeline, digits: int) -> tuple[str, ...]:
    """Whether frames lie closer together than the last digit of written seconds."""
    gaps_s = np.diff(timeline.times_s)
    if not len(gaps_s) or gaps_s.min() > 10.0**-digits:
        return ()
    return (f"frames lie closer than {10.0**-digits:g} s, the last digit written; bouts may shift by a frame",)


def notes_on_overlap(labels: Labels) -> tuple[str, ...]:
    """Whether a format that holds one behaviour at a time would lose some."""
    n_both = int(((labels.marks == 1).sum(axis=1) > 1).sum())
    return (f"{n_both} frames show several behaviours, of which the first is written",) if n_both else ()


def seconds_text(seconds: float, frames_per_second: float) -> str:
    """Seconds with digits enough to find the frame again."""
    return f"{seconds:.6f}" if frames_per_second <= 1000 else f"{seconds:.9f}"


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text file, beside and then renamed.

    Raises:
        LabelError: It cannot be written.
    """
    with writing_part(path) as part:
        part.write_bytes(text.encode(encoding))


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file, beside and then renamed."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def spans_in(bouts: list[WrittenBout], behaviours: tuple[str, ...]) -> Iterator[tuple[str, list[WrittenBout]]]:
    """Bouts by behaviour, those without any too."""
    for behaviour in behaviours:
        yield behaviour, [bout for bout in bouts if bout.behaviour == behaviour]
