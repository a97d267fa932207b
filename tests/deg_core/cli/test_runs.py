from __future__ import annotations

from typing import TYPE_CHECKING

from deg_core.jobs.workspace import Workspace
from deg_core.testing import untrained_runs

if TYPE_CHECKING:
    from .conftest import Run


def test_runs_are_listed_oldest_first(run: Run, project: Workspace) -> None:
    features, sequence = untrained_runs(project)
    header, *rows = run("runs").out.splitlines()
    assert header.startswith("run")
    assert [row.split()[:2] for row in rows] == [
        [features.run_id, "fake-extractor"],
        [sequence.run_id, "fake-sequence"],
    ]
    assert features.run_id in rows[1].split()[2:]  # built on


def test_a_script_gets_whole_cards(run: Run, project: Workspace) -> None:
    records = untrained_runs(project)
    assert run("runs", "--json").values == [record.model_dump(mode="json") for record in records]


def test_nothing_trained_is_told_and_not_an_error(run: Run, project: Workspace) -> None:
    answer = run("runs")
    assert answer.code == 0
    assert "deg train" in answer.out
    assert run("runs", "--json").values == []
