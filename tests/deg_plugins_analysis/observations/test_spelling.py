from __future__ import annotations

from deg_plugins_analysis.observations.spelling import look_alike, suggest_same, suggest_twins


def test_names_that_look_alike_are_asked_about_and_not_united() -> None:
    (question,) = suggest_same({"anna": {"Rear", "groom"}, "ben": {"rearing", "groom"}})
    assert '--same "rearing=Rear"' in question


def test_names_that_one_rater_uses_both_are_two_behaviours() -> None:
    assert suggest_same({"anna": {"stretch-1", "stretch-2"}, "ben": {"stretch-1"}}) == []


def test_case_and_signs_are_asked_about_whoever_used_them() -> None:
    (question,) = suggest_twins(["Start/End", "StartEnd", "Start_End", "groom"])
    assert question.endswith('--same "StartEnd=Start/End" --same "Start_End=Start/End"')
    assert suggest_twins(["groom", "rear"]) == []


def test_what_looks_alike() -> None:
    assert look_alike("Grooming", "groming")
    assert look_alike("Supported", "supported rear")
    assert not look_alike("attack", "mount")
    assert not look_alike("__", "groom")
