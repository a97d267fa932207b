"""Which frames are looked at: those a person names, or the surest of each behaviour and the worst mistakes.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from deg_core.api import ProjectError, find_runs
from numpy.typing import NDArray

Why = Literal["sure", "missed", "false alarm", "asked for"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame, and the behaviour that is asked about.

    Attributes:
        frame: Its index.
        column: Of the behaviour.
        why: Why it is looked at.
        probability: What the whole pipeline says there; None where it was not asked.
    """

    frame: int
    column: int
    why: Why
    probability: float | None = None


def surest(
    probabilities_TK: NDArray[np.float32], present_TK: NDArray[np.bool_], columns: Sequence[int], n: int
) -> list[Moment]:
    """For each behaviour the surest frame of each of its `n` surest bouts; fewer where there are fewer."""
    found = []
    for column in columns:
        values = probabilities_TK[:, column]
        peaks = [int(start + values[start:stop].argmax()) for start, stop in find_runs(present_TK[:, column])]
        peaks.sort(key=lambda frame: (-values[frame], frame))  # noqa: B023 - sorted before the next turn
        found += [Moment(frame, column, "sure", float(values[frame])) for frame in peaks[:n]]
    return found


def worst(
    probabilities_TK: NDArray[np.float32],
    present_TK: NDArray[np.bool_],
    marks_TK: NDArray[np.int8],
    columns: Sequence[int],
    n: int,
) -> list[Moment]:
    """The frames in which the surest and longest mistakes are surest; behaviours and kinds of mistake take turns.

    Args:
        probabilities_TK: Of the whole pipeline, 0..1.
        present_TK: What it decided.
        marks_TK: What people said: 1, 0, or -1 where nobody looked.
        columns: Behaviours.
        n: How many at the most.
    """
    found: list[tuple[int, float, Moment]] = []
    for column in columns:
        marks, present = marks_TK[:, column], present_TK[:, column]
        distance = np.abs(probabilities_TK[:, column].astype(np.float64) - (marks == 1))
        kinds: tuple[tuple[Why, NDArray[np.bool_]], ...] = (
            ("missed", (marks == 1) & ~present),
            ("false alarm", (marks == 0) & present),
        )
        for why, wrong in kinds:
            runs = sorted(find_runs(wrong), key=lambda run: -distance[run[0] : run[1]].sum())  # noqa: B023
            for turn, (start, stop) in enumerate(runs[:n]):
                frame = int(start + distance[start:stop].argmax())
                moment = Moment(frame, column, why, float(probabilities_TK[frame, column]))
                found.append((turn, -float(distance[start:stop].sum()), moment))
    found.sort(key=lambda each: each[:2])
    return [moment for _, _, moment in found[:n]]


def parse_frames(text: str) -> list[int]:
    """Frames as a person lists them: `120,300`, and `300-310` for those from 300 to 310, both included.

    Raises:
        ProjectError: It is no such list.
    """
    frames: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdigit() or (dash and not (last.isdigit() and int(first) <= int(last))):
            raise ProjectError(
                f"{part.strip()!r} names no frame",
                where="--frames",
                fix="numbers from 0, and first-last, with commas between: --frames 120,300-310",
            )
        frames += range(int(first), int(last) + 1) if dash else [int(first)]
    return list(dict.fromkeys(frames))
