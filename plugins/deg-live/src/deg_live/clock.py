"""Time, in one place, so that tests need not wait for it."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class MachineClock:
    """The clock of the machine."""

    def now(self) -> float:
        """See `Clock`."""
        return time.perf_counter()

    def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        time.sleep(seconds)
