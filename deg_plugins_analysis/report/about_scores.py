"""How training went, and how good the model is on data that it never saw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from deg_core.api import DegError
from deg_plugins_analysis.answers.table import Table
from deg_plugins_analysis.report.document import Block, Missing, Picture, Section, Text, download_of, grid_of
from deg_plugins_analysis.report.drawn import draw
from deg_plugins_analysis.report.facts import Facts
from deg_plugins_analysis.report.pictures import png_of
from deg_plugins_analysis.trials.options import number_text

if TYPE_CHECKING:
    from deg_core.evaluation.report import Report

N_EXAMPLES = 12
_DRAWN = ("f1", "average-precision")


def training_section(facts: Facts) -> Section:
    """Curves of the runs that have some."""
    curve = draw(
        facts.project,
        "training",
        "Training curves",
        "Loss, score and learning rate by epoch, the newest run of each stage that learns in epochs. Where "
        "validation loss "
        "rises while training loss falls, the model learns its examples by heart.",
    )
    if isinstance(curve, Missing) and all(facts.plans[run.run_id] and not run.training for run in facts.runs):
        curve = Text("No stage of this model learns in epochs: each was fitted in one go, and there are no curves.")
    return Section("training", "How training went", (curve,))


def scores_section(facts: Facts) -> Section:
    """Scores beside base rate and chance, curves, confusions, calibration."""
    title = "How good it is"
    report = facts.report
    if isinstance(report, DegError):
        return Section("scores", title, (Missing.of("Scores on test data", report),))
    drawn = [name for name in _DRAWN if name in report.scores] or [
        n for n, c in report.scores.items() if c.goal == "max"
    ][:2]
    blocks: list[Block] = [Text(_reading(report))]
    table = _score_table(report)
    if drawn:
        blocks.append(_scores_picture(report, drawn, table))
    blocks.append(grid_of("Scores of each behaviour.", table, list(_score_rows(report, drawn)), _columns(drawn)))
    blocks.append(_overall(report))
    if report.bouts is not None:
        blocks.append(_bouts(report))
    blocks += _curves(facts)
    return Section("scores", title, tuple(blocks))


def _reading(report: Report) -> str:
    over = f" The bars are 95 % intervals: {report.n_units} {report.resampled}, drawn anew." if report.n_units else ""
    return (
        f"{report.n_frames:,} frames of {', '.join(report.recordings) or 'the test part'} were scored, of which "
        f"the model saw "
        "nothing. F1 weighs what was found against false alarms; average precision is the same over all "
        "thresholds. Chance "
        "is the score of the same predictions turned round in time; the base rate is the share of frames in which the "
        "behaviour happens, and what average precision is when probabilities say nothing. A behaviour that never "
        "happens in "
        f"these frames has no score: it is undefined.{over}"
    )


def _scores_picture(report: Report, drawn: list[str], table: Table) -> Picture:
    from deg_plugins_analysis.report.scores_figure import draw_scores

    return Picture(
        png_of(draw_scores(report, drawn)),
        f"{' and '.join(drawn)} of each behaviour with intervals, beside chance and base rate",
        "Scores on test data beside chance and base rate.",
        numbers=download_of(table),
    )


def _score_table(report: Report) -> Table:
    """A row for each metric of each behaviour, and of all."""
    columns = (
        "behaviour",
        "metric",
        "score",
        "low",
        "high",
        "chance",
        "base_rate",
        "present_frames",
        "labelled_frames",
    )
    rows: list[tuple[Any, ...]] = []
    for name, card in report.scores.items():
        low, high = card.overall_interval or (None, None)
        rows.append(("all", name, card.overall, low, high, card.chance_overall, None, None, None))
        for behaviour, count in report.counts.items():
            low, high = card.interval.get(behaviour) or (None, None)
            values = (card.per_behaviour[behaviour], low, high, card.chance[behaviour])
            rows.append((behaviour, name, *values, count.base_rate, count.present, count.labelled))
    return Table("scores", columns, tuple(rows))


def _columns(drawn: list[str]) -> tuple[str, ...]:
    scored = [column for name in drawn for column in (name, "95 %", "chance")]
    return ("behaviour", "frames present", "base rate", *scored)


def _score_rows(report: Report, drawn: list[str]) -> Iterator[list[str]]:
    for behaviour, count in report.counts.items():
        base = "undefined" if count.base_rate is None else f"{count.base_rate:.1%}"
        row = [behaviour, f"{count.present} of {count.labelled}", base]
        for name in drawn:
            card = report.scores[name]
            row += [number_text(card.per_behaviour[behaviour]), _between(card.interval.get(behaviour))]
            row += [number_text(card.chance[behaviour])]
        yield row


def _overall(report: Report) -> Block:
    rows = [
        (
            name,
            number_text(card.overall),
            _between(card.overall_interval),
            number_text(card.chance_overall),
            "more is better" if card.goal == "max" else "less is better",
        )
        for name, card in report.scores.items()
    ]
    columns = ("score", "all behaviours", "95 %", "chance", "")
    values = [
        (name, card.overall, *(card.overall_interval or (None, None)), card.chance_overall, card.goal)
        for name, card in report.scores.items()
    ]
    table = Table("scores_overall", ("score", "value", "low", "high", "chance", "goal"), tuple(values))
    return grid_of("All scores, means over behaviours.", table, rows, columns)


def _bouts(report: Report) -> Block:
    assert report.bouts is not None
    overlaps = [f"f1_at_{overlap:g}" for overlap in report.bouts.overlaps]
    columns = (
        "behaviour",
        "labelled",
        "predicted",
        *overlaps,
        "in_pieces",
        "joining",
        "onset_shift_s",
        "offset_shift_s",
    )
    rows = [
        (name, c.labelled, c.predicted, *c.f1, c.in_pieces, c.joining, c.onset_shift_s, c.offset_shift_s)
        for name, c in report.bouts.per_behaviour.items()
    ]
    shown = [
        [name, str(c.labelled), str(c.predicted), *map(number_text, c.f1), _share(c.in_pieces), _share(c.joining),
         _late(c.onset_shift_s), _late(c.offset_shift_s)]
        for name, c in report.bouts.per_behaviour.items()
    ]  # fmt: skip
    names = ("behaviour", "labelled", "predicted", *(f"F1 at {overlap:g}" for overlap in report.bouts.overlaps),
             "in pieces", "joining", "onset", "offset")  # fmt: skip
    caption = (
        "Bouts. F1 at 0.5: a bout is found where it shares at least half of all frames that it or its partner has. In "
        "pieces: labelled bouts that came out as several; joining: predicted bouts that run over several. Onset "
        "and offset: "
        "median delay of found bouts, late (+) or early (-). Order of events (edit score): "
        f"{number_text(report.bouts.edit)}, by chance {number_text(report.bouts.edit_chance)}."
    )
    return grid_of(caption, Table("bout_scores", columns, tuple(rows)), shown, names)


def _curves(facts: Facts) -> Iterator[Block]:
    yield draw(
        facts.project,
        "pr-curves",
        "Precision against recall for each behaviour",
        "Precision (how many of the frames it names are right) against recall (how many of the right ones it "
        "names) at every "
        "threshold. Circle: what was decided; dotted: base rate, where a guess would lie.",
    )
    yield draw(
        facts.project,
        "confusion",
        "Found, missed, false alarms",
        "What became of the frames of each behaviour, and what was named instead; shares of rows, frames in brackets.",
    )
    yield draw(
        facts.project,
        "reliability",
        "How often probabilities come true",
        "Of the frames to which the model gives a probability, the share in which the behaviour happens. On the "
        "diagonal "
        "probabilities can be taken at their word; elsewhere deg calibrate writes some that can.",
    )


def examples_section(facts: Facts) -> Section:
    """Hits and mistakes as pictures."""
    if isinstance(facts.report, DegError):
        return Section("examples", "Examples", (Missing.of("Examples of hits and mistakes", facts.report),))
    hits = draw(
        facts.project,
        "hits",
        "Pictures of frames that were found",
        "Hits: the frames of test recordings that were found for longest and surest, behaviours taking turns. They "
        "are the "
        "best ones, not typical ones. The colour of a frame is that of its behaviour; in brackets its probability.",
        n=N_EXAMPLES,
    )
    mistakes = draw(
        facts.project,
        "mistakes",
        "Pictures of frames that were decided wrongly",
        "Mistakes: where the model was wrong for longest and surest. Dashed: missed, a person saw it and the model "
        "did not; "
        "solid: false alarm. Look at them in the video: some may be mistakes of the labels.",
        n=N_EXAMPLES,
    )
    return Section("examples", "Examples of hits and mistakes", (hits, mistakes))


def _between(interval: tuple[float, float] | None) -> str:
    return "undefined" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"


def _share(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.0%}"


def _late(value: float | None) -> str:
    return "undefined" if value is None else f"{value:+.2f} s"
