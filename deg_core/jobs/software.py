"""Which distributions a project's results hang on, and whether those installed are those that were used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deg_core.compatibility import DEG
from deg_core.data.whole_file import write_text
from deg_core.descriptors import MetricPlugin
from deg_core.errors import DegError, ProjectError
from deg_core.jobs.workspace import Workspace
from deg_core.project.resolve import choose_reader
from deg_core.project.runs import list_runs

_LOCAL = "local"
MISSING = "none"
"""Stands for the version of what is not installed."""


def plugin_distributions(workspace: Workspace) -> dict[str, str]:
    """Distributions of every plugin that the project's file names or its recordings need, and their versions."""
    choices, manifest, catalog = workspace.choices, workspace.manifest, workspace.catalog
    chosen: list[Any] = [choices.flow, choices.features, choices.sequence, choices.features_loss]
    chosen += [choices.sequence_loss, choices.postprocess]
    sources = [each.offer.source for each in chosen]
    sources += [catalog.find(MetricPlugin, name, where="metrics").source for name in manifest.metrics]
    for path in sorted({_kind_of(record.video_path) for record in workspace.records()}):
        try:
            sources.append(choose_reader(manifest, catalog, path).offer.source)
        except DegError:
            continue  # a video that cannot be opened is what `deg check` tells of
    return {source.distribution: source.version for source in sorted(sources, key=str) if source.version}


def _kind_of(video: Path) -> Path:
    """A path that stands for all videos of its kind."""
    return video if video.is_dir() else Path(f"any{video.suffix.lower()}")


def changed_since(recorded: Mapping[str, str]) -> list[str]:
    """What differs between versions that were written down and those installed now, a phrase each; not Python's."""
    now = {name: installed_version(name) for name in recorded if name != "python"}
    return [f"{name} {recorded[name]}, now {version}" for name, version in now.items() if version != recorded[name]]


def installed_version(name: str) -> str:
    """Version of a distribution; `none` where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return MISSING


def changed_runs(workspace: Workspace) -> list[str]:
    """The newest run of each stage whose software is not installed now, and how it differs, a sentence each."""
    newest = {run.stage: run for run in list_runs(workspace.layout)}
    found = []
    for run in newest.values():
        used = [run.plugin, *([run.loss] if run.loss else []), *([run.postprocess] if run.postprocess else [])]
        recorded = {**run.versions, **{plugin.distribution: plugin.version for plugin in used if plugin.version}}
        changes = changed_since(recorded)
        if changes:
            found.append(f"{run.run_id} was made with {'; '.join(changes)}")
    return found


def closure(roots: Iterable[str]) -> dict[str, str]:
    """Distributions and all they need, as installed: names in their usual spelling, and versions.

    Raises:
        ProjectError: One of the roots is not installed, so that its needs are unknown.
    """
    found: dict[str, str] = {}
    waiting = [(name, frozenset[str]()) for name in roots]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        key = str(canonicalize_name(name)), extras
        if key in seen:
            continue
        seen.add(key)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            raise ProjectError(
                f"{name} is not installed, so that it cannot be locked", where="deg lock", fix=f"pip install {name}"
            ) from None
        found[key[0]] = distribution.version
        waiting += _needs(distribution, extras)
    return dict(sorted(found.items()))


def _needs(distribution: metadata.Distribution, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    requirements = [Requirement(line) for line in distribution.requires or ()]
    asked = ["", *sorted(extras)]
    return [
        (each.name, frozenset(each.extras))
        for each in requirements
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in asked)
    ]


def write_lock(workspace: Workspace) -> tuple[Path, Sequence[str]]:
    """Write `deg-lock.txt`: what pip has to install to run the project as now.

    Returns:
        The file, and the distributions in it that pip cannot fetch by name and version alone.

    Raises:
        ProjectError: deg or a plugin's distribution is not installed.
    """
    pins = closure([DEG, *plugin_distributions(workspace)])
    local = {name: place for name in pins if (place := _place_of(name))}
    lines = ["# Exact software of this project, by `deg lock`. Install: pip install -r deg-lock.txt"]
    for name, version in pins.items():
        lines += [f"# {name} was installed from a folder or file of this machine"] if local.get(name) == _LOCAL else []
        is_remote = name in local and local[name] != _LOCAL
        lines.append(f"{name} @ {local[name]}" if is_remote else f"{name}=={version}")
    write_text(workspace.layout.lock, "\n".join(lines) + "\n")
    return workspace.layout.lock, [name for name, place in local.items() if place == _LOCAL]


def _place_of(name: str) -> str:
    """Where a distribution came from if not from an index: an address with its commit, or `local`."""
    text = metadata.distribution(name).read_text("direct_url.json")
    if not text:
        return ""
    origin: dict[str, Any] = json.loads(text)
    url = str(origin.get("url", ""))
    if url.startswith("file:"):
        return _LOCAL
    vcs = origin.get("vcs_info")
    return f"{vcs['vcs']}+{url}@{vcs['commit_id']}" if vcs else url


def read_lock(path: Path) -> dict[str, str]:
    """Names and versions that a lock pins; those of addresses without a version are left out.

    Raises:
        ProjectError: A line is none of pip's.
    """
    pins: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.partition("#")[0].strip() if " @ " not in line else ""
        if not text:
            continue
        name, sign, version = text.partition("==")
        if not sign or not name or not version:
            raise ProjectError(f"not a pin: {text!r}", where=f"{path}, line {number}", fix="write it again: deg lock")
        pins[name] = version
    return pins
