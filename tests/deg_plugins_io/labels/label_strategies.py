"""Labels and recordings at random, for property tests of label formats, and how tests look at labels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deg_core.api import LabelFormatPlugin, Labels, Timeline, find_runs

RATES = (1.0, 15.0, 24000 / 1001, 25.0, 30000 / 1001, 30.0, 59.94, 120.0, 500.0, 1000.0, 2000.0)

# What a project takes as a behaviour: any visible text, but for the absence of all behaviours.
names = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=12).filter(
    lambda name: name == name.strip() and name != "background"
)


@dataclass(frozen=True)
class Labelled:
    """Labels and the recording they belong to."""

    labels: Labels
    timeline: Timeline

    @property
    def behaviours(self) -> tuple[str, ...]:
        return self.labels.behaviours


@st.composite
def timelines(draw: st.DrawFn, max_frames: int = 40) -> Timeline:
    """Recordings with even rates, usual and high, and with uneven ones."""
    n_frames, rate = draw(st.integers(1, max_frames)), draw(st.sampled_from(RATES))
    if draw(st.booleans()) or n_frames == 1:
        return Timeline.regular("clip", n_frames, rate)
    gaps = draw(st.lists(st.integers(300, 3000), min_size=n_frames - 1, max_size=n_frames - 1))
    times_s = np.cumsum([0, *gaps]) / 1000 / rate
    return Timeline("clip", times_s, float((n_frames - 1) / times_s[-1]))


@st.composite
def labelled(draw: st.DrawFn, *, least: int = -1) -> Labelled:
    """Labels of one to four behaviours; `least` 0 leaves no frame unlabelled."""
    timeline = draw(timelines())
    behaviours = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    marks = draw(arrays(np.int8, (timeline.n_frames, len(behaviours)), elements=st.integers(least, 1)))
    return Labelled(Labels(marks, tuple(behaviours), timeline.frames_per_second), timeline)


def frames_of(labels: Labels, behaviour: str) -> list[int]:
    """Frames in which a behaviour is present."""
    return np.flatnonzero(labels.marks[:, labels.behaviours.index(behaviour)] == 1).tolist()


def runs_of(labels: Labels, behaviour: str, value: int = 1) -> list[tuple[int, int]]:
    """Spans in which a behaviour is present, or of another mark."""
    column = labels.marks[:, labels.behaviours.index(behaviour)]
    return [(int(start), int(stop)) for start, stop in find_runs(column == value)]


CLIP = Timeline.regular("clip", 300, 25.0)
"""The recording of the files that were made for tests, and what happens in it by their times in seconds."""
GROOMING = [(13, 50), (126, 149)]
REARING = [(50, 80), (235, 275)]


def published(folder: Path, name: str, plugin: LabelFormatPlugin[Any], timeline: Timeline, **settings: Any) -> Labels:
    """What a file of another program means."""
    path = folder / "label_formats" / name
    if not path.is_file():
        pytest.skip(f"{name} is not on this machine")
    assert plugin.read is not None
    return plugin.read(path, plugin.settings(**settings), timeline, ())
