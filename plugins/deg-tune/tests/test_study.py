from __future__ import annotations

from pathlib import Path

import pytest
from deg_core.api import ProjectError

from deg_tune.study import Strategy, open_study


def test_two_processes_do_not_work_on_one_study(tmp_path: Path) -> None:
    with open_study(tmp_path / "study.db", Strategy(), "max", {}):
        with pytest.raises(ProjectError, match="another process"):
            with open_study(tmp_path / "study.db", Strategy(), "max", {}):
                pass
    with open_study(tmp_path / "study.db", Strategy(), "max", {}):
        pass


def test_a_file_that_is_no_study_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_text("certainly no database", encoding="utf-8")
    with pytest.raises(ProjectError, match="not a study"), open_study(tmp_path / "study.db", Strategy(), "max", {}):
        pass


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_draws_depend_on_the_seed_and_the_trial_alone(sampler: str, tmp_path: Path) -> None:
    import optuna

    space = {"x": optuna.distributions.FloatDistribution(0, 1)}

    def first(seed: int, number: int) -> float:
        study = optuna.create_study(sampler=Strategy(sampler=sampler, seed=seed).draws(number))
        return float(study.ask(space).params["x"])

    assert first(0, 0) == first(0, 0)
    assert len({first(0, 0), first(0, 1), first(1, 0)}) == 3


@pytest.mark.parametrize("pruner", ["asha", "hyperband", "median"])
def test_every_pruner_stops_what_is_far_behind(pruner: str) -> None:
    import optuna

    strategy = Strategy(pruner=pruner, grace_epochs=2, most_epochs=16)
    study = optuna.create_study(direction="maximize", pruner=strategy.stops(), sampler=strategy.draws(0))
    stopped = []
    for number in range(12):
        trial = study.ask()
        for epoch in range(1, 17):
            trial.report(1.0 if number % 2 == 0 else 0.1, step=epoch)
            if trial.should_prune():
                stopped.append((number, epoch))
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                break
        else:
            study.tell(trial, 1.0 if number % 2 == 0 else 0.1)
    assert stopped
    assert all(number % 2 and epoch >= 2 for number, epoch in stopped)
