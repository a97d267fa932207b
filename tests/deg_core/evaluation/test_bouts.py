from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.evaluation.bouts import Stretch, edit_score, score_bouts
from deg_core.evaluation.report import BoutCard, BoutReport


def stretch(present: object, labels: object, units: object = None, rate: float = 10.0) -> Stretch:
    decided = np.array(present, dtype=bool).T.reshape(len(np.array(present).T), -1)
    marks = np.array(labels, dtype=np.int8).T.reshape(decided.shape)
    of = np.zeros(len(marks), dtype=np.int64) if units is None else np.array(units)
    return Stretch(decided, marks, of, rate)


def frames(n: int, *bouts: tuple[int, int]) -> list[int]:
    present = np.zeros(n, dtype=int)
    for start, stop in bouts:
        present[start:stop] = 1
    return present.tolist()


def card(*stretches: Stretch, n_resamples: int = 0) -> BoutCard:
    return report(*stretches, n_resamples=n_resamples).per_behaviour["walk"]


def report(*stretches: Stretch, n_resamples: int = 0) -> BoutReport:
    names = ("walk", "rear", "groom")[: stretches[0].labels.shape[1]]
    return score_bouts(stretches, names, 0, n_resamples)


def test_bouts_count_as_found_where_they_overlap_enough() -> None:
    # 10 of 10 frames; 5 of 20; 2 of 12: overlaps 1, 0.25 and 0.17; and one that nobody labelled.
    labels = frames(100, (10, 20), (30, 50), (60, 71))
    present = frames(100, (10, 20), (30, 35), (69, 72), (80, 90))
    found = card(stretch(present, labels))
    assert (found.labelled, found.predicted) == (3, 4)
    assert found.f1 == pytest.approx((6 / 7, 4 / 7, 2 / 7))
    assert found.in_pieces == 0
    assert found.joining == 0


def test_onsets_and_offsets_are_late_in_seconds() -> None:
    labels = frames(100, (10, 20), (40, 60), (70, 90))
    present = frames(100, (12, 21), (41, 57), (67, 90))
    found = card(stretch(present, labels))
    assert found.onset_shift_s == pytest.approx(0.1)  # 2, 1 and -3 frames at 10 Hz
    assert found.onset_error_s == pytest.approx(0.2)
    assert found.offset_shift_s == pytest.approx(0.0)  # 1, -3 and 0
    assert found.offset_error_s == pytest.approx(0.1)


def test_a_bout_that_is_cut_off_has_no_onset_there() -> None:
    labels = frames(30, (0, 10), (20, 30))
    present = frames(30, (0, 12), (24, 30))
    found = card(stretch(present, labels))
    assert (found.onset_shift_s, found.offset_shift_s) == pytest.approx((0.4, 0.2))
    unlabelled = np.array(labels)
    unlabelled[15:20] = -1  # now the second bout begins where labels do
    assert card(stretch(present, unlabelled)).onset_shift_s is None


def test_pieces_and_joins_are_told_apart() -> None:
    labels = frames(100, (0, 30), (50, 60), (65, 75))
    present = frames(100, (0, 10), (12, 20), (22, 30), (50, 75))
    found = card(stretch(present, labels))
    assert found.in_pieces == pytest.approx(1 / 3)
    assert found.joining == pytest.approx(1 / 4)


def test_frames_without_a_label_play_no_part() -> None:
    labels = np.array(frames(60, (10, 20)))
    labels[30:] = -1
    found = card(stretch(frames(60, (10, 20), (25, 50)), labels))
    assert (found.labelled, found.predicted) == (1, 2)
    assert card(stretch(frames(60, (10, 20), (35, 50)), labels)).f1 == (1.0, 1.0, 1.0)


def test_a_behaviour_that_never_happens_is_undefined_however_often_it_is_predicted() -> None:
    found = card(stretch(frames(50, (5, 9)), frames(50)), n_resamples=20)
    assert (found.labelled, found.predicted) == (0, 1)
    assert found.f1 == found.f1_chance == found.f1_interval == (None, None, None)
    assert found.in_pieces is None
    assert found.onset_error_s is None
    never = card(stretch(frames(50), frames(50, (5, 9))))
    assert never.f1 == (0.0, 0.0, 0.0)
    assert never.joining is None


def test_a_behaviour_without_a_single_label_is_undefined() -> None:
    whole = report(stretch(frames(20, (3, 9)), [-1] * 20), n_resamples=10)
    assert whole.edit is None
    assert whole.f1 == (None, None, None)


def test_the_overall_score_is_the_mean_over_behaviours_that_happen() -> None:
    labels = [frames(60, (0, 9)), frames(60, (20, 30)), frames(60)]
    present = [frames(60, (0, 9)), frames(60), frames(60, (1, 5))]
    assert report(stretch(present, labels)).f1 == (0.5, 0.5, 0.5)


def test_a_random_prediction_scores_as_chance_does() -> None:
    rng = np.random.default_rng(0)

    def track() -> NDArray[np.int64]:
        return np.repeat(np.arange(400) % 2, rng.integers(5, 40, 400))[:4000]

    labels = track()
    found = report(stretch(track(), labels))
    assert found.f1[2] == pytest.approx(found.f1_chance[2], abs=0.06)
    perfect = report(stretch(labels, labels))
    assert perfect.f1 == (1.0, 1.0, 1.0)
    assert perfect.edit == 1.0
    assert all(value is not None and value < 0.6 for value in perfect.f1_chance[2:])


def test_intervals_are_over_recordings_and_not_over_bouts() -> None:
    often = frames(200, *((start, start + 5) for start in range(0, 200, 10)))
    good = stretch(often, often)
    bad = stretch(frames(200), often, np.ones(200, dtype=np.int64))
    found = card(good, bad, n_resamples=200)
    assert found.f1[2] == pytest.approx(2 / 3)
    assert found.f1_interval[2] == (0.0, 1.0)
    assert card(good, good, n_resamples=50).f1_interval[2] == (1.0, 1.0)


def test_what_happens_at_a_time_is_one_event() -> None:
    labels = [[1, 1, 0, 0, 0, 1], [0, 1, 1, 0, 0, 0]]
    assert edit_score([stretch(labels, labels)]) == 1
    # walk, both, rear, nothing, walk: the second and third come out as one.
    assert edit_score([stretch([[1, 1, 1, 0, 0, 1], [0, 1, 1, 0, 0, 0]], labels)]) == pytest.approx(1 - 1 / 5)
    # Longer or shorter is no edit.
    assert (
        edit_score([stretch([[1, 1, 1, 0, 0, 1], [0, 0, 1, 0, 0, 0]], [[1, 1, 1, 1, 0, 1], [0, 1, 1, 1, 0, 0]])]) == 1
    )


def test_without_a_frame_rate_there_are_no_seconds() -> None:
    found = card(stretch(frames(50, (5, 9)), frames(50, (5, 9)), rate=0.0))
    assert found.f1 == (1.0, 1.0, 1.0)
    assert found.onset_error_s is None
