"""Shows long jobs on stderr: bars with the time left in a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from deg_core.progress import Task

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SECONDS_BETWEEN_LINES = 10.0


class RichProgress:
    """Implements `deg_core.progress.Progress`. Tasks may be begun within tasks."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, markup=False, highlight=False, emoji=False)
        self._bars: Progress | None = None

    @contextmanager
    def task(self, description: str, total: int, done: int = 0) -> Iterator[Task]:
        """Begin a task of `total` steps, `done` of which were finished earlier; leaving the context ends it."""
        if self._console.is_terminal:
            with self._bar(description, total, done) as bar:
                yield bar
        else:
            lines = _Lines(description, total, done)
            yield lines
            lines.close()

    @contextmanager
    def _bar(self, description: str, total: int, done: int) -> Iterator[Task]:
        outermost = self._bars is None
        bars = self._bars if self._bars is not None else self._open()
        row = bars.add_task(description, total=total, completed=done, note="")
        try:
            yield _Bar(bars, row)
        finally:
            if outermost:
                bars.stop()  # what it shows last stays on the screen
                self._bars = None
            else:
                bars.remove_task(row)

    def _open(self) -> Progress:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.fields[note]}", markup=False),
            console=self._console,
            redirect_stdout=False,  # else results would go where the bars go, to stderr
        )
        self._bars.start()
        return self._bars


class _Bar:
    """One row of bars."""

    def __init__(self, bars: Progress, row: TaskID) -> None:
        self._bars = bars
        self._row = row

    def advance(self, n: int = 1, note: str = "") -> None:
        """Count n more steps done; an empty note leaves the last one."""
        if note:
            self._bars.update(self._row, advance=n, note=note)
        else:
            self._bars.update(self._row, advance=n)


class _Lines:
    """One task as lines of a log, no more than one in ten seconds."""

    def __init__(self, description: str, total: int, done: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._description = description
        self._total = total
        self._begun_with = done
        self._done = done
        self._note = ""
        self._clock = clock
        self._began = self._last = clock()

    def advance(self, n: int = 1, note: str = "") -> None:
        """Count n more steps done; an empty note leaves the last one."""
        self._done += n
        self._note = note or self._note
        now = self._clock()
        if now - self._last >= _SECONDS_BETWEEN_LINES and self._done < self._total:
            self._last = now
            self._write(f"{self._done}/{self._total}", f"{_as_time(self._seconds_left(now))} left")

    def close(self) -> None:
        """Write the last line."""
        self._write(f"{self._done}/{self._total}", f"took {_as_time(self._clock() - self._began)}")

    def _seconds_left(self, now: float) -> float:
        advanced = max(self._done - self._begun_with, 1)
        return (now - self._began) / advanced * (self._total - self._done)

    def _write(self, *parts: str) -> None:
        click.echo(f"{self._description}: {', '.join(part for part in (*parts, self._note) if part)}", err=True)


def _as_time(seconds: float) -> str:
    """Hours, minutes and seconds, as `0:01:23`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
