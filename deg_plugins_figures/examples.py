"""Finds moments to look at: where a model was wrong for long and sure of it, and where it was right so.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deg_core.api import find_runs
from deg_plugins_figures.tracks import Tracks

Kind = Literal["missed", "false alarm", "hit"]
MISTAKES: tuple[Kind, ...] = ("missed", "false alarm")
"""What a person saw and the model did not, and the other way round."""


@dataclass(frozen=True, slots=True)
class Example:
    """A run of frames that were all decided wrongly, or all rightly.

    Attributes:
        recording: Where.
        behaviour: Which behaviour.
        column: Its column.
        kind: How it was decided.
        start: First frame of the recording.
        stop: First frame after it.
        surest: The frame in which the model was surest of what it decided.
        probability: What the model gave there.
        weight: How sure it was, 0..1, added up over the run.
    """

    recording: str
    behaviour: str
    column: int
    kind: Kind
    start: int
    stop: int
    surest: int
    probability: float
    weight: float


def find_examples(stretches: Sequence[Tracks], n: int, kinds: Sequence[Kind]) -> list[Example]:
    """The longest and surest moments; of no behaviour or kind more than needed, as long as others have some.

    Args:
        stretches: Frames that count, with labels.
        n: How many at the most.
        kinds: Which.

    Returns:
        Those of most weight first.
    """
    found = [each for tracks in stretches for each in _of(tracks, kinds)]
    found.sort(key=lambda each: (-each.weight, each.recording, each.start, each.column))
    # One behaviour that is hard would fill the sheet: take turns, the first of every behaviour and kind first.
    turns: dict[tuple[str, Kind], int] = {}
    ranks = []
    for each in found:
        ranks.append(turns.get((each.behaviour, each.kind), 0))
        turns[each.behaviour, each.kind] = ranks[-1] + 1
    taken = sorted(range(len(found)), key=lambda place: (ranks[place], place))[:n]
    return [found[place] for place in sorted(taken)]


def _of(tracks: Tracks, kinds: Sequence[Kind]) -> list[Example]:
    if tracks.marks is None:
        return []
    found = []
    for column, behaviour in enumerate(tracks.behaviours):
        marks, present = tracks.marks[:, column], tracks.present[:, column]
        probabilities = tracks.probabilities[:, column].astype(np.float64)
        frames: dict[Kind, NDArray[np.bool_]] = {
            "missed": (marks == 1) & ~present,
            "false alarm": (marks == 0) & present,
            "hit": (marks == 1) & present,
        }
        for kind in kinds:
            sureness = 1 - probabilities if kind == "missed" else probabilities
            for start, stop in find_runs(frames[kind]):
                surest = int(start + sureness[start:stop].argmax())
                found.append(
                    Example(
                        recording=tracks.recording,
                        behaviour=behaviour,
                        column=column,
                        kind=kind,
                        start=tracks.first_frame + int(start),
                        stop=tracks.first_frame + int(stop),
                        surest=tracks.first_frame + surest,
                        probability=float(tracks.probabilities[surest, column]),
                        weight=float(sureness[start:stop].sum()),
                    )
                )
    return found
