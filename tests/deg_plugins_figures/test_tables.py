from __future__ import annotations

import numpy as np

from deg_plugins_figures.scored import PrecisionRecall, ScoredFrames
from deg_plugins_figures.tables import (
    confusion_table,
    ethogram_table,
    precision_recall_table,
    training_table,
)
from deg_plugins_figures.tracks import Tracks
from deg_plugins_figures.training_figure import TrainingCurves


def test_an_ethogram_has_a_row_for_each_frame(tracks: Tracks) -> None:
    table = ethogram_table(tracks.cut(35, 85))
    assert table.header[:6] == ["frame", "time_s", "test", "groom human", "groom deg", "groom probability"]
    assert len(table.rows) == 50
    assert table.rows[0][:5] == [35, 3.5, 0, 1, 1]
    assert table.rows[25][2] == 1  # frame 60 is a test frame
    assert table.rows[-1][3] is None  # frame 84 is not labelled


def _frames(*, exclusive: bool) -> ScoredFrames:
    marks = np.array([[1, 0], [1, 0], [0, 0]], dtype=np.int8)
    present = np.array([[1, 0], [0, 1], [0, 0]], dtype=bool)
    numbers = np.zeros((3, 2), dtype=np.float32)
    return ScoredFrames(("groom", "dig"), exclusive, numbers, present, numbers[0], marks, "test frames")


def test_confusions_are_counts_not_shares() -> None:
    exclusive = confusion_table(_frames(exclusive=True))
    assert exclusive.header == ["labelled", "decided groom", "decided dig", "decided none"]
    assert exclusive.rows == [["groom", 1, 1, 0], ["dig", 0, 0, 0], ["none", 0, 0, 1]]
    overlapping = confusion_table(_frames(exclusive=False))
    assert overlapping.rows[0] == ["groom", 1, 1, 0, 1, 0, 1, 0]
    assert len(overlapping.header) == len(overlapping.rows[0])


def test_curves_have_a_row_for_each_threshold() -> None:
    steps = np.array([0.2, 0.7])
    curve = PrecisionRecall("groom", steps, steps + 0.1, steps[::-1], 0.5, 0.1, 3, (0.5, 0.5), 0.7)
    table = precision_recall_table([curve])
    assert np.allclose(np.array([row[1:] for row in table.rows], dtype=float), [[0.2, 0.3, 0.7], [0.7, 0.8, 0.2]])


def test_training_has_a_row_for_each_epoch_of_each_run() -> None:
    names = ("epoch", "train_loss", "validation_loss", "score", "learning_rate", "seconds")
    runs = [TrainingCurves(run, "f1", {name: np.arange(2.0) for name in names}) for run in ("flow-1", "features-1")]
    table = training_table(runs)
    assert [row[0] for row in table.rows] == ["flow-1"] * 2 + ["features-1"] * 2
    assert len(table.header) == len(table.rows[0]) == 6
