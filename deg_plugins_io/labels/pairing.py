"""Starts and stops of states, row by row, on their way to bouts."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from deg_core.api import LabelError
from deg_plugins_io.labels.said import Event, Mark

log = logging.getLogger(__name__)


def pair(events: Iterable[Event], path: Path, program: str) -> list[Mark]:
    """Bouts and points of one observation; a START that never stops lasts to the end, which is reported.

    Args:
        events: In any order.
        path: The file, for messages.
        program: Where somebody can correct it.

    Raises:
        LabelError: A state stops without having started, starts twice, or an event is of no known kind.
    """
    return list(_pair(sorted(events, key=lambda event: event.time), path, program))


def _pair(events: Iterable[Event], path: Path, program: str) -> Iterator[Mark]:
    running: dict[tuple[object, ...], Event] = {}
    for event in events:
        state = (event.behaviour, event.subject, event.annotator, event.modifiers)
        kind = event.kind
        if kind == "TOGGLE":
            kind = "STOP" if state in running else "START"
        if kind == "POINT":
            yield _mark(event, event.time, is_point=True)
        elif kind == "START" and state not in running:
            running[state] = event
        elif kind == "STOP" and state in running:
            started = running.pop(state)
            yield replace(_mark(started, event.time), place=f"{started.place} to {event.place}")
        else:
            raise _out_of_place(event, path, program)
    for event in running.values():
        log.warning("%s, %s: %r starts and never stops; it lasts to the end", path, event.place, event.behaviour)
        yield _mark(event, math.inf)


def _mark(event: Event, stop: float, *, is_point: bool = False) -> Mark:
    return Mark(
        event.behaviour, event.time, stop, event.place, event.subject, event.annotator, event.modifiers, is_point
    )


def _out_of_place(event: Event, path: Path, program: str) -> LabelError:
    problems = {
        "START": f"{event.behaviour!r} starts again before it stops",
        "STOP": f"{event.behaviour!r} stops without having started",
    }
    problem = problems.get(event.kind, f"an event of kind {event.kind!r}, not START, STOP or POINT")
    return LabelError(problem, where=f"{path}, {event.place}", fix=f"correct the observation in {program}")
