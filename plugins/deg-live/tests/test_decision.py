from __future__ import annotations

import json

import numpy as np
from deg_core import LiveDecisions

from deg_live.capture import Capture
from deg_live.decision import Decision, Telling

BEHAVIOURS = ("walk", "rear")


def tell(telling: Telling, marks: list[list[int]], first: int = 0, now_s: float = 10.0) -> list[Decision]:
    """Decisions by marks of 1 and 0, -1 for dropped frames."""
    table = np.array(marks)
    decided = (table >= 0).all(axis=1)
    probabilities = np.where(decided[:, None], table * 0.75, np.nan).astype(np.float32)
    captures = [Capture(first + at, (first + at) / 10, 9.5, None) for at in range(len(marks))]
    decisions = LiveDecisions(first, probabilities, probabilities, table == 1, decided)
    return list(telling.tell(decisions, captures, now_s))


def test_what_starts_and_stops_is_told_over_the_ends_of_blocks() -> None:
    telling = Telling(BEHAVIOURS)
    told = tell(telling, [[0, 0], [1, 0], [1, 1]]) + tell(telling, [[0, 1]], first=3)
    assert [each.present for each in told] == [(), ("walk",), ("walk", "rear"), ("rear",)]
    assert [each.started for each in told] == [(), ("walk",), ("rear",), ()]
    assert [each.stopped for each in told] == [(), (), (), ("walk",)]
    assert [each.frame for each in told] == [0, 1, 2, 3]
    assert told[3].time_s == 0.3
    assert told[0].latency_ms == 500


def test_nothing_is_said_of_dropped_frames_and_bouts_go_on_over_them() -> None:
    told = tell(Telling(BEHAVIOURS), [[1, 0], [-1, -1], [1, 0], [-1, -1], [0, 0]])
    assert [each.decided for each in told] == [True, False, True, False, True]
    assert [each.started for each in told] == [("walk",), (), (), (), ()]
    assert [each.stopped for each in told] == [(), (), (), (), ("walk",)]
    assert told[1].latency_ms is None


def test_a_decision_is_a_line_of_json() -> None:
    seen, dropped = tell(Telling(BEHAVIOURS), [[1, 0], [-1, -1]])
    assert json.loads(seen.as_json()) == {
        "frame": 0,
        "time_s": 0.0,
        "latency_ms": 500.0,
        "decided": True,
        "present": ["walk"],
        "started": ["walk"],
        "stopped": [],
        "probabilities": {"walk": 0.75, "rear": 0.0},
    }
    assert json.loads(dropped.as_json())["probabilities"] == {}
    assert "\n" not in seen.as_json()
