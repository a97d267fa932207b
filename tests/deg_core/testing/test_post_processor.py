"""The contract for post-processors is attacked: a good one passes, and each planted fault is caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest


def test_a_good_post_processor_passes(failures_of: Callable[[str, str], set[str]]) -> None:
    assert failures_of("planted_post_processors.py", "GoodPostProcessor") == set()


@pytest.mark.parametrize(
    ("fault", "test"),
    [
        ("LearnsArrays", "test_what_it_learns_can_be_kept_on_a_card"),
        ("CountsUnlabelledFrames", "test_frames_without_labels_teach_nothing"),
        ("FailsWithoutBouts", "test_labels_that_show_nothing_are_borne"),
        ("GivesNumbers", "test_says_yes_or_no_for_every_frame"),
        ("LosesTheLastFrame", "test_says_yes_or_no_for_every_frame"),
        ("LetsBehavioursMeet", "test_says_yes_or_no_for_every_frame"),
        ("AddsFrames", "test_what_is_certain_stays"),
        ("ForgetsFrames", "test_what_is_certain_stays"),
        ("PrefersTheFirst", "test_order_of_behaviours_is_irrelevant"),
        ("WorksInPlace", "test_leaves_its_input_as_it_was"),
        ("Draws", "test_leaves_global_random_state_alone"),
        ("Remembers", "test_says_the_same_twice"),
    ],
)
def test_a_planted_fault_is_told_by_the_test_that_names_it(
    failures_of: Callable[[str, str], set[str]], fault: str, test: str
) -> None:
    assert test in failures_of("planted_post_processors.py", fault)
