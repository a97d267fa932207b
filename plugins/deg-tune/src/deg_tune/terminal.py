"""Shows on one line of a terminal how far a trial's training is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SECONDS_BETWEEN = 0.5


class OneLine:
    """Implements `deg_core.api.Progress` on stderr; silent where that is no terminal."""

    @contextmanager
    def task(self, description: str, total: int, done: int = 0) -> Iterator[_Counted]:
        """See `deg_core.api.Progress`."""
        counted = _Counted(description, total, done)
        try:
            yield counted
        finally:
            counted.wipe()


class _Counted:
    def __init__(self, description: str, total: int, done: int) -> None:
        self._description, self._total, self._done = description, total, done
        self._shown = sys.stderr.isatty()
        self._last = 0.0

    def advance(self, n: int = 1, note: str = "") -> None:
        self._done += n
        if self._shown and time.monotonic() - self._last > _SECONDS_BETWEEN:
            self._last = time.monotonic()
            sys.stderr.write(f"\r\x1b[K{self._description} {self._done}/{self._total}  {note}"[:100])
            sys.stderr.flush()

    def wipe(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
