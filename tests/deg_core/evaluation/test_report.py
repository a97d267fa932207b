from __future__ import annotations

from deg_core.evaluation.report import BehaviourCount, Report, ScoreCard


def test_a_base_rate_needs_labels() -> None:
    assert BehaviourCount(labelled=20, present=5).base_rate == 0.25
    assert BehaviourCount(labelled=0, present=0).base_rate is None


def test_undefined_scores_survive_being_kept_as_json() -> None:
    card = ScoreCard(
        goal="max", overall=0.5, chance_overall=None, per_behaviour={"walk": None, "rear": 0.5}, chance={"walk": None}
    )
    report = Report(counts={"walk": BehaviourCount(labelled=3, present=0)}, scores={"f1": card}, n_frames=3)
    text = report.model_dump_json()
    assert "NaN" not in text
    assert Report.model_validate_json(text) == report
