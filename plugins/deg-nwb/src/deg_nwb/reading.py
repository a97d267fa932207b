"""Reads bouts from NWB files with h5py: nothing in the file is run, no link into another file is followed.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from deg_core.api import LabelError, Labels, OtherFormatError, Timeline, open_hdf5

from deg_nwb.settings import NwbSettings

_USUAL = ("label", "behaviorName", "behavior", "behaviour")
_SNAP = 1e-3
_MOST_ROWS = 10_000_000
_MOST_BEHAVIOURS = 1000


@dataclass(frozen=True, slots=True)
class _Bouts:
    """Spans in seconds, their behaviours, what was looked for, and where; None for everywhere."""

    spans_s: list[tuple[float, float]]
    names: list[str]
    looked_for: tuple[str, ...]
    observed_s: list[tuple[float, float]] | None


def read(path: Path, settings: NwbSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
    """See `ReadLabels`."""
    if timeline is None:
        fix = "give its video along with the labels"
        raise LabelError("bouts do not tell how long the recording is", where=str(path), fix=fix)
    if not path.is_file() or not h5py.is_hdf5(path):
        raise OtherFormatError("not an NWB file", where=str(path), fix="choose the format that the file is in")
    try:
        with open_hdf5(path) as file:
            bouts = _bouts_of(file, settings, path)
    except LabelError:
        raise
    except Exception as error:  # a damaged file ends in any kind of error in HDF5
        said = f"{type(error).__name__}: {str(error)[:100]}"
        raise LabelError(f"cannot be read: {said}", where=str(path), fix="copy it again") from error
    return _painted(bouts, timeline, behaviours, path, settings.time_offset_s)


def _bouts_of(file: h5py.File, settings: NwbSettings, path: Path) -> _Bouts:
    table = _choose_table(file, settings, path)
    column = _choose_column(table, settings, path)
    catalogue, observed = _linked(table, "ethogram", path), _linked(table, "observation_intervals", path)
    looked_for = tuple(_texts(catalogue["behavior"], path)) if catalogue is not None else ()
    return _Bouts(
        _spans(table, path),
        _texts(table[column], path),
        looked_for,
        None if observed is None else _spans(observed, path),
    )


def _choose_table(file: h5py.File, settings: NwbSettings, path: Path) -> h5py.Group:
    found: list[str] = []

    def look(name: str, thing: Any) -> None:
        if isinstance(thing, h5py.Group) and {"start_time", "stop_time"} <= set(thing) and _text_columns(thing):
            found.append(name)

    file.visititems(look)  # which does not follow links
    if settings.table is not None and settings.table.strip("/") in found:
        return file[settings.table.strip("/")]
    if not found:
        raise OtherFormatError("holds no named intervals", where=str(path), fix="choose the format that the file is in")
    if settings.table is None and len(found) == 1:
        return file[found[0]]
    problem = f"holds {len(found)} tables" if settings.table is None else f"holds no table {settings.table!r}"
    raise LabelError(problem, where=str(path), fix=f"choose with the setting `table` among: {', '.join(found)}")


def _text_columns(table: h5py.Group) -> list[str]:
    return [
        name
        for name in table
        if isinstance(table.get(name, getlink=True), h5py.HardLink)
        and isinstance(table[name], h5py.Dataset)
        and h5py.check_string_dtype(table[name].dtype) is not None
    ]


def _choose_column(table: h5py.Group, settings: NwbSettings, path: Path) -> str:
    names = _text_columns(table)
    usual = [name for name in _USUAL if name in names]
    wanted = settings.column or (usual[0] if len(usual) == 1 else names[0] if len(names) == 1 else None)
    if wanted in names:
        return str(wanted)
    fix = f"choose with the setting `column` among: {', '.join(names)}"
    raise LabelError("which column names the behaviours?", where=f"{path}, {table.name}", fix=fix)


def _linked(table: h5py.Group, name: str, path: Path) -> h5py.Group | None:
    link = table.get(name, getlink=True) if name in table else None
    if isinstance(link, h5py.ExternalLink):
        raise LabelError(f"{name} lies in another file", where=str(path), fix="export the file with all it links to")
    return None if link is None else table[name]


def _stored(data: h5py.Dataset, path: Path) -> Any:
    if data.size > _MOST_ROWS:
        fix = "the file is damaged: export it again"
        raise LabelError(f"{data.name} claims {data.size:,} rows", where=str(path), fix=fix)
    if data.external or data.is_virtual:
        raise LabelError(
            f"{data.name} lies in another file", where=str(path), fix="export the file with all it links to"
        )
    return data[()]


def _texts(data: h5py.Dataset, path: Path) -> list[str]:
    return [each.decode() if isinstance(each, bytes) else str(each) for each in np.atleast_1d(_stored(data, path))]


def _spans(table: h5py.Group, path: Path) -> list[tuple[float, float]]:
    starts, stops = (np.atleast_1d(_stored(table[name], path)).astype(float) for name in ("start_time", "stop_time"))
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def _painted(bouts: _Bouts, timeline: Timeline, behaviours: tuple[str, ...], path: Path, offset_s: float) -> Labels:
    """1 in bouts, 0 elsewhere, -1 where nobody looked."""
    wanted = [name for name in behaviours if name in bouts.looked_for] if bouts.looked_for else list(behaviours)
    names = tuple(dict.fromkeys([*(wanted if behaviours else bouts.looked_for), *bouts.names]))
    if len(names) > _MOST_BEHAVIOURS or not all(map(_is_name, names)):
        fix = "choose the column that names behaviours, with the setting `column`"
        raise LabelError("names too many behaviours, or one of no name in a line", where=str(path), fix=fix)
    marks_TK = np.zeros((timeline.n_frames, len(names)), dtype=np.int8)
    end_s, frame_s = timeline.time_at(timeline.n_frames), 1 / timeline.frames_per_second
    for number, ((start_s, stop_s), name) in enumerate(zip(bouts.spans_s, bouts.names, strict=True)):
        start_s, stop_s = start_s - offset_s, stop_s - offset_s
        if not (-frame_s * (1 + _SNAP) <= start_s <= stop_s <= end_s + frame_s * (1 + _SNAP)):
            raise LabelError(
                f"a bout of {name!r} from {start_s:g} to {stop_s:g} s in a recording of {end_s:.3f} s",
                where=f"{path}, row {number}, for {timeline.name}",
                fix="check that the file belongs to this recording, and set `time_offset_s` if its times run ahead",
            )
        start, stop = timeline.span_of(start_s, stop_s)
        start = min(start, timeline.n_frames - 1)
        marks_TK[start : max(stop, start + 1), names.index(name)] = 1
    if bouts.observed_s is not None:
        is_seen = np.zeros(timeline.n_frames, dtype=bool)
        for start_s, stop_s in bouts.observed_s:
            if not start_s <= stop_s:  # also where one is no number
                fix = "correct the table that `observation_intervals` names"
                raise LabelError(f"observed from {start_s:g} to {stop_s:g} s", where=str(path), fix=fix)
            start, stop = timeline.span_of(start_s - offset_s, stop_s - offset_s)
            is_seen[start:stop] = True
        marks_TK[~is_seen] = np.where(marks_TK[~is_seen] == 1, 1, -1)
    return Labels(marks_TK, names, timeline.frames_per_second)


def _is_name(text: str) -> bool:
    return bool(text) and not any(unicodedata.category(letter) == "Cc" for letter in text)
