"""The contract for label formats is attacked: a good format passes, and each planted fault is caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest


def test_a_good_format_passes(failures_of: Callable[[str, str], set[str]]) -> None:
    assert failures_of("planted_formats.py", "GoodFormat") == set()


@pytest.mark.parametrize(
    ("fault", "test"),
    [
        ("StopInside", "test_a_bout_ends_before_its_stop"),
        ("CountsFromOne", "test_a_bout_ends_before_its_stop"),
        ("ForgetsUnseen", "test_frames_that_are_not_labelled_stay_so_or_are_told_of"),
        ("RoundsTimes", "test_what_is_written_is_read_again"),
        ("AssumesAnEvenRate", "test_what_is_written_is_read_again"),
        ("TakesAnyLength", "test_refuses_labels_of_a_longer_recording"),
        ("TakesAnyText", "test_refuses_what_it_does_not_know"),
        ("FailsInItsOwnWay", "test_refuses_what_is_not_there"),
        ("HidesUnknownBehaviours", "test_behaviours_that_the_project_lacks_are_not_hidden"),
        ("KeepsOnlyTheFirstBout", "test_what_is_written_is_read_again"),
        ("InventsBehaviours", "test_what_nobody_saw_is_absent_or_left_out"),
        ("Seeds", "test_leaves_global_random_state_alone"),
        ("AddsToTheFile", "test_the_same_labels_make_the_same_file"),
    ],
)
def test_a_planted_fault_is_told_by_the_test_that_names_it(
    failures_of: Callable[[str, str], set[str]], fault: str, test: str
) -> None:
    assert test in failures_of("planted_formats.py", fault)
