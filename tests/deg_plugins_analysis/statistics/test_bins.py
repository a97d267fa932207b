from __future__ import annotations

from datetime import datetime
from math import isnan

import pytest

from deg_plugins_analysis.statistics.bins import over_day, over_recording


def test_stretches_hold_every_frame_once(see) -> None:
    bins = over_recording(see("one", rate=2.0, groom="#.##..#"), 1.5)
    assert [(each.start_s, each.stop_s) for each in bins] == [(0, 1.5), (1.5, 3.0), (3.0, 3.5)]
    assert [each.time_s for each in bins] == [1.0, 0.5, 0.5]
    assert [each.n_onsets for each in bins] == [2, 0, 1]
    assert bins[0].share == pytest.approx(2 / 3)
    assert bins[0].onsets_per_min == pytest.approx(80)


def test_a_stretch_that_nobody_scored_has_no_share(see) -> None:
    bins = over_recording(see("one", rate=1.0, groom="##  "), 2)
    assert bins[0].share == 1.0
    assert isnan(bins[1].share)
    assert isnan(bins[1].onsets_per_min)


def test_hours_of_the_day_go_on_after_midnight(see) -> None:
    found = over_day(see("one", rate=1 / 1800, groom="#.##"), datetime(2024, 5, 1, 23, 0))
    assert [(each.start_s / 3600, each.time_s) for each in found] == [(0, 3600.0), (23, 1800.0)]


def test_no_frames_are_no_stretches(see) -> None:
    assert over_recording(see("one", groom=""), 60) == []
