from __future__ import annotations

import pytest

from deg_core.jobs.workspace import Workspace
from deg_core.testing import tiny_project, untrained_runs


@pytest.fixture
def run_id(project: Workspace) -> str:
    return untrained_runs(project)[-1].run_id


def test_thresholds_are_shown_with_who_chose_them(run, run_id):
    answer = run("thresholds", "show")
    assert answer.code == 0
    assert [line.split() for line in answer.out.splitlines()] == [
        [run_id, "chosen", "by", "hand"],
        ["walk", "0.5"],
        ["rear", "0.5"],
    ]


def test_a_threshold_is_set_and_given_back(run, run_id, project):
    answer = run("thresholds", "set", "rear", "0.25")
    assert answer.code == 0
    assert ["rear", "0.5", "0.25"] in [line.split() for line in answer.out.splitlines()]
    path = project.layout.run(run_id) / "thresholds.yaml"
    assert str(path) in answer.out
    assert run("thresholds", "set", "walk", "1", "--json").values == {
        "run": run_id,
        "thresholds": {
            "walk": {"chosen": 0.5, "by_hand": 1.0, "in_use": 1.0},
            "rear": {"chosen": 0.5, "by_hand": 0.25, "in_use": 0.25},
        },
    }
    values = run("thresholds", "reset", "rear", "--json").values["thresholds"]
    assert values["rear"] == {"chosen": 0.5, "by_hand": None, "in_use": 0.5}
    assert values["walk"]["by_hand"] == 1.0
    assert run("thresholds", "reset").code == 0
    assert not path.exists()


@pytest.mark.parametrize("arguments", [["set", "sleep", "0.5"], ["reset", "sleep"]])
def test_a_behaviour_that_the_run_does_not_know_is_refused(run, run_id, arguments):
    answer = run("thresholds", *arguments)
    assert answer.code == 2
    assert "no behaviour 'sleep'" in answer.err
    assert "walk, rear" in answer.err


@pytest.mark.parametrize("value", ["1.5", "-0.1", "often"])
def test_what_is_no_probability_is_refused(run, run_id, value, project):
    assert run("thresholds", "set", "rear", "--", value).code == 2
    assert not (project.layout.run(run_id) / "thresholds.yaml").exists()


def test_without_a_trained_model_there_is_nothing_to_show(run, project):
    answer = run("thresholds", "show")
    assert answer.code == 2
    assert "deg train sequence" in answer.err


def test_a_run_can_be_named(run, project):
    older, newer = (untrained_runs(project)[-1].run_id for _ in range(2))
    run("thresholds", "set", "rear", "0.1", "--run", older)
    assert run("thresholds", "show", "--json").values["run"] == newer
    assert run("thresholds", "show", "--json").values["thresholds"]["rear"]["by_hand"] is None
    assert run("thresholds", "show", "--run", older, "--json").values["thresholds"]["rear"]["in_use"] == 0.1


def test_exclusive_behaviours_have_none(run, install, tmp_path):
    from deg_core.testing import FAKES, only_plugins

    install(only_plugins(*FAKES))
    project = tiny_project(tmp_path, exclusive=True)
    untrained_runs(project)
    answer = run("thresholds", "show", "--project", project.layout.root)
    assert "the likeliest is present" in answer.out
    refused = run("thresholds", "set", "rear", "0.5", "--project", project.layout.root)
    assert refused.code == 2
    assert "exclude each other" in refused.err
