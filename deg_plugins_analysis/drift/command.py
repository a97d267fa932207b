"""`deg drift`: recordings unlike those that the newest run learned from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_core import json_option, project_option, quiet_option
from deg_plugins_analysis.answers.voice import show
from deg_plugins_analysis.trials.options import number_text, open_project

if TYPE_CHECKING:
    from deg_core import Project
    from deg_plugins_analysis.drift.measures import Drift, Looks

_FRAMES = 64
"""Frames looked at in each recording, spread evenly."""


@click.command()
@click.argument("recordings", metavar="[RECORDING]...", nargs=-1)
@json_option
@project_option
@quiet_option
def drift(*, recordings: tuple[str, ...], as_json: bool, root: Path, quiet: bool) -> None:
    """Flag recordings unlike those that the newest run learned from, and say why.

    Looked at are every RECORDING that is named, or all that it did not learn from: brightness, contrast, size of the
    picture, and how far what the feature extractor sees in them lies from what it saw in training. Exits with 1 if any
    is flagged, so that it can guard a script.
    """
    project, _ = open_project(root, quiet=quiet or as_json)
    found = find_drift(project, recordings)
    if as_json:
        click.echo(json.dumps({name: {"distances": d.distances, "reasons": d.reasons} for name, d in found.items()}))
    else:
        measures = ("brightness", "contrast", "latents")
        rows = [
            [name, *(number_text(each.distances.get(m), 1) for m in measures), "; ".join(each.reasons) or "like them"]
            for name, each in found.items()
        ]
        show(["recording", *measures, "compared with the training recordings"], rows)
    if any(each.reasons for each in found.values()):
        raise click.exceptions.Exit(1)


def find_drift(project: Project, names: Sequence[str]) -> Mapping[str, Drift]:
    """How far recordings are from the training recordings; all others, where none is named.

    Raises:
        ProjectError: Nothing is trained, every recording was learned from, or one cannot be predicted.
    """
    from deg_core.api import ProjectError
    from deg_plugins_analysis.drift.measures import measure_drift

    train = sorted({span.record for span in project.spans("train", project.run().run_id)})
    wanted = list(names) or [record.name for record in project.recordings() if record.name not in train]
    if not wanted:
        raise ProjectError(
            "the newest run learned from every recording",
            where=str(project.workspace.layout.root),
            fix="name recordings, or add videos it has not seen: deg add VIDEO",
        )
    for outcome in project.predict(*dict.fromkeys([*train, *wanted])):
        if outcome.error is not None:
            raise outcome.error
    looks = {name: _look(project, name) for name in dict.fromkeys([*train, *wanted])}
    return {name: measure_drift(looks[name], [looks[each] for each in train if each != name]) for name in wanted}


def _look(project: Project, name: str) -> Looks:
    import numpy as np

    from deg_plugins_analysis.drift.measures import look_at

    latents, _ = project.latents(name)
    chosen = np.unique(np.linspace(0, len(latents) - 1, _FRAMES).round().astype(int))
    video = project.open_video(name)
    try:
        frames = np.concatenate([video.read(int(frame), int(frame) + 1) for frame in chosen])
    finally:
        video.close()
    return look_at(frames, latents[chosen])
