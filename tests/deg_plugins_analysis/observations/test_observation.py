from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deg_core.api import LabelError, Labels
from deg_plugins_analysis.observations.observation import in_columns, rename, require_one_each, resampled, without


def test_a_behaviour_that_is_not_known_is_not_labelled(see) -> None:
    (found,) = in_columns([see("one", groom="#.")], ["rear", "groom"])
    assert found.labels.marks.tolist() == [[-1, 1], [-1, 0]]


def test_two_spellings_become_one_column(see) -> None:
    labels = rename(see("one", Rear="#.. .", rearing=".#. #", groom="....#").labels, {"Rear": "rearing"})
    assert labels.behaviours == ("rearing", "groom")
    assert labels.marks[:, 0].tolist() == [1, 1, 0, -1, 1]


def test_a_behaviour_can_be_left_out(see) -> None:
    assert without(see("one", a="#", b=".").labels, ["a"]).behaviours == ("b",)


@given(st.lists(st.sampled_from([1, 0, -1]), min_size=1, max_size=40), st.integers(1, 4))
def test_a_multiple_of_the_rate_and_back_is_the_same(marks: list[int], times: int) -> None:
    labels = Labels(np.array(marks, dtype=np.int8)[:, None], ("groom",), 10.0)
    finer = resampled(labels, 10.0 * times)
    np.testing.assert_array_equal(finer.marks, np.repeat(labels.marks, times, axis=0))
    np.testing.assert_array_equal(resampled(finer, 10.0).marks, labels.marks)


def test_one_rater_scores_a_recording_once(see) -> None:
    with pytest.raises(LabelError, match="anna scored 'one' twice"):
        require_one_each([see("one", groom="#"), see("one", groom=".")])
