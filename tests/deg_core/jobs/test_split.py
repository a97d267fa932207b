from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from deg_core.errors import ProjectError
from deg_core.jobs.split import seen_frames, split_project
from deg_core.jobs.workspace import Workspace
from deg_core.project.manifest import SplitSettings
from deg_core.testing.projects import tiny_project

BLOCKS = SplitSettings(by="block", block_frames=20, fractions=(0.5, 0.25, 0.25))


def wide(tmp_path: Path, receptive_field: int | None) -> Workspace:
    return tiny_project(
        tmp_path,
        manifest={
            "features": {"settings": {"window": 3}},
            "sequence": {"settings": {"receptive_field": receptive_field}, "length": 8},
        },
    )


def gaps(project: Workspace) -> set[int]:
    split = project.split()
    spans = sorted(split.train + split.validation + split.test)
    return {b.start - a.stop for a, b in pairwise(spans) if a.record == b.record}


def test_the_split_is_kept(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    (split,) = split_project(project, project.manifest.split)
    assert project.split() == split


@pytest.mark.parametrize(("receptive_field", "seen"), [(1, 3), (5, 7), (None, 10)])
def test_blocks_are_kept_apart_by_as_many_frames_as_the_model_sees(
    tmp_path: Path, receptive_field: int | None, seen: int
) -> None:
    project = wide(tmp_path, receptive_field)
    assert seen_frames(project) == seen
    split_project(project, BLOCKS)
    assert gaps(project) == {seen}


def test_a_guard_gap_can_be_chosen(tmp_path: Path) -> None:
    project = wide(tmp_path, 5)
    split_project(project, BLOCKS.model_copy(update={"guard_frames": 2}))
    assert gaps(project) == {2}


def test_folds_are_all_kept(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    splits = split_project(project, SplitSettings(folds=3))
    assert [project.split(fold) for fold in range(3)] == splits


def test_a_project_without_labels_is_not_split(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    for record in project.records():
        assert record.labels_path is not None
        record.labels_path.unlink()
    with pytest.raises(ProjectError, match="0 labelled recordings are too few"):
        split_project(project, project.manifest.split)
    assert not project.layout.split.exists()
