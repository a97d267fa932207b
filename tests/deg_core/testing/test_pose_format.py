"""The contract for pose formats is attacked: a good format passes, and each planted fault is caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest

FAULTS = {
    "ExchangesXAndY": "test_gives_what_was_written",
    "CountsFromOne": "test_gives_what_was_written",
    "ExchangesAnimals": "test_gives_what_was_written",
    "SortsKeypoints": "test_gives_what_was_written",
    "IsHalfAPixelOff": "test_gives_what_was_written",
    "PutsWhatIsMissingAtACorner": "test_what_is_missing_is_not_at_a_corner",
    "TakesACornerForMissing": "test_what_is_at_a_corner_is_not_missing",
    "ForgetsConfidence": "test_gives_confidence_or_says_that_there_is_none",
    "CutsInSilence": "test_refuses_pose_of_a_longer_recording",
    "Stretches": "test_pose_of_a_shorter_recording_is_refused_or_ends_early",
    "KeepsAllAnimals": "test_keeps_the_animals_that_are_asked_for",
    "InventsARate": "test_gives_a_frame_for_each_of_the_recording",
    "FailsInItsOwnWay": "test_refuses_what_is_not_there",
    "TakesAnyText": "test_refuses_what_it_does_not_know",
    "ChangesTheFile": "test_reads_twice_alike",
}


def test_a_good_format_passes(failures_of: Callable[..., set[str]]) -> None:
    assert failures_of("planted_pose_formats.py", "GoodFormat", FAULTS) == set()


@pytest.mark.parametrize(("fault", "test"), FAULTS.items())
def test_a_planted_fault_is_told_by_the_test_that_names_it(
    failures_of: Callable[..., set[str]], fault: str, test: str
) -> None:
    assert test in failures_of("planted_pose_formats.py", fault, FAULTS)
