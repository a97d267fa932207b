"""Takes in what another program trained, divided and predicted, as if deg had done it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from deg_core.catalog import Catalog
from deg_core.data.outside import OutsidePrediction, OutsideRun
from deg_core.data.splits import Split
from deg_core.data.whole_file import writing_beside
from deg_core.descriptors import FeatureExtractorPlugin, FlowGeneratorPlugin, Plugin, SequenceModelPlugin
from deg_core.interfaces import TorchComponent
from deg_core.jobs.provenance import software_versions
from deg_core.jobs.workspace import Workspace
from deg_core.networks.building import build_network
from deg_core.networks.tensors import probabilities_of
from deg_core.networks.weights import fill_weights, save_weights
from deg_core.project.files import fingerprint, sha256_of
from deg_core.project.manifest import ImageSettings, Slot, Stage
from deg_core.project.resolve import Chosen, choose
from deg_core.project.run_record import PostProcessorUsed, RunRecord, Statistics
from deg_core.project.runs import WEIGHTS, new_run_id, save_run_record
from deg_core.project.split_file import save_splits, split_to_card
from deg_core.project.store import Decisions, Identity, growing_prediction

_KINDS: dict[Stage, type[Plugin[Any]]] = {
    "flow": FlowGeneratorPlugin,
    "features": FeatureExtractorPlugin,
    "sequence": SequenceModelPlugin,
}


def tensor_shapes(
    catalog: Catalog, stage: Stage, plugin: str, settings: Mapping[str, Any], *, n_outputs: int, n_latents: int
) -> dict[str, tuple[int, ...]]:
    """Shapes of all tensors of a plugin's network, by name."""
    chosen = choose(catalog, _KINDS[stage], Slot(name=plugin, settings=dict(settings)), where=plugin)
    tensors = build_network(stage, chosen, n_latents, n_outputs, 0).state_dict()
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def adopt_run(workspace: Workspace, outside: OutsideRun) -> RunRecord:
    """Make a run of a network that another program trained.

    Raises:
        CheckpointError: A tensor is missing, unknown, or of another shape.
        ManifestError: The plugin does not take these settings.
    """
    slot = Slot(name=outside.plugin, settings=dict(outside.settings))
    chosen = choose(workspace.catalog, _KINDS[outside.stage], slot, where=outside.origin)
    manifest = workspace.manifest
    model = build_network(outside.stage, chosen, outside.n_latents, manifest.n_outputs, manifest.seed)
    fill_weights(model, outside.tensors, where=outside.origin)
    run_id = new_run_id(workspace.layout, outside.stage, outside.created)
    with writing_beside(workspace.layout.run(run_id)) as part:
        part.mkdir()
        save_weights(model, part / WEIGHTS)
        card = _card(workspace, chosen, outside, model, run_id, sha256_of(part / WEIGHTS))
        save_run_record(part, card)
    return card


def _card(
    workspace: Workspace, chosen: Chosen[Any], outside: OutsideRun, model: TorchComponent, run_id: str, digest: str
) -> RunRecord:
    manifest = workspace.manifest
    used = PostProcessorUsed(**workspace.choices.postprocess.used().model_dump(), learned=dict(outside.learned))
    return RunRecord(
        run_id=run_id,
        stage=outside.stage,
        plugin=chosen.used(),
        behaviours=manifest.behaviours,
        exclusive=manifest.exclusive,
        n_latents=outside.n_latents or int(getattr(model, "n_latents", 0)),
        image=ImageSettings.model_validate(outside.image),
        statistics=Statistics(mean=outside.mean, std=outside.std),
        built_on=outside.built_on,
        thresholds=outside.thresholds,
        postprocess=used if outside.learned else None,
        split=split_to_card(outside.split),
        seed=manifest.seed,
        training={"origin": outside.origin},
        weights_sha256=digest,
        versions=software_versions(),
        created=outside.created,
    )


def set_split(workspace: Workspace, split: Split) -> None:
    """Keep a split that was made elsewhere as the project's own."""
    save_splits(workspace.layout, [split], workspace.manifest.split, guard_frames=0)


def keep_prediction(workspace: Workspace, outside: OutsidePrediction) -> None:
    """Keep what another program predicted, to look at; deg's own next prediction takes its place."""
    record = workspace.records([outside.recording])[0]
    video = workspace.open_video(record.video_path)
    try:
        rate = video.frames_per_second
    finally:
        video.close()
    identity = Identity(record.name, fingerprint(record.video_path), outside.origin, len(outside.latents), rate)
    manifest = workspace.manifest
    decisions = Decisions(
        sequence_run=outside.origin,
        behaviours=manifest.behaviours,
        logits=outside.logits,
        probabilities=probabilities_of(outside.logits, exclusive=manifest.exclusive),
        thresholds=outside.thresholds,
        present=outside.present,
        rule=json.dumps({"origin": outside.origin}),
    )
    path = workspace.layout.prediction(record.name)
    with growing_prediction(path, identity, outside.latents.shape[1], outside.feature_logits.shape[1]) as store:
        store.append(outside.latents, outside.feature_logits)
        store.write_decisions(decisions)
