"""A live session from its first frame to its end, however it ends: what was captured and decided is kept."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

import numpy as np

from deg_live.capture import Capture
from deg_live.capturing import Capturing
from deg_live.clock import Clock
from deg_live.decision import Decision, Telling
from deg_live.ethogram_file import EthogramFile
from deg_live.kept import Kept
from deg_live.latency import Latency
from deg_live.outputs import Delivery
from deg_live.recording import Recorder
from deg_live.status import Counts, Recent, Status
from deg_live.views import View
from deg_live.waiting import WaitingFrames

if TYPE_CHECKING:
    from deg_core import LiveDecisions, LiveSession

MOST_TOGETHER = 32
"""Frames that are looked at in one call when the machine is behind."""

_HANG_S = 10.0
"""A source that hangs for so long at the end is left behind."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How a bound on latency is spent: what a decision waits for comes first; queueing and computing halve the rest.

    Attributes:
        bound_ms: From capture to decision, milliseconds.
        delay: Frames that have to come after one before it is decided.
        frames_per_second: Of the source, Hz.
    """

    bound_ms: float
    delay: int
    frames_per_second: float

    @property
    def delay_ms(self) -> float:
        """What the delay alone takes."""
        return 1000 * self.delay / self.frames_per_second

    @property
    def half_s(self) -> float:
        """Half of what is left, seconds; not above 0 where the bound cannot be kept."""
        return (self.bound_ms - self.delay_ms) / 2000

    @property
    def most_waiting(self) -> int:
        """Frames that may wait before the oldest is dropped."""
        return max(1, int(self.half_s * self.frames_per_second))

    def together(self, seconds_per_frame: float) -> int:
        """Frames to look at in one call: no more than can be decided in time, and one where there is no choice."""
        return max(1, min(MOST_TOGETHER, int(self.half_s / max(seconds_per_frame, 1e-6))))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a session is made of.

    Attributes:
        session: Decides.
        budget: Of latency.
        capturing: Where frames come from.
        waiting: Where they wait.
        recorder: Keeps them; None where they are not to be kept.
        ethogram: The table that grows.
        deliveries: Outputs.
        clock: Tells the time.
        view: Shows it.
    """

    session: LiveSession
    budget: Budget
    capturing: Capturing
    waiting: WaitingFrames
    recorder: Recorder | None
    ethogram: EthogramFile
    deliveries: Sequence[Delivery]
    clock: Clock
    view: View


class Running:
    """Decides about captures, and tells whoever wants to know.

    Args:
        parts: What does the work.

    Attributes:
        parts: The same.
        latency: Of all decisions so far.
        kept: All decisions so far.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._telling = Telling(parts.session.behaviours)
        self._undecided: deque[Capture] = deque()
        self._recent = Recent()
        self._seconds_per_frame = 0.0
        self.latency, self.kept = Latency(parts.budget.bound_ms), Kept()

    def run(self) -> None:
        """Go on until no frame will come any more, and decide about all that still wait for frames after them."""
        parts = self.parts
        while True:
            captures = parts.waiting.take(parts.budget.together(self._seconds_per_frame), 0.5)
            if captures is None:
                break
            if captures:
                self.step(captures)
            else:
                parts.view.show((), self.status())
        self._take(parts.session.finish())

    def step(self, captures: Sequence[Capture]) -> None:
        """Look at captures in a row; those without a picture were dropped."""
        began_s = self.parts.clock.now()
        self._undecided.extend(captures)
        n_seen = 0
        for came, group in groupby(captures, key=lambda capture: capture.picture is not None):
            row = list(group)
            if came:
                n_seen += len(row)
                self._take(self.parts.session.push(np.stack([each.picture for each in row])))
            else:
                self.parts.session.skip(len(row))
        if n_seen:
            took_s = (self.parts.clock.now() - began_s) / n_seen
            self._seconds_per_frame += (took_s - self._seconds_per_frame) / 4  # follows within some frames

    def _take(self, decisions: LiveDecisions) -> None:
        if decisions.stop == decisions.first:
            return
        now_s = self.parts.clock.now()
        captures = [self._undecided.popleft() for _ in range(decisions.stop - decisions.first)]
        told = list(self._telling.tell(decisions, captures, now_s))
        for decision in told:
            self._note(decision)
        self.parts.ethogram.add(decisions)
        self.kept.add(decisions, [capture.time_s for capture in captures])
        self.parts.view.show(told, self.status())

    def _note(self, decision: Decision) -> None:
        for delivery in self.parts.deliveries:
            delivery.put(decision)
        if decision.latency_ms is not None:
            self.latency.add(decision.latency_ms)
        self._recent.add(decision)

    def status(self) -> Status:
        """As of now."""
        parts, recent = self.parts, self._recent
        counts = Counts(
            captured=parts.capturing.n_captured,
            decided=recent.n_decided,
            dropped=parts.waiting.n_dropped,
            missing=parts.capturing.n_missing,
            unrecorded=0 if parts.recorder is None else parts.recorder.n_lost,
        )
        latency = self.latency.figures()
        return Status(recent.time_s, counts, latency, parts.budget.bound_ms, recent.present, recent.decisions)


def run_live(running: Running, prediction_path: Path) -> None:
    """Run a session to its end; whatever ends it, everything until then is on the disk.

    Args:
        running: A new session.
        prediction_path: The `.h5` file for what was decided.

    Raises:
        VideoError: The source dropped out, or changed.
    """
    parts = running.parts
    thread = None
    try:
        with _stopping(parts):
            thread = parts.capturing.start(parts.waiting.close)
            running.run()
    finally:
        parts.capturing.stop()
        if thread is not None:
            thread.join(_HANG_S)
        _save(running, prediction_path)
    if parts.capturing.error is not None:
        raise parts.capturing.error


@contextmanager
def _stopping(parts: Parts) -> Iterator[None]:
    """Let Ctrl-C, or the end of the machine's day, end the session in peace; a second time, at once."""

    def stop(number: int, _: object) -> None:
        parts.capturing.stop()
        for each in signals:
            signal.signal(each, before[each])
        parts.view.say(f"ending ({signal.Signals(number).name})")

    signals = (signal.SIGINT, signal.SIGTERM) if current_thread() is main_thread() else ()
    before = {each: signal.getsignal(each) for each in signals}
    for each in signals:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each in signals:
            signal.signal(each, before[each])


def _save(running: Running, prediction_path: Path) -> None:
    """Close every file, each whatever becomes of the others."""
    parts = running.parts
    with ExitStack() as stack:
        for delivery in parts.deliveries:
            stack.callback(delivery.close)
        if parts.recorder is not None:
            stack.callback(parts.recorder.close)
        stack.callback(parts.ethogram.close)
        if running.kept.n:
            running.kept.save(parts.session, prediction_path, parts.budget.frames_per_second)
