"""What a file of events or bouts says, as a value, and how it becomes labels of one recording.

Formats only say what stands in their file (`Coding`); which observation, animal and person is meant, what points last,
and which frames a stretch of time is, is settled here for all of them. Axes: T frames, K behaviours.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.choice import choose, choose_recording
from deg_plugins_io.labels.naming import MOST_BEHAVIOURS, is_name
from deg_plugins_io.labels.pairing import pair
from deg_plugins_io.labels.playlist import own_part
from deg_plugins_io.labels.said import Event, Mark, Observation
from deg_plugins_io.labels.settings import CodingSettings
from deg_plugins_io.labels.spans import Scale, frames_between

log = logging.getLogger(__name__)

_LENGTH_SLACK = 0.01
"""Share by which the stated length of a video may differ from its frames': players count sound and cut digits."""
_MOST_FRAMES = 10**8
"""Ten hours at nearly 3 kHz; a file that claims more without its video is damaged."""
_MOST_MARKS = 4 * 10**8
"""Frames times behaviours: four of them at so many frames, or a hundred in ten hours at 100 Hz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """All that a file of events or bouts says.

    Attributes:
        path: The file.
        observations: One for each recording.
        scale: Its unit, and where a stop lies.
        silence: What it means that nothing is said: 0 absent, -1 not labelled.
        part: What its observations are called, which is the setting's name as well.
        nobody: What no subject is called.
        program: Where events that contradict each other can be corrected.
    """

    path: Path
    observations: Sequence[Observation]
    scale: Scale = field(default_factory=Scale)
    silence: Literal[0, -1] = 0
    part: Literal["observation", "recording"] = "observation"
    nobody: str = "nobody"
    program: str = "the program it is from"

    def labels(self, settings: CodingSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
        """Labels of one recording; see `ReadLabels`."""
        name = timeline.name if timeline is not None else ""
        chosen = self._choose_observation(getattr(settings, self.part, None), name)
        chosen = _of_one(chosen, settings, self)
        known = _timeline_of(self, chosen, timeline)
        _require_this_recording(self, chosen, settings, known)
        chosen = _shifted(self, own_part(chosen, known, f"{self.path}, for {known.name}"), settings)
        plain = [each for each in chosen.marks if not (each.is_point and settings.points == "drop")]
        marks = [_named(each, settings) for each in plain]
        # Of what was seen with modifiers alone, nobody said that it was absent.
        renamed = {mark.behaviour for mark in plain} - {mark.behaviour for mark in marks}
        looked_for = [name for name in self._looked_for(chosen, behaviours) if name not in renamed]
        painted = _painted(self, chosen, marks, looked_for, known, settings.point_s)
        return replace(painted, frames_per_second=known.frames_per_second if timeline or chosen.rate else None)

    def _looked_for(self, said: Observation, behaviours: tuple[str, ...]) -> Sequence[str]:
        """What silence is told of: what the file says was looked for, of what the project looks for."""
        if not said.behaviours:
            return behaviours if self.silence == 0 else ()
        wanted = [name for name in behaviours if name in said.behaviours]
        return wanted if behaviours else said.behaviours

    def _choose_observation(self, wanted: str | None, name: str) -> Observation:
        by_name = {each.name: each for each in self.observations}
        media = {each.name: each.files for each in self.observations}
        if wanted is not None and not any(by_name):
            raise _nothing_tells(self.part, str(self.path))
        chosen = choose_recording(media, wanted, name, what=self.part, setting=self.part, where=str(self.path))
        return by_name[chosen] if chosen is not None else Observation()


def _of_one(observation: Observation, settings: CodingSettings, coding: Coding) -> Observation:
    """What one person says about one animal, who must be chosen where there are several; events as marks."""
    said: Sequence[Mark | Event] = [*observation.marks, *observation.events]
    _require_finite(said, coding.path)
    for what, blank in (("annotator", "nobody"), ("subject", coding.nobody)):
        wanted, told = getattr(settings, what), [getattr(each, what) for each in said]
        names = [name or blank for name in told]
        if any(told) or (wanted == blank and said):
            chosen = choose(names, wanted, what=what, setting=what, where=str(coding.path))
            said = [each for each, name in zip(said, names, strict=True) if name == chosen]
        elif wanted is not None and said:
            raise _nothing_tells(what, str(coding.path))
    marks = [each for each in said if isinstance(each, Mark)]
    paired = pair([each for each in said if isinstance(each, Event)], coding.path, coding.program)
    return replace(observation, marks=[*marks, *paired], events=())


def _require_finite(said: Iterable[Mark | Event], path: Path) -> None:
    """Refuse times that are no numbers, and those without end, which only what never stops has, once it is paired."""
    for each in said:
        times = (each.time,) if isinstance(each, Event) else (each.start, each.stop)
        if not all(map(math.isfinite, times)):
            problem = f"{each.behaviour!r} at {' to '.join(map(str, times))}"
            raise LabelError(problem, where=f"{path}, {each.place}", fix="correct the time, or export the file again")


def _nothing_tells(what: str, where: str) -> LabelError:
    return LabelError(f"nothing in it tells {what}s apart", where=where, fix=f"take the setting `{what}` out")


def _timeline_of(coding: Coding, observation: Observation, timeline: Timeline | None) -> Timeline:
    """The recording's own, or frames of which the file tells how many there are."""
    if timeline is not None:
        return timeline
    n_frames = observation.n_frames
    if n_frames is None or (coding.scale.unit == "seconds" and observation.rate is None):
        fix = "give its video along with the labels"
        raise LabelError("bouts do not tell how long the recording is", where=str(coding.path), fix=fix)
    rate = observation.rate or 1.0
    if not 0 < n_frames <= _MOST_FRAMES or not 0 < rate < math.inf:
        raise LabelError(
            f"claims {n_frames} frames at {rate:g} per second",
            where=str(coding.path),
            fix="the file is damaged: export it again",
        )
    return Timeline.regular("", n_frames, rate)


def _require_this_recording(coding: Coding, said: Observation, settings: CodingSettings, timeline: Timeline) -> None:
    """Refuse an observation of a video with another rate or length than the recording's."""
    where = f"{coding.path}, for {timeline.name}"
    rate, own_rate, own_length_s = said.rate, timeline.frames_per_second, timeline.time_at(timeline.n_frames)
    if rate and not abs(rate - own_rate) <= settings.rate_tolerance * own_rate:  # also where it is no number
        raise LabelError(
            f"labelled at {rate:g} frames per second, the recording has {own_rate:g}",
            where=where,
            fix="check that the file belongs to this recording; if it does, raise `rate_tolerance`",
        )
    _require_length(said, settings, own_length_s, where)
    if said.n_frames is not None and said.n_frames != timeline.n_frames:
        raise LabelError(
            f"labels for {said.n_frames} frames, the recording has {timeline.n_frames}",
            where=where,
            fix="check that the file belongs to this recording and that neither was cut",
        )


def _require_length(said: Observation, settings: CodingSettings, own_length_s: float, where: str) -> None:
    # Somebody who says when this video begins knows of those before it.
    if len(said.files) > 1 or not said.length_s or settings.time_offset_s is not None:
        return
    if not abs(said.length_s - own_length_s) <= max(1.0, _LENGTH_SLACK * own_length_s):
        raise LabelError(
            f"labelled on a video of {said.length_s:g} s, the recording has {own_length_s:.3f} s",
            where=where,
            fix="check that the file belongs to this recording and that neither was cut; if it runs over several "
            "videos, set `time_offset_s` to when this one begins",
        )


def _shifted(coding: Coding, said: Observation, settings: CodingSettings) -> Observation:
    """With times that count from the first frame of the recording."""
    offset_s = settings.time_offset_s
    if offset_s is None and said.offset_s:
        raise LabelError(
            f"has a time offset of {said.offset_s:g} s",
            where=str(coding.path),
            fix="set `time_offset_s` to the seconds by which its times run ahead of the video's, 0 if they do not",
        )
    if not offset_s:
        return said
    if coding.scale.unit != "seconds":
        fix = "take the setting `time_offset_s` out"
        raise LabelError("counts frames, not seconds", where=str(coding.path), fix=fix)
    marks = [replace(mark, start=mark.start - offset_s, stop=mark.stop - offset_s) for mark in said.marks]
    observed = None if said.observed is None else tuple((a - offset_s, b - offset_s) for a, b in said.observed)
    return replace(said, marks=marks, observed=observed)


def _named(mark: Mark, settings: CodingSettings) -> Mark:
    words = [word for word in mark.modifiers if word and word != "None"]
    if settings.modifiers == "drop" or not words:
        return mark
    return replace(mark, behaviour=f"{mark.behaviour} ({', '.join(words)})")


def _painted(
    coding: Coding,
    said: Observation,
    marks: Sequence[Mark],
    looked_for: Iterable[str],
    timeline: Timeline,
    point_s: float,
) -> Labels:
    """1 where something was seen, -1 where nobody looked, else what silence means."""
    for mark in marks:
        if not is_name(mark.behaviour):
            named = f" a name with a line break in it, {mark.behaviour[:40]!r}" if mark.behaviour else " no behaviour"
            where = f"{coding.path}, {mark.place}"
            raise LabelError(f"a bout of{named}", where=where, fix="name the behaviour, or remove the row")
    spans = frames_between(marks, coding.scale, timeline, coding.path, point_s)
    names = tuple(dict.fromkeys([*looked_for, *(mark.behaviour for mark in marks)]))
    _require_modest(len(names), timeline.n_frames, coding.path)
    _report_lookalikes(names, coding.path)
    painted = np.full((timeline.n_frames, len(names)), coding.silence, dtype=np.int8)
    column = {name: at for at, name in enumerate(names)}
    columns = np.array([column[mark.behaviour] for mark in marks], dtype=np.intp)
    values = np.array([mark.value for mark in marks], dtype=np.intp)
    order = np.argsort(columns, kind="stable")
    edges = np.searchsorted(columns[order], range(len(names) + 1))
    for at, name in enumerate(names):
        own = order[edges[at] : edges[at + 1]]
        n_twice = _paint(painted[:, at], spans[own], values[own])
        if n_twice:
            log.warning("%s: bouts of %r overlap in %d frames; they are united", coding.path, name, n_twice)
    return Labels(_where_observed(coding, said, painted, timeline), names, timeline.frames_per_second)


def _require_modest(n_behaviours: int, n_frames: int, path: Path) -> None:
    if n_behaviours > MOST_BEHAVIOURS or n_behaviours * n_frames > _MOST_MARKS:
        raise LabelError(
            f"names {n_behaviours} behaviours in {n_frames} frames",
            where=str(path),
            fix="is what it calls behaviours something else? then choose the format, or the column, by hand",
        )


def _paint(marks: NDArray[np.int8], spans: NDArray[np.int64], values: NDArray[np.intp]) -> int:
    """Put the bouts of one behaviour into its column, shape (T,), seen over all else; gives frames in several bouts."""
    for value in (0, -1):
        marks[_counted(spans[values == value], len(marks)) > 0] = value
    counts = _counted(spans[values == 1], len(marks))
    marks[counts > 0] = 1
    return int((counts > 1).sum())


def _counted(spans: NDArray[np.int64], n_frames: int) -> NDArray[np.int32]:
    """In how many spans each frame lies; shape (T,)."""
    changes = np.zeros(n_frames + 1, dtype=np.int32)
    np.add.at(changes, spans[:, 0], 1)
    np.add.at(changes, spans[:, 1], -1)
    return np.cumsum(changes, out=changes)[:-1]


def _where_observed(
    coding: Coding, said: Observation, painted: NDArray[np.int8], timeline: Timeline
) -> NDArray[np.int8]:
    if said.observed is None:
        return painted
    looked = [Mark("observed", start, stop, "the observed span") for start, stop in said.observed]
    seen = np.zeros(timeline.n_frames, dtype=bool)
    for start, stop in frames_between(looked, coding.scale, timeline, coding.path, 0.0, clip=True).tolist():
        seen[start:stop] = True
    painted[~seen] = np.where(painted[~seen] == 1, 1, -1)
    return painted


def _report_lookalikes(names: Sequence[str], path: Path) -> None:
    alike: dict[str, str] = {}
    for name in names:
        other = alike.setdefault(name.strip().casefold(), name)
        if other != name:
            log.warning("%s: behaviours %r and %r differ only by case or blanks; both are kept", path, other, name)
