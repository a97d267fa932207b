from __future__ import annotations

from told import decision

from deg_live.latency import Latency
from deg_live.status import Counts, Recent, Status, draw_strip, sentence


def test_the_strip_shows_the_last_seconds_and_what_is_unknown() -> None:
    told = [decision(at, *(["walk"] if at >= 80 else []), decided=not 40 <= at < 60, rate=10.0) for at in range(101)]
    assert draw_strip("walk", told, 10, 10.0) == "····??··██"
    assert draw_strip("rear", told, 10, 10.0) == "····??····"
    assert draw_strip("walk", told[:51], 10, 5.0) == "     ····?"


def test_a_short_bout_is_seen_in_a_coarse_strip() -> None:
    told = [decision(at, *(["walk"] if at == 42 else []), rate=10.0) for at in range(101)]
    assert draw_strip("walk", told, 10, 10.0) == "····█·····"


def test_only_the_last_seconds_are_kept_and_what_was_present_last() -> None:
    recent = Recent()
    for at in range(1000):
        recent.add(decision(at, "walk", decided=at < 995, rate=10.0))
    assert len(recent.decisions) == 101
    assert recent.present == ("walk",)
    assert recent.n_decided == 995
    assert recent.time_s == 99.9


def test_a_moment_is_a_line() -> None:
    latency = Latency(300)
    for each in (100, 200, 400):
        latency.add(each)
    status = Status(12.4, Counts(372, 360, 5, 3, 0), latency.figures(), 300, ("walk",), [])
    assert sentence(status) == (
        "12 s, 372 frames, 360 decided, 5 dropped, 3 missing,"
        " latency 200 ms median, 400 ms 95 %, 400 ms maximum (bound 300 ms, 1 late)"
    )
    none = Status(0, Counts(0, 0, 0, 0, 2), Latency(300).figures(), 300, (), [])
    assert sentence(none).endswith("no decision yet (bound 300 ms), 2 not recorded")
