from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from deg_core.api import ProjectError, VideoError

from deg_import_deepethogram.import_command import import_deepethogram
from deg_import_deepethogram.plugin import deg_commands

RUN = "210311_012300_sequence_train_tiny"


def give(*arguments: str | Path) -> Result:
    return CliRunner().invoke(import_deepethogram, [str(each) for each in arguments])


def test_the_command_is_offered_under_its_name() -> None:
    offered = {plugin.name: plugin for plugin in deg_commands()}
    assert offered["import-deepethogram"].load() is import_deepethogram


def test_a_dry_run_says_what_will_come_and_what_will_not_and_writes_nothing(own_copy: Path, tmp_path: Path) -> None:
    (own_copy / "DATA/animal1/animal1_outputs.h5").write_bytes(b"")
    result = give(own_copy, tmp_path / "new", "--dry-run", "--without", "animal3")
    assert result.exit_code == 0
    for said in ("will come", "groom, dig, rear", "animal0_labels.csv", "tgmj (sequence)", "will not come"):
        assert said in result.output
    assert "recording animal3: you said so" in result.output
    assert "outputs of animal1: damaged" in result.output
    assert [path.name for path in tmp_path.iterdir()] == [own_copy.name]


def test_a_dry_run_tells_every_problem_and_fails(own_copy: Path, tmp_path: Path) -> None:
    for name in ("animal0", "animal1"):
        (own_copy / "DATA" / name / f"{name}.avi").unlink()
    result = give(own_copy, tmp_path / "new", "--dry-run")
    assert result.exit_code == 2
    assert "the video of animal0 is not there" in result.output
    assert "the video of animal1 is not there" in result.output


def test_a_script_gets_json_and_the_same_from_a_dry_run_and_a_real_one(original: Path, tmp_path: Path) -> None:
    answers = []
    for options in (["--dry-run"], []):
        result = give(original, tmp_path / "new", "--json", *options)
        assert result.exit_code == 0, result.output
        answers.append(json.loads(result.stdout))
    dry, real = answers
    assert (dry.pop("dry_run"), real.pop("dry_run")) == (True, False)
    assert dry == real
    assert [run["name"] for run in dry["runs"]] == [RUN]
    assert len(dry["runs"][0]["thresholds"]) == 3


def test_a_real_run_refuses_what_a_dry_run_tells(own_copy: Path, tmp_path: Path) -> None:
    (own_copy / "DATA/animal0/animal0.avi").unlink()
    result = give(own_copy, tmp_path / "new")
    assert isinstance(result.exception, VideoError)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_new_folder_that_is_there_is_refused_before_anything_is_read(options: list[str], tmp_path: Path) -> None:
    result = give(tmp_path / "no-project", tmp_path, *options)
    assert isinstance(result.exception, ProjectError)
    assert "there already" in result.exception.problem
