"""Observations that run over several videos, one after another: the part about one of them."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import accumulate

from deg_core.api import LabelError, Timeline
from deg_plugins_io.labels.choice import is_file_of
from deg_plugins_io.labels.said import Observation


def own_part(observation: Observation, timeline: Timeline, where: str) -> Observation:
    """What an observation says about one of its videos, in times of this video.

    Bouts that run over from one video into the next are cut.

    Raises:
        LabelError: There are several videos, and the lengths of those before this one are not known, or none or
            several of them have this recording's name.
    """
    files, lengths_s = observation.files, observation.lengths_s
    if len(files) < 2:
        return observation
    own = [at for at, file in enumerate(files) if is_file_of(file, timeline.name)]
    if len(own) != 1 or len(lengths_s) != len(files):
        raise LabelError(
            f"the observation runs over {len(files)} videos: {', '.join(files)}",
            where=where,
            fix="label each video in an observation of its own, or cut the events apart in the program it is from",
        )
    start_s = [0.0, *accumulate(lengths_s)][own[0]]
    # What lies behind the last video belongs to it, so that it is refused.
    stop_s = start_s + lengths_s[own[0]] if own[0] < len(files) - 1 else math.inf
    marks = [
        replace(mark, start=max(mark.start, start_s) - start_s, stop=min(mark.stop, stop_s) - start_s)
        for mark in observation.marks
        if mark.start < stop_s and (mark.start >= start_s if mark.is_point else mark.stop > start_s)
    ]
    return replace(observation, marks=marks, files=(files[own[0]],))
