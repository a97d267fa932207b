from __future__ import annotations

from deg_core.evaluation.report import BehaviourCount, Report, ScoreCard
from deg_plugins_analysis.report.scores_figure import draw_scores


def test_every_behaviour_has_its_score_interval_chance_and_base_rate() -> None:
    card = ScoreCard(
        goal="max", overall=0.8, chance_overall=0.2, per_behaviour={"walk": 0.8, "never": None},
        chance={"walk": 0.3, "never": None}, interval={"walk": (0.6, 0.9), "never": None},
    )  # fmt: skip
    counts = {"walk": BehaviourCount(labelled=100, present=25), "never": BehaviourCount(labelled=100, present=0)}
    figure = draw_scores(Report(counts=counts, scores={"f1": card}, n_frames=100), ["f1"])
    (axes,) = figure.axes
    drawn = {str(line.get_label()): [] for line in axes.lines}
    for line in axes.lines:
        drawn[str(line.get_label())].append((float(line.get_xdata()[0]), float(line.get_ydata()[0])))
    assert drawn == {"base rate": [(0.25, 0.0), (0.0, 1.0)], "chance": [(0.3, 0.0)], "score": [(0.8, 0.0)]}
    (interval,) = axes.collections
    assert interval.get_segments()[0].tolist() == [[0.6, 0.0], [0.9, 0.0]]
    assert [text.get_text() for text in axes.texts] == ["undefined"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["walk", "never"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first behaviour is at the top
