"""Brings trained networks back: strictly, and only for what they were trained for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np

from deg_core.descriptors import FeatureExtractorPlugin, FlowGeneratorPlugin, Plugin, SequenceModelPlugin
from deg_core.errors import CheckpointError
from deg_core.inference.chunks import ChunkPlan
from deg_core.inference.engine import StageEngine
from deg_core.inference.extract import FeatureNetwork
from deg_core.interfaces import FlowGenerator, SeesPose, SequenceModel
from deg_core.jobs.engines import Network, stage_engine
from deg_core.jobs.workspace import Workspace, preparation_of
from deg_core.networks.building import build_features, build_flow, build_sequence, check_windows
from deg_core.networks.device import choose_device
from deg_core.networks.fine_tuning import FineTuned
from deg_core.networks.weights import load_weights
from deg_core.project.manifest import Slot, Stage
from deg_core.project.resolve import Chosen, choose
from deg_core.project.run_record import PluginUsed, RunRecord
from deg_core.project.runs import check_behaviours, check_weights, load_run_record, newest_run, run_chain

P = TypeVar("P", bound=Plugin[Any])


@dataclass(frozen=True, slots=True)
class TrainedPipeline:
    """A feature stage and the sequence model that was trained on its latents.

    Attributes:
        features: The networks that see.
        features_run: Their card.
        sequence: The model that reads their latents, in `eval` mode on its device.
        sequence_run: Its card.
        takes: What it reads, `latents` or `logits`.
        sequence_label: Name, distribution and version of that model, for messages.
    """

    features: FeatureNetwork
    features_run: RunRecord
    sequence: SequenceModel
    sequence_run: RunRecord
    takes: str
    sequence_label: str


def identity_of(run: RunRecord) -> str:
    """A run's id with the digest of its weights: the same only for the same numbers."""
    return f"{run.run_id}:{run.weights_sha256[:12]}"


def load_pipeline(workspace: Workspace, run_id: str | None = None) -> TrainedPipeline:
    """Load the newest sequence run, or the one named, and all it was built on.

    Args:
        workspace: The project.
        run_id: A sequence run; its own settings are used, whatever the manifest says now.

    Raises:
        ProjectError: Nothing is trained yet.
        CheckpointError: A run does not fit the project or the runs it was built on.
    """
    newest = run_id is None
    top = newest_run(workspace.layout, "sequence") if newest else load_run_record(workspace.layout.run(str(run_id)))
    if top.stage != "sequence":
        raise CheckpointError(
            f"a {top.stage} run cannot predict", where=top.run_id, fix="name a sequence run; `deg runs` lists them"
        )
    chain = run_chain(workspace.layout, top.run_id)
    for run in chain:
        check_behaviours(run, workspace.manifest.behaviours, exclusive=workspace.manifest.exclusive)
        if newest:
            check_manifest(run, workspace)
    if len(chain) == 1:
        raise CheckpointError(
            "the feature extractor whose latents it reads is not in the project",
            where=top.run_id,
            fix="train one, and a sequence model on it: deg train features, deg train sequence",
        )
    features_run = chain[1]
    if features_run.n_latents != top.n_latents:
        raise CheckpointError(
            f"reads {top.n_latents} latents, but {features_run.run_id} gives {features_run.n_latents}",
            where=top.run_id,
            fix="train the sequence model again: deg train sequence",
        )
    features = load_features(workspace, features_run)
    chosen = chosen_for(workspace, SequenceModelPlugin, top)
    takes = chosen.plugin.takes
    width = top.n_latents if takes == "latents" else top.n_outputs
    model = build_sequence(chosen, width, top.n_outputs, top.seed)
    load_weights(model, check_weights(workspace.layout, top))
    label = f"{chosen.plugin.name!r} from {chosen.offer.source}"
    return TrainedPipeline(features, features_run, model.eval().to(features.device), top, takes, label)


def load_features(workspace: Workspace, run: RunRecord) -> FeatureNetwork:
    """Load a features run and the flow run it was built on."""
    device = choose_device(workspace.manifest.device)
    chosen = chosen_for(workspace, FeatureExtractorPlugin, run)
    extractor = build_features(chosen, run.n_outputs, run.seed)
    flow, pose = None, cast("SeesPose", extractor) if chosen.plugin.needs_pose else None
    if run.built_on is not None:
        flow = load_flow(workspace, load_run_record(workspace.layout.run(run.built_on)))
        check_windows(flow, extractor)
    if flow is not None and run.fine_tuned_flow:
        extractor, flow = FineTuned(flow, extractor), None
    load_weights(extractor, check_weights(workspace.layout, run))
    network = FeatureNetwork(
        flow_generator=None if flow is None else flow.to(device),
        extractor=extractor.eval().to(device),
        statistics=run.statistics,
        plan=ChunkPlan(
            preparation=preparation_of(run.image),
            window=extractor.window,
            padding=run.image.padding,
            mean_colour=np.floor(np.array(run.statistics.mean) * 255).astype(np.uint8),
        ),
        device=device,
        precision=workspace.manifest.precision,
        n_outputs=run.n_outputs,
        label=f"{chosen.plugin.name!r} from {chosen.offer.source}",
        needs_frames=chosen.plugin.needs_frames,
        pose=pose,
    )
    return replace(network, engine=_engine(workspace, network, run))


def _engine(workspace: Workspace, network: FeatureNetwork, run: RunRecord) -> StageEngine:
    facts = Network(
        stage=network.stage,
        identity=f"{identity_of(run)} on {run.built_on}",
        window=network.plan.window,
        block_frames=network.plan.block_frames,
        size=network.plan.preparation.size,
    )
    return stage_engine(workspace, facts, network.device)


def load_flow(workspace: Workspace, run: RunRecord) -> FlowGenerator:
    """Load a flow run, in `eval` mode on the CPU."""
    flow = build_flow(chosen_for(workspace, FlowGeneratorPlugin, run), run.seed)
    load_weights(flow, check_weights(workspace.layout, run))
    flow.eval()
    return flow


def chosen_for(workspace: Workspace, kind: type[P], run: RunRecord) -> Chosen[P]:
    """The plugin that a run was trained with, with the settings it had then."""
    slot = Slot(name=run.plugin.name, settings=run.plugin.settings)
    return choose(workspace.catalog, kind, slot, where=f"{run.run_id}, plugin")


def check_manifest(run: RunRecord, workspace: Workspace) -> None:
    """Refuse a newest run of other settings than the manifest names: it would surprise whoever changed them.

    Raises:
        CheckpointError: Names the stage and both values.
    """
    chosen = chosen_by(run.stage, workspace)
    pairs: list[tuple[str, Any, Any]] = [("name", run.plugin.name, chosen.plugin.name)]
    if run.plugin.name == chosen.plugin.name:
        # A setting that the plugin has got since then was at its default.
        then = {**chosen.plugin.settings().model_dump(mode="json"), **run.plugin.settings}
        now = chosen.used().settings
        pairs += [(f"settings.{name}", then.get(name), value) for name, value in now.items()]
    if run.stage != "sequence":
        pairs += [("image", run.image.model_dump(), workspace.manifest.image.model_dump())]
    for name, trained, wanted in pairs:
        if trained != wanted:
            raise CheckpointError(
                f"trained with {run.stage} {name} {trained!r}, but project.yaml now says {wanted!r}",
                where=run.run_id,
                fix=f"train again (deg train {run.stage}), put the setting back, or name the run: --run",
            )


def chosen_by(stage: Stage, workspace: Workspace) -> Chosen[Any]:
    """The plugin that fills a stage's slot in the project now, with its settings."""
    choices = workspace.choices
    if stage == "flow":
        return choices.flow
    return choices.features if stage == "features" else choices.sequence


def plugin_of(stage: Stage, workspace: Workspace) -> PluginUsed:
    """The same, as it is written on a run's card."""
    return chosen_by(stage, workspace).used()
