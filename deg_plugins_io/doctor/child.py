"""Looks at videos in a process of its own, so that one that crashes or stalls a decoder ends there."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from deg_plugins_io.doctor.examination import Diagnosis, examine
from deg_plugins_io.doctor.facts import unwatched
from deg_plugins_io.doctor.findings import Finding

_STALL_S = 60.0
"""Without a frame for so long, a decoder is taken for stuck."""
_START_S = 120.0
_REPORT_S = 0.25


def examine_all(
    paths: Sequence[Path],
    settings: Mapping[str, Any],
    count: Callable[[int], object] = unwatched,
    look: Callable[..., Diagnosis] = examine,
    stall_s: float = _STALL_S,
) -> Iterator[Diagnosis]:
    """Look at videos one after the other, in one process as long as it lives.

    Args:
        paths: The videos.
        settings: Of their reader.
        count: Called now and then with the number of frames looked at in the present video.
        look: What is called in the process, with path, settings and a function to report to.
        stall_s: Seconds without a frame after which a video is given up.

    Yields:
        What was found in each; one that killed the process, or stalled it, is a finding too.
    """
    waiting = list(paths)
    while waiting:
        with _child(waiting, settings, look) as connection:
            while waiting:
                answer = _next_answer(connection, count, stall_s)
                path = waiting.pop(0)
                yield _given_up(path, answer) if isinstance(answer, str) else answer
                if isinstance(answer, str):
                    break


@contextmanager
def _child(paths: Sequence[Path], settings: Mapping[str, Any], look: Callable[..., Diagnosis]) -> Iterator[Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process: SpawnProcess = context.Process(target=_serve, args=(theirs, list(paths), settings, look), daemon=True)
    process.start()
    theirs.close()  # so that the pipe ends when the process does
    ours.poll(_START_S)  # until it has imported what it needs
    try:
        yield ours
    finally:
        process.kill()
        process.join()
        ours.close()


def _serve(
    connection: Connection, paths: Sequence[Path], settings: Mapping[str, Any], look: Callable[..., Any]
) -> None:
    connection.send(0)
    for path in paths:
        connection.send(look(path, settings, _Reporter(connection)))


class _Reporter:
    """Says how many frames were looked at, not too often."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = time.monotonic()

    def __call__(self, frames: int) -> None:
        now = time.monotonic()
        if now - self._last > _REPORT_S:
            self._last = now
            self._connection.send(frames)


def _next_answer(connection: Connection, count: Callable[[int], object], stall_s: float) -> Diagnosis | str:
    """What was found, or how the process came to its end."""
    while connection.poll(stall_s):
        try:
            answer = connection.recv()
        except (EOFError, ConnectionError):
            return "the decoder crashed on this file"
        if isinstance(answer, Diagnosis):
            return answer
        count(answer)
    return f"the decoder gave no frame for {stall_s:g} s"


def _given_up(path: Path, what: str) -> Diagnosis:
    fix = "the file is damaged: copy it again, or write it anew with a video converter; tell deg's developers"
    return Diagnosis(
        str(path), findings=(Finding("unreadable", "error", what, "would end with it: leave it out", fix),)
    )
