from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np
import pytest
import torch
from click.testing import CliRunner
from deg_core import Project
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs

pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
pytest.importorskip("onnx", reason="ONNX is not installed")

from deg_onnxruntime.command import export_model
from deg_onnxruntime.engine import open_session
from deg_onnxruntime.exporting import ExportError, export_networks
from deg_onnxruntime.plugin import deg_commands


@pytest.fixture
def project(tmp_path: Path) -> Project:
    workspace = tiny_project(tmp_path, manifest={"features": {"name": "fake-flow-extractor"}})
    untrained_runs(workspace)
    return Project(workspace.layout.root, catalog=only_plugins(*FAKES))


def test_models_say_of_a_recording_what_deg_says(project: Project, tmp_path: Path) -> None:
    features, sequence = export_networks(project.networks(n_frames=20), tmp_path / "onnx")
    project.predict("one")
    expected = project.prediction("one").decisions.logits[5:25]
    video = project.open_video("one")
    card = json.loads(features.with_suffix(".json").read_text(encoding="utf-8"))
    half = card["window"] // 2
    frames = video.read(5 - half, 25 + half)[None]
    video.close()
    latents, _ = open_session(features.read_bytes()).run(["latents", "logits"], {"frames": frames})
    valid = np.ones((1, 20), dtype=np.bool_)
    (logits,) = open_session(sequence.read_bytes()).run(["logits"], {"latents": latents, "valid": valid})
    inside = slice(3, -3)  # the sequence model sees beyond the 20 frames
    np.testing.assert_allclose(logits[0][inside], expected[inside], atol=1e-4 * np.abs(expected).max())


def test_a_card_says_what_a_model_takes_gives_and_was_compared_with(project: Project, tmp_path: Path) -> None:
    features, sequence = export_networks(project.networks(n_frames=4), tmp_path / "onnx")
    card = json.loads(features.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["takes"] == {"frames": {"shape": [1, 6, 16, 16, 3], "dtype": "uint8"}}
    assert card["gives"] == ["latents", "logits"]
    assert card["behaviours"] == ["walk", "rear"]
    assert card["run"] == project.runs()[1].run_id
    differences = card["differs_from_torch"]["share_of_the_largest_answer"]
    assert set(differences) == {"latents", "logits"}
    assert all(0 <= each <= 1e-4 for each in differences.values())
    assert json.loads(sequence.with_suffix(".json").read_text(encoding="utf-8"))["thresholds"] == [0.5, 0.5]


def test_a_model_that_says_something_else_is_refused_with_figures_and_nothing_written(
    project: Project, tmp_path: Path
) -> None:
    networks = project.networks(n_frames=4)
    original = networks[1].module.forward

    def forward(latents: torch.Tensor, valid: torch.Tensor) -> tuple[torch.Tensor]:
        (logits,) = original(latents, valid)
        return (logits * (1.01 if torch.jit.is_tracing() else 1.0),)

    networks[1].module.forward = forward
    with pytest.raises(ExportError, match=r"differs from torch beyond 0\.0001 .*logits by 1\.\d+e-02"):
        export_networks(networks, tmp_path / "onnx")
    assert not (tmp_path / "onnx").exists()


def test_a_network_that_cannot_be_translated_is_refused(project: Project, tmp_path: Path) -> None:
    networks = project.networks(n_frames=4)

    def forward(frames: torch.Tensor) -> tuple[torch.Tensor]:
        if torch.jit.is_tracing():
            raise RuntimeError("operator unheard of")
        return (frames.float(),)

    networks[0].module.forward = forward
    with pytest.raises(ExportError, match="cannot be had as ONNX: operator unheard of"):
        export_networks(networks, tmp_path / "onnx")


def test_the_command_writes_into_the_projects_exports(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("deg_core.jobs.project.load_catalog", lambda: only_plugins(*FAKES), raising=False)
    monkeypatch.setattr("deg_core.jobs.workspace.load_catalog", lambda: only_plugins(*FAKES))
    root = project.workspace.layout.root
    result = CliRunner().invoke(export_model, ["--project", str(root), "--frames", "4"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (root / "exports" / "onnx").iterdir()) == [
        "features.json",
        "features.onnx",
        "sequence.json",
        "sequence.onnx",
    ]


def test_it_offers_a_command() -> None:
    (offered,) = deg_commands()
    assert isinstance(offered.load(), click.Command)
