from __future__ import annotations

import numpy as np

from deg_live import waiting
from deg_live.capture import Capture
from deg_live.waiting import WaitingFrames


def capture(frame: int, n_bytes: int = 3) -> Capture:
    return Capture(frame, frame / 30, 0.0, np.zeros((1, n_bytes // 3, 3), dtype=np.uint8))


def taken(frames: WaitingFrames, most: int = 100) -> list[tuple[int, bool]]:
    return [(each.frame, each.picture is not None) for each in frames.take(most, 0) or ()]


def test_frames_come_out_as_they_went_in_and_not_more_than_wanted() -> None:
    frames = WaitingFrames(10)
    for frame in range(5):
        frames.put(capture(frame))
    assert taken(frames, 3) == [(0, True), (1, True), (2, True)]
    assert taken(frames) == [(3, True), (4, True)]
    assert frames.n_dropped == 0


def test_the_oldest_are_dropped_and_told_in_their_place() -> None:
    frames = WaitingFrames(2)
    for frame in range(5):
        frames.put(capture(frame))
    assert frames.n_dropped == 3
    assert taken(frames, 1) == [(0, False), (1, False), (2, False), (3, True)]
    for frame in range(5, 8):
        frames.put(capture(frame))
    assert taken(frames) == [(4, False), (5, False), (6, True), (7, True)]


def test_memory_has_a_bound_too(monkeypatch) -> None:
    monkeypatch.setattr(waiting, "MOST_BYTES", 3_000)
    frames = WaitingFrames(100)
    for frame in range(5):
        frames.put(capture(frame, 1_500))
    assert taken(frames) == [(0, False), (1, False), (2, False), (3, True), (4, True)]
    frames.put(capture(5, 30_000))
    assert taken(frames) == [(5, True)]


def test_what_waits_when_it_is_closed_can_still_be_taken() -> None:
    frames = WaitingFrames(5)
    assert frames.take(1, 0) == []
    frames.put(capture(0))
    frames.close()
    assert taken(frames) == [(0, True)]
    assert frames.take(1) is None
