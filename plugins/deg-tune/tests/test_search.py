from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from deg_core import Project
from deg_core.api import Labels, ProjectError
from optuna.trial import TrialState

from deg_tune import search as search_module
from deg_tune.report import Findings
from deg_tune.search import Search

Prepare = Callable[..., Search]
Run = Callable[..., Findings]

# A mean over 41 frames knows nothing of bouts of 4 to 9.
WIDTHS = "sequence.settings.receptive_field: [1, 41]\n"
RATES = "sequence.training.learning_rate: {low: 1e-3, high: 1e-2, log: true}\n"


def everything_below(folder: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def scores(findings: Findings) -> dict[str, float | None]:
    return {str(trial.params): findings.score(trial) for trial in findings.trials}


def test_the_better_of_two_obviously_different_settings_is_found(
    project: Project, prepare_search: Prepare, run_search: Run
) -> None:
    findings = run_search(prepare_search(project, WIDTHS), 4)
    assert findings.best is not None
    assert findings.best.params == {"sequence.settings.receptive_field": 1}
    by_width = {trial.params["sequence.settings.receptive_field"]: trial.value for trial in findings.trials}
    assert by_width[1] is not None
    assert by_width[41] is not None
    assert by_width[1] > by_width[41] + 0.1


def test_the_first_trial_has_the_settings_of_the_project(
    project: Project, prepare_search: Prepare, run_search: Run
) -> None:
    findings = run_search(prepare_search(project, WIDTHS + RATES), 2)
    assert findings.trials[0].params == {
        "sequence.settings.receptive_field": 1,
        "sequence.training.learning_rate": 0.01,
    }
    assert findings.trials[0].user_attrs["present"]


def test_a_trial_scores_as_the_project_would_with_its_settings(
    project: Project, prepare_search: Prepare, run_search: Run
) -> None:
    findings = run_search(prepare_search(project, RATES), 1)
    (card,) = project.train("sequence")
    assert findings.trials[0].value == card.scores["fake-agreement"]


def test_settings_that_were_tried_are_not_trained_again(
    project: Project, prepare_search: Prepare, run_search: Run
) -> None:
    search = prepare_search(project, WIDTHS)
    findings = run_search(search, 6)
    assert len(findings.trials) == 6
    assert len(list((search.folders.root / "trials").iterdir())) == 2


def test_nothing_in_the_project_is_touched(project: Project, prepare_search: Prepare, run_search: Run) -> None:
    search = prepare_search(project, WIDTHS)
    before = everything_below(project.workspace.layout.root)
    run_search(search, 2)
    assert everything_below(project.workspace.layout.root) == before


def test_latents_are_computed_once(
    project: Project, prepare_search: Prepare, run_search: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    extracted = []
    from deg_core.jobs import predict

    original = predict.extract_blocks
    monkeypatch.setattr(predict, "extract_blocks", lambda *given: (extracted.append(1), original(*given))[1])
    search = prepare_search(project, RATES)
    run_search(search, 3)
    seen = {span.record for span in (*project.workspace.split().train, *project.workspace.split().validation)}
    assert len(extracted) == len(seen)


def test_the_test_part_is_never_read(
    tmp_path: Path, new_project: Callable[..., Project], prepare_search: Prepare, run_search: Run
) -> None:
    """With labels at random in it, and without its videos, all comes out the same."""
    found = []
    for name in ("right", "random"):
        project = new_project(tmp_path / name)
        (tested,) = {span.record for span in project.workspace.split().test}
        if name == "random":
            labels = project.labels(tested)
            assert labels is not None
            marks = np.random.default_rng(0).integers(0, 2, labels.marks.shape).astype(np.int8)
            assert not np.array_equal(marks, labels.marks)
            project.set_labels(tested, Labels(marks, labels.behaviours))
            project.record(tested).video_path.unlink()
        search = prepare_search(project, WIDTHS + RATES)
        assert not (search.folders.base / "recordings" / tested).exists()
        found.append(scores(run_search(search, 3)))
    assert found[0] == found[1]


def test_labels_of_test_frames_do_not_even_lie_in_the_trials(
    tmp_path: Path, new_project: Callable[..., Project], prepare_search: Prepare
) -> None:
    project = new_project(tmp_path, split={"by": "block", "block_frames": 10})
    search = prepare_search(project, WIDTHS)
    split = project.workspace.split()
    assert split.test
    base = Project(search.folders.base, catalog=project.workspace.catalog)
    for span in split.test:
        labels = base.labels(span.record)
        assert labels is not None
        assert (labels.marks[span.start : span.stop] == -1).all()
    for span in split.validation:
        labels = base.labels(span.record)
        assert labels is not None
        assert (labels.marks[span.start : span.stop] >= 0).all()


def test_more_trials_are_added_to_the_same_study(project: Project, prepare_search: Prepare, run_search: Run) -> None:
    once = scores(run_search(prepare_search(project, RATES, name="once"), 4))
    assert len(once) == 4
    run_search(prepare_search(project, RATES), 2)
    findings = run_search(prepare_search(project, RATES), 4)
    assert [trial.number for trial in findings.trials] == [0, 1, 2, 3]
    assert scores(findings) == once  # interrupted or not


def test_a_search_that_has_its_trials_does_nothing_more(
    project: Project, prepare_search: Prepare, run_search: Run
) -> None:
    search = prepare_search(project, RATES)
    run_search(search, 2)
    assert len(run_search(search, 2).trials) == 2


def test_a_trial_without_hope_is_stopped_early(
    tmp_path: Path, new_project: Callable[..., Project], prepare_search: Prepare, run_search: Run
) -> None:
    training = {"max_epochs": 8, "steps_per_epoch": 2, "learning_rate": 0.01, "monitor": "fake-agreement"}
    project = new_project(tmp_path, sequence={"training": training})
    search = prepare_search(project, WIDTHS, pruner="asha")
    findings = run_search(search, 5)
    by_width = {trial.params["sequence.settings.receptive_field"]: trial for trial in reversed(findings.trials)}
    good, bad = by_width[1], by_width[41]
    assert good.state == TrialState.COMPLETE
    assert good.user_attrs["epochs"] == 8
    assert bad.state == TrialState.PRUNED
    assert bad.user_attrs["epochs"] < 8
    assert not list((search.folders.trial(bad.number) / "runs").glob("sequence-*"))


def test_ctrl_c_keeps_what_is_done_and_the_next_call_goes_on_in_the_same_epoch(
    project: Project, prepare_search: Prepare, run_search: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = scores(run_search(prepare_search(project, RATES, name="calm"), 2))
    search = prepare_search(project, RATES)
    run_search(search, 1)
    original = search_module.EpochWatch.look

    def stopping(self: search_module.EpochWatch, trial: Project, stage: str) -> None:
        original(self, trial, stage)
        if len(self.scores) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(search_module.EpochWatch, "look", stopping)
        with pytest.raises(KeyboardInterrupt):
            run_search(search, 2)
    (run,) = (search.folders.trial(1) / "runs").glob("sequence-*")
    assert (run / "resume.ckpt").is_file()
    findings = run_search(search, 2)
    assert [trial.number for trial in findings.trials] == [0, 2]
    assert not search.folders.trial(1).exists()
    assert [path.name for path in (search.folders.trial(2) / "runs").glob("sequence-*")] == [run.name]
    assert scores(findings) == expected


def test_a_trial_whose_process_died_is_taken_up(
    project: Project, prepare_search: Prepare, run_search: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = prepare_search(project, RATES)
    run_search(search, 1)

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(search_module, "open_trial", die)
        with pytest.raises(Killed):
            run_search(search, 2)
    findings = run_search(search, 2)
    assert [trial.state for trial in findings.trials] == [TrialState.COMPLETE] * 2


def test_hours_end_a_trial_that_the_next_call_takes_up(
    project: Project, prepare_search: Prepare, run_search: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = prepare_search(project, RATES)
    with monkeypatch.context() as patched:
        patched.setattr("deg_tune.watch.time.monotonic", iter([0.0, 0.0, *[1e9] * 10_000]).__next__)
        findings = run_search(search, 2, hours=1.0)
    assert findings.best is None
    assert len(run_search(search, 2).trials) == 2


def test_a_trial_that_fails_is_marked_and_the_search_goes_on(
    project: Project, prepare_search: Prepare, run_search: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = prepare_search(project, RATES)
    original = search_module.check_settings
    calls = []

    def failing_once(*given: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise RuntimeError("out of luck")
        original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(search_module, "check_settings", failing_once)
    findings = run_search(search, 3)
    states = [trial.state for trial in findings.trials]
    assert states == [TrialState.COMPLETE, TrialState.FAIL, TrialState.COMPLETE]
    assert findings.trials[1].user_attrs["error"] == "RuntimeError: out of luck"


def test_a_search_in_which_all_fails_gives_up(
    project: Project, prepare_search: Prepare, run_search: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(search_module, "check_settings", fail)
    with pytest.raises(ProjectError, match="out of luck"):
        run_search(prepare_search(project, RATES), 10)


def test_features_are_searched_with_everything_after_them(
    project: Project, prepare_search: Prepare, run_search: Run
) -> None:
    search = prepare_search(project, "features.settings.window: [1, 3]\n" + WIDTHS, stage="all")
    assert search.work.trained == ("features", "sequence")
    findings = run_search(search, 2)
    assert [trial.user_attrs.get("error") for trial in findings.trials] == [None, None]
    base = search.folders.base
    assert not list((base / "runs").glob("*"))
    frames = {path.relative_to(base): path for path in (base / "cache").rglob("*.npy")}
    assert frames  # decoded by the first trial, for all
    assert not (search.folders.trial(0) / "cache").exists()


def test_a_search_goes_on_only_while_the_project_is_the_same(
    project: Project, prepare_search: Prepare, run_search: Run
) -> None:
    run_search(prepare_search(project, WIDTHS), 1)
    manifest = project.workspace.layout.manifest
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("length: 20", "length: 10"), encoding="utf-8")
    changed = Project(project.workspace.layout.root, catalog=project.workspace.catalog)
    with pytest.raises(ProjectError, match="sequence.length was 20 and is 10"):
        prepare_search(changed, WIDTHS)
    with pytest.raises(ProjectError, match="begun with something else"):
        run_search(prepare_search(project, RATES), 2)


def test_a_stage_that_must_be_trained_before_is_named(project: Project, prepare_search: Prepare) -> None:
    shutil.rmtree(project.workspace.layout.runs)
    with pytest.raises(ProjectError) as caught:
        prepare_search(project, WIDTHS)
    assert caught.value.fix.endswith("deg train features")


def test_trials_start_from_what_the_project_starts_from(
    project: Project, prepare_search: Prepare, run_search: Run
) -> None:
    known = project.run()
    manifest = project.workspace.layout.manifest
    text = manifest.read_text(encoding="utf-8").replace("sequence:", f"sequence:\n  from: runs/{known.run_id}", 1)
    manifest.write_text(text, encoding="utf-8")
    for _ in range(2):  # the second goes on with the same project
        changed = Project(project.workspace.layout.root, catalog=project.workspace.catalog)
        search = prepare_search(changed, RATES)
    findings = run_search(search, 1)
    assert findings.trials[0].user_attrs.get("error") is None
    (start,) = [
        run.started_from
        for run in Project(search.folders.trial(0), catalog=project.workspace.catalog).runs()
        if run.stage == "sequence"
    ]
    assert start is not None
    assert start.weights_sha256 == known.weights_sha256
