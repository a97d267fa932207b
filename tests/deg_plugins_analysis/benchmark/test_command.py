from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deg_core.api import ManifestError
from deg_plugins_analysis.benchmark import command
from deg_plugins_analysis.benchmark.measure import Forecast, Row
from deg_plugins_analysis.benchmark.pipelines import preset_pipeline
from deg_plugins_analysis.benchmark.report import lines


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What is said of the smallest preset on a made video, in a folder without a project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("nowhere"))
        result = CliRunner().invoke(
            command.benchmark,
            ["--preset", "baseline", "--set", "image.size=[32, 32]", "--frames", "64", "--json"],
            catch_exceptions=False,
        )
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_step_of_a_preset_is_timed_on_a_made_video(answer: Any) -> None:
    (pipeline,) = answer["pipelines"]
    assert pipeline["name"] == "baseline, image.size=[32, 32]"
    assert pipeline["n_frames"] == 64
    assert set(pipeline["rates"]) == {"decode", "prepare", "network", "sequence", "whole"}
    assert all(rate > 0 for rate in pipeline["rates"].values())
    assert pipeline["forecast"] is None
    assert "cores" in answer["machine"]


def test_what_limits_is_the_slowest_step_and_all_together_are_no_faster_than_it(answer: Any) -> None:
    (pipeline,) = answer["pipelines"]
    steps = {step: rate for step, rate in pipeline["rates"].items() if step != "whole"}
    assert pipeline["limit"] == min(steps, key=lambda step: steps[step])
    assert pipeline["overlap"] == pytest.approx(pipeline["rates"]["whole"] / min(steps.values()))


def test_a_setting_that_there_is_not_is_refused_as_in_a_project_file(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="sizze"):
        preset_pipeline("baseline", tmp_path / "p", 2, {"image.sizze": 3})
    with pytest.raises(ManifestError, match="precision"):
        preset_pipeline("baseline", tmp_path / "q", 2, {"precision.of": 3})


def test_without_a_project_and_a_preset_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ManifestError):
        CliRunner().invoke(command.benchmark, [], catch_exceptions=False)


@pytest.mark.parametrize("text", ["precision", "=bf16"])
def test_a_change_that_is_none_is_refused(text: str) -> None:
    result = CliRunner().invoke(command.benchmark, ["--set", text])
    assert result.exit_code == 2
    assert "KEY=VALUE" in result.output


@pytest.mark.parametrize("text", ["precision=[", "precision={"])
def test_a_value_that_is_none_is_refused_as_in_a_project_file(text: str) -> None:
    with pytest.raises(ManifestError, match="precision"):
        CliRunner().invoke(command.benchmark, ["--preset", "baseline", "--set", text], catch_exceptions=False)


@pytest.mark.parametrize(("seconds", "said"), [(40.0, "40 s"), (600.0, "10 min"), (9000.0, "2.5 h")])
def test_a_person_reads_what_limits_and_what_the_whole_project_takes(seconds: float, said: str) -> None:
    rates = {"decode": 900.0, "prepare": 2000.0, "network": 21.34, "sequence": 1e5, "whole": 20.0}
    row = Row("small", rates, "network", 0.937, 256, 512.4, Forecast(3, 5400, seconds))
    text = "\n".join(lines(row))
    assert "network       21.3 frames/s" in text
    assert "the networks limit" in text
    assert "(94% of the time)" in text
    assert f"all 3 recordings, about 5400 frames: {said}" in text
    assert "512 MB" in text
