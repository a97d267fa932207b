"""What a reader must know before believing a number of the report. Pure: values in, sentences out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deg_core.api import Record, Split
from deg_plugins_analysis.drift.measures import Drift
from deg_plugins_analysis.report.document import Caution, amount
from deg_plugins_analysis.report.parts import PART_NAMES, PARTS, Neighbours, Part, PartCount

if TYPE_CHECKING:
    from deg_core.evaluation.report import Report

FEW_FRAMES = 100
"""Frames of a behaviour in a part below which a reader is warned; Bohnslav et al. (2021) trained on 80 and more."""
FEW_BOUTS = 5
"""The same of bouts: frames of one bout are alike, and say little more than one of them."""
FEW_UNITS = 5
"""With fewer recordings there are too few ways to draw them for intervals; as `deg evaluate` says."""
_MOST_NAMES = 6

_WHAT_FOR: Mapping[Part, str] = {
    "train": "The model has hardly seen them; label more of them (deg suggest lists where).",
    "validation": "Their thresholds were chosen on so little that other data may want others; label more of them.",
    "test": "Their scores rest on so little that a single bout decides; test on more.",
}


def few_positives(counts: Sequence[PartCount]) -> Iterator[Caution]:
    """Behaviours that happen too seldom in a part for what the part is for."""
    titles = {
        "train": "Too few examples to learn from",
        "validation": "Thresholds chosen on few frames",
        "test": "Too few examples to be tested on",
    }
    for part in PARTS:
        own = [each for each in counts if each.part == part]
        few = [each for each in own if each.present_frames < FEW_FRAMES or each.n_bouts < FEW_BOUTS]
        if not few or not any(each.labelled_frames for each in own):
            continue
        listed = "; ".join(
            f"{each.behaviour}: {amount(each.present_frames, 'frame')} in {amount(each.n_bouts, 'bout')}"
            for each in few
        )
        text = f"In the {PART_NAMES[part]} part there is little of {listed}. {_WHAT_FOR[part]}"
        yield Caution("warning", titles[part], text)


def shared_recordings(found: Sequence[Neighbours], seen_frames: int | None) -> Iterator[Caution]:
    """Recordings of which both sides of the split have stretches, and whether a gap lies between.

    Args:
        found: Those recordings.
        seen_frames: Frames that one answer depends on; None where nobody knows.
    """
    if not found:
        return
    close = [each for each in found if each.gap < (seen_frames or 0)]
    if close:
        least = min(each.gap for each in close)
        listed = names_of(dict.fromkeys(each.record for each in close))
        yield Caution(
            "warning",
            "Leakage: the same pictures are seen from both sides of the split",
            f"Between stretches of different parts of {listed} lie only {max(least, 0)} frames, but an answer "
            f"depends on "
            f"{seen_frames}. Scores are too good. Split again with a guard gap (split.guard_frames: null) and "
            f"train again.",
        )
    tested = dict.fromkeys(each.record for each in found if each.parts[1] == "test")
    if tested:
        yield Caution(
            "note",
            "Tested on the recordings it learned from",
            f"Test frames are other stretches of {names_of(tested)}, of which the model saw some. "
            "Scores hold for these recordings; those on new animals and new days may be lower.",
        )


def shared_animals(split: Split, records: Sequence[Record], column: str) -> Iterator[Caution]:
    """Animals of which both sides of the split have recordings."""
    animal_of = {record.name: record.groups.get(column, "") for record in records}
    used = {span.record for part in PARTS for span in split.part(part)}
    unknown = sorted(name for name in used if not animal_of.get(name))
    if unknown:
        yield Caution(
            "note",
            "Not known which animal is in which recording",
            f"{len(unknown)} of {len(used)} recordings name none (group {column!r}), so that nobody can tell "
            f"whether an "
            f"animal is on both sides of the split. Write it into recording.yaml (groups: {{{column}: ...}}).",
        )
    both = _on_both_sides(split, animal_of)
    if both:
        yield Caution(
            "warning",
            "Leakage: the same animal is on both sides of the split",
            f"{column} {names_of(both)} is in test recordings and in recordings of training or validation, so that "
            f"scores say how well the model knows these animals, "
            f"not how well it does on new ones. Split by animal: deg split --by group --group {column}; then train "
            f"again.",
        )


def shared_videos(split: Split, records: Sequence[Record], content: Mapping[str, str]) -> Iterator[Caution]:
    """Recordings of different parts that are one video.

    Args:
        split: The split.
        records: Recordings.
        content: Fingerprint of the video by recording, where it is known.
    """
    file_of = {record.name: content.get(record.name) or str(record.video_path) for record in records}
    names = {file: [name for name in file_of if file_of[name] == file] for file in set(file_of.values())}
    twins = {name: file for name, file in file_of.items() if len(names[file]) > 1}
    both = _on_both_sides(split, twins)
    if both:
        listed = "; ".join(" and ".join(names[file]) for file in both)
        yield Caution(
            "warning",
            "Leakage: the same video is on both sides of the split",
            f"These recordings have the same video: {listed}. Scores are too good. Remove one of each, split and "
            f"train again.",
        )


def _on_both_sides(split: Split, group_of: Mapping[str, str]) -> list[str]:
    """Groups that test recordings share with others, of training or validation; one that is both is told elsewhere."""
    known = {span.record for part in ("train", "validation") for span in split.part(part)}
    tested = {span.record for span in split.test}
    ours = {group_of[name] for name in known if group_of.get(name)}
    return sorted(ours & {group_of[name] for name in tested - known if group_of.get(name)})


def doubtful_scores(report: Report) -> Iterator[Caution]:
    """What the scores themselves say against them."""
    if report.resampled == "blocks of one recording":
        yield Caution(
            "warning",
            "Intervals from one recording",
            "The test part is one recording, so that intervals come from blocks of it. They are too narrow for "
            "anything "
            "that is said of other recordings. Test on several recordings.",
        )
    elif 0 < report.n_units < FEW_UNITS:
        yield Caution(
            "warning",
            "Intervals from few recordings",
            f"Intervals come from {report.n_units} {report.resampled}, which is too few: they are too narrow. Test "
            f"on more.",
        )
    if report.thresholds_by_hand:
        yield Caution(
            "note",
            "Thresholds set by hand",
            f"Of {names_of(report.thresholds_by_hand)}. If that was done with a view to test frames, scores are "
            f"too good.",
        )
    yield from _no_better_than_chance(report)


def _no_better_than_chance(report: Report) -> Iterator[Caution]:
    card = report.scores.get("f1")
    if card is None:
        return
    weak = []
    for behaviour, value in card.per_behaviour.items():
        interval, chance = card.interval.get(behaviour), card.chance[behaviour]
        if value is not None and chance is not None and (interval[0] if interval else value) <= chance:
            weak.append(behaviour)
    if weak:
        yield Caution(
            "warning",
            "Not shown to be better than chance",
            f"F1 of {names_of(weak)}: what the same predictions reach when turned round in time lies within its "
            f"interval. "
            "Do not draw conclusions from these behaviours.",
        )


def changed_software(changes: Sequence[str]) -> Iterator[Caution]:
    """Software that is installed in other versions than the run was made with."""
    if changes:
        yield Caution(
            "note",
            "Other software than when it was trained",
            f"Installed now is another version of: {'; '.join(changes)}. Numbers may differ a little when repeated.",
        )


def other_runs(names: Sequence[str], run_id: str) -> Iterator[Caution]:
    """Recordings whose predictions are of another model."""
    if names:
        yield Caution(
            "warning",
            "Predictions of another model",
            f"Those of {names_of(names)} are not by {run_id}, of which this report tells. Predict them again: deg "
            f"predict.",
        )


def drifted(found: Mapping[str, Drift]) -> Iterator[Caution]:
    """Recordings unlike those that were learned from."""
    odd = {name: each.reasons for name, each in found.items() if each.reasons}
    if odd:
        first = list(odd.items())[:_MOST_NAMES]
        listed = "; ".join(f"{name} ({', '.join(reasons)})" for name, reasons in first)
        more = f"; and {len(odd) - len(first)} more" if len(odd) > len(first) else ""
        yield Caution(
            "warning",
            "Drift: recordings unlike those it learned from",
            f"{len(odd)} of {len(found)} compared: {listed}{more}. Predictions of them may be worse than the "
            f"scores say. "
            "Look at them (deg plot ethogram), and label some of them.",
        )


def gravest_first(cautions: Iterable[Caution]) -> tuple[Caution, ...]:
    """Warnings before notes, else in their order."""
    return tuple(sorted(cautions, key=lambda each: each.level != "warning"))


def names_of(names: Iterable[str]) -> str:
    """Names in a sentence, the first of many."""
    every = list(names)
    more = f" and {len(every) - _MOST_NAMES} more" if len(every) > _MOST_NAMES else ""
    return ", ".join(every[:_MOST_NAMES]) + more
