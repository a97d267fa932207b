"""`vtrace`: V-TRACE's labels, `labelId,timestamp,endTimestamp`; seconds, the stop inside, silence means absent.

A first line `# trace-meta: behaviors=name:key,...` names what was looked for.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

from deg_core.api import Labels, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import lines_of, other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import CodingSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, seconds_text, write_text
from deg_plugins_io.text import read_rows, table_of

_HEADER = ["labelId", "timestamp", "endTimestamp"]
_META = "# trace-meta:"


def _parse(path: Path, settings: CodingSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    text = read_text(path)
    lines = lines_of(text)
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if [cell.strip() for cell in first.split(",")] != _HEADER:
        raise other_format(path, f"its header is not {','.join(_HEADER)}")
    # Comments become blank lines, so that lines keep their numbers.
    table = table_of(read_rows("\n".join("" if line.startswith("#") else line for line in lines), ",", path), ",", path)
    marks = [Mark(row.cells[0], table.number(row, 1), table.number(row, 2), f"line {row.line}") for row in table.rows]
    observation = Observation(marks=marks, behaviours=_looked_for(lines))
    return Coding(path=path, observations=[observation], scale=Scale(stop_inside=True, resolution_s=0.001))


read = reader(_parse, "V-TRACE")


def _looked_for(lines: list[str]) -> tuple[str, ...]:
    meta = next((line[len(_META) :].strip() for line in lines if line.startswith(_META)), "")
    said = meta.partition("behaviors=")[2].split(",") if meta else []
    return tuple(dict.fromkeys(unquote(each.partition(":")[0]) for each in said if each))


def write(path: Path, labels: Labels, settings: CodingSettings, timeline: Timeline) -> tuple[str, ...]:  # noqa: ARG001
    """See `WriteLabels`. Frames that are not labelled become absent, which is said."""
    rate = timeline.frames_per_second
    lines = [f"{_META} behaviors={','.join(quote(name, safe='') + ':' for name in labels.behaviours)}"]
    lines += [",".join(_HEADER)]
    for bout in bouts_in(labels, timeline):
        times = f"{seconds_text(bout.start_s, rate)},{seconds_text(timeline.time_at(bout.stop - 1), rate)}"
        lines.append('"' + bout.behaviour.replace('"', '""') + f'",{times}')
    write_text(path, "\n".join(lines) + "\n")
    return notes_on_loss(labels)
