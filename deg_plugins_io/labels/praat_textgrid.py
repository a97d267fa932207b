"""`praat-textgrid`: Praat's TextGrid, long or short; seconds, half-open; an empty text is nothing.

Interval tiers tile the whole time, point tiers hold instants. A behaviour is what an interval says, or the name of its
tier; which one is asked where both could be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from deg_core.api import Labels, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import TierSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.tiers import Tier, marks_of
from deg_plugins_io.labels.writing import WrittenBout, bouts_in, notes_on_loss, seconds_text, spans_in, write_text

_TOKEN = re.compile(r'"((?:[^"]|"")*)"|\[[^\[\]\n]*\]|<\w+>|(?<![\w.+-])([+-]?\d[\d.]*(?:[eE][+-]?\d+)?)(?![\w.])')


def _parse(path: Path, settings: TierSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    text = read_text(path)
    if '"ooTextFile"' not in text[:200] or '"TextGrid"' not in text[:400]:
        raise other_format(path, "not a TextGrid as text")
    tokens = _tokens(text)
    if [next(tokens), next(tokens)] != ["ooTextFile", "TextGrid"]:
        raise other_format(path, "not a TextGrid as text")
    start_s, stop_s = float(next(tokens)), float(next(tokens))
    tiers = [_tier(tokens) for _ in range(int(next(tokens)))]
    marks, behaviours = marks_of(tiers, settings, path)
    observation = Observation(marks=marks, behaviours=behaviours, length_s=stop_s, observed=((start_s, stop_s),))
    return Coding(path=path, observations=[observation], scale=Scale(resolution_s=0.000001))


def _tokens(text: str) -> Iterator[str]:
    """Texts and numbers that stand by themselves, one after the other: what both forms have in common."""
    for found in _TOKEN.finditer(text):
        if found[1] is not None:
            yield found[1].replace('""', '"')
        elif found[2] is not None:
            yield found[2]
    raise ValueError("it ends too early")


def _tier(tokens: Iterator[str]) -> Tier:
    kind, name = next(tokens), next(tokens).strip()
    next(tokens), next(tokens)
    marks = []
    for number in range(1, int(next(tokens)) + 1):
        place = f"tier {name!r}, item {number}"
        if kind == "IntervalTier":
            start_s, stop_s, text = float(next(tokens)), float(next(tokens)), next(tokens).strip()
            if text:
                marks.append(Mark(text, start_s, stop_s, place))
        elif kind == "TextTier":
            time_s = float(next(tokens))
            marks.append(Mark(next(tokens).strip(), time_s, time_s, place, is_point=True))
        else:
            raise ValueError(f"a tier of the kind {kind!r}")
    return Tier(name, marks)


read = reader(_parse, "Praat")


def write(path: Path, labels: Labels, settings: TierSettings, timeline: Timeline) -> tuple[str, ...]:  # noqa: ARG001
    """See `WriteLabels`; a tier for each behaviour. Frames that are not labelled become absent, which is said."""
    end = seconds_text(timeline.time_at(timeline.n_frames), timeline.frames_per_second)
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end}"]
    lines += ["tiers? <exists>", f"size = {len(labels.behaviours)}", "item []:"]
    tiers = spans_in(bouts_in(labels, timeline), labels.behaviours)
    for number, (behaviour, bouts) in enumerate(tiers, start=1):
        intervals = list(_tiles(behaviour, bouts, end, timeline.frames_per_second))
        lines += [f"    item [{number}]:", '        class = "IntervalTier"', f"        name = {_quoted(behaviour)}"]
        lines += ["        xmin = 0", f"        xmax = {end}", f"        intervals: size = {len(intervals)}"]
        for at, (start, stop, text) in enumerate(intervals, start=1):
            lines += [f"        intervals [{at}]:", f"            xmin = {start}", f"            xmax = {stop}"]
            lines += [f"            text = {_quoted(text)}"]
    write_text(path, "\n".join(lines) + "\n")
    return notes_on_loss(labels)


def _tiles(behaviour: str, bouts: list[WrittenBout], end: str, rate: float) -> Iterator[tuple[str, str, str]]:
    """Intervals without a gap, as a tier needs them."""
    last = "0"
    for bout in bouts:
        start, stop = seconds_text(bout.start_s, rate), seconds_text(bout.stop_s, rate)
        if bout.start > 0 and start != last:
            yield last, start, ""
        yield start if bout.start > 0 else "0", stop, behaviour
        last = stop
    if last != end:
        yield last, end, ""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
