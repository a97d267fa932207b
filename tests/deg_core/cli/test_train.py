from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import timezone
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from deg_core.errors import ProjectError
from deg_core.jobs.workspace import Workspace
from deg_core.project.run_record import RunRecord
from deg_core.testing import untrained_runs

if TYPE_CHECKING:
    from .conftest import Run


@dataclass
class Trainer:
    """Stands for the job: remembers how it was called, and trains nothing."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    accident: BaseException | None = None

    def train_all(self, workspace: Workspace, progress: Any, **options: Any) -> list[RunRecord]:
        self.calls.append({"stage": "all", "workspace": workspace, **options})
        options["tell"]("features: what somebody should know")
        with progress.task("training features", 2) as task:
            task.advance()
            if self.accident is not None:
                raise self.accident
        scores = {"epoch": 2.0, "train_loss": 0.3, "loss": 0.4, "f1": 0.875}
        return [record.model_copy(update={"scores": scores}) for record in untrained_runs(workspace)]

    def train_stage(self, workspace: Workspace, stage: str, progress: Any, **options: Any) -> RunRecord:
        record = self.train_all(workspace, progress, **options)[-1]
        self.calls[-1]["stage"] = stage
        return record


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Trainer:
    trainer = Trainer()
    module = SimpleNamespace(train_all=trainer.train_all, train_stage=trainer.train_stage)
    monkeypatch.setitem(sys.modules, "deg_core.jobs.train", module)
    return trainer


def test_all_stages_are_trained_by_default_and_their_scores_shown(
    run: Run, project: Workspace, trainer: Trainer
) -> None:
    answer = run("train")
    assert answer.code == 0
    (call,) = trainer.calls
    assert (call["stage"], call["fresh"], call["now"].tzinfo) == ("all", False, timezone.utc)
    last = answer.out.splitlines()[-1]
    assert last.startswith("sequence-")
    assert "f1 0.875" in last
    assert "training features" in answer.err
    assert "features: what somebody should know" in answer.out
    assert "should know" not in run("train", "--quiet").out


def test_the_data_are_split_first_and_that_is_told(run: Run, project: Workspace, trainer: Trainer) -> None:
    answer = run("train")
    assert "the data are not split yet" in answer.out
    assert "split by recording:" in answer.out
    before = project.layout.split.read_bytes()
    assert "not split" not in run("train").out
    assert project.layout.split.read_bytes() == before


def test_one_stage_and_fresh_are_passed_on(run: Run, project: Workspace, trainer: Trainer) -> None:
    assert run("train", "sequence", "--fresh", "-q").code == 0
    assert (trainer.calls[0]["stage"], trainer.calls[0]["fresh"]) == ("sequence", True)
    assert run("train", "everything").code == 2


def test_a_fold_is_chosen(run: Run, project: Workspace, trainer: Trainer) -> None:
    run("split", "--folds", "3")
    assert run("train", "--fold", "2").code == 0
    workspace = trainer.calls[0]["workspace"]
    assert workspace.split() == project.split(2)
    assert workspace.split() != project.split(0)


def test_a_teacher_and_its_weight_are_named_over_the_manifest(run: Run, project: Workspace, trainer: Trainer) -> None:
    assert run("train", "--teacher", "sequence-1", "--teacher-weight", "0.75").code == 0
    assert trainer.calls[0]["workspace"].manifest.teacher.model_dump() == {"run": "sequence-1", "weight": 0.75}
    with project.layout.manifest.open("a", encoding="utf-8") as file:
        file.write("teacher: {run: ../old.deg, weight: 0.25}\n")
    for options, expected in (((), ("../old.deg", 0.25)), (("--teacher", "sequence-1"), ("sequence-1", 0.25))):
        assert run("train", *options).code == 0
        teacher = trainer.calls[-1]["workspace"].manifest.teacher
        assert (teacher.run, teacher.weight) == expected


def test_a_teacher_is_found_from_where_one_stands(
    run: Run, project: Workspace, trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "old.deg").touch()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run("train", "--teacher", "old.deg", "--project", str(project.layout.root)).code == 0
    assert trainer.calls[0]["workspace"].manifest.teacher.run == str((tmp_path / "elsewhere" / "old.deg").resolve())


def test_a_weight_without_a_teacher_is_refused(run: Run, project: Workspace, trainer: Trainer) -> None:
    answer = run("train", "--teacher-weight", "0.5")
    assert answer.code == 2
    assert "--teacher RUN" in answer.err
    assert trainer.calls == []


def test_a_fold_that_does_not_exist_is_refused(run: Run, project: Workspace, trainer: Trainer) -> None:
    answer = run("train", "--fold", "1")
    assert answer.code == 2
    assert "no fold 1: the split has 1" in answer.err
    assert trainer.calls == []


@pytest.mark.parametrize(
    ("accident", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "stopped; give the same command again to go on"),
        (ProjectError("no space left", where="/data", fix="free some room"), 2, "fix:   free some room"),
    ],
)
def test_an_accident_is_told_in_a_line_or_three(
    run: Run, project: Workspace, trainer: Trainer, accident: BaseException, code: int, told: str
) -> None:
    trainer.accident = accident
    answer = run("train")
    assert answer.code == code
    assert told in answer.err
    assert "Traceback" not in answer.err
