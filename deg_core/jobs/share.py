"""Packs a whole pipeline into one file, `NAME.deg`, with what others need to predict with it and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from deg_core.data.whole_file import write_text
from deg_core.errors import DegError, ProjectError
from deg_core.evaluation.report import Report
from deg_core.jobs.decision import DecisionRule, decision_rule
from deg_core.jobs.models import TrainedPipeline, identity_of
from deg_core.jobs.provenance import software_versions
from deg_core.jobs.workspace import Workspace
from deg_core.project.hand_thresholds import load_hand_thresholds, save_hand_thresholds
from deg_core.project.layout import Layout
from deg_core.project.manifest import MANIFEST_VERSION
from deg_core.project.manifest_file import dump_yaml
from deg_core.project.model_card import ModelCard, PluginNeeded
from deg_core.project.model_file import README, pack
from deg_core.project.run_record import PluginUsed, PostProcessorUsed, RunRecord, SplitCard
from deg_core.project.runs import WEIGHTS, check_weights, run_chain, save_run_record

_KINDS = {"flow": "flow generator", "features": "feature extractor", "sequence": "sequence model"}
_PATH = re.compile(r"([A-Za-z]:)?[/\\].*|~.*|\.{1,2}[/\\].*|.*[/\\][^/\\]*\.[A-Za-z]\w*")
"""What is taken for a path of the lab's machine: where it begins, or ends with a file's suffix."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the one who shares says about it.

    Attributes:
        made_by: Who.
        note: What they want to say.
        with_names: Whether names of recordings stay on the cards.
    """

    made_by: str = ""
    note: str = ""
    with_names: bool = False


def share(workspace: Workspace, pipeline: TrainedPipeline, path: Path, notice: Notice, *, now: datetime) -> ModelCard:
    """Pack a sequence run and all it was built on.

    Videos, labels and paths never come along; names of recordings only if asked for.

    Args:
        workspace: The project.
        pipeline: What is shared, loaded, so that it is known to predict.
        path: The new file.
        notice: What is said about it.
        now: The time.

    Raises:
        ProjectError: There is a file of this name.
        DegError: There is no rule to decide by, see `decision_rule`.
    """
    if path.exists():
        raise ProjectError("there is such a file already", where=str(path), fix="delete it, or take another: --output")
    runs = run_chain(workspace.layout, pipeline.sequence_run.run_id)
    rule = decision_rule(workspace, pipeline.sequence_run)
    card = _card(workspace, runs, rule, notice, now)
    with TemporaryDirectory(prefix="deg-share-") as folder:
        layout = Layout(Path(folder))
        write_text(layout.manifest, dump_yaml(_manifest(workspace, runs)))
        write_text(layout.root / README, card.text())
        for run in runs:
            save_run_record(layout.run(run.run_id), _stripped(run, rule, with_names=notice.with_names))
        top = runs[0]
        by_hand = load_hand_thresholds(workspace.layout.run(top.run_id), top)
        save_hand_thresholds(layout.run(top.run_id), top, by_hand)
        files = {
            file.relative_to(layout.root).as_posix(): file for file in sorted(layout.root.rglob("*")) if file.is_file()
        }
        files |= {f"runs/{run.run_id}/{WEIGHTS}": check_weights(workspace.layout, run) for run in runs}
        return pack(path, card, files)


def without_paths(value: Any) -> Any:
    """Settings with every path cut down to the name of its file; a new value."""
    if isinstance(value, Mapping):
        return {key: without_paths(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_paths(each) for each in value]
    if isinstance(value, str) and _PATH.fullmatch(value):
        return re.split(r"[/\\]", value.rstrip("/\\"))[-1]
    return value


def _manifest(workspace: Workspace, runs: Sequence[RunRecord]) -> dict[str, Any]:
    """What of a manifest prediction needs, as the runs themselves had it."""
    manifest, top = workspace.manifest, runs[0]
    rule = workspace.choices.postprocess
    return {
        "deg": MANIFEST_VERSION,
        "name": manifest.name,
        "behaviours": list(top.behaviours),
        "exclusive": top.exclusive,
        "image": runs[1].image.model_dump(mode="json"),
        "video": without_paths(manifest.video.model_dump(mode="json")),
        **{
            run.stage: {"name": run.plugin.name, "settings": without_paths(run.plugin.settings)}
            for run in reversed(runs)
        },
        "postprocess": {"name": rule.plugin.name, "settings": without_paths(rule.settings.model_dump(mode="json"))},
        "metrics": [],
        "precision": manifest.precision,
    }


def _stripped(run: RunRecord, rule: DecisionRule, *, with_names: bool) -> RunRecord:
    """A run's card without what is the lab's own business, and with what its post-processor learned."""
    used = rule.chosen.used()
    postprocess = PostProcessorUsed(**_plugin(used).model_dump(), learned=dict(rule.learned))
    start, taught_by = run.started_from, run.taught_by
    return run.model_copy(
        update={
            "plugin": _plugin(run.plugin),
            "loss": None if run.loss is None else _plugin(run.loss),
            "postprocess": postprocess if run.stage == "sequence" else None,
            "split": run.split if with_names else SplitCard(),
            "training": {name: value for name, value in run.training.items() if name != "origin"},
            "started_from": None if start is None else start.model_copy(update={"source": Path(start.source).name}),
            "taught_by": taught_by and taught_by.model_copy(update={"source": Path(taught_by.source).name}),
            "git": None,
        }
    )


def _plugin(used: PluginUsed) -> PluginUsed:
    return PluginUsed(
        **{**used.model_dump(include=set(PluginUsed.model_fields)), "settings": without_paths(used.settings)}
    )


def _card(
    workspace: Workspace, runs: Sequence[RunRecord], rule: DecisionRule, notice: Notice, now: datetime
) -> ModelCard:
    top = runs[0]
    report = _report_on(workspace, runs)
    thresholds = {} if top.exclusive else dict(zip(top.behaviours, rule.thresholds.tolist(), strict=True))
    evaluation = {} if report is None else report.scores
    return ModelCard(
        name=workspace.name,
        made_by=notice.made_by,
        note=notice.note,
        created=now,
        runs=tuple(run.run_id for run in runs),
        behaviours=top.behaviours,
        exclusive=top.exclusive,
        frames_per_second=_rates(workspace, top),
        thresholds=thresholds,
        by_hand=rule.by_hand,
        postprocess=rule.chosen.plugin.name,
        plugins=_plugins_of(workspace, runs, rule),
        validation={name: score for name, score in top.scores.items() if name != "epoch"},
        evaluation={name: {"overall": each.overall, **each.per_behaviour} for name, each in evaluation.items()},
        evaluated_on="" if report is None else report.part,
        versions=software_versions(),
    )


def _plugins_of(workspace: Workspace, runs: Sequence[RunRecord], rule: DecisionRule) -> tuple[PluginNeeded, ...]:
    """Networks as their cards name them, the post-processor, and the video reader where the project names one."""
    used = [(_KINDS[run.stage], run.plugin) for run in reversed(runs)]
    used.append((rule.chosen.plugin.kind, rule.chosen.used()))
    reader = workspace.reader_named()
    if reader is not None:
        used.append((reader.plugin.kind, reader.used()))
    return tuple(
        PluginNeeded(kind=kind, name=each.name, distribution=each.distribution, version=each.version)
        for kind, each in used
    )


def _rates(workspace: Workspace, run: RunRecord) -> tuple[float, float] | None:
    """Least and greatest frame rate of the videos it was trained on, as far as they are still there, Hz."""
    names = {span.record for span in run.split.train}
    rates = []
    for record in workspace.records():
        if record.name not in names:
            continue
        try:
            video = workspace.open_video(record.video_path)
        except DegError:  # moved since; the others will do
            continue
        rates.append(video.frames_per_second)
        video.close()
    return (min(rates), max(rates)) if rates else None


def _report_on(workspace: Workspace, runs: Sequence[RunRecord]) -> Report | None:
    """The newest evaluation, if it is one of these runs."""
    try:
        report = Report.model_validate_json(workspace.layout.evaluation.read_bytes())
    except (OSError, ValidationError):
        return None
    return report if report.runs == (identity_of(runs[1]), identity_of(runs[0])) else None
