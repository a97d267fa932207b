from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_analysis.statistics.bins import over_recording
from deg_plugins_analysis.statistics.courses import courses


def test_stretches_are_averaged_over_animals_and_not_over_recordings(see) -> None:
    seen = {"a1": "##..", "a2": "##..", "b1": "...."}
    bins = [each for name, text in seen.items() for each in over_recording(see(name, rate=1.0, groom=text), 2)]
    animals = {"a1": "a", "a2": "a", "b1": "b"}
    points = courses("all", bins, animals, dict.fromkeys(seen, "all"), np.random.default_rng(0))
    assert [(point.start_s, point.share_mean, point.n_animals) for point in points] == [(0, 0.5, 2), (2, 0.0, 2)]
    assert points[0].onsets_per_min_mean == pytest.approx(15)
    assert (points[0].share_low, points[0].share_high) == (0.0, 1.0)
