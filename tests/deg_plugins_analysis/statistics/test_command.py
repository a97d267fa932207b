from __future__ import annotations

import csv
import json
from pathlib import Path

import h5py
import numpy as np
import pytest
from click.testing import CliRunner, Result
from matplotlib.image import imread

from deg_core import Project
from deg_core.api import LabelError, ProjectError
from deg_plugins_analysis.statistics.command import stats


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(stats, [str(each) for each in arguments], catch_exceptions=False)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write_bouts(folder: Path, n: int = 6) -> str:
    """Recordings of 60 s, in which groom takes 10 s for every other animal and else 20 s."""
    for at in range(n):
        stop = 15 + 10 * (at % 2)
        path = folder / f"m{at}.csv"
        path.write_text(f"start_s,stop_s,behaviour\n5,{stop},groom\n{stop + 5 + at},{stop + 6 + at},rear\n")
    rows = [f"m{at},a{at},{'drug' if at % 2 else 'saline'},2024-05-01T0{at}:30" for at in range(n)]
    (folder / "groups.txt").write_text("\n".join(["recording,animal,treatment,start", *rows]) + "\n")
    return str(folder / "m*.csv")


def test_groups_of_label_files_are_compared(tmp_path: Path) -> None:
    files = write_bouts(tmp_path)
    how = ("--fps", "10", "--duration", "60", "--groups", tmp_path / "groups.txt", "--by", "treatment")
    result = run("--labels", files, *how, "-o", tmp_path / "out", "--figures", "png", "--bootstrap", "200")
    assert result.exit_code == 0, result.output
    assert "6 recordings of 6 animals, 6.0 minutes scored" in result.output
    comparison = next(
        row
        for row in read(tmp_path / "out" / "comparisons.csv")
        if (row["behaviour"], row["measure"]) == ("groom", "share")
    )
    assert float(comparison["difference"]) == pytest.approx(-1 / 6)
    assert float(comparison["p"]) == pytest.approx(2 / 20)
    bouts = read(tmp_path / "out" / "bouts.csv")
    assert (bouts[0]["clock"], bouts[0]["treatment"], bouts[0]["length_s"]) == ("00:30:05", "saline", "10")
    assert len(read(tmp_path / "out" / "hours.csv")) == 12
    figures = sorted((tmp_path / "out").glob("*.png"))
    assert [figure.stem for figure in figures] == [
        "bout_lengths_treatment",
        "measures_treatment",
        "over_day_treatment",
        "over_time_treatment",
        "transitions_treatment_drug",
        "transitions_treatment_saline",
    ]
    assert all(imread(figure).std() > 0.02 for figure in figures)  # no white page


def test_a_project_is_read_and_its_groups_with_it(predicted: Project, tmp_path: Path) -> None:
    root = predicted.workspace.layout.root
    result = run("-p", root, "--json", "--figures", "none")
    answer = json.loads(result.stdout)
    labels = predicted.labels("one")
    assert labels is not None
    own = next(row for row in answer["summary"] if (row["recording"], row["behaviour"]) == ("one", "walk"))
    assert own["rater"] == "deg"
    assert own["share"] == pytest.approx((predicted.prediction("one").decisions.present[:, 0]).mean())
    assert (root / "analysis" / "statistics" / "summary.csv").is_file()
    scored = json.loads(run("-p", root, "--what", "labels", "--json", "--figures", "none").stdout)
    by_hand = next(row for row in scored["summary"] if (row["recording"], row["behaviour"]) == ("one", "walk"))
    assert by_hand["time_s"] == pytest.approx((labels.marks[:, 0] == 1).sum() / 30)


def test_probabilities_that_are_nan_are_refused(predicted: Project) -> None:
    with h5py.File(predicted.workspace.layout.prediction("one"), "r+") as file:
        file["probabilities"][5] = np.nan
    with pytest.raises(ProjectError, match="NaN, the first is frame 5"):
        run("-p", predicted.workspace.layout.root)


def test_one_animal_alone_is_described_and_nothing_is_nan(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("frame,groom,rear\n0,1,0\n1,1,0\n2,0,0\n")
    result = run("--labels", tmp_path / "one.csv", "--fps", "10", "--json", "-o", tmp_path / "out", "--figures", "svg")
    answer = json.loads(result.stdout)  # JSON knows no NaN
    rear = next(row for row in answer["summary"] if row["behaviour"] == "rear")
    assert rear["bout_mean_s"] is None
    assert any("'rear' never happens" in note for note in answer["notes"])
    assert any("counts as an animal of its own" in note for note in answer["notes"])
    assert "nan" not in (tmp_path / "out" / "summary.csv").read_text().lower()


def test_tables_of_several_raters_need_a_choice(tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text("ID;rater;from;to;type\nm1;anna;0;1;groom\nm1;ben;0;2;groom\n")
    how = ("--bouts", tmp_path / "scores.csv", "--fps", "10", "--duration", "4")
    with pytest.raises(LabelError, match="2 people scored") as refused:
        run(*how)
    assert "--scored-by" in refused.value.fix
    answer = json.loads(run(*how, "--scored-by", "ben", "--json").stdout)
    assert answer["summary"][0]["share"] == 0.5
    with pytest.raises(LabelError, match="nobody called 'bob'"):
        run(*how, "--scored-by", "bob")


def test_parquet_is_the_same_table(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    files = write_bouts(tmp_path, 2)
    run("--labels", files, "--fps", "10", "--duration", "60", "-o", tmp_path / "out", "--parquet", "--figures", "none")
    for path in (tmp_path / "out").glob("*.csv"):
        read_back = (pandas.read_csv(path), pandas.read_parquet(path.with_suffix(".parquet")))
        table, other = (each.astype(object).where(each.notna(), "") for each in read_back)
        pandas.testing.assert_frame_equal(table, other, check_dtype=False, rtol=1e-6)


def test_parquet_without_pyarrow_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ProjectError, match="needs pyarrow"):
        run("--labels", tmp_path / "nothing.csv", "--parquet")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--labels", "nowhere*.csv"), "no file fits"),
        (("--labels", "m0.csv"), "no label format can read it|how long"),
        (("--labels", "m0.csv", "--fps", "10", "--duration", "60", "--behaviour", "grom"), "nobody knows .* 'grom'"),
        (("--labels", "m0.csv", "--fps", "10", "--duration", "60", "--by", "sex"), "no sex is given"),
        (("--labels", "m0.csv", "--bouts", "m0.csv"), "at once"),
        (("--labels", "m0.csv", "--fps", "10", "--duration", "60", "-p", "."), "files and a project"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], problem: str
) -> None:
    write_bouts(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabelError, match=problem):
        run(*options)


def test_real_bouts_of_two_mice(shared_data: Path, tmp_path: Path) -> None:
    columns = [f"--column={what}" for what in ("behaviour=labelId", "start=timestamp", "stop=endTimestamp")]
    files = shared_data / "calms21_labels" / "test" / "*.csv"
    result = run("--bouts", files, *columns, "--fps", "30", "--until-last-bout", "--json", "--bootstrap", "100")
    answer = json.loads(result.stdout)
    assert answer["n_animals"] == 19
    means = {row["behaviour"]: row["mean"] for row in answer["groups"] if row["measure"] == "share"}
    assert means["investigation"] == pytest.approx(0.245, abs=0.001)
    transitions = {row["sequence"]: row for row in answer["transitions"]}
    assert transitions["investigation > attack"]["ratio"] > 1.3
    assert transitions["investigation > attack"]["p_corrected"] < 0.01
