"""Frames that wait to be looked at: bounded, and what has waited too long or is too much is dropped and counted."""

from __future__ import annotations

from collections import deque
from threading import Condition

from deg_live.capture import Capture
from deg_live.clock import Clock

MOST_BYTES = 256 << 20
"""Of pictures that wait, however many frames might."""


class WaitingFrames:
    """Between the thread that captures and the one that decides.

    Args:
        most: Frames that may wait; when one more comes, the oldest is dropped.
        longest_s: How long a frame may wait, seconds; longer only where it is the newest of all.
        clock: Tells the time.

    Attributes:
        n_dropped: Frames dropped so far.
    """

    def __init__(self, most: int, longest_s: float, clock: Clock) -> None:
        self._most, self._longest_s, self._clock = most, longest_s, clock
        self._dropped: deque[Capture] = deque()
        self._frames: deque[Capture] = deque()
        self._changed = Condition()
        self._closed = False
        self.n_dropped = 0

    def put(self, capture: Capture) -> None:
        """Let a frame wait. Never blocks: a camera does not."""
        with self._changed:
            self._frames.append(capture)
            while len(self._frames) > self._room(capture):
                self._drop()
            self._changed.notify()

    def _drop(self) -> None:
        self._dropped.append(self._frames.popleft().without_picture())
        self.n_dropped += 1

    def _room(self, capture: Capture) -> int:
        size = 0 if capture.picture is None else capture.picture.nbytes
        return self._most if not size else max(1, min(self._most, MOST_BYTES // size))

    def close(self) -> None:
        """Say that no more will come. What waits can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def take(self, most: int, timeout_s: float | None = None) -> list[Capture] | None:
        """The frames that have waited longest, in order, with those dropped before them; None when there will be none.

        Args:
            most: Frames with pictures, at the most; as many as a power of two says come.
            timeout_s: When to give up waiting, and return nothing.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._closed, timeout_s)
            too_old_s = self._clock.now() - self._longest_s
            while len(self._frames) > 1 and self._frames[0].captured_s < too_old_s:
                self._drop()
            if not self._frames and not self._dropped:
                return None if self._closed else []
            taken = list(self._dropped)
            self._dropped.clear()
            taken += [self._frames.popleft() for _ in range(power_of_two(min(most, len(self._frames))))]
            return taken


def power_of_two(n: int) -> int:
    """The largest up to `n`, 0 for 0: networks make ready for each number of frames anew, which can take seconds."""
    return 1 << (n.bit_length() - 1) if n else 0
