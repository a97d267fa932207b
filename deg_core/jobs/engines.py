"""Which engine runs a project's trained networks: the one that is named, or the fastest here, measured once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deg_core.catalog import Catalog
from deg_core.compatibility import deg_version
from deg_core.data.whole_file import write_text
from deg_core.descriptors import EnginePlugin
from deg_core.errors import ManifestError, PluginNotFoundError
from deg_core.inference.engine import Candidate, StageEngine, Trial
from deg_core.jobs.workspace import Workspace
from deg_core.networks.device import check_precision, describe_machine, is_native
from deg_core.networks.stage import FeatureStage
from deg_core.project.manifest import Slot
from deg_core.project.resolve import Chosen, choose

if TYPE_CHECKING:
    import torch

AUTO = "auto"
_TORCH = "torch"
_WHERE = "project.yaml, engine"


@dataclass(frozen=True, slots=True)
class Network:
    """A trained feature stage, for engines.

    Attributes:
        stage: Its networks as one, on their device.
        identity: The same only for the same weights.
        window: Frames that it sees around one frame.
        block_frames: Frames answered for at a time.
        size: Height and width of its pictures.
    """

    stage: FeatureStage
    identity: str
    window: int
    block_frames: int
    size: tuple[int, int]


def stage_engine(workspace: Workspace, network: Network, device: torch.device) -> StageEngine:
    """The engine that a manifest asks for; it is prepared when the first frames are there.

    Raises:
        PluginNotFoundError: It names one that nobody offers.
        ManifestError: It cannot run on this device, or not these networks, or not at this precision.
    """
    slot = workspace.manifest.engine
    if slot.name != AUTO:
        candidates = [_named(workspace, network.stage, device)]
        return StageEngine(network.stage, network.window, network.block_frames, candidates)
    candidates = _installed(workspace, network.stage, device)
    memory = workspace.layout.cache / "engines.json"
    key = _key(candidates, network, device)
    known = [candidate for candidate in candidates if candidate.label == _recall(memory).get(key, {}).get("engine")]

    def remember(trials: Sequence[Trial]) -> None:
        said = {"engine": trials[0].candidate.label, "because": [str(trial) for trial in trials]}
        write_text(memory, json.dumps({**_recall(memory), key: said}, indent=1) + "\n")

    return StageEngine(network.stage, network.window, network.block_frames, known or candidates, remember)


def check_engine(workspace: Workspace, device: torch.device) -> None:
    """Refuse an engine that is not installed, or cannot run here. See `stage_engine`."""
    if workspace.manifest.engine.name != AUTO:
        _named(workspace, None, device)


def _named(workspace: Workspace, stage: FeatureStage | None, device: torch.device) -> Candidate:
    slot = workspace.manifest.engine
    chosen = choose(workspace.catalog, EnginePlugin, slot, where=_WHERE)
    precision = slot.precision or workspace.manifest.precision
    problem = _hindrance(chosen.plugin, stage, device)
    if problem:
        raise ManifestError(
            f"engine {slot.name!r} {problem}", where=f"{_WHERE}.name", fix="write `engine: {name: torch}`"
        )
    if precision not in chosen.plugin.bounds:
        raise ManifestError(
            f"engine {slot.name!r} cannot calculate with precision {precision}",
            where=f"{_WHERE}.precision",
            fix=f"it can with {', '.join(chosen.plugin.bounds)}: write `engine: {{name: {slot.name}, precision: ...}}`",
        )
    check_precision(precision, device)
    is_plain = chosen.plugin.name == _TORCH and chosen.settings == chosen.plugin.settings()
    return replace(_candidate(chosen, precision), as_trained=is_plain and precision == workspace.manifest.precision)


def _installed(workspace: Workspace, stage: FeatureStage, device: torch.device) -> list[Candidate]:
    """Every engine at every precision that this machine calculates with by itself, by name."""
    slot, found = workspace.manifest.engine, []
    for name in _engine_names(workspace.catalog):
        chosen = choose(workspace.catalog, EnginePlugin, Slot(name=name), where=_WHERE)
        if _hindrance(chosen.plugin, stage, device):
            continue
        wanted = chosen.plugin.bounds if slot.precision is None else {slot.precision} & set(chosen.plugin.bounds)
        found += [_candidate(chosen, precision) for precision in wanted if is_native(precision, device)]
    if not found:
        wanted_one = "" if slot.precision is None else f" with precision {slot.precision}"
        raise ManifestError(
            f"no installed engine can run this pipeline here{wanted_one}",
            where=_WHERE,
            fix="write `engine: {name: torch, precision: '32'}`",
        )
    return found


def _engine_names(catalog: Catalog) -> list[str]:
    names = catalog.names(EnginePlugin)
    if not names:
        raise PluginNotFoundError(
            "there are no engines", where=_WHERE, fix="install deg again: pip install deg-ethogram"
        )
    return names


def _hindrance(plugin: EnginePlugin[Any], stage: FeatureStage | None, device: torch.device) -> str:
    """Why an engine cannot run these networks here; empty where it can."""
    if device.type not in plugin.devices:
        return f"runs on {', '.join(sorted(plugin.devices))}, and not on {device.type}"
    if stage is not None and stage.remembers and not plugin.runs_module:
        return "cannot run a feature extractor that looks at a whole recording first"
    return ""


def _candidate(chosen: Chosen[EnginePlugin[Any]], precision: str) -> Candidate:
    plugin, settings = chosen.plugin, chosen.settings
    versions = ", ".join(f"{name} {_version(name)}" for name in plugin.libraries)
    changed = settings.model_dump(exclude_defaults=True, mode="json")
    words = [f"{plugin.name} {precision}", *(f"{key} {value}" for key, value in changed.items())]
    return Candidate(
        name=plugin.name,
        precision=precision,
        label=f"{', '.join(words)} ({', '.join(filter(None, (str(chosen.offer.source), versions)))})",
        source=str(chosen.offer.source),
        bound=plugin.bounds[precision],
        runs_module=plugin.runs_module,
        prepare=lambda stage, examples: plugin.prepare(settings, stage, examples, precision),
    )


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "of unknown version"


def _key(candidates: Sequence[Candidate], network: Network, device: torch.device) -> str:
    """The same only for the same machine, networks, sizes and software."""
    facts = [
        describe_machine(device),
        deg_version(),
        network.identity,
        network.size,
        network.block_frames,
        [candidate.label for candidate in candidates],
    ]
    return sha256(json.dumps(facts, default=str).encode()).hexdigest()[:24]


def _recall(memory: Path) -> dict[str, Any]:
    """What was measured before; nothing where that cannot be read, since it can be measured again."""
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {key: said for key, said in known.items() if isinstance(said, dict)} if isinstance(known, dict) else {}
