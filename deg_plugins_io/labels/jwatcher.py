"""`jwatcher`: a focal data file of JWatcher, `.dat`; milliseconds and keys, and nothing of when a behaviour stops.

What keys mean stands in the `.fmf` file of the same name, if it is there. Whether keys are instants, or each lasts
until the next, is said by `lasts`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from deg_core.api import LabelError, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import lines_of, other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import JWatcherSettings
from deg_plugins_io.labels.spans import Scale

_BEGIN = "#BEGIN DATA"
_END = "EOF"


def _parse(path: Path, settings: JWatcherSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    lines = lines_of(read_text(path))
    if not lines[0].startswith("FirstLineOfData") or _BEGIN not in [line.strip() for line in lines]:
        raise other_format(path, "not a focal data file of JWatcher")
    if settings.lasts is None:
        fix = "set `lasts` to `instant`, or to `until-next` where each behaviour ends with the next key"
        raise LabelError("does not say how long a behaviour lasts", where=str(path), fix=fix)
    first = [line.strip() for line in lines].index(_BEGIN) + 1
    rows = [(at, line.split(",")) for at, line in enumerate(lines[first:], start=first + 1) if line.strip()]
    events = [(at, int(cells[0]) / 1000, cells[1].strip()) for at, cells in rows]
    if not events or events[-1][2] != _END:
        raise LabelError("ends before its EOF", where=str(path), fix="copy it again")
    names = _names(path)
    marks = [
        Mark(names.get(key, key), time_s, following[1], f"line {at}", is_point=settings.lasts == "instant")
        for (at, time_s, key), following in pairwise(events)
    ]
    observation = Observation(marks=marks, behaviours=tuple(names.values()), observed=((0.0, events[-1][1]),))
    return Coding(path=path, observations=[observation], scale=Scale(resolution_s=0.001))


read = reader(_parse, "JWatcher")


def _names(path: Path) -> dict[str, str]:
    """Behaviours by key."""
    legend = path.with_suffix(".fmf")
    if not legend.is_file():
        return {}
    found = (re.fullmatch(r"Behaviour\.name\.(.+?)=(.+)", line.strip()) for line in lines_of(read_text(legend)))
    return {each[1]: each[2].strip() for each in found if each}
