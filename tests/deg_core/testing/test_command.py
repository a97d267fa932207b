"""The contract for commands is attacked: a good command passes, and each planted fault is told by its test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

FAULTS = {
    "IsNoCommand": "test_is_a_click_command",
    "IsMadeAnew": "test_is_a_click_command",
    "PrintsWhenLoaded": "test_is_loaded_in_silence",
    "SaysNothing": "test_explains_itself",
    "HasASilentPart": "test_explains_itself",
    "HasNoHelp": "test_explains_itself",
    "HasABareOption": "test_every_option_says_what_it_is",
    "TakesAnyOption": "test_refuses_an_option_that_it_lacks",
}


def test_a_good_command_passes(failures_of: Callable[..., set[str]]) -> None:
    assert failures_of("planted_commands.py", "GoodCommand") == set()


@pytest.mark.parametrize(("fault", "test"), FAULTS.items())
def test_a_planted_fault_is_told_by_the_test_that_names_it(
    failures_of: Callable[..., set[str]], fault: str, test: str
) -> None:
    assert test in failures_of("planted_commands.py", fault)
