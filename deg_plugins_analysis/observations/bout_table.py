"""Tables with a row for each bout, of any number of recordings and raters.

Formats of deg read one recording of one rater; scored studies are often published as one table of them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deg_core.api import LabelError
from deg_plugins_analysis.observations.sheet import Sheet, read_sheet

_NAMES: Mapping[str, tuple[str, ...]] = {
    "start": ("start_s", "start", "from", "onset", "begin", "start_frame"),
    "stop": ("stop_s", "stop", "to", "end", "offset", "stop_frame"),
    "behaviour": ("behaviour", "behavior", "type", "label", "event"),
    "recording": ("recording", "video", "id", "file"),
    "rater": ("rater", "annotator", "experimenter", "observer", "scorer"),
}
_NEEDED = ("start", "stop", "behaviour")
ONE_RATER = "labels"
"""The rater of a table that names none."""


@dataclass(frozen=True, slots=True)
class TimedBout:
    """A bout as somebody wrote it down.

    Attributes:
        recording: The recording.
        rater: Who saw it.
        behaviour: What was seen.
        start: When it began, in the unit of the table.
        stop: When it was over.
        where: The row, for messages.
    """

    recording: str
    rater: str
    behaviour: str
    start: float
    stop: float
    where: str


def read_bout_tables(paths: Iterable[Path], columns: Mapping[str, str], ignored: Sequence[str]) -> list[TimedBout]:
    """Read tables of bouts.

    Args:
        paths: The files. Without a column of recordings, each is one, named by its stem.
        columns: Names of columns by what they hold: start, stop, behaviour, recording, rater; usual names are known.
        ignored: Behaviours whose rows are left out unread.

    Raises:
        LabelError: A column is missing, or a row makes no sense.
    """
    return [bout for path in paths for bout in _read(read_sheet(path), columns, set(ignored))]


def _read(sheet: Sheet, columns: Mapping[str, str], ignored: set[str]) -> list[TimedBout]:
    found = {what: _find(sheet, what, columns.get(what)) for what in _NAMES}
    bouts = []
    for line, row in sheet.rows:
        behaviour = row[str(found["behaviour"])]
        if behaviour in ignored:
            continue
        if not behaviour:
            raise LabelError("a bout of no behaviour", where=sheet.where(line), fix="name it, or remove the row")
        start, stop = (sheet.seconds(line, row, str(found[side])) for side in ("start", "stop"))
        if stop < start or start < 0:
            problem = f"a bout from {start:g} to {stop:g}"
            raise LabelError(
                problem, where=sheet.where(line), fix="correct the row: it begins at 0 or later, then ends"
            )
        recording, rater = found["recording"], found["rater"]
        bouts.append(
            TimedBout(
                recording=row[recording] if recording else sheet.path.stem,
                rater=row[rater] if rater else ONE_RATER,
                behaviour=behaviour,
                start=start,
                stop=stop,
                where=sheet.where(line),
            )
        )
    return bouts


def _find(sheet: Sheet, what: str, told: str | None) -> str | None:
    """The column that holds something; None where there is none and none is needed."""
    if told is not None and told not in sheet.header:
        raise LabelError(
            f"no column {told!r}", where=f"{sheet.path}, header", fix=f"its columns are: {', '.join(sheet.header)}"
        )
    plain = {name.casefold(): name for name in sheet.header}
    column = told or next((plain[name] for name in _NAMES[what] if name in plain), None)
    if column is None and what in _NEEDED:
        raise LabelError(
            f"which column holds the {what}?",
            where=f"{sheet.path}, header",
            fix=f"say so: --column {what}=NAME; its columns are: {', '.join(sheet.header)}",
        )
    return column
