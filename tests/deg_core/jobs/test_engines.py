from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from deg_core.descriptors import EnginePlugin, NoSettings, PluginSettings
from deg_core.errors import DegError, ManifestError, PluginFailedError, PluginNotFoundError
from deg_core.jobs.check import check_project
from deg_core.jobs.engines import check_engine
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.store import load_prediction
from deg_core.testing import tiny_project, untrained_runs

CPU = torch.device("cpu")


def an_engine(
    name: str, wrong_by: float = 0.0, calls: list[str] | None = None, **fields: Any
) -> EnginePlugin[NoSettings]:
    def prepare(
        settings: NoSettings, network: nn.Module, examples: tuple[Tensor, ...], precision: str
    ) -> Callable[..., tuple[Tensor, ...]]:
        if calls is not None:
            calls.append(f"{name} {precision}")
        return lambda *inputs: tuple(each * (1 + wrong_by) for each in network(*inputs))

    plugin = EnginePlugin(name=name, summary="", settings=NoSettings, bounds={"32": 1e-4}, prepare=prepare)
    return replace(plugin, **fields)


def a_project(folder: Path, *engines: EnginePlugin[Any], engine: dict[str, Any], **manifest: Any) -> Workspace:
    workspace = tiny_project(folder, *engines, n_recordings=3, n_frames=20, manifest={"engine": engine, **manifest})
    untrained_runs(workspace)
    return workspace


def predict(workspace: Workspace, name: str = "one", *, anew: bool = False) -> Any:
    pipeline = load_pipeline(workspace)
    targets = find_targets(workspace, [name])
    (outcome,) = predict_targets(workspace, pipeline, targets, SilentProgress(), anew=anew)
    if outcome.error is not None:
        raise outcome.error
    return load_prediction(targets[0].prediction_path)


def test_a_prediction_says_what_engine_at_what_precision_gave_it(tmp_path: Path) -> None:
    workspace = a_project(tmp_path, engine={"name": "fake-engine", "precision": "bf16"})
    assert predict(workspace).engine == "fake-engine bf16 (given)"


def test_libraries_and_settings_that_were_changed_are_said_too(tmp_path: Path) -> None:
    engine = an_engine("other", libraries=("numpy", "no-such-library"))
    said = predict(a_project(tmp_path, engine, engine={"name": "other"})).engine
    assert said.startswith("other 32 (given, numpy ")
    assert said.endswith("no-such-library of unknown version)")


def test_without_a_precision_of_its_own_an_engine_calculates_as_the_project_says(tmp_path: Path) -> None:
    workspace = a_project(tmp_path, engine={"name": "fake-engine"}, precision="bf16")
    assert predict(workspace).engine.startswith("fake-engine bf16")


def test_predictions_by_rows_are_those_of_whole_chunks(tmp_path: Path) -> None:
    whole = predict(a_project(tmp_path / "a", engine={"name": "fake-engine"})).decisions.logits
    rows = predict(a_project(tmp_path / "b", an_engine("rows"), engine={"name": "rows"})).decisions.logits
    assert abs(whole - rows).max() < 1e-5


def test_an_engine_that_gives_other_numbers_is_refused(tmp_path: Path) -> None:
    workspace = a_project(tmp_path, an_engine("bad", 0.1), engine={"name": "bad"})
    with pytest.raises(PluginFailedError, match="differs from torch"):
        predict(workspace)


@pytest.mark.parametrize(
    ("engine", "is_refused"),
    [
        ({"name": "torch"}, False),
        ({"name": "torch", "precision": "16"}, True),
        ({"name": "torch", "settings": {"loud": True}}, True),
        ({"name": "other"}, True),
    ],
)
def test_torch_is_right_by_definition_as_networks_were_trained_and_not_otherwise(
    tmp_path: Path, engine: dict[str, Any], is_refused: bool
) -> None:
    class Loud(PluginSettings):
        loud: bool = False

    bounds = {"32": 1e-4, "bf16": 0.05, "16": 0.05}
    torch_like, other = (an_engine(n, 0.1, settings=Loud, bounds=bounds) for n in ("torch", "other"))
    workspace = a_project(tmp_path, torch_like, other, engine=engine, precision="bf16")
    if is_refused:
        with pytest.raises(DegError):
            predict(workspace)
    else:
        assert predict(workspace).engine.startswith("torch bf16")


@pytest.mark.parametrize(
    ("engine", "problem"),
    [
        ({"name": "gpu-only"}, "runs on cuda, and not on cpu"),
        ({"name": "good", "precision": "bf16"}, "cannot calculate with precision bf16"),
        ({"name": "halves", "precision": "16"}, "precision 16 needs a GPU"),
    ],
)
def test_an_engine_that_cannot_run_here_is_refused_before_anything_is_read(
    tmp_path: Path, engine: dict[str, str], problem: str
) -> None:
    engines = (
        an_engine("good"),
        an_engine("gpu-only", devices=frozenset({"cuda"})),
        an_engine("halves", bounds={"32": 1e-4, "16": 0.01}),
    )
    workspace = a_project(tmp_path, *engines, engine=engine)
    with pytest.raises(ManifestError, match=problem):
        load_pipeline(workspace)
    assert problem in "".join(str(each.error) for each in check_project(workspace, SilentProgress()).findings)


def test_a_misspelt_engine_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    workspace = tiny_project(tmp_path, manifest={"engine": {"name": "fake-engin"}})
    with pytest.raises(PluginNotFoundError, match="did you mean 'fake-engine'"):
        check_engine(workspace, CPU)


def test_auto_measures_once_and_remembers(tmp_path: Path) -> None:
    calls: list[str] = []
    workspace = a_project(
        tmp_path, an_engine("one", calls=calls), an_engine("bad", 0.1, calls=calls), engine={"name": "auto"}
    )
    first = predict(workspace).engine
    assert sorted(calls) == ["bad 32", "one 32"]
    memory = json.loads((workspace.layout.cache / "engines.json").read_text(encoding="utf-8"))
    (said,) = memory.values()
    assert said["engine"] == first
    assert any("bad 32" in line and "differs from torch" in line for line in said["because"])
    calls.clear()
    assert predict(workspace, "two").engine == first
    assert len(calls) <= 1  # the chosen one, if it was not the fake that keeps no count


def test_what_cannot_be_read_is_measured_again(tmp_path: Path) -> None:
    calls: list[str] = []
    workspace = a_project(tmp_path, an_engine("one", calls=calls), engine={"name": "auto"})
    workspace.layout.cache.mkdir()
    (workspace.layout.cache / "engines.json").write_text("{half", encoding="utf-8")
    predict(workspace)
    assert calls == ["one 32"]


def test_another_network_is_measured_by_itself(tmp_path: Path) -> None:
    workspace = a_project(tmp_path, engine={"name": "auto"})
    predict(workspace)
    untrained_runs(workspace)
    predict(workspace)
    assert len(json.loads((workspace.layout.cache / "engines.json").read_text(encoding="utf-8"))) == 2


def test_auto_leaves_out_numbers_that_the_machine_only_imitates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: dict[bool, set[str]] = {}
    for native in (True, False):
        monkeypatch.setattr("deg_core.jobs.engines.is_native", lambda precision, _, n=native: n or precision == "32")
        workspace = a_project(tmp_path / str(native), engine={"name": "auto"})
        pipeline = load_pipeline(workspace)
        predict_targets(workspace, pipeline, find_targets(workspace, ["one"]), SilentProgress())
        assert pipeline.features.engine is not None
        tried[native] = {trial.candidate.precision for trial in pipeline.features.engine.trials}
    assert tried == {True: {"32", "bf16"}, False: {"32"}}


def test_auto_keeps_to_a_precision_that_is_named(tmp_path: Path) -> None:
    workspace = a_project(tmp_path, engine={"name": "auto", "precision": "32"})
    assert predict(workspace).engine == "fake-engine 32 (given)"
    with pytest.raises(ManifestError, match="no installed engine can run this pipeline here with precision 16"):
        load_pipeline(a_project(tmp_path / "other", engine={"name": "auto", "precision": "16"}))


def test_an_unfinished_prediction_of_another_engine_begins_again(tmp_path: Path) -> None:
    workspace = a_project(tmp_path, an_engine("other"), engine={"name": "fake-engine"})
    done = predict(workspace)
    path = workspace.layout.prediction("one")
    path.rename(path.with_name("one.h5.part"))
    _forget_the_last_frames(path.with_name("one.h5.part"))
    other = replace(workspace, manifest=workspace.manifest.model_copy(update={"engine": _slot(workspace, "other")}))
    again = predict(other)
    assert (done.engine, again.engine) == ("fake-engine 32 (given)", "other 32 (given)")
    assert abs(again.decisions.logits - done.decisions.logits).max() < 1e-5


def test_a_finished_one_keeps_the_engine_that_made_it(tmp_path: Path) -> None:
    workspace = a_project(tmp_path, an_engine("other"), engine={"name": "fake-engine"})
    predict(workspace)
    other = replace(workspace, manifest=workspace.manifest.model_copy(update={"engine": _slot(workspace, "other")}))
    assert predict(other).engine == "fake-engine 32 (given)"


def _slot(workspace: Workspace, name: str) -> Any:
    return workspace.manifest.engine.model_copy(update={"name": name})


def _forget_the_last_frames(path: Path) -> None:
    import h5py

    with h5py.File(path, "r+") as file:
        file["latents"].attrs["frames_done"] = 7
        file["latents"][:7] = 1e9  # were they gone on with, it would show
        del file.attrs["sequence_run"]
