"""The contract for engines is attacked: a good one passes, and each planted fault is caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest

FILE = "planted_engines.py"
FAULTS = {
    "PromisesNothing": "test_says_which_numbers_it_can_calculate_with",
    "ForgetsStatistics": "test_gives_the_numbers_of_torch",
    "CalculatesWithFewBits": "test_gives_the_numbers_of_torch",
    "GivesWholeNumbers": "test_gives_the_numbers_of_torch",
    "LosesAnAnswer": "test_gives_the_numbers_of_torch",
    "KnowsOneBatch": "test_any_number_of_members_may_follow",
    "MixesMembers": "test_a_member_is_the_same_alone_and_among_others",
    "ReadsMemoryStraight": "test_takes_overlapping_views",
    "WorksInPlace": "test_leaves_its_input_as_it_was",
    "LeavesItInHalves": "test_leaves_the_network_as_it_was",
    "UsesItsMemoryAgain": "test_no_later_call_changes_an_answer",
    "Remembers": "test_says_the_same_twice",
    "KeepsTheLastNetwork": "test_two_networks_do_not_meet",
    "StaysInItsThread": "test_answers_in_another_thread",
    "SaysItCallsTheModule": "test_heeds_what_the_module_remembers",
    "Draws": "test_leaves_global_random_state_alone",
}
"""Faults, and the test that tells each."""


def test_a_good_engine_passes(failures_of: Callable[..., set[str]]) -> None:
    assert failures_of(FILE, "GoodEngine", FAULTS) == set()


@pytest.mark.parametrize(("fault", "test"), FAULTS.items())
def test_a_planted_fault_is_told_by_the_test_that_names_it(
    failures_of: Callable[..., set[str]], fault: str, test: str
) -> None:
    assert test in failures_of(FILE, fault, FAULTS)
