"""The contracts for networks are attacked: good networks pass, and each planted fault is told by the test for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

FailuresOf = Callable[..., set[str]]

SEQUENCE_MODELS = {
    "InfluenceEachOther": "test_members_of_a_batch_do_not_influence_each_other",
    "ForgetsTheLastFrame": "test_gives_logits_for_every_frame",
    "NeedsFiveFrames": "test_gives_logits_for_every_frame",
    "UndefinedWhereNothingIs": "test_answers_are_finite",
    "DropsInEval": "test_answers_twice_alike",
    "Remembers": "test_answers_twice_alike",
    "SeesPadding": "test_padding_changes_no_answer",
    "SeesPaddingInTraining": "test_padding_gets_no_gradient",
    "CountsPadding": "test_padding_changes_no_answer",
    "UnderstatesItsReach": "test_a_piece_is_the_same_as_in_the_whole",
    "HasAnEvenReach": "test_a_piece_is_the_same_as_in_the_whole",
    "SeesTheFuture": "test_does_not_see_the_future_if_it_says_so",
    "HasAnIdleParameter": "test_every_parameter_learns_or_is_frozen",
    "KeepsWeightsOutside": "test_weights_survive_saving",
    "SeedsItself": "test_same_seed_builds_the_same_and_another_does_not",
    "DrawsFromNumpy": "test_same_seed_builds_the_same_and_another_does_not",
    "SeedsPython": "test_leaves_global_random_state_alone",
    "ChangesItsInput": "test_leaves_its_input_as_it_was",
    "RaisesAllOdds": "test_starts_from_the_base_rate",
    "BoundToFullPrecision": "test_runs_in_mixed_precision",
    "IsNoModule": "test_is_a_module_on_the_cpu",
    "FitsUpsideDown": "test_fits_what_is_labelled",
    "TakesMissingForAbsent": "test_fits_what_is_labelled",
    "FailsWithoutExamplesOfBoth": "test_fits_what_is_labelled",
    "FitsOutsideItsState": "test_weights_survive_saving",
}


@pytest.mark.parametrize("good", ["GoodModel", "GoodSolver"])
def test_a_good_sequence_model_passes(failures_of: FailuresOf, good: str) -> None:
    assert failures_of("planted_sequence_models.py", good, SEQUENCE_MODELS) == set()


@pytest.mark.parametrize(("fault", "test"), SEQUENCE_MODELS.items())
def test_a_fault_in_a_sequence_model_is_told_by_the_test_that_names_it(
    failures_of: FailuresOf, fault: str, test: str
) -> None:
    assert test in failures_of("planted_sequence_models.py", fault, SEQUENCE_MODELS)


FRAME_NETWORKS = {
    "LooksAtTheWholeChunk": "test_a_frame_is_the_same_alone_and_in_a_longer_chunk",
    "NormalisesOverTheBatch": "test_members_of_a_batch_do_not_influence_each_other",
    "HasAnEvenWindow": "test_gives_latents_and_logits_for_every_frame",
    "MiscountsItsLatents": "test_gives_latents_and_logits_for_every_frame",
    "NeedsFlowInOnePiece": "test_takes_flow_that_is_a_view",
    "TakesTheFirstFrameForTheMiddle": "test_a_frame_is_the_same_alone_and_in_a_longer_chunk",
    "ForgetsTheLastFrame": "test_gives_latents_and_logits_for_every_frame",
    "AnswersForOneBehaviourAlways": "test_gives_latents_and_logits_for_every_frame",
    "OverlooksTheDeviation": "test_sees_the_same_picture_however_it_was_z_scored",
    "RemembersColoursOutsideItsWeights": "test_sees_the_same_picture_however_it_was_z_scored",
    "SeesToTheLeft": "test_sees_movement_to_the_right_in_pixels_per_frame",
    "ExchangesXAndY": "test_sees_movement_to_the_right_in_pixels_per_frame",
    "CountsPixelsOfThePicture": "test_sees_movement_to_the_right_in_pixels_per_frame",
    "ComparesToTheFirstFrame": "test_a_window_is_the_same_alone_and_in_a_longer_chunk",
    "PutsPairsBeforeWindows": "test_gives_flow_for_every_window",
    "MisstatesItsStride": "test_gives_flow_for_every_window",
    "LooksAtOneFrame": "test_says_what_it_looks_at",
    "MinimisesNothing": "test_its_objective_is_a_number_with_parts",
    "GivesAPartPerMember": "test_its_objective_is_a_number_with_parts",
    "HasAnUndefinedPart": "test_its_objective_is_a_number_with_parts",
}


@pytest.mark.parametrize("good", ["GoodExtractor", "GoodPainter", "GoodFlow"])
def test_a_good_network_that_sees_frames_passes(failures_of: FailuresOf, good: str) -> None:
    assert failures_of("planted_frame_networks.py", good, FRAME_NETWORKS) == set()


@pytest.mark.parametrize(("fault", "test"), FRAME_NETWORKS.items())
def test_a_fault_in_a_network_that_sees_frames_is_told_by_the_test_that_names_it(
    failures_of: FailuresOf, fault: str, test: str
) -> None:
    assert test in failures_of("planted_frame_networks.py", fault, FRAME_NETWORKS)


POSE_NETWORKS = {
    "ForgetsAFrameOfPose": "test_tells_as_many_numbers_of_every_frame",
    "TellsInDoublePrecision": "test_tells_as_many_numbers_of_every_frame",
    "IsUndefinedForAStillAnimal": "test_a_still_animal_is_seen_in_finite_numbers",
    "BelievesEverything": "test_what_is_missing_or_unsure_does_no_harm",
    "LeavesGapsOpen": "test_what_is_missing_or_unsure_does_no_harm",
    "ChangesThePose": "test_sees_the_same_pose_alike_and_leaves_it_as_it_was",
    "SaysHowFarTheCameraIs": "test_does_not_say_where_the_camera_stood_unless_it_says_so",
    "SaysWhereTheAnimalIs": "test_does_not_say_where_the_camera_stood_unless_it_says_so",
    "SeesNothing": "test_sees_where_keypoints_are",
    "NamesAKeypointTwice": "test_says_which_pose_it_wants",
    "TakesPoseAndForgetsIt": "test_answers_depend_on_what_it_sees_of_pose",
    "LooksAtTheWholeChunkOfPose": "test_a_frame_is_the_same_alone_and_in_a_longer_chunk",
    "TakesTheFirstRowsOfPose": "test_a_frame_is_the_same_alone_and_in_a_longer_chunk",
}


def test_a_good_network_that_sees_pose_passes(failures_of: FailuresOf) -> None:
    assert failures_of("planted_pose_networks.py", "GoodPoseExtractor", POSE_NETWORKS) == set()


@pytest.mark.parametrize(("fault", "test"), POSE_NETWORKS.items())
def test_a_fault_in_a_network_that_sees_pose_is_told_by_the_test_that_names_it(
    failures_of: FailuresOf, fault: str, test: str
) -> None:
    assert test in failures_of("planted_pose_networks.py", fault, POSE_NETWORKS)
