"""Shows on one line of a terminal how far a long job is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SECONDS_BETWEEN = 0.5


class OneLine:
    """Implements `deg_core.api.Progress` on stderr; silent where that is no terminal.

    Args:
        quiet: Whether it is silent in any case.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._shown = sys.stderr.isatty() and not quiet

    @contextmanager
    def task(self, description: str, total: int, done: int = 0) -> Iterator[_Counted]:
        """See `deg_core.api.Progress`."""
        counted = _Counted(description, total, done, shown=self._shown)
        try:
            yield counted
        finally:
            counted.wipe()


class _Counted:
    def __init__(self, description: str, total: int, done: int, *, shown: bool) -> None:
        self._description, self._total, self._done = description, total, done
        self._shown = shown
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
