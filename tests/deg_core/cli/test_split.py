from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deg_core.jobs.workspace import Workspace

if TYPE_CHECKING:
    from .conftest import Run


def test_the_division_is_kept_and_shown(run: Run, project: Workspace) -> None:
    answer = run("split")
    assert answer.code == 0
    assert project.split().test
    rows = {line.split()[0]: line.split()[1:] for line in answer.out.splitlines()[1:]}
    assert rows["train"] == ["validation", "test"]  # the header
    assert rows["recordings"] == ["1", "1", "1"]
    assert rows["frames"] == ["60", "60", "60"]
    for column, name in enumerate(("walk", "rear")):
        spans = [span for part in ("train", "validation", "test") for span in project.split().part(part)]
        marks = [project.labelled()[s.record].marks[s.start : s.stop, column] for s in spans]
        assert rows[name] == [str(int((m == 1).sum())) for m in marks]


def test_options_override_the_project_file(run: Run, project: Workspace) -> None:
    options = ("--by", "block", "--block-frames", "20", "--guard-frames", "4", "--fractions", "0.5,0.25,0.25")
    values = run("split", *options, "--json").values
    (fold,) = values["folds"]
    assert sum(part["frames"] for part in fold.values()) < 180
    assert fold["train"]["recordings"] >= 2


def test_a_behaviour_that_a_part_lacks_is_marked(run: Run, project: Workspace) -> None:
    for name in ("one", "two"):
        path = project.layout.recording(name) / "labels.csv"
        frame_rows = [f"{frame},0,1" for frame in range(60)]
        path.write_text("\n".join(["frame,walk,rear", *frame_rows]) + "\n")
    answer = run("split")
    walk = next(line for line in answer.out.splitlines() if line.startswith("walk"))
    assert walk.count("0 !") == 2
    assert answer.out.splitlines()[-1].startswith("! never happens in this part")


def test_every_fold_is_shown(run: Run, project: Workspace) -> None:
    answer = run("split", "--folds", "3")
    assert [line for line in answer.out.splitlines() if line.startswith("fold")] == ["fold 0", "fold 1", "fold 2"]
    tests = {project.split(fold).test for fold in range(3)}
    assert len(tests) == 3
    assert len(run("split", "--folds", "3", "--json").values["folds"]) == 3


def test_a_group_is_kept_together_and_implies_by(run: Run, project: Workspace) -> None:
    assert run("split", "--group", "animal", "--fractions", "0.5,0.5,0").code == 0
    sides = [{span.record for span in project.split().part(part)} for part in ("train", "validation")]
    assert {"one", "two"} in sides  # both are of animal m3
    assert run("split", "--by", "recording").code == 0


def test_another_seed_is_another_division(run: Run, project: Workspace) -> None:
    found = set()
    for seed in range(8):
        run("split", "--seed", str(seed), "--by", "block", "--block-frames", "10", "--guard-frames", "0")
        found.add(project.split().test)
    assert len(found) > 1


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--folds", "2"], "--folds"),
        (["--by", "group"], "go together"),
        (["--fractions", "0.5,0.2"], "not three numbers"),
        (["--fractions", "0.5,0.2,0.2"], "add up to 0.9"),
        (["--group", "cage"], "has no 'cage'"),
        (["--folds", "9"], "too few"),
    ],
)
def test_impossible_divisions_are_refused(run: Run, project: Workspace, options: list[str], problem: str) -> None:
    answer = run("split", *options)
    assert answer.code == 2
    assert problem in answer.err
    assert not project.layout.split.exists()
