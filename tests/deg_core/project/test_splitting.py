from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deg_core.data.labels import Labels
from deg_core.data.record import Record, Span
from deg_core.data.splits import PARTS, Split
from deg_core.errors import ProjectError
from deg_core.project.manifest import SplitSettings
from deg_core.project.splitting import make_splits

Data = tuple[list[Record], dict[str, Labels]]


def make_data(lengths: list[int], n_groups: int = 3, seed: int = 0, rare: float = 0.05) -> Data:
    """Recordings `r0`, ... with a frequent and a rare behaviour, in groups that take turns."""
    rng = np.random.default_rng(seed)
    records, labels = [], {}
    for index, n_frames in enumerate(lengths):
        name = f"r{index}"
        marks = (rng.random((n_frames, 2)) < [0.5, rare]).astype(np.int8)
        records.append(Record(name, Path(name), groups={"animal": f"m{index % n_groups}"}))
        labels[name] = Labels(marks, ("walk", "rear"), 30.0)
    return records, labels


def split(data: Data, guard: int = 0, seed: int = 0, **settings: Any) -> list[Split]:
    return make_splits(*data, SplitSettings(**settings), guard, seed)


def spans_of(split: Split) -> list[tuple[Span, str]]:
    return sorted((span, part) for part in PARTS for span in split.part(part))


def uses(split: Split, labels: dict[str, Labels]) -> dict[str, np.ndarray]:
    """How many spans every frame is in, by recording."""
    count = {name: np.zeros(each.n_frames, int) for name, each in labels.items()}
    for span, _ in spans_of(split):
        assert 0 <= span.start < span.stop <= len(count[span.record])
        count[span.record][span.start : span.stop] += 1
    return count


lengths = st.lists(st.integers(20, 400), min_size=3, max_size=6)


@given(lengths, st.integers(0, 9), st.integers(20, 90), st.integers(0, 5))
def test_no_frame_is_in_two_parts_and_the_guard_is_between_them(
    lengths: list[int], guard: int, block_frames: int, seed: int
) -> None:
    data = make_data(lengths)
    (found,) = split(data, guard, seed, by="block", block_frames=block_frames)
    assert max(count.max() for count in uses(found, data[1]).values()) == 1
    for (first, part), (second, other) in pairwise(spans_of(found)):
        if first.record == second.record:
            assert part != other  # the same part is joined
            assert second.start - first.stop == guard
    lost = sum(int((count == 0).sum()) for count in uses(found, data[1]).values())
    n_borders = sum(a.record == b.record for (a, _), (b, _) in pairwise(spans_of(found)))
    assert lost == guard * n_borders


@given(lengths, st.integers(0, 5))
def test_recordings_stay_whole(lengths: list[int], seed: int) -> None:
    data = make_data(lengths)
    (found,) = split(data, 7, seed)
    assert sorted(span for span, _ in spans_of(found)) == [
        Span(name, 0, labels.n_frames) for name, labels in sorted(data[1].items())
    ]
    assert all(found.part(part) for part in PARTS)


@given(st.lists(st.integers(20, 60), min_size=6, max_size=9), st.integers(3, 5), st.integers(0, 3))
def test_groups_stay_whole(lengths: list[int], n_groups: int, seed: int) -> None:
    records, labels = make_data(lengths, n_groups)
    (found,) = split((records, labels), 0, seed, by="group", group="animal")
    group = {record.name: record.groups["animal"] for record in records}
    parts: dict[str, set[str]] = {}
    for span, part in spans_of(found):
        assert span == Span(span.record, 0, labels[span.record].n_frames)
        parts.setdefault(group[span.record], set()).add(part)
    assert len(parts) == n_groups
    assert all(len(each) == 1 for each in parts.values())
    assert all(found.part(part) for part in PARTS)


@given(st.integers(3, 6), st.integers(3, 6), st.sampled_from(["recording", "block"]), st.integers(0, 3))
def test_folds_test_every_frame_once(n_folds: int, n_recordings: int, by: str, seed: int) -> None:
    assume(by == "block" or n_recordings >= n_folds)
    records, labels = make_data([90] * n_recordings)
    found = split((records, labels), 0, seed, by=by, folds=n_folds, block_frames=30)
    assert len(found) == n_folds
    tested = {name: np.zeros(90, int) for name in labels}
    for fold in found:
        assert all((count == 1).all() for count in uses(fold, labels).values())
        for span in fold.test:
            tested[span.record][span.start : span.stop] += 1
    assert all((count == 1).all() for count in tested.values())


def test_each_fold_is_validated_on_the_next_ones_test_part() -> None:
    found = split(make_data([50] * 6), folds=3)
    for fold, following in pairwise([*found, found[0]]):
        assert fold.validation == following.test


def test_the_same_seed_gives_the_same_split_and_another_another() -> None:
    data = make_data([400, 300, 350])
    by_block = [split(data, 3, seed, by="block", block_frames=30) for seed in (0, 0, 1)]
    assert by_block[0] == by_block[1]
    assert by_block[0] != by_block[2]


def test_a_rare_behaviour_is_in_every_part_where_it_can_be() -> None:
    records, labels = make_data([200] * 9, rare=0.0)
    for name in ("r0", "r4", "r8"):
        labels[name].marks[10:15, 1] = 1
    (found,) = split((records, labels))
    for part in PARTS:
        assert sum(labels[span.record].marks[span.start : span.stop, 1].sum() for span in found.part(part)) == 5


def test_parts_get_their_shares() -> None:
    data = make_data([3000])
    (found,) = split(data, 0, by="block", block_frames=100, fractions=(0.5, 0.3, 0.2))
    shares = [sum(span.n_frames for span in found.part(part)) / 3000 for part in PARTS]
    assert shares == pytest.approx([0.5, 0.3, 0.2], abs=0.01)


def test_a_part_without_a_share_stays_empty() -> None:
    (found,) = split(make_data([50] * 4), fractions=(0.5, 0.5, 0.0))
    assert found.test == ()
    assert len(found.train) == len(found.validation) == 2


def test_blocks_are_as_long_as_asked_for_and_none_is_a_stump() -> None:
    (found,) = split(make_data([1010]), 0, by="block", block_frames=100)
    edges = sorted({edge for span, _ in spans_of(found) for edge in (span.start, span.stop)})
    assert all((stop - start) % 101 == 0 for start, stop in pairwise(edges))  # ten blocks, none of 10 frames


def test_unlabelled_recordings_are_left_out() -> None:
    records, labels = make_data([50] * 4)
    del labels["r2"]
    (found,) = split((records, labels))
    assert {span.record for span, _ in spans_of(found)} == {"r0", "r1", "r3"}


@pytest.mark.parametrize(
    ("n_recordings", "settings", "problem"),
    [
        (2, {}, "2 labelled recordings are too few"),
        (3, {"folds": 4}, "3 labelled recordings are too few"),
        (4, {"by": "group", "group": "animal"}, "2 groups with labels are too few"),
        (0, {}, "0 labelled recordings are too few"),
    ],
)
def test_too_little_for_a_split_is_refused(n_recordings: int, settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ProjectError, match=problem) as caught:
        split(make_data([50] * n_recordings, n_groups=2), **settings)
    assert "deg split --by block" in caught.value.fix


def test_a_recording_without_the_group_is_named() -> None:
    with pytest.raises(ProjectError, match="'r0' has no 'cage'") as caught:
        split(make_data([50] * 4), by="group", group="cage")
    assert "--group cage=..." in caught.value.fix


def test_blocks_that_vanish_between_guard_gaps_are_refused() -> None:
    with pytest.raises(ProjectError, match="vanish between guard gaps of 60") as caught:
        split(make_data([300]), 60, by="block", block_frames=50)
    assert caught.value.where == "project.yaml, split.block_frames"
