"""Frames that wait to be looked at: bounded, and when there are too many the oldest are dropped and counted."""

from __future__ import annotations

from collections import deque
from threading import Condition

from deg_live.capture import Capture

MOST_BYTES = 256 << 20
"""Of pictures that wait, however many frames might."""


class WaitingFrames:
    """Between the thread that captures and the one that decides.

    Args:
        most: Frames that may wait; when one more comes, the oldest is dropped.

    Attributes:
        n_dropped: Frames dropped so far.
    """

    def __init__(self, most: int) -> None:
        self._most = most
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
                self._dropped.append(self._frames.popleft().without_picture())
                self.n_dropped += 1
            self._changed.notify()

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
            most: Frames with pictures, at the most.
            timeout_s: When to give up waiting, and return nothing.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._closed, timeout_s)
            if not self._frames and not self._dropped:
                return None if self._closed else []
            taken = list(self._dropped)
            self._dropped.clear()
            taken += [self._frames.popleft() for _ in range(min(most, len(self._frames)))]
            return taken
