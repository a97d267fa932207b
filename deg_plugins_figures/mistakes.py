"""Finds the worst moments: where a model was wrong for long, and sure of it.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deg_core.api import find_runs
from deg_plugins_figures.tracks import Tracks


@dataclass(frozen=True, slots=True)
class Mistake:
    """A run of frames that were decided wrongly.

    Attributes:
        recording: Where.
        behaviour: Which behaviour.
        column: Its column.
        missed: Whether a person saw it and the model did not; else the other way round.
        start: First frame of the recording.
        stop: First frame after it.
        worst: The frame in which the model was surest of the wrong.
        probability: What the model gave there.
        weight: Distance of probability and truth, added up over the run.
    """

    recording: str
    behaviour: str
    column: int
    missed: bool
    start: int
    stop: int
    worst: int
    probability: float
    weight: float


def find_mistakes(stretches: Sequence[Tracks], n: int) -> list[Mistake]:
    """The worst moments; of no behaviour or recording more than needed, as long as others have some.

    Args:
        stretches: Frames that count, with labels.
        n: How many at the most.

    Returns:
        The worst first.
    """
    found = [each for tracks in stretches for each in _of(tracks)]
    found.sort(key=lambda each: (-each.weight, each.recording, each.start, each.column))
    # One behaviour that is hard would fill the sheet: take turns, the worst of every behaviour and kind first.
    turns: dict[tuple[str, bool], int] = {}
    ranks = []
    for each in found:
        ranks.append(turns.get((each.behaviour, each.missed), 0))
        turns[each.behaviour, each.missed] = ranks[-1] + 1
    taken = sorted(range(len(found)), key=lambda place: (ranks[place], place))[:n]
    return [found[place] for place in sorted(taken)]


def _of(tracks: Tracks) -> list[Mistake]:
    if tracks.marks is None:
        return []
    found = []
    for column, behaviour in enumerate(tracks.behaviours):
        marks, present = tracks.marks[:, column], tracks.present[:, column]
        distance = np.abs(tracks.probabilities[:, column].astype(np.float64) - (marks == 1))
        for missed, wrong in ((True, (marks == 1) & ~present), (False, (marks == 0) & present)):
            for start, stop in find_runs(wrong):
                worst = int(start + distance[start:stop].argmax())
                found.append(
                    Mistake(
                        recording=tracks.recording,
                        behaviour=behaviour,
                        column=column,
                        missed=missed,
                        start=tracks.first_frame + int(start),
                        stop=tracks.first_frame + int(stop),
                        worst=tracks.first_frame + worst,
                        probability=float(tracks.probabilities[worst, column]),
                        weight=float(distance[start:stop].sum()),
                    )
                )
    return found
