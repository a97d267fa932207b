"""What was done: data, split, model, software, commands that repeat it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deg_core.api import Record, Split
from deg_plugins_analysis.answers.table import Table, table_of
from deg_plugins_analysis.answers.voice import percent
from deg_plugins_analysis.report.document import (
    Block,
    Grid,
    Lines,
    Section,
    Text,
    amount,
    grid_of,
    plain_cell,
    setting_text,
)
from deg_plugins_analysis.report.facts import Facts
from deg_plugins_analysis.report.parts import PART_NAMES, PARTS, PartCount

if TYPE_CHECKING:
    from deg_core.project.run_record import RunRecord


def data_section(facts: Facts, counts: Sequence[PartCount]) -> Section:
    """Recordings, labels and the split."""
    n_labelled = len(facts.labels)
    text = (
        f"The project has {amount(len(facts.records), 'recording')}, {n_labelled} of them scored by a person, at "
        f"least in "
        f"part. The model learned from the training part, its thresholds were chosen on the validation part, and "
        f"it was "
        "tested on the test part, of which it saw nothing. The division is that on the card of the run."
    )
    return Section("data", "Data and split", (Text(text), _recordings(facts), _counts(counts)))


def _recordings(facts: Facts) -> Grid:
    columns = ("recording", "frames", "frames_per_second", "minutes", "labelled_frames", "parts", "groups", "video")
    rows = [_recording(facts, record) for record in facts.records]
    table = Table("recordings", columns, tuple(rows))
    shown = [[plain_cell(value) for value in row[:-1]] for row in rows]
    names = ("recording", "frames", "frames per s", "minutes", "labelled frames", "part", "groups")
    return grid_of("Recordings. Frame rates and lengths are those of predicted recordings.", table, shown, names)


def _recording(facts: Facts, record: Record) -> tuple[Any, ...]:
    labels = facts.labels.get(record.name)
    rate = facts.predicted.get(record.name, ("", None))[1] or None
    n_frames = labels.n_frames if labels is not None else None
    minutes = n_frames / rate / 60 if n_frames and rate else None
    labelled = int((labels.marks >= 0).any(axis=1).sum()) if labels is not None else 0
    groups = ", ".join(f"{key}: {value}" for key, value in record.groups.items())
    parts = ", ".join(_spans_in(facts.split, record.name)) or "none"
    return record.name, n_frames, rate, minutes, labelled, parts, groups or "none", record.video_path.name


def _spans_in(split: Split, name: str) -> Iterator[str]:
    """The parts that a recording is in, and how much of it."""
    for part in PARTS:
        spans = [span for span in split.part(part) if span.record == name]
        if len(spans) == 1:
            yield f"{PART_NAMES[part]} ({spans[0].start}-{spans[0].stop})"
        elif spans:
            yield f"{PART_NAMES[part]} ({sum(span.n_frames for span in spans)} in {len(spans)} stretches)"


def _counts(counts: Sequence[PartCount]) -> Grid:
    table = table_of("labels_by_part", counts, PartCount)
    rows = [
        [
            each.behaviour,
            PART_NAMES[each.part],
            str(each.n_recordings),
            str(each.labelled_frames),
            str(each.present_frames),
            percent(each.present_frames / each.labelled_frames) if each.labelled_frames else "undefined",
            str(each.n_bouts),
        ]
        for each in sorted(counts, key=lambda each: [other.behaviour for other in counts].index(each.behaviour))
    ]
    names = ("behaviour", "part", "recordings", "labelled frames", "frames present", "share", "bouts")
    return grid_of("Labels in each part, as they are now.", table, rows, names)


def model_section(facts: Facts) -> Section:
    """The card of the model, and how to repeat it."""
    blocks: list[Block] = [
        Text(
            "The model is a chain of stages, each trained by itself. What follows is from their cards, which were "
            "written "
            "when they were trained (runs/ in the project's folder; deg run-card shows all of it)."
        ),
        Grid("Stages, in the order of training.", _STAGE_COLUMNS, tuple(_stage_row(run) for run in facts.runs)),
    ]
    rows = [(str(run.stage), name, setting_text(value)) for run in facts.runs for name, value in _settings_of(run)]
    blocks.append(
        grid_of("Settings of each stage.", Table("settings", ("stage", "setting", "value"), tuple(rows)), rows)
    )
    thresholds = facts.project.thresholds(facts.run.run_id)
    if thresholds:
        table = Table("thresholds", ("behaviour", "threshold"), tuple(thresholds.items()))
        blocks.append(
            grid_of(
                "Least probability that counts as present.", table, [(k, f"{v:.3g}") for k, v in thresholds.items()]
            )
        )
    return Section("model", "The model", tuple(blocks))


_STAGE_COLUMNS = ("stage", "model", "from", "best on validation data", "minutes", "finished", "run")


def _stage_row(run: RunRecord) -> tuple[str, ...]:
    monitor = str(run.training.get("monitor", "")) or next((name for name in run.scores if name != "epoch"), "")
    best = run.scores.get(monitor)
    return (
        str(run.stage),
        run.plugin.name,
        f"{run.plugin.distribution} {run.plugin.version}".strip(),
        f"{monitor} {plain_cell(best)}" if best is not None else "not on its card",
        f"{run.minutes:.1f}",
        f"{run.created:%Y-%m-%d %H:%M}",
        run.run_id,
    )


def _settings_of(run: RunRecord) -> Iterator[tuple[str, Any]]:
    """Settings of the model, its loss, its training and what comes after, by name."""
    yield from run.plugin.settings.items()
    if run.loss is not None:
        yield from ((f"loss {run.loss.name}: {name}", value) for name, value in run.loss.settings.items())
    yield from ((f"training: {name}", value) for name, value in run.training.items())
    if run.postprocess is not None:
        yield "post-processor", run.postprocess.name
        yield from ((f"post-processor: {name}", value) for name, value in run.postprocess.settings.items())


def repeat_section(facts: Facts) -> Section:
    """Software, fingerprints of the data, commands."""
    card = facts.card
    software = tuple(card["software"].items())
    data: Mapping[str, Mapping[str, str]] = card["data"]
    rows = [(name, each["video"], each["labels"]) for name, each in data.items()]
    shown = [(name, _short(video), _short(labels)) for name, video, labels in rows]
    git = f" The project's folder was at commit {facts.run.git} of a git repository." if facts.run.git else ""
    origins = [f"{run.run_id} came from {run.training['origin']}" for run in facts.runs if "origin" in run.training]
    not_ours = f" Training cannot be repeated by deg where it was not deg's: {'; '.join(origins)}." if origins else ""
    blocks = (
        Text(
            "In the project's folder these commands train and score the same again, with the same software, "
            "settings, split "
            f"and labels.{not_ours}{git} deg lock writes the exact software to deg-lock.txt, deg run-card settings "
            f"and split."
        ),
        Lines((*_commands(facts), "deg predict", "deg report")),
        grid_of("Software of the run.", Table("software", ("distribution", "version"), software), software),
        grid_of("Data, as they are now: size and digest of videos, SHA-256 of labels; their first digits.",
                Table("data", ("recording", "video", "labels"), tuple(rows)), shown),
    )  # fmt: skip
    return Section("repeat", "How to repeat it", blocks)


def _commands(facts: Facts) -> Iterator[str]:
    """As `deg run-card` has them; software is locked where somebody locked it."""
    has_lock = facts.project.workspace.layout.lock.is_file()
    ours = {run.stage for run in facts.runs if "origin" not in run.training}
    for command in facts.card["commands"]:
        is_ours = not command.startswith("deg train ") or command.removeprefix("deg train ") in ours
        if is_ours and (has_lock or not command.startswith("pip ")):
            yield command


def _short(digest: str) -> str:
    return digest if len(digest) <= 20 else f"{digest[:16]}..."
