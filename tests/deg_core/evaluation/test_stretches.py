from __future__ import annotations

import numpy as np
import pytest

from deg_core.data.scored_stretch import ScoredStretch
from deg_core.evaluation.stretches import score_stretches
from deg_core.testing.fake_scoring import fake_metric


def stretch(recording: str, n_wrong: int, n_frames: int = 40) -> ScoredStretch:
    labels = (np.arange(n_frames) // 5 % 2).astype(np.int8)[:, None]
    present = labels == 1
    present[:n_wrong] = ~present[:n_wrong]
    return ScoredStretch(recording, present.astype(np.float32), present, labels, 10.0)


def test_frames_and_bouts_of_all_stretches_are_scored_together() -> None:
    report = score_stretches([stretch("a", 0), stretch("b", 20), stretch("a", 0)], ["walk"], [fake_metric], 0, 100)
    card = report.scores["fake-agreement"]
    assert card.overall == pytest.approx(100 / 120)
    assert report.n_frames == 120
    assert report.recordings == ("a", "b")
    assert (report.resampled, report.n_units) == ("recordings", 2)
    # Drawn anew, recording a (80 frames, all right) or b (40, half of them) may come twice.
    assert card.overall_interval == pytest.approx((0.5, 1.0))
    assert report.bouts is not None
    assert report.bouts.per_behaviour["walk"].labelled == 12
    assert report.bouts.per_behaviour["walk"].f1_interval[2] is not None


def test_without_resamples_there_are_no_intervals() -> None:
    report = score_stretches([stretch("a", 0), stretch("b", 20)], ["walk"], [fake_metric], 0, 0)
    assert report.scores["fake-agreement"].overall_interval is None
    assert (report.resampled, report.n_units) == ("", 0)
    assert report.bouts is not None
    assert report.bouts.per_behaviour["walk"].f1_interval == (None, None, None)
