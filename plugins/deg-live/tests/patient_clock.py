"""A clock that nobody waits for."""

from __future__ import annotations


class PatientClock:
    """Passes only when somebody sleeps, or when a test lets it."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds
