from __future__ import annotations

import pytest

from deg_core.api import ProjectError
from deg_plugins_figures.moments import clock, find_span, frame_of, time_ticks


@pytest.mark.parametrize(
    ("moment", "frame"),
    [
        ("75", 2250),
        ("75.5s", 2265),
        ("1:15.5", 2265),
        ("1:00:00", 108_000),
        ("2250f", 2250),
        (" 0 ", 0),
        ("0:07", 210),
    ],
)
def test_a_moment_is_seconds_a_clock_or_a_frame(moment: str, frame: int) -> None:
    assert frame_of(moment, 30.0, where="--start") == frame


@pytest.mark.parametrize("moment", ["", "soon", "1:2:3:4", "3.5f", "nan", "inf", "1:"])
def test_what_is_no_time_is_refused_with_the_ways_to_write_one(moment: str) -> None:
    with pytest.raises(ProjectError) as caught:
        frame_of(moment, 30.0, where="--start")
    assert "--start" in str(caught.value)
    assert "2250f" in caught.value.fix


def test_a_span_without_limits_is_the_whole_recording() -> None:
    assert find_span(None, None, 300, 30.0, where="mouse") == (0, 300)


def test_a_span_is_cut_at_the_end_of_the_recording() -> None:
    assert find_span("5", "1:00", 300, 30.0, where="mouse") == (150, 300)


@pytest.mark.parametrize(("start", "stop"), [("5", "5"), ("5", "4"), ("10", None), ("-1", "3"), (None, "0")])
def test_an_empty_span_is_refused(start: str | None, stop: str | None) -> None:
    with pytest.raises(ProjectError, match="no frames") as caught:
        find_span(start, stop, 300, 30.0, where="mouse")
    assert caught.value.where == "mouse"
    assert "300 frames, 0:10.0 min" in caught.value.fix


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [(0, 0, "0:00"), (65, 0, "1:05"), (59.96, 1, "1:00.0"), (3661.25, 2, "61:01.25"), (5.5, 1, "0:05.5")],
)
def test_a_clock_carries_what_it_rounds(seconds: float, decimals: int, text: str) -> None:
    assert clock(seconds, decimals) == text


def test_ticks_are_round_few_and_inside() -> None:
    times, words = time_ticks(3.0, 64.0, at_most=8)
    assert times == [10, 20, 30, 40, 50, 60] or times == [15, 30, 45, 60]
    assert words[-1] == "1:00"


@pytest.mark.parametrize("length_s", [0.03, 0.5, 3, 30, 3600, 400_000])
def test_ticks_are_never_too_many(length_s: float) -> None:
    times, _ = time_ticks(0.0, length_s, at_most=8)
    assert 1 <= len(times) <= 9
