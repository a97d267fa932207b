"""What will come from a project of the original, and what will not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deg_core.api import DegError, ManifestError, VideoError

from deg_import_deepethogram.config import Config
from deg_import_deepethogram.heads import columns_of
from deg_import_deepethogram.networks import Network, NotBrought, features_network, flow_network, sequence_network
from deg_import_deepethogram.outputs import class_names_in, pick_pair
from deg_import_deepethogram.runs import PlannedRun, plan_features, plan_flow, plan_inner_flow, plan_sequence
from deg_import_deepethogram.settings import image_settings, manifest_values, with_preset
from deg_import_deepethogram.source import Source, SourceRecord, SourceRun, open_source
from deg_import_deepethogram.starting_weights import StartingWeights, plan_starting_weights


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person said.

    Attributes:
        copy: Copy videos into the new project; else remember where they lie.
        flow: A flow-generator run whose weights features see with, by name; None: those inside the features' file.
        size: Height and width that networks see, where the original kept those of the videos.
        without: Recordings and runs to leave out.
    """

    copy: bool = False
    flow: str | None = None
    size: tuple[int, int] | None = None
    without: frozenset[str] = frozenset()


@dataclass(slots=True)
class Plan:
    """What an import will do.

    Attributes:
        source: The project of the original.
        choice: What the person said.
        manifest: The new project file, nested; without starting weights, whose path is not known yet.
        recordings: Those that come.
        outputs: Output files that come, by recording, with their groups: feature extractor and sequence model.
        runs: Those that come, oldest first, each after the one that it is built on.
        starting: Weights that training can start from.
        split: Recordings by part.
        left_out: What does not come, and why.
        notes: What a person should know.
        problems: What has to be mended first.
    """

    source: Source
    choice: Choice
    manifest: dict[str, Any] = field(default_factory=dict)
    recordings: list[SourceRecord] = field(default_factory=list)
    outputs: dict[str, tuple[Path, tuple[str, str]]] = field(default_factory=dict)
    runs: list[PlannedRun] = field(default_factory=list)
    starting: list[StartingWeights] = field(default_factory=list)
    split: dict[str, list[str]] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[DegError] = field(default_factory=list)


def make_plan(root: Path, choice: Choice) -> Plan:
    """Look at everything that can be brought. Nothing is written.

    Raises:
        ProjectError: The folder is no project of the original, or a name to leave out is not in it.
        ManifestError: Its configuration lacks something.
    """
    source = open_source(root)
    plan = Plan(source, choice)
    _check_names(plan)
    plan.left_out += [tuple(each.split(": ", 1)) for each in source.skipped]  # type: ignore[misc]
    _plan_recordings(plan)
    _plan_outputs(plan)
    _plan_split(plan)
    _plan_runs(plan)
    _plan_manifest(plan)
    return plan


def _check_names(plan: Plan) -> None:
    known = {record.name for record in plan.source.records} | {run.name for run in plan.source.runs}
    wanted = plan.choice.without | ({plan.choice.flow} if plan.choice.flow else set())
    for name in sorted(wanted - known):
        raise ManifestError(
            f"no recording or run named {name!r}",
            where=str(plan.source.root),
            fix=f"there are: {', '.join(sorted(known))}",
        )


def _plan_recordings(plan: Plan) -> None:
    for record in plan.source.records:
        if record.name in plan.choice.without:
            plan.left_out.append((f"recording {record.name}", "you said so"))
        elif record.video is None:
            plan.left_out.append((f"recording {record.name}", "its folder holds no video"))
        elif not record.video.exists():
            plan.problems.append(
                VideoError(
                    f"the video of {record.name} is not there",
                    where=str(record.video),
                    fix=f"bring it back, or leave this recording out: --without {record.name}",
                )
            )
        else:
            plan.recordings.append(record)
            if record.labels is not None and not has_labels(record):
                plan.left_out.append((f"labels of {record.name}", "only labels in CSV files are read"))


def has_labels(record: SourceRecord) -> bool:
    """Whether there are labels that can be read."""
    return record.labels is not None and record.labels.suffix.lower() == ".csv"


def _plan_outputs(plan: Plan) -> None:
    project = plan.source.config
    for record in plan.recordings:
        if record.outputs is None or not record.outputs.is_file():
            continue
        try:
            groups = pick_pair(record.outputs)
            for group in groups:
                columns_of(class_names_in(record.outputs, group), project.behaviours, exclusive=project.exclusive)
            plan.outputs[record.name] = record.outputs, groups
        except NotBrought as reason:
            plan.left_out.append((f"outputs of {record.name}", str(reason)))
        except DegError as error:
            plan.left_out.append((f"outputs of {record.name}", error.problem))


def _plan_split(plan: Plan) -> None:
    """Who is in which part: a recording in several is only learned from, so that it is never taken for unseen."""
    present = {record.name for record in plan.recordings}
    labelled = {record.name for record in plan.recordings if has_labels(record)}
    placed: set[str] = set()
    for part, names in plan.source.split.items():
        unknown = sorted(set(names) - present)
        twice = sorted(set(names) & placed)
        if unknown:
            plan.notes.append(f"split.yaml names {', '.join(unknown)} for {part}, which do not come")
        if twice:
            plan.notes.append(f"split.yaml names {', '.join(twice)} for {part} too; they stay in the part before")
        plan.split[part] = [name for name in dict.fromkeys(names) if name in present and name not in placed]
        placed |= set(names)
    unlabelled = sorted({name for names in plan.split.values() for name in names} - labelled)
    if unlabelled:
        plan.notes.append(f"not in the split, as nobody labelled them: {', '.join(unlabelled)}")


def _plan_runs(plan: Plan) -> None:
    trained = [run for run in plan.source.runs if run.name not in plan.choice.without]
    plan.left_out += [(f"run {run.name}", "you said so") for run in plan.source.runs if run not in trained]
    for stage, attempt in (("flow_generator", _flow), ("feature_extractor", _features), ("sequence", _sequence)):
        for run in trained:
            if run.stage != stage:
                continue
            try:
                attempt(plan, run)
            except NotBrought as reason:
                plan.left_out.append((f"run {run.name}", str(reason)))
            except DegError as error:
                plan.problems.append(error)


def _flow(plan: Plan, run: SourceRun) -> None:
    plan.runs.append(plan_flow(run, _image(plan, run)))


def _features(plan: Plan, run: SourceRun) -> None:
    if run.is_pretrained:
        plan.starting.append(plan_starting_weights(run))
        return
    _require_kind(plan, run)
    features_network(run.config)  # told before anything is said of the flow inside it
    image = _image(plan, run)
    if plan.choice.flow is None:
        flow = plan_inner_flow(run, image)
    else:
        (chosen,) = [each for each in plan.source.runs if each.name == plan.choice.flow]
        flow = plan_flow(chosen, image, purpose=f" for {run.name}")
    plan.runs += [flow, plan_features(run, flow, image, plan.source.config)]


def _sequence(plan: Plan, run: SourceRun) -> None:
    _require_kind(plan, run)
    features = _features_before(plan, run)
    if features is None:
        plan.notes.append(f"run {run.name} comes, but cannot predict: no feature extractor that it reads comes with it")
    image = features.image if features is not None else _image(plan, run)
    planned = plan_sequence(run, features, image, plan.source.config)
    if not planned.thresholds and not plan.source.config.exclusive:
        plan.notes.append(f"run {run.name} kept no thresholds: 0.5 for every behaviour")
    plan.runs.append(planned)


def _require_kind(plan: Plan, run: SourceRun) -> None:
    if run.config.exclusive != plan.source.config.exclusive:
        raise NotBrought(
            "its classes exclude each other, and the project's do not"
            if run.config.exclusive
            else "its classes overlap, and the project's exclude each other"
        )


def _features_before(plan: Plan, run: SourceRun) -> PlannedRun | None:
    """The extractor whose latents a sequence model reads: the newest of its kind that was there then.

    The original keeps the kind alone, so where two of a kind were trained before, this is a guess that is told.
    """
    arch = run.config.get("sequence.latent_name") or run.config.get("feature_extractor.arch", "resnet18")
    alike = [each for each in plan.runs if each.stage == "features" and each.network.settings["arch"] == arch]
    before = [each for each in alike if each.created <= run.created]
    if len(before) > 1:
        plan.notes.append(f"run {run.name} is taken to read {before[-1].name}, the newest {arch} before it")
    return next(iter([*reversed(before), *alike]), None)


def _image(plan: Plan, run: SourceRun) -> dict[str, Any]:
    return image_settings(run.config, plan.choice.size)


def _plan_manifest(plan: Plan) -> None:
    """Fill the slots with the networks of the newest chain that comes, others as the project's file says."""
    config = with_preset(plan.source.config)
    newest: PlannedRun | None = next(
        (each for stage in ("sequence", "features", "flow") for each in reversed(plan.runs) if each.stage == stage),
        None,
    )
    chain: dict[str, Network] = {}
    image = None
    while newest is not None:
        chain[newest.stage], image = newest.network, newest.image
        newest = newest.built_on
    chain.setdefault("flow", _or_usual(plan, lambda: flow_network(config), Network("tiny-motion-net", {})))
    usual = Network("two-stream", {})
    chain.setdefault("features", _or_usual(plan, lambda: _fresh_features(plan, config), usual))
    chain.setdefault("sequence", _or_usual(plan, lambda: sequence_network(config, {}), Network("tgmj", {})))
    plan.manifest = manifest_values(config, plan.source.root.name, chain, image or _project_image(plan))


def _fresh_features(plan: Plan, config: Config) -> Network:
    """The project's extractor, to be trained: it sees whole pictures, unless it starts from weights that did not."""
    network = features_network(config)
    if network in [each.network for each in plan.starting]:
        return network
    return Network(network.plugin, {**network.settings, "original_channels": False})


def _or_usual(plan: Plan, find: Any, usual: Network) -> Network:
    try:
        network: Network = find()
    except NotBrought as reason:
        plan.left_out.append((f"the project's choice of a network; deg's usual {usual.plugin} instead", str(reason)))
        return usual
    return network


def _project_image(plan: Plan) -> dict[str, Any]:
    try:
        return image_settings(plan.source.config, plan.choice.size)
    except NotBrought as reason:
        plan.left_out.append(("how frames are cut or padded", str(reason)))
        return {"size": [224, 224], "resize": "linear", "padding": "mean"}
