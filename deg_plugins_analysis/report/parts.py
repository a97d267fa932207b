"""What was labelled in each part of a split.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from deg_core.api import Labels, Span, Split, find_runs

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")
PART_NAMES: Mapping[Part, str] = {"train": "training", "validation": "validation", "test": "test"}


@dataclass(frozen=True, slots=True)
class PartCount:
    """Labels of one behaviour in one part.

    Attributes:
        part: Which part.
        behaviour: Which behaviour.
        n_recordings: Recordings that the part has stretches of.
        labelled_frames: Frames that somebody looked at.
        present_frames: Those in which it happens.
        n_bouts: Unbroken runs of them.
    """

    part: Part
    behaviour: str
    n_recordings: int
    labelled_frames: int
    present_frames: int
    n_bouts: int


def count_parts(split: Split, labels: Mapping[str, Labels], behaviours: Sequence[str]) -> list[PartCount]:
    """Count what is labelled now in the stretches of each part; recordings without labels count nothing."""
    return [_count(part, split.part(part), labels, name) for part in PARTS for name in behaviours]


def _count(part: Part, spans: Sequence[Span], labels: Mapping[str, Labels], behaviour: str) -> PartCount:
    known = [(span, labels[span.record]) for span in spans if span.record in labels]
    marks = [
        own.marks[span.start : span.stop, own.behaviours.index(behaviour)]
        for span, own in known
        if behaviour in own.behaviours  # the project may know others by now than when it was trained
    ]
    return PartCount(
        part=part,
        behaviour=behaviour,
        n_recordings=len({span.record for span in spans}),
        labelled_frames=sum(int((each >= 0).sum()) for each in marks),
        present_frames=sum(int((each == 1).sum()) for each in marks),
        n_bouts=sum(len(find_runs(each == 1)) for each in marks),
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A recording that two parts have stretches of.

    Attributes:
        record: Which recording.
        parts: The two.
        gap: Fewest frames left out between stretches of the two.
    """

    record: str
    parts: tuple[Part, Part]
    gap: int


def neighbours(split: Split) -> list[Neighbours]:
    """Recordings that several parts share, and how far apart their stretches are."""
    found = []
    for first, second in (("train", "validation"), ("train", "test"), ("validation", "test")):
        ours, theirs = split.part(first), split.part(second)  # type: ignore[arg-type]
        for record in sorted({span.record for span in ours} & {span.record for span in theirs}):
            gaps = [
                max(a.start, b.start) - min(a.stop, b.stop)
                for a in ours
                for b in theirs
                if a.record == b.record == record
            ]
            found.append(Neighbours(record, (first, second), min(gaps)))  # type: ignore[arg-type]
    return found
