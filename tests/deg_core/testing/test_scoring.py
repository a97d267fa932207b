"""The contracts for losses and metrics are attacked: good ones pass, and each planted fault is told by its test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

FailuresOf = Callable[..., set[str]]

LOSSES = {
    "CountsWhatIsNotLabelled": "test_is_zero_without_labels",
    "DividesByEveryFrame": "test_frames_without_labels_change_nothing",
    "UndefinedWithoutLabels": "test_is_zero_without_labels",
    "Overflows": "test_is_finite_where_logits_are_large",
    "WantsTheOpposite": "test_right_answers_cost_less_than_wrong_ones",
    "PullsTheWrongWay": "test_right_answers_cost_less_than_wrong_ones",
    "HasNoGradient": "test_is_a_scalar_with_a_gradient",
    "GivesOneNumberPerBehaviour": "test_is_a_scalar_with_a_gradient",
    "MarksOverLabels": "test_leaves_its_input_as_it_was",
    "SeesOnlyWhatIsPresent": "test_every_labelled_frame_counts",
    "SeesOnlyTheFirstFrames": "test_every_labelled_frame_counts",
    "TakesSoftLabelsForAbsent": "test_soft_labels_are_learned_from",
    "RoundsSoftLabels": "test_soft_labels_are_learned_from",
    "WantsWholeNumbers": "test_soft_labels_are_learned_from",
    "DropsLogits": "test_leaves_global_random_state_alone",
    "PutsNoneFirst": "test_right_answers_cost_less_than_wrong_ones",
    "IgnoresNone": "test_every_labelled_frame_counts",
    "TakesMissingForNone": "test_is_zero_without_labels",
}
METRICS = {
    "CountsUnlabelledFrames": "test_frames_without_a_label_do_not_count",
    "SaysTheWrongGoal": "test_perfect_answers_score_best",
    "IsWorstForTheBest": "test_perfect_answers_score_best",
    "NeverSatisfied": "test_perfect_answers_score_best",
    "UndefinedForRareBehaviours": "test_says_one_number_for_each_behaviour",
    "ForgetsABehaviour": "test_says_one_number_for_each_behaviour",
    "GivesNumbersOfNumpy": "test_says_one_number_for_each_behaviour",
    "ZeroWhereUndefined": "test_is_undefined_without_labels",
    "InfiniteWhereNeverSeen": "test_bears_behaviours_that_never_or_always_happen",
    "UndefinedForAllIfForOne": "test_bears_behaviours_that_never_or_always_happen",
    "MixesBehaviours": "test_bears_behaviours_that_never_or_always_happen",
    "WeighsLaterFramesMore": "test_order_of_frames_is_irrelevant",
    "Draws": "test_leaves_global_random_state_alone",
    "RoundsLabels": "test_leaves_its_input_as_it_was",
}
FAULTS = LOSSES | METRICS


@pytest.mark.parametrize("good", ["GoodLoss", "GoodSoftLoss", "GoodExclusiveLoss", "GoodMetric"])
def test_what_is_good_passes(failures_of: FailuresOf, good: str) -> None:
    assert failures_of("planted_scoring.py", good, FAULTS) == set()


@pytest.mark.parametrize(("fault", "test"), FAULTS.items())
def test_a_planted_fault_is_told_by_the_test_that_names_it(failures_of: FailuresOf, fault: str, test: str) -> None:
    assert test in failures_of("planted_scoring.py", fault, FAULTS)
