"""Projects, runs and weight files in the layout of the original."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
from deg_core import Project
from deg_core.api import SequenceModelPlugin
from numpy.typing import NDArray
from ruamel.yaml import YAML
from safetensors.torch import load_file


def made_state(parity: Path, name: str, classes: int = 5, last_layers: Sequence[str] = (), gain: float = 1.2) -> Any:
    """A state dictionary made from the names and shapes of the original's."""
    spec = importlib.util.spec_from_file_location("parity_state", parity / "state.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    document = json.loads((parity / "state_dict" / f"{name}.json").read_text())
    shapes = {key: tuple(tensor["shape"]) for key, tensor in document["tensors"].items()}
    for key, shape in shapes.items():
        if shape and key.startswith(tuple(last_layers)):
            shapes[key] = (classes, *shape[1:])
    state: Mapping[str, NDArray[Any]] = module.make_state(shapes, 0, document["aliases"], gain=gain)
    return {key: torch.from_numpy(np.asarray(array)) for key, array in state.items()}


def write_yaml(path: Path, values: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(values, file)


def change_yaml(path: Path, dotted: str, value: Any) -> None:
    """Set or, with `...`, remove a value in a YAML file."""
    values = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    *above, last = dotted.split(".")
    place = values
    for part in above:
        place = place.setdefault(part, {})
    if value is ...:
        del place[last]
    else:
        place[last] = value
    write_yaml(path, values)


def write_run(
    models: Path,
    name: str,
    config: Mapping[str, Any],
    state: Mapping[str, torch.Tensor],
    thresholds: Sequence[Sequence[float]] = (),
    epoch: int | None = 0,
    legacy: bool = False,
) -> Path:
    """A training run in the original's layout: a Lightning file for an epoch, else a plain one."""
    folder = models / name
    write_yaml(folder / ("hyperparameters.yaml" if legacy else "config.yaml"), dict(config))
    if epoch is None:
        document = {"epoch": 1, "state_dict": dict(state), "optimizer": None, "hyperparameters": None}
        torch.save(document, folder / "checkpoint.pt", _use_new_zipfile_serialization=not legacy)
    else:
        extra = {"criterion.data_criterion.bcewithlogitsloss.pos_weight": torch.ones(5)}
        document = {
            "epoch": epoch,
            "global_step": 9,
            "pytorch-lightning_version": "1.6.5",
            "state_dict": {**{f"model.{key}": each for key, each in state.items()}, **extra},
        }
        (folder / "lightning_checkpoints").mkdir(exist_ok=True)
        torch.save(document, folder / "lightning_checkpoints" / f"epoch={epoch}-step=9.ckpt")
    if len(thresholds):
        with h5py.File(folder / "classification_metrics.h5", "w") as file:
            place = "threshold_curves/val/optimum" if legacy else "val/metrics_by_threshold/optimum"
            file[place] = np.asarray(thresholds, dtype=np.float64)
    return folder


def settings_of(classes: Sequence[str], stage: str | None, size: Sequence[int] = (96, 128), **sections: Any) -> Any:
    """Settings of a project or run in the original's words."""
    values: dict[str, Any] = {
        "project": {"class_names": list(classes), "name": "made", "data_path": "DATA", "model_path": "models"},
        "augs": {"resize": list(size), "normalization": {"N": 1, "mean": [0.72, 0.68, 0.6], "std": [0.24, 0.21, 0.17]}},
        "feature_extractor": {"arch": "resnet18", "n_flows": 10, "n_rgb": 1},
        "flow_generator": {"arch": "TinyMotionNet", "n_rgb": 11},
        **sections,
    }
    if stage is not None:
        values["run"] = {"model": stage, "type": "train"}
    return values


def answer_in_published_block(project: Project, latents_TD: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits (T, K) of the newest sequence run, of latents in a block of 180 frames as the original cuts them."""
    run = project.run()
    plugin = project.workspace.catalog.get(SequenceModelPlugin, run.plugin.name, where="test")
    model = plugin.build(plugin.settings.model_validate(run.plugin.settings), run.n_latents, run.n_outputs)
    model.load_state_dict(load_file(project.workspace.layout.run(run.run_id) / "weights.safetensors"))
    block = np.zeros((1, 180, latents_TD.shape[1]), np.float32)
    block[0, : len(latents_TD)] = latents_TD
    with torch.no_grad():
        logits = model.eval()(torch.from_numpy(block), torch.ones(1, 180, dtype=torch.bool))
    return logits[0, : len(latents_TD)].numpy()
