"""The contract for video readers is attacked: a good reader passes, and each planted fault is caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest

FAULTS = [
    "OffByOne",
    "BlueFirst",
    "ShortLastRead",
    "FloatFrames",
    "WrongLength",
    "ForwardOnly",
    "Unpicklable",
    "ClosesOnce",
    "RateOffByAThousandth",
    "RefusesNothing",
    "SharesItsFrames",
    "TimesInMilliseconds",
    "ForgetsItsPlaceWhenPickled",
    "KeepsEveryVideo",
    "LeavesItsFileOpen",
    "DiesInAWorker",
    "FailsInAWorker",
    "Seeds",
]


def test_a_good_reader_passes(failures_of: Callable[[str, str], set[str]]) -> None:
    assert failures_of("planted_readers.py", "GoodVideo") == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(failures_of: Callable[[str, str], set[str]], fault: str) -> None:
    assert failures_of("planted_readers.py", fault)


@pytest.mark.parametrize(
    ("fault", "test"),
    [
        ("BlueFirst", "test_gives_red_before_blue"),
        ("OffByOne", "test_gives_each_frame_under_its_own_number"),
        ("ShortLastRead", "test_gives_8_bit_rgb_as_many_as_asked_for"),
        ("ForwardOnly", "test_reads_backwards_as_forwards"),
        ("RateOffByAThousandth", "test_knows_its_length_and_rate"),
        ("ClosesOnce", "test_may_be_closed_twice"),
        ("KeepsEveryVideo", "test_leaves_nothing_behind_when_closed"),
        ("LeavesItsFileOpen", "test_leaves_nothing_behind_when_closed"),
        ("DiesInAWorker", "test_reads_in_a_worker_process"),
        ("FailsInAWorker", "test_reads_in_a_worker_process"),
        ("Seeds", "test_leaves_global_random_state_alone"),
        ("Unpicklable", "test_survives_pickling_while_open"),
    ],
)
def test_a_fault_is_told_by_the_test_that_names_it(
    failures_of: Callable[[str, str], set[str]], fault: str, test: str
) -> None:
    assert test in failures_of("planted_readers.py", fault)
