"""Writes ndx-ethogram, with pynwb.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import warnings
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from deg_core.api import LabelError, Labels, Timeline, find_runs
from numpy.typing import NDArray

from deg_nwb.settings import NwbSettings

_BEGINNING = datetime(2000, 1, 1, tzinfo=timezone.utc)


def write(path: Path, labels: Labels, settings: NwbSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`. Frames that are labelled for some behaviours only become absent for the others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pynwb's about its own next versions
        from pynwb import NWBHDF5IO

        file = _file_of(labels, settings, timeline)
        try:
            with NWBHDF5IO(str(path), "w") as io:
                io.write(file)
        except OSError as error:
            fix = "check that the folder is there, may be written and has room"
            raise LabelError(f"cannot be written: {error}", where=str(path), fix=fix) from error
    n_partly = int(((labels.marks == -1).any(axis=1) & ~_is_blank(labels.marks)).sum())
    return (
        (f"{n_partly} frames are labelled for some behaviours only; NWB shows the others as absent",)
        if n_partly
        else ()
    )


def _is_blank(marks_TK: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Frames in which nothing is labelled; shape (T,)."""
    blank: NDArray[np.bool_] = (marks_TK == -1).all(axis=1)
    return blank


def _file_of(labels: Labels, settings: NwbSettings, timeline: Timeline) -> Any:
    from ndx_ethogram import Ethogram, EthogramBouts
    from pynwb import NWBFile
    from pynwb.epoch import TimeIntervals

    file = NWBFile(
        session_description=f"ethogram of {timeline.name}",
        identifier=timeline.name or "recording",
        session_start_time=_BEGINNING,
    )
    catalogue = Ethogram(name="ethogram", description="behaviours that were looked for")
    for behaviour in labels.behaviours:
        catalogue.add_row(behavior=behaviour, definition="")
    observed = TimeIntervals(name="observed", description="spans in which somebody looked")
    for start, stop in find_runs(~_is_blank(labels.marks)).tolist():
        observed.add_row(start_time=timeline.time_at(start), stop_time=timeline.time_at(stop))
    bouts = EthogramBouts(
        name="bouts",
        description="one row per bout",
        labeling_method="manual",
        ethogram=catalogue,
        observation_intervals=observed,
        **({"annotator": settings.annotator} if settings.annotator else {}),
    )
    for start, stop, behaviour in _bouts(labels):
        bouts.add_row(
            start_time=timeline.time_at(start) + settings.time_offset_s,
            stop_time=timeline.time_at(stop) + settings.time_offset_s,
            label=behaviour,
        )
    module = file.create_processing_module(name="behavior", description="labels")
    for table in (catalogue, observed, bouts):
        module.add(table)
    return file


def _bouts(labels: Labels) -> list[tuple[int, int, str]]:
    return sorted(
        (start, stop, behaviour)
        for behaviour, column in zip(labels.behaviours, labels.marks.T, strict=True)
        for start, stop in find_runs(column == 1).tolist()
    )
