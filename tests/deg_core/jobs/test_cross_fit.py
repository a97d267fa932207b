from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from deg_core.catalog import load_catalog
from deg_core.errors import ManifestError
from deg_core.jobs.cross_fit import held_out_logits
from deg_core.jobs.split import split_project
from deg_core.jobs.train import train_all
from deg_core.progress import SilentProgress
from deg_core.project.run_record import RunRecord
from deg_core.testing.projects import tiny_project
from deg_core.training.stretches import LatentSpan

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
DIRECT = {"features": {"name": "pixel-pca"}, "sequence": {"name": "logistic"}, "image": {"size": [32, 32]}}


class Remembers(nn.Module):
    """Answers how many of the frames it learned from are like the one it is asked about, and how many it knows."""

    receptive_field = 1

    def __init__(self) -> None:
        super().__init__()
        self.known: list[float] = []

    def fit(self, examples: Iterable[tuple[Tensor, Tensor]]) -> None:
        self.known = [float(value) for latents, _ in examples for value in latents[0, :, 0]]

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        del valid_NT
        seen = torch.tensor([[self.known.count(float(value)) for value in row] for row in latents_NTD[..., 0]])
        return torch.stack([seen, torch.full_like(seen, len(self.known))], dim=-1).float()


def test_no_frame_is_answered_for_by_a_model_that_learned_from_it_and_all_others_are_learned_from() -> None:
    lengths = (4, 2, 3, 5, 1)
    values = np.arange(sum(lengths), dtype=np.float32)
    pieces = np.split(values, np.cumsum(lengths)[:-1])
    spans = [LatentSpan(piece[:, None], np.zeros((len(piece), 2), np.int8)) for piece in pieces]
    logits = held_out_logits(cast("Any", Remembers), spans, 2, torch.device("cpu"), exclusive=False)
    assert not logits[:, 0].any()
    held = [4 + 3 + 1, 2 + 5]  # spans 0, 2 and 4; spans 1 and 3
    expected = [sum(lengths) - held[index % 2] for index, length in enumerate(lengths) for _ in range(length)]
    assert logits[:, 1].tolist() == expected


def trained(folder: Path, manifest: dict[str, Any]) -> RunRecord:
    plugins = [offer.plugin for offer in load_catalog().offers if not offer.plugin.name.startswith("fake-")]
    project = tiny_project(folder, *plugins, n_frames=40, manifest=manifest)
    split_project(project, project.manifest.split)
    return train_all(project, SilentProgress(), now=NOW)[-1]


def test_thresholds_are_chosen_on_training_frames_too(tmp_path: Path) -> None:
    usual = trained(tmp_path / "usual", DIRECT)
    crossed = trained(tmp_path / "crossed", {**DIRECT, "thresholds": {"cross_fitted": 2}})
    assert len(crossed.thresholds) == len(usual.thresholds)
    assert all(0 <= value <= 1 for value in crossed.thresholds)
    assert crossed.weights_sha256 != usual.weights_sha256, "the last model learns from validation frames as well"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sequence": {"name": "linear"}}, "learns by gradient"),
        (
            {"features": {"name": "image-stream", "training": {"max_epochs": 1, "steps_per_epoch": 1}}},
            "has learned from the labels",
        ),
        ({"thresholds": {"cross_fitted": 9}}, "cannot be left out in 9 turns"),
    ],
)
def test_what_would_not_be_unseen_is_refused(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ManifestError, match=problem):
        trained(tmp_path, {**DIRECT, "thresholds": {"cross_fitted": 2}, **changes})
