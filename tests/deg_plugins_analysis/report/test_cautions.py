from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from deg_core.api import Record, Span, Split
from deg_core.evaluation.report import BehaviourCount, Report, ScoreCard
from deg_plugins_analysis.drift.measures import Drift
from deg_plugins_analysis.report import cautions
from deg_plugins_analysis.report.document import Caution
from deg_plugins_analysis.report.parts import Neighbours, PartCount


def headlines(found: Iterable[Caution]) -> list[str]:
    return [each.headline for each in found]


def count(part: str, present: int, bouts: int, labelled: int = 5000) -> PartCount:
    return PartCount(part, "walk", 3, labelled, present, bouts)  # type: ignore[arg-type]


def record(name: str, animal: str = "", video: str = "") -> Record:
    return Record(name, Path(video or f"{name}.mp4"), groups={"animal": animal} if animal else {})


def whole(train: str, validation: str, test: str) -> Split:
    return Split(*(tuple(Span(name, 0, 10) for name in names.split()) for names in (train, validation, test)))


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_few_frames_or_few_bouts_are_told_for_each_part(part: str) -> None:
    assert headlines(cautions.few_positives([count(part, 100, 5)])) == []
    (frames,) = cautions.few_positives([count(part, 99, 50)])
    (bouts,) = cautions.few_positives([count(part, 900, 4)])
    assert frames.level == "warning"
    assert "walk: 99 frames in 50 bouts" in frames.text
    assert "walk: 900 frames in 4 bouts" in bouts.text


def test_a_part_that_nobody_labelled_is_told_of_elsewhere() -> None:
    assert headlines(cautions.few_positives([count("test", 0, 0, labelled=0)])) == []


def test_a_gap_narrower_than_what_is_seen_is_leakage() -> None:
    near = [Neighbours("one", ("train", "test"), 10)]
    assert len(headlines(cautions.shared_recordings(near, 11))) == 2
    assert headlines(cautions.shared_recordings(near, 10)) == ["Tested on the recordings it learned from"]
    assert headlines(cautions.shared_recordings(near, None)) == ["Tested on the recordings it learned from"]
    assert headlines(cautions.shared_recordings([], 10)) == []
    (first, *_) = cautions.shared_recordings([Neighbours("one", ("train", "validation"), -4)], 11)
    assert "lie only 0 frames, but an answer depends on 11" in first.text


@pytest.mark.parametrize(("split", "leaks"), [("a|b|c", True), ("b|a|c", True), ("a c|b|", False), ("a|c|b", False)])
def test_an_animal_on_both_sides_is_leakage(split: str, leaks: bool) -> None:
    records = [record("a", "m1"), record("b", "m2"), record("c", "m1")]
    found = headlines(cautions.shared_animals(whole(*split.split("|")), records, "animal"))
    assert found == (["Leakage: the same animal is on both sides of the split"] if leaks else [])


def test_stretches_of_one_recording_are_not_told_of_as_its_animal_too() -> None:
    split = Split((Span("a", 0, 5),), (), (Span("a", 9, 20),))
    assert headlines(cautions.shared_animals(split, [record("a", "m1")], "animal")) == []


def test_animals_that_nobody_named_are_a_note() -> None:
    (found,) = cautions.shared_animals(whole("a", "", "b"), [record("a", "m1"), record("b")], "animal")
    assert found.level == "note"
    assert found.text.startswith("1 of 2 recordings name none")


def test_one_video_under_two_names_is_leakage_by_path_and_by_content() -> None:
    title = ["Leakage: the same video is on both sides of the split"]
    split = whole("a", "b", "c")
    apart = [record("a"), record("b"), record("c")]
    assert headlines(cautions.shared_videos(split, apart, {})) == []
    assert headlines(cautions.shared_videos(split, [*apart[:2], record("c", video="a.mp4")], {})) == title
    assert headlines(cautions.shared_videos(split, apart, {"a": "12-f", "c": "12-f"})) == title
    assert headlines(cautions.shared_videos(split, apart, {"a": "12-f", "c": "12-e"})) == []


def report(f1: float | None, interval: tuple[float, float] | None, chance: float | None, **about: object) -> Report:
    card = ScoreCard(
        goal="max", overall=f1, chance_overall=chance, per_behaviour={"walk": f1}, chance={"walk": chance},
        interval={"walk": interval},
    )  # fmt: skip
    return Report(counts={"walk": BehaviourCount(labelled=9, present=3)}, scores={"f1": card}, n_frames=9, **about)


@pytest.mark.parametrize(
    ("f1", "interval", "chance", "is_weak"),
    [
        (0.6, (0.4, 0.8), 0.3, False),
        (0.6, (0.3, 0.8), 0.3, True),
        (0.3, None, 0.3, True),
        (0.31, None, 0.3, False),
        (None, None, 0.3, False),
        (0.6, (0.4, 0.8), None, False),
    ],
)
def test_scores_whose_interval_holds_chance_are_told(
    f1: float | None, interval: tuple[float, float] | None, chance: float | None, is_weak: bool
) -> None:
    found = headlines(cautions.doubtful_scores(report(f1, interval, chance)))
    assert found == (["Not shown to be better than chance"] if is_weak else [])


def test_intervals_from_little_are_told() -> None:
    good = (0.6, (0.4, 0.8), 0.3)
    few = report(*good, resampled="recordings", n_units=4)
    blocks = report(*good, resampled="blocks of one recording", n_units=20)
    assert headlines(cautions.doubtful_scores(report(*good, resampled="recordings", n_units=5))) == []
    assert headlines(cautions.doubtful_scores(few)) == ["Intervals from few recordings"]
    assert headlines(cautions.doubtful_scores(blocks)) == ["Intervals from one recording"]
    by_hand = report(*good, thresholds_by_hand=("walk",))
    assert headlines(cautions.doubtful_scores(by_hand)) == ["Thresholds set by hand"]


def test_drift_is_told_with_its_reasons_and_no_more_than_can_be_read() -> None:
    like, odd = Drift({}, ()), Drift({}, ("it is darker",))
    assert headlines(cautions.drifted({"a": like})) == []
    (found,) = cautions.drifted({"a": like, **{f"b{n}": odd for n in range(9)}})
    assert found.text.startswith("9 of 10 compared: b0 (it is darker)")
    assert "and 3 more" in found.text


def test_warnings_come_before_notes_and_keep_their_order() -> None:
    found = [Caution(level, name, "") for level, name in (("note", "1"), ("warning", "2"), ("warning", "3"))]  # type: ignore[arg-type]
    assert headlines(cautions.gravest_first(found)) == ["2", "3", "1"]


def test_other_software_and_other_models_are_told() -> None:
    assert headlines(cautions.changed_software([])) == []
    assert headlines(cautions.other_runs([], "run")) == []
    assert "torch 2.1, now 2.2" in next(iter(cautions.changed_software(["torch 2.1, now 2.2"]))).text
    assert "a, b" in next(iter(cautions.other_runs(["a", "b"], "run"))).text
