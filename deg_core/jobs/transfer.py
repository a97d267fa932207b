"""What the training of a stage starts from: another run, found, and compared with the stage's own network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deg_core.errors import CheckpointError, ManifestError
from deg_core.interfaces import FitsDirectly, TorchComponent
from deg_core.jobs.workspace import Workspace
from deg_core.networks.building import build_features, build_network
from deg_core.networks.weights import parse_weights
from deg_core.project.layout import Layout
from deg_core.project.manifest import Stage
from deg_core.project.model_file import is_model_file, read_member, read_model_card
from deg_core.project.run_record import RunRecord, StartedFrom
from deg_core.project.runs import CARD, WEIGHTS, check_weights_in, load_run_record, newest_run, parse_run_record
from deg_core.training.penalty import Starts
from deg_core.training.transfer import Outputs, Pairing, shapes_of

if TYPE_CHECKING:
    from torch import Tensor

_FINE_TUNED = "extractor."
"""What names of an extractor's tensors begin with where its flow generator learned along; see `FineTuned`."""


@dataclass(frozen=True, slots=True)
class Source:
    """A run of another project that a stage is to start from.

    Attributes:
        name: As the manifest names it.
        run: Its card.
        read: Gives its weights file, compared with the card.
    """

    name: str
    run: RunRecord
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Transfer:
    """A run's tensors, and where they belong in the network that starts from them.

    Attributes:
        card: What is loaded, what is not and why.
        pairing: Of the network and the run.
        tensors: Of the run, by name.
    """

    card: StartedFrom
    pairing: Pairing
    tensors: Mapping[str, Tensor]

    def fill(self, model: TorchComponent) -> Starts:
        """Fill the stage's network, in place; gives what its parameters start from."""
        return self.pairing.fill(model, self.tensors)


def find_source(workspace: Workspace, stage: Stage) -> Source | None:
    """The run that a stage starts from; None where the manifest names none.

    Raises:
        ManifestError: The path leads to nothing, or to a run of another stage.
        CheckpointError: What is there is damaged.
        ProjectError: The project there has no run of this stage.
    """
    name = getattr(workspace.manifest, stage).starts_from
    if name is None:
        return None
    where = f"{workspace.layout.manifest}, {stage}.from"
    path = (workspace.layout.root / Path(name).expanduser()).resolve()
    if path.is_dir() and path != workspace.layout.root:
        source = _in_folder(name, path, stage)
    elif is_model_file(path):
        source = _in_model_file(name, path, stage, where)
    else:
        source = None
    if source is None:
        raise ManifestError(
            f"{name!r} is no run, no other project and no shared model",
            where=where,
            fix="give a run's folder, another project's folder, or a file of `deg share`, relative to project.yaml",
        )
    if source.run.stage != stage:
        raise ManifestError(
            f"{source.run.run_id} is a {source.run.stage} run, from which no {stage} stage can start",
            where=where,
            fix=f"name a {stage} run, or the folder of its project",
        )
    return source


def _in_folder(name: str, path: Path, stage: Stage) -> Source | None:
    if (path / CARD).is_file():
        return Source(name, load_run_record(path), partial(_weights_in, path))
    if not Layout(path).manifest.is_file():
        return None
    run = newest_run(Layout(path), stage)
    return Source(name, run, partial(_weights_in, Layout(path).run(run.run_id)))


def _weights_in(folder: Path) -> bytes:
    return check_weights_in(folder, load_run_record(folder)).read_bytes()


def _in_model_file(name: str, path: Path, stage: Stage, where: str) -> Source:
    for run_id in read_model_card(path).runs:
        folder = f"runs/{run_id}"
        run = parse_run_record(read_member(path, f"{folder}/{CARD}"), where=f"{path}, {folder}/{CARD}")
        if run.stage == stage:
            return Source(name, run, partial(read_member, path, f"{folder}/{WEIGHTS}"))
    raise ManifestError(f"{name!r} holds no {stage} run", where=where, fix=f"leave out {stage}.from, or take another")


def prepare_transfer(workspace: Workspace, stage: Stage, source: Source, built_on: RunRecord | None = None) -> Transfer:
    """Compare a run with the stage's network, as it would be built now.

    Args:
        workspace: The project.
        stage: Which network.
        source: What it is to start from.
        built_on: The features run whose latents a sequence model is to read; by default as the extractor would give
            them now.

    Raises:
        CheckpointError: The weights are damaged, or none of them fits.
        ManifestError: The network is not trained step by step, and so starts from nothing.
    """
    where = f"{workspace.layout.manifest}, {stage}.from"
    n_outputs = workspace.manifest.n_outputs
    model = build_stage(workspace, stage, n_outputs, built_on)
    parameters = dict(model.named_parameters())  # type: ignore[attr-defined]  # a torch.nn.Module
    if isinstance(model, FitsDirectly) or not any(each.requires_grad for each in parameters.values()):
        raise ManifestError(
            f"{getattr(workspace.manifest, stage).name!r} is not trained step by step, so there is no start to choose",
            where=where,
            fix="leave it out, or choose another plugin for this stage",
        )
    wider = model if stage == "flow" else build_stage(workspace, stage, n_outputs + 1, built_on)
    run, manifest = source.run, workspace.manifest
    pairing = Pairing(
        shapes=shapes_of(model.state_dict()),
        wider=shapes_of(wider.state_dict()),
        own=Outputs(manifest.behaviours, manifest.exclusive),
        others=Outputs(run.behaviours, run.exclusive),
    )
    tensors = _tensors_of(source)
    fit = pairing.compare(shapes_of(tensors))
    if not parameters.keys() & {*fit.loaded, *fit.carried}:
        name, reason = next((name, reason) for name, reason in fit.drawn.items() if name in parameters)
        raise CheckpointError(
            f"nothing of {run.run_id}, a {run.plugin.name!r}, fits {getattr(manifest, stage).name!r}: {name}: {reason}",
            where=where,
            fix=f"choose the same plugin and settings (there: {run.plugin.name}), or leave it out",
        )
    card = StartedFrom(
        source=source.name,
        run_id=run.run_id,
        weights_sha256=run.weights_sha256,
        loaded=fit.loaded,
        carried=dict(fit.carried),
        drawn=dict(fit.drawn),
        left_out=fit.left_out,
    )
    return Transfer(card, pairing, tensors)


def build_stage(workspace: Workspace, stage: Stage, n_outputs: int, built_on: RunRecord | None) -> TorchComponent:
    """A stage's network, as it would be built now."""
    choices, seed = workspace.choices, workspace.manifest.seed
    n_latents = 0 if built_on is None else built_on.n_latents
    if stage == "sequence" and choices.sequence.plugin.takes == "logits":
        n_latents = n_outputs
    elif stage == "sequence" and built_on is None:
        n_latents = build_features(choices.features, n_outputs, seed).n_latents
    return build_network(stage, getattr(choices, stage), n_latents, n_outputs, seed)


def _tensors_of(source: Source) -> dict[str, Tensor]:
    tensors = parse_weights(source.read(), where=f"{source.name}, {source.run.run_id}")
    if not source.run.fine_tuned_flow:
        return tensors
    return {name.removeprefix(_FINE_TUNED): tensor for name, tensor in tensors.items()}
