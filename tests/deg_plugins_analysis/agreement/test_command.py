from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from matplotlib.image import imread

from deg_core import Project
from deg_core.api import LabelError
from deg_plugins_analysis.agreement.command import agreement


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(agreement, [str(each) for each in arguments], catch_exceptions=False)


def write_raters(folder: Path, *names: str, rows: int = 60, **spelt: str) -> list[str]:
    """A folder of frame tables for each rater; all see nearly the same."""
    options = []
    for place, name in enumerate(names):
        (folder / name).mkdir()
        for recording in range(4):
            truth = (np.arange(rows) // 10 + recording) % 2
            seen = np.roll(truth, place)
            lines = [f"{frame},{mark}" for frame, mark in enumerate(seen)]
            text = "\n".join([f"frame,{spelt.get(name, 'groom')}", *lines]) + "\n"
            (folder / name / f"m{recording}.csv").write_text(text)
        options += ["--rater", f"{name}={folder / name}/*.csv"]
    return options


def test_three_raters_are_compared_each_with_each(tmp_path: Path) -> None:
    result = run(*write_raters(tmp_path, "anna", "ben", "cleo"), "--fps", "10", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    with (tmp_path / "out" / "pairs.csv").open(newline="") as file:
        pairs = {(row["rater"], row["other"]): row for row in csv.DictReader(file)}
    assert set(pairs) == {("anna", "ben"), ("anna", "cleo"), ("ben", "cleo")}
    near, far = (float(pairs["anna", other]["f1"]) for other in ("ben", "cleo"))
    assert 1 > near > far > 0.7
    assert all(imread(path).std() > 0.02 for path in (tmp_path / "out").glob("*.png"))
    assert len(list((tmp_path / "out").glob("*.png"))) == 2
    assert "Each rater among the others" in result.output


def test_spellings_are_told_and_united_only_if_asked_for(tmp_path: Path) -> None:
    options = [*write_raters(tmp_path, "anna", "ben", ben="Grooming", anna="grooming"), "--fps", "10", "--json"]
    with pytest.raises(LabelError, match="no two raters looked for the same behaviour") as refused:
        run(*options)
    assert '--same "grooming=Grooming"' in refused.value.fix
    united = json.loads(run(*options, "--same", "Grooming=grooming").stdout)
    assert united["behaviours"] == ["grooming"]
    assert united["pairs"][0]["f1"] > 0.8
    with pytest.raises(LabelError, match="nobody knows a behaviour 'grom'"):
        run(*options, "--same", "grom=grooming")


def test_deg_is_one_more_rater_of_a_project(predicted: Project, tmp_path: Path) -> None:
    root = predicted.workspace.layout.root
    answer = json.loads(run("-p", root, "--json", "--figures", "none").stdout)
    assert answer["raters"] == ["labels", "deg"]
    mean = next(row for row in answer["pairs"] if row["behaviour"] == "mean")
    assert mean["f1"] > 0.9
    assert "places" not in answer  # one person and deg: there is no agreement of people to compare with


def test_deg_is_placed_among_people(predicted: Project, tmp_path: Path) -> None:
    options = []
    for place, rater in enumerate(("anna", "ben")):
        (tmp_path / rater).mkdir()
        for record in predicted.recordings():
            labels = predicted.labels(record.name)
            assert labels is not None
            table = np.column_stack([np.arange(labels.n_frames), np.roll(labels.marks, place, axis=0)])
            header = "frame," + ",".join(labels.behaviours)
            np.savetxt(tmp_path / rater / f"{record.name}.csv", table, "%d", ",", header=header, comments="")
        options += ["--rater", f"{rater}={tmp_path / rater}/*.csv"]
    result = run(*options, "--fps", "30", "-p", predicted.workspace.layout.root)
    assert "The agreement of deg with people does not differ measurably" in result.output


def test_other_frame_rates_are_brought_to_one_if_asked_for(tmp_path: Path) -> None:
    scores = tmp_path / "scores.csv"
    scores.write_text("rater,recording,start_s,stop_s,behaviour\nanna,m,0,2,groom\nben,m,0,1,groom\n")
    how = ("--bouts", scores, "--fps", "25", "--duration", "4", "--json")
    fine, coarse = (json.loads(run(*how, *more).stdout)["pairs"][0] for more in ((), ("--resample", "5")))
    assert fine["f1"] == coarse["f1"] == pytest.approx(2 / 3)
    assert fine["compared_s"] == coarse["compared_s"] == 4.0


STURMAN = {
    "AllEPMLables": (["Start_End"], 5, 0.653),
    "AllFSTLables": (["Start_End", "StartEnd"], 10, 0.549),
    "AllLabDataOFT_final": (["StartEnd"], 20, 0.759),
}


@pytest.mark.parametrize("name", STURMAN)
def test_a_published_study_is_read_as_it_was_published(name: str, shared_data: Path) -> None:
    spelt, n_recordings, fleiss = STURMAN[name]
    options = [f"--same={each}=Start/End" for each in spelt]
    result = run(
        *("--bouts", shared_data / "sturman2020" / f"{name}.csv", "--fps", "25", "--session", "Start/End"),
        *("--ignore", "_DEFAULT", "--ignore", "NA", "--bootstrap", "100", "--json", *options),
    )
    answer = json.loads(result.stdout)
    assert len(answer["recordings"]) == n_recordings
    assert answer["all_raters"][-1]["fleiss"] == pytest.approx(fleiss, abs=0.001)
    assert any("overlap" in note for note in answer["notes"])
