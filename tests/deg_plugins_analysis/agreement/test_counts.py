from __future__ import annotations

import numpy as np
import pytest

from deg_core.api import LabelError
from deg_plugins_analysis.agreement.counts import confusion_counts, pair_counts, rate_together, rating_counts


def test_only_frames_that_both_looked_at_are_counted(see) -> None:
    ratings, notes = rate_together([see("one", "anna", groom="##.. "), see("one", "ben", groom=" #.#.")])
    assert pair_counts(ratings)[0, 0, 0].tolist() == [[1, 1], [0, 1]]
    assert notes == []


def test_scores_of_different_length_are_compared_as_far_as_both_reach(see) -> None:
    ratings, notes = rate_together([see("one", "anna", groom="##..####"), see("one", "ben", groom="##..")])
    assert pair_counts(ratings)[0, 0, 0].sum() == 4
    assert "anna 8, ben 4 frames" in notes[0]


def test_scores_at_different_rates_are_refused(see) -> None:
    with pytest.raises(LabelError, match="anna 10, ben 25 frames per second") as refused:
        rate_together([see("one", "anna", groom="##"), see("one", "ben", rate=25.0, groom="##")])
    assert "--resample" in refused.value.fix


def test_recordings_of_one_rater_are_left_out_and_named(see) -> None:
    both = [see("one", "anna", groom="#."), see("one", "ben", groom="#.")]
    ratings, notes = rate_together([*both, see("two", "anna", groom="##")])
    assert ratings.recordings == ("one",)
    assert notes == ["1 recordings have one rater and are left out: two"]
    with pytest.raises(LabelError, match="no recording was scored by two"):
        rate_together([see("one", "anna", groom="#"), see("two", "ben", groom="#")])


def test_a_behaviour_that_a_rater_did_not_look_for_is_compared_with_nobody(see) -> None:
    ratings, notes = rate_together(
        [see("one", "anna", groom="#.", rear="##"), see("one", "ben", groom="#.", rear="  ")]
    )
    assert pair_counts(ratings)[0, 0, 1].sum() == 0
    assert notes == ["ben did not look for rear; nobody is compared with ben on that"]
    assert confusion_counts(ratings)[0].sum() == 2


def test_frames_are_counted_by_who_saw_and_who_looked(see) -> None:
    observations = [see("one", name, groom=text) for name, text in (("a", "##."), ("b", "#. "), ("c", "#.."))]
    counts = rating_counts(rate_together(observations)[0])[0, 0]
    expected = np.zeros((4, 4), dtype=int)
    expected[3, 3] = expected[1, 3] = expected[0, 2] = 1
    assert counts.tolist() == expected.tolist()


def test_confusion_has_none_as_a_behaviour_and_counts_two_at_once_twice(see) -> None:
    ratings, _ = rate_together([see("one", "anna", a="##..", b=".#.."), see("one", "ben", a="#...", b=".##.")])
    assert confusion_counts(ratings)[0].tolist() == [[1, 1, 0], [0, 1, 0], [0, 1, 1]]
    assert not ratings.is_exclusive
