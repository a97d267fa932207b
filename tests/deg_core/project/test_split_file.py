from __future__ import annotations

from pathlib import Path

import pytest

from deg_core.data.record import Span
from deg_core.data.splits import Split
from deg_core.errors import ManifestError, ProjectError
from deg_core.project.layout import Layout
from deg_core.project.manifest import SplitSettings
from deg_core.project.split_file import load_split, save_splits

FOLDS = [
    Split((Span("a", 0, 9), Span("a", 20, 30)), (Span("no", 0, 5),), (Span("1", 3, 4),)),
    Split((Span("a", 0, 9),), (Span("b", 0, 5),)),
    Split((Span("c", 0, 9),), (Span("b", 0, 5),)),
]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    save_splits(Layout(tmp_path), FOLDS, SplitSettings(folds=3), 7)
    return Layout(tmp_path)


def test_every_fold_comes_back_as_it_was(layout: Layout) -> None:
    assert [load_split(layout, fold) for fold in range(3)] == FOLDS


def test_a_fold_that_does_not_exist_is_refused(layout: Layout) -> None:
    with pytest.raises(ProjectError, match="no fold 3: the split has 3"):
        load_split(layout, 3)


def test_a_missing_split_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not split yet") as caught:
        load_split(Layout(tmp_path))
    assert "deg split" in caught.value.fix


@pytest.mark.parametrize("text", ["", "folds: []\n", "settings: {}\nguard_frames: x\nfolds: []\n", "a: 'b"])
def test_a_damaged_split_is_named(layout: Layout, text: str) -> None:
    layout.split.write_text(text)
    with pytest.raises(ManifestError) as caught:
        load_split(layout)
    assert caught.value.where == str(layout.split)
