from __future__ import annotations

from typing import TYPE_CHECKING

from deg_core.jobs.workspace import Workspace
from deg_core.project.run_record import StartedFrom
from deg_core.project.runs import save_run_record
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


def test_one_run_shows_its_card(run: Run, project: Workspace) -> None:
    features, sequence = untrained_runs(project)
    lines = run("runs", sequence.run_id).out.splitlines()
    told = {line.partition("  ")[0].strip(): line.partition("  ")[2].strip() for line in lines}
    assert told["plugin"] == "fake-sequence of given"
    assert told["built on"] == features.run_id
    assert run("runs", sequence.run_id, "--json").values == sequence.model_dump(mode="json")
    assert run("runs", "gone").code == 2
    assert "started from" not in run("runs").out


def test_what_a_run_started_from_is_shown_tensor_by_tensor(run: Run, project: Workspace) -> None:
    features, _ = untrained_runs(project)
    start = StartedFrom(
        source="../old",
        run_id="features-0",
        weights_sha256="ab" * 32,
        loaded=("shares",),
        carried={"head.weight": ("walk",)},
        drawn={"head.bias": "5 behaviours there, 2 here"},
        left_out=("flow.weight",),
    )
    changed = features.model_copy(update={"started_from": start})
    save_run_record(project.layout.run(features.run_id), changed)
    listed = run("runs").out.splitlines()
    assert listed[0].endswith("started from")
    assert listed[1].endswith("features-0 of ../old")
    shown = [" ".join(line.split()) for line in run("runs", features.run_id).out.splitlines()]
    for line in (
        f"started from features-0 of ../old, weights SHA-256 {'ab' * 32}",
        "loaded shares",
        "in part head.weight: rows of walk",
        "as drawn head.bias: 5 behaviours there, 2 here",
        "left out flow.weight",
    ):
        assert line in shown
