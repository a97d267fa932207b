"""`labgym`: LabGym's `all_events.xlsx`, a row per instant, a column per animal; a cell is the text of a list.

`['NA', -1]` is what LabGym does not know: the first window, and what it was not sure of. Animals are chosen as
`subject`. Times have two digits, so that above 100 frames per second rows are taken for frames where there are as many.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from deg_core.api import Timeline
from deg_plugins_io.labels.choice import choose
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.samples import Samples, one_hot
from deg_plugins_io.labels.settings import SampledSettings
from deg_plugins_io.text import read_table

_CELL = re.compile(r"""\[\s*(?:'([^']*)'|"([^"]*)")\s*,\s*.*\]""")
_UNKNOWN = "NA"


def _parse(path: Path, settings: SampledSettings, timeline: Timeline | None) -> Samples:
    def require_header(header: tuple[str, ...]) -> None:
        if header[0] != "time/ID" or len(header) < 2:
            raise other_format(path, "its first column is not 'time/ID'")

    table = read_table(path, require_header)
    animal = choose(table.header[1:], settings.subject, what="animal", setting="subject", where=str(path))
    at = table.header.index(animal or "", 1)
    names = [_name(row.cells[at]) for row in table.rows]
    behaviours = sorted(set(names) - {_UNKNOWN})
    marks = one_hot(names, behaviours)
    marks[[name == _UNKNOWN for name in names]] = -1
    times_s = np.array([table.number(row, 0) for row in table.rows]) - (settings.time_offset_s or 0.0)
    is_frames = timeline is not None and len(times_s) == timeline.n_frames and not settings.time_offset_s
    return Samples(path=path, marks=marks, behaviours=tuple(behaviours), times_s=None if is_frames else times_s)


read = reader(_parse, "LabGym")


def _name(cell: str) -> str:
    if not cell:
        return _UNKNOWN
    found = _CELL.fullmatch(cell)
    if found is None:
        raise ValueError(f"a cell holds {cell[:40]!r}, not the text of a list")
    return found[1] if found[1] is not None else found[2]
