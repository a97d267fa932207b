from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deg_plugins_figures.palette import OKABE_ITO
from deg_plugins_figures.training_figure import TrainingCurves, draw_training


def _run(n_epochs: int = 5, *, scored: bool = True) -> TrainingCurves:
    epochs = np.arange(1.0, n_epochs + 1)
    return TrainingCurves(
        run_id="features-20260101-000000",
        score_name="average-precision",
        columns={
            "epoch": epochs,
            "train_loss": np.full(n_epochs, 0.25),
            "validation_loss": np.linspace(1.0, 0.5, n_epochs) if n_epochs > 1 else np.array([0.5]),
            "score": epochs / 10 if scored else np.full(n_epochs, np.nan),
            "learning_rate": np.full(n_epochs, 1e-3),
        },
        best_epoch=4.0 if scored else None,
    )


def test_losses_are_lines_through_their_values(drawn: Any) -> None:
    figure = drawn(draw_training([_run()]))
    assert drawn.close_to(figure.colour(3.0, 0.25), OKABE_ITO[0], 40)
    assert drawn.close_to(figure.colour(3.0, 0.75), OKABE_ITO[1], 40)


def test_the_epoch_whose_weights_were_kept_is_marked(drawn: Any) -> None:
    figure = drawn(draw_training([_run()]))
    line = {figure.colour(4.0, score, panel=1) for score in np.arange(0.1, 0.3, 0.002)}
    assert any(max(colour) < 150 for colour in line)
    assert "weights kept" in figure.words()
    assert "average-precision" in figure.words()


def test_a_stage_without_score_has_no_panel_for_it(drawn: Any) -> None:
    figure = drawn(draw_training([_run(scored=False)]))
    assert [axes.axison for axes in figure.figure.axes] == [True, False, True]


def test_runs_stand_side_by_side(drawn: Any) -> None:
    assert len(drawn(draw_training([_run(), _run(40), _run(scored=False)])).figure.axes) == 9


@pytest.mark.parametrize("n_epochs", [1, 2])
def test_few_epochs_show_as_dots(n_epochs: int, drawn: Any) -> None:
    figure = drawn(draw_training([_run(n_epochs)]))
    assert drawn.close_to(figure.colour(1.0, 0.25), OKABE_ITO[0], 40)
    assert "1e-03" in figure.words()
