"""`deg split`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from deg_core.cli.options import json_option, project_option, quiet_option
from deg_core.cli.output import Output
from deg_core.data.splits import PARTS
from deg_core.errors import ManifestError

if TYPE_CHECKING:
    from deg_core.data.labels import Labels
    from deg_core.data.record import Span
    from deg_core.jobs.workspace import Workspace
    from deg_core.project.manifest import SplitSettings


def _fractions(_: click.Context, __: click.Parameter, text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        train, validation, test = map(float, text.split(","))
    except ValueError:
        raise click.BadParameter(f"{text!r} is not three numbers such as 0.6,0.2,0.2") from None
    return [train, validation, test]


@click.command()
@click.option("--by", type=click.Choice(["recording", "block", "group"]), help="What stays together.")
@click.option("--group", metavar="KEY", help="Which group stays together, such as animal.")
@click.option("--folds", type=int, metavar="K", help="k-fold cross-validation, in place of fractions.")
@click.option("--block-frames", type=int, metavar="N", help="Length of a block.")
@click.option("--guard-frames", type=int, metavar="N", help="Frames left out between blocks.")
@click.option("--fractions", metavar="A,B,C", callback=_fractions, help="Shares of training, validation and test.")
@click.option("--seed", type=int, metavar="N", help="From which the division is drawn.")
@project_option
@json_option
@quiet_option
def split(*, root: Path, as_json: bool, quiet: bool, seed: int | None, **overrides: Any) -> None:
    """Divide the labelled data into training, validation and test, and keep the result in split.yaml.

    Options override the settings under `split` in project.yaml, for this division.
    """
    output = Output(as_json=as_json, quiet=quiet)
    from deg_core.jobs.workspace import open_workspace

    workspace = open_workspace(root)
    settings = _settings(
        workspace.manifest.split, {key: value for key, value in overrides.items() if value is not None}
    )
    if seed is not None:
        workspace = replace(workspace, manifest=workspace.manifest.model_copy(update={"seed": seed}))
    divide(workspace, settings, output)


def _settings(settings: SplitSettings, overrides: Mapping[str, Any]) -> SplitSettings:
    """Settings with what the options say; one of `by` and `group` brings the other."""
    from pydantic import ValidationError

    values = {**settings.model_dump(), **overrides}
    if "by" in overrides and overrides["by"] != "group" and "group" not in overrides:
        values["group"] = None
    if "group" in overrides and "by" not in overrides:
        values["by"] = "group"
    if "fractions" in overrides and "folds" not in overrides:
        values["folds"] = None
    try:
        return type(settings).model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(f"--{str(part).replace('_', '-')}" for part in first["loc"][:1]) or "options"
        problem = first["msg"].removeprefix("Value error, ")
        raise ManifestError(problem, where=f"deg split, {place}", fix="see `deg split --help`") from None


def divide(workspace: Workspace, settings: SplitSettings, output: Output) -> None:
    """Split, and show what came of it."""
    from deg_core.jobs.split import split_project

    labels = workspace.labelled()
    splits = split_project(workspace, settings, labels)
    folds = [
        {part: _count(split.part(part), labels, workspace.manifest.behaviours) for part in PARTS} for split in splits
    ]
    if output.as_json:
        output.answer({"folds": folds})
        return
    for index, counts in enumerate(folds):
        output.say(f"fold {index}" if len(folds) > 1 else f"split by {settings.by}:")
        if not output.quiet:
            _show(list(counts.values()), output)


class _Count(TypedDict):
    """What one part of a split holds: labelled frames, and in how many of them each behaviour is present."""

    recordings: int
    frames: int
    labelled_frames: int
    present_frames: dict[str, int]


def _count(spans: Sequence[Span], labels: Mapping[str, Labels], behaviours: Sequence[str]) -> _Count:
    marks = [labels[span.record].marks[span.start : span.stop] for span in spans]
    present = {name: sum(int((m[:, column] == 1).sum()) for m in marks) for column, name in enumerate(behaviours)}
    return {
        "recordings": len({span.record for span in spans}),
        "frames": sum(span.n_frames for span in spans),
        "labelled_frames": sum(int((m >= 0).any(axis=1).sum()) for m in marks),
        "present_frames": present,
    }


def _show(counts: Sequence[_Count], output: Output) -> None:
    rows = [
        ("recordings", *(str(count["recordings"]) for count in counts)),
        ("frames", *(str(count["frames"]) for count in counts)),
        ("labelled", *(str(count["labelled_frames"]) for count in counts)),
    ]
    for name in counts[0]["present_frames"]:
        rows.append((name, *(_present(count, name) for count in counts)))
    output.table(("", *PARTS), rows, right=PARTS)
    if any(count["frames"] and 0 in count["present_frames"].values() for count in counts):
        output.say("! never happens in this part: nothing to learn from, or its score will be undefined")


def _present(count: _Count, name: str) -> str:
    n_frames = count["present_frames"][name]
    return f"{n_frames} !" if count["frames"] and not n_frames else str(n_frames)
