"""Takes frames from their source, in a thread of its own, and hands each to whoever records and whoever decides."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from statistics import median
from threading import Event, Thread

from deg_core.api import VideoError

from deg_live.capture import Capture
from deg_live.clock import Clock
from deg_live.sources import Picture, Source

_GAP = 2.5
"""A pause of so many usual intervals is told as missing frames; cameras are not more even than that."""

_N_INTERVALS = 31
_LEAST_INTERVALS = 5


class Missing:
    """Finds frames that a source never gave, by the pauses between those that it did give."""

    def __init__(self) -> None:
        self._intervals_s: deque[float] = deque(maxlen=_N_INTERVALS)
        self._last_s: float | None = None

    def before(self, time_s: float) -> int:
        """How many are missing between the frame before and the one of this time, as far as can be known."""
        last_s, self._last_s = self._last_s, time_s
        if last_s is None:
            return 0
        interval_s = time_s - last_s
        usual_s = median(self._intervals_s) if len(self._intervals_s) >= _LEAST_INTERVALS else None
        if usual_s is not None and interval_s > _GAP * usual_s > 0:
            return round(interval_s / usual_s) - 1
        self._intervals_s.append(interval_s)
        return 0


class Capturing:
    """From the first frame to the end of the source, to an error, or until it is told to stop.

    Args:
        source: Gives the frames.
        hand_to: Each is called with every capture; none of them may block.
        clock: Tells when a frame came.
        say: Is told what is odd.
        seconds: When to end; None for never.

    Attributes:
        n_captured: Frames so far.
        n_missing: Frames that the source never gave, as far as can be known.
        error: Why it ended, if not in peace.
    """

    def __init__(
        self,
        source: Source,
        hand_to: list[Callable[[Capture], None]],
        clock: Clock,
        say: Callable[[str], None],
        seconds: float | None = None,
    ) -> None:
        self._source, self._hand_to, self._clock, self._say, self._seconds = source, hand_to, clock, say, seconds
        self._missing = Missing()
        self._stop = Event()
        self._first_s = 0.0
        self._size: tuple[int, ...] | None = None
        self.n_captured = self.n_missing = 0
        self.error: Exception | None = None

    def start(self, at_end: Callable[[], None]) -> Thread:
        """Begin in a thread.

        Args:
            at_end: Called when no frame will come any more, for whatever reason.
        """

        def work() -> None:
            try:
                self.run()
            finally:
                at_end()

        thread = Thread(target=work, name="capturing", daemon=True)  # a camera that hangs keeps no program alive
        thread.start()
        return thread

    def stop(self) -> None:
        """Let the frame that is awaited be the last."""
        self._stop.set()

    def run(self) -> None:
        """Hand on all frames. Whatever goes wrong is kept in `error`, so that what was captured is not lost."""
        try:
            while not self._stop.is_set() and (read := self._source.read()) is not None:
                if not self._take(*read):
                    break
        except Exception as error:  # noqa: BLE001 - raised by the main thread when all is saved
            self.error = error
        finally:
            self._source.close()

    def _take(self, taken_s: float, picture: Picture) -> bool:
        """Whether to go on."""
        if self._size is None:
            self._first_s, self._size = taken_s, picture.shape
        if picture.shape != self._size:
            raise self._changed(picture)
        n_missing = self._missing.before(taken_s)
        if n_missing:
            self.n_missing += n_missing
            self._say(f"{self._source.name}: about {n_missing} frames are missing before frame {self.n_captured}")
        capture = Capture(self.n_captured, taken_s - self._first_s, self._clock.now(), picture)
        if self._seconds is not None and capture.time_s >= self._seconds:
            return False
        self.n_captured += 1
        for hand in self._hand_to:
            hand(capture)
        return True

    def _changed(self, picture: Picture) -> VideoError:
        assert self._size is not None
        before, now = (f"{shape[1]} x {shape[0]}" for shape in (self._size, picture.shape))
        return VideoError(
            f"{self._source.name} changed from {before} to {now} pixels after {self.n_captured} frames",
            where="live",
            fix="what it showed until then is kept; set the source to one size and begin a new recording",
        )
