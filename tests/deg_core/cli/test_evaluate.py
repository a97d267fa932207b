from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deg_core.data.bouts import find_runs
from deg_core.data.labels import Labels
from deg_core.jobs.workspace import Workspace
from deg_core.project.records import save_labels
from deg_core.testing import untrained_runs

if TYPE_CHECKING:
    from .conftest import Run


def cells(out: str, first: str) -> list[str]:
    return next(line for line in out.splitlines() if line.startswith(first)).split()


def test_scores_stand_beside_base_rate_and_chance(run: Run, trained: Workspace) -> None:
    answer = run("evaluate")
    assert answer.code == 0
    (span,) = trained.split().test
    walking = int((trained.labelled()[span.record].marks[:, 0] == 1).sum())
    name, present, of, labelled, rate, score, interval, chance = cells(answer.out, "walk")
    assert (name, present, of, labelled) == ("walk", str(walking), "of", "60")
    assert rate == f"{walking / 60:.1%}"
    assert float(score) > 0.95
    low, high = map(float, interval.split("-"))
    assert 0.5 < low <= float(score) <= high == 1.0
    assert "95 %: of 20 blocks of one recording, drawn anew" in answer.out
    assert float(chance) < 0.8
    assert cells(answer.out, "fake-agreement")[0] == "fake-agreement"


def test_bouts_are_scored_below_the_frames(run: Run, trained: Workspace) -> None:
    answer = run("evaluate", "-q")
    below = answer.out.partition("\nbouts")[2]
    _, labelled, predicted, *scores = cells(below, "walk")
    (span,) = trained.split().test
    assert int(labelled) == len(find_runs(trained.labelled()[span.record].marks[:, 0] == 1))
    assert abs(int(predicted) - int(labelled)) <= 2
    assert all(float(score) > 0.8 for score in scores[:3])
    assert "order of events (edit score): " in below


def test_nobody_has_to_wait_for_intervals(run: Run, trained: Workspace) -> None:
    out = run("evaluate", "--resamples", "0").out
    assert "95 %" not in out.partition("\nbouts")[0]
    assert len(cells(out, "walk")) == 7
    assert run("evaluate", "--resamples", "0", "--json").values["n_units"] == 0


def test_few_recordings_give_no_interval_to_trust(run: Run, project: Workspace) -> None:
    run("split", "--fractions", "0.34,0,0.66")
    untrained_runs(project)
    assert "intervals over 2 recordings are too narrow: test on more" in run("evaluate", "--json").err


def test_what_is_shown_is_what_a_script_gets_and_what_is_kept(run: Run, trained: Workspace) -> None:
    values = run("evaluate", "--json").values
    assert values["part"] == "test"
    assert values == json.loads(trained.layout.evaluation.read_text())
    shown = cells(run("evaluate", "-q").out, "fake-agreement")
    card = values["scores"]["fake-agreement"]
    low, high = card["overall_interval"]
    assert shown[1:] == [f"{card['overall']:.3f}", f"{low:.3f}-{high:.3f}", f"{card['chance_overall']:.3f}"]


def test_thresholds_set_by_hand_are_told_of(run: Run, trained: Workspace) -> None:
    assert "by hand" not in run("evaluate").err
    run("thresholds", "set", "rear", "0.3")
    answer = run("evaluate", "--json")
    assert "thresholds set by hand: rear" in answer.err
    assert answer.values["thresholds_by_hand"] == ["rear"]


def test_other_parts_do_not_replace_the_scores_of_the_test_part(run: Run, trained: Workspace) -> None:
    run("evaluate")
    before = trained.layout.evaluation.read_bytes()
    assert run("evaluate", "--part", "validation", "--json").values["part"] == "validation"
    assert trained.layout.evaluation.read_bytes() == before


def test_an_undefined_score_is_shown_as_undefined(run: Run, trained: Workspace) -> None:
    (span,) = trained.split().test
    marks = trained.labelled()[span.record].marks.copy()
    marks[:, 0] = -1
    save_labels(trained.layout, span.record, Labels(marks, trained.manifest.behaviours))
    out = run("evaluate").out
    assert cells(out, "walk") == ["walk", "0", "of", "0", "undefined", "undefined", "undefined"]
    assert float(cells(out, "rear")[5]) > 0.9
    assert cells(out.partition("\nbouts")[2], "walk")[1:6] == ["0", "0", "undefined", "undefined", "undefined"]
    scores = run("evaluate", "--json").values["scores"]["fake-agreement"]
    assert scores["per_behaviour"]["walk"] is None


def test_another_projects_scores_stand_beside(run: Run, trained: Workspace) -> None:
    run("evaluate")
    path = trained.layout.evaluation
    report = json.loads(path.read_text())
    report["scores"]["fake-agreement"]["overall"] = 0.125
    report["scores"]["fake-agreement"]["per_behaviour"] = {"walk": 0.25, "rear": None}
    other = trained.layout.root.parent / "other"
    other.mkdir()
    (other / path.name).write_text(json.dumps(report))
    answer = run("evaluate", "--against", other)
    assert cells(answer.out, "walk")[-1] == "0.250"
    assert cells(answer.out, "rear")[-1] == "undefined"
    assert cells(answer.out, "fake-agreement")[-1] == "0.125"
    assert "not comparable" not in answer.err
    assert run("evaluate", "--against", other, "--json").values["against"] == report
    report["counts"]["walk"]["present"] += 1
    (other / path.name).write_text(json.dumps(report))
    assert "not comparable" in run("evaluate", "--against", other).err


def test_another_project_without_scores_is_refused(run: Run, trained: Workspace) -> None:
    for text, problem in ((None, "not evaluated yet"), ("{}", "damaged")):
        other = trained.layout.root.parent / "other"
        other.mkdir(exist_ok=True)
        if text is not None:
            (other / "evaluation.json").write_text(text)
        answer = run("evaluate", "--against", other)
        assert answer.code == 2
        assert problem in answer.err
        assert f"deg evaluate --project {other}" in answer.err


def test_an_empty_part_is_refused(run: Run, project: Workspace) -> None:
    run("split", "--fractions", "0.5,0.5,0")
    untrained_runs(project)
    answer = run("evaluate")
    assert answer.code == 2
    assert "the test part of the split is empty" in answer.err
