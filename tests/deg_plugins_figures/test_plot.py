from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from matplotlib.image import imread

from deg_core import Project
from deg_core.api import Labels, ProjectError
from deg_plugins_figures.plot import plot


def _run(project: Project, *arguments: str) -> Result:
    command = [arguments[0], "-p", str(project.workspace.layout.root), *arguments[1:]]
    return CliRunner().invoke(plot, command, catch_exceptions=False)


def _written(result: Result) -> list[Path]:
    assert result.exit_code == 0, result.output
    return [Path(line) for line in result.stdout.splitlines()]


def test_ethograms_of_all_recordings_without_a_name(project: Project) -> None:
    paths = _written(_run(project, "ethogram"))
    assert [path.name for path in paths] == ["one_ethogram.png", "three_ethogram.png", "two_ethogram.png"]
    assert imread(paths[0]).std() > 0.05  # not a white page


def test_a_part_of_a_recording_with_its_numbers(project: Project, tmp_path: Path) -> None:
    figure, numbers = _written(
        _run(project, "ethogram", "one", "--start", "10f", "--stop", "1s", "--csv", "-o", str(tmp_path / "part.svg"))
    )
    assert figure.name == "part.svg"
    with numbers.open(newline="") as file:
        rows = list(csv.DictReader(file))
    labels = project.labels("one")
    assert labels is not None
    assert [int(row["frame"]) for row in rows] == list(range(10, 30))
    assert [int(row["walk human"]) for row in rows] == labels.marks[10:30, 0].tolist()
    assert numbers.name == "part.csv"


def test_a_cut_does_not_replace_the_whole(project: Project) -> None:
    whole, part = (_written(_run(project, "ethogram", "one", *cut))[0] for cut in ((), ("--stop", "1s")))
    assert whole != part
    assert whole.exists()


def test_an_empty_cut_is_refused(project: Project) -> None:
    with pytest.raises(ProjectError, match="no frames from 2 to the end"):
        _run(project, "ethogram", "one", "--start", "2")


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
@pytest.mark.parametrize("command", ["confusion", "pr-curves", "reliability"])
def test_test_frames_are_drawn_in_every_format(project: Project, command: str, kind: str) -> None:
    figure, numbers = _written(_run(project, command, "--format", kind, "--csv"))
    assert figure.name == f"{command}_test.{kind}"
    assert len(numbers.read_text().splitlines()) > 2


def test_worst_moments_are_listed_and_shown(project: Project) -> None:
    labels = project.labels("one")
    assert labels is not None
    for name in ("one", "two", "three"):
        marks = labels.marks.copy()
        marks[:, 1] = 1 - marks[:, 1]
        project.set_labels(name, Labels(marks, labels.behaviours))
    answer = _run(project, "mistakes", "--n", "3", "--csv")
    *lines, figure, numbers = answer.output.splitlines()
    assert len(lines) == 3
    with Path(numbers).open(newline="") as file:
        rows = list(csv.DictReader(file))
    spoken = [f"{r['recording']}, frames {r['start']}-{r['stop']}: {r['behaviour']}, {r['kind']}" for r in rows]
    assert lines == spoken
    assert imread(figure).std() > 0.05


def test_other_parts_have_files_of_their_own(project: Project) -> None:
    (path,) = _written(_run(project, "confusion", "--part", "train"))
    assert path.name == "confusion_train.png"


def test_training_is_drawn_beside_its_numbers(project: Project) -> None:
    run_id = project.run().run_id
    curves = project.workspace.layout.run(run_id) / "metrics.csv"
    curves.write_text("epoch,train_loss,validation_loss,score,learning_rate,seconds\n1,0.5,0.6,0.7,0.001,3\n")
    figure, numbers = _written(_run(project, "training", run_id, "--csv"))
    assert figure.name == f"training_{run_id}.png"
    assert numbers.read_text().splitlines()[1] == f"{run_id},1,0.5,0.6,0.7,0.001"


def test_without_predictions_the_next_step_is_named(project: Project) -> None:
    project.workspace.layout.prediction("one").unlink()
    with pytest.raises(ProjectError, match="not predicted yet") as caught:
        _run(project, "ethogram", "one")
    assert caught.value.fix == "deg predict"


@pytest.mark.parametrize("command", ["ethogram", "confusion", "pr-curves", "training"])
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(plot, [command, "--help"])
    assert result.exit_code == 0
    assert "--format [png|svg|pdf]" in result.output
    assert "--csv" in result.output
