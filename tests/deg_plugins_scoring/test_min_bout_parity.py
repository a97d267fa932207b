"""Short bouts go where the published system drops them, with `frames: n + 1` and `fill_gaps`."""

from __future__ import annotations

import numpy as np
import pytest
from decided import overlapping
from parity import Parity

from deg_core.api import from_strict_thresholds
from deg_plugins_scoring.min_bout import apply_min_bout, apply_min_bout_per_behaviour, bout_lengths, learn_least_frames
from deg_plugins_scoring.settings import MinBoutPerBehaviourSettings, MinBoutSettings

PER_BEHAVIOUR = MinBoutPerBehaviourSettings(longer_by=1, fill_gaps=True)


def as_published(frames: int) -> MinBoutSettings:
    return MinBoutSettings(frames=frames + 1, fill_gaps=True)


def with_background(present: np.ndarray) -> np.ndarray:
    """The first column of the published arrays is the absence of all others."""
    return np.column_stack([~present[:, 1:].any(axis=1), present[:, 1:]])


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_all_traces_of_ten_frames_agree(parity: Parity, length: int) -> None:
    expected = parity.expected("rules/bouts")
    assert expected["traces"].shape == (1024, 10)
    found = apply_min_bout(as_published(length), {}, overlapping(expected["traces"].T))
    assert np.array_equal(found.T, expected[f"traces_length{length}"] == 1)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 9, 14])
def test_long_traces_agree(parity: Parity, length: int) -> None:
    expected = parity.expected("rules/bouts")
    found = apply_min_bout(as_published(length), {}, overlapping(expected["long_traces"].T))
    assert np.array_equal(found.T, expected[f"long_traces_length{length}"] == 1)


def test_edge_cases_agree_and_short_records_do_not_break_the_filter(parity: Parity) -> None:
    cases = parity.document("rules/bouts")["edge_cases"]
    for case in cases:
        trace = np.array(case["trace"])[:, None]
        found = apply_min_bout(as_published(case["length"]), {}, overlapping(trace))[:, 0]
        if isinstance(case["answer"], list):
            assert found.astype(int).tolist() == case["answer"]
        else:  # the published filter raises where a record is hardly longer than the bout
            assert len(trace) < case["length"] + 2
            assert found.tolist() == [case == cases[2]] * len(trace)  # 1 0: the gap is filled, and 1 1 is long enough
    assert sum(isinstance(case["answer"], str) for case in cases) == 7


def test_percentiles_of_bout_lengths_agree(parity: Parity) -> None:
    traces = parity.expected("rules/bouts")["traces"].astype(np.int8)
    records = [traces[first::97, :4] for first in (0, 1)]
    lengths = bout_lengths(records)
    for percentile, expected in parity.document("rules/bouts")["percentiles"].items():
        found = [float(np.percentile(each, float(percentile))) for each in lengths]
        assert found == pytest.approx([expected[str(column)] for column in range(4)])


def test_lengths_are_rounded_half_to_even(parity: Parity) -> None:
    rounded = parity.document("rules/bouts")["rounding"]
    runs = {1.5: (1, 2), 2.5: (2, 3)}
    for value, lengths in runs.items():
        marks = np.concatenate([[1] * length + [0] for length in lengths]).astype(np.int8)[:, None]
        settings = MinBoutPerBehaviourSettings(percentile=50)
        assert learn_least_frames(settings, [marks], exclusive=False) == {"frames": [rounded[str(value)]]}


@pytest.mark.parametrize("length", [None, 1, 2, 3, 7])
def test_probabilities_become_the_published_decisions(parity: Parity, length: int | None) -> None:
    expected = parity.expected("postprocessing")
    frames = overlapping(expected["probabilities"], from_strict_thresholds(expected["thresholds"]))
    present = frames.present if length is None else apply_min_bout(as_published(length), {}, frames)
    name = "none" if length is None else f"min_bout_{length}"
    assert np.array_equal(with_background(present), expected[name] == 1)


def test_lengths_for_each_behaviour_agree(parity: Parity) -> None:
    expected = parity.expected("postprocessing")
    frames = overlapping(expected["probabilities"], from_strict_thresholds(expected["thresholds"]))
    learned = {"frames": (expected["per_behaviour_lengths"] + 1).tolist()}
    present = apply_min_bout_per_behaviour(PER_BEHAVIOUR, learned, frames)
    assert np.array_equal(with_background(present), expected["min_bout_per_behaviour"] == 1)
    for percentile in (1, 5, 25):
        settings = MinBoutPerBehaviourSettings(percentile=percentile, longer_by=1)
        learned = learn_least_frames(settings, [expected["labels"]], exclusive=False)
        assert learned == {"frames": (expected[f"percentile_{percentile}_lengths"] + 1).tolist()}


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("None_1", None),
        ("min_bout_2", as_published(2)),
        ("min_bout_per_behavior_1", PER_BEHAVIOUR),
        ("min_bout_per_behavior_50", PER_BEHAVIOUR.model_copy(update={"percentile": 50.0})),
        ("min_bout_per_behavior_90", PER_BEHAVIOUR.model_copy(update={"percentile": 90.0})),
    ],
)
def test_a_project_of_the_published_system_is_decided_as_there(
    parity: Parity, name: str, settings: MinBoutSettings | MinBoutPerBehaviourSettings | None
) -> None:
    """Lengths come from the labels of its records that are labelled throughout."""
    expected = parity.expected("original/project_postprocessing")
    frames = overlapping(expected["probabilities"], from_strict_thresholds(expected["thresholds_afterwards"]))
    if settings is None:
        present = frames.present
    elif isinstance(settings, MinBoutSettings):
        present = apply_min_bout(settings, {}, frames)
    else:
        learned = learn_least_frames(settings, fully_labelled(parity), exclusive=False)
        lengths = parity.document("original/project_postprocessing")["minimum_bout_lengths"][name]
        assert learned == {"frames": [length + 1 for length in lengths]}
        present = apply_min_bout_per_behaviour(settings, learned, frames)
    assert np.array_equal(with_background(present), expected[name] == 1)


def fully_labelled(parity: Parity) -> list[np.ndarray]:
    paths = sorted((parity.folder / "original" / "mouse_deepethogram" / "DATA").glob("*/*labels.csv"))
    tables = [np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int8)[:, 1:] for path in paths]
    return [table for table in tables if (table >= 0).all()]
