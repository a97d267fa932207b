"""`deg suggest`: which stretches of video to label next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_core import project_option, quiet_option
from deg_plugins_analysis.answers.table import table_of
from deg_plugins_analysis.answers.voice import show
from deg_plugins_analysis.trials.options import keep_table, open_project, output_option, place_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from deg_core import Project
    from deg_plugins_analysis.labelling.choosing import Stretch


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A stretch to label.

    Attributes:
        rank: 1 is the most useful.
        recording: Where.
        start: First frame.
        stop: First frame after it.
        start_s: The same in seconds.
        stop_s: The same in seconds.
        uncertainty: How little the model knows of its frames, rare behaviours weighing more; 0..1.
        most_uncertain: The behaviour that adds most to that.
        expected_frames: Frames of that behaviour that the model expects.
    """

    rank: int
    recording: str
    start: int
    stop: int
    start_s: float
    stop_s: float
    uncertainty: float
    most_uncertain: str
    expected_frames: float


@click.command()
@click.argument("recordings", metavar="[RECORDING]...", nargs=-1)
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), default=5.0, show_default=True, help="How much to label."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True, help="Of each stretch."
)
@click.option(
    "--diversity",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="How much stretches shall differ from each other; 0 looks at uncertainty alone.",
)
@output_option
@project_option
@quiet_option
def suggest(
    *,
    recordings: tuple[str, ...],
    minutes: float,
    seconds: float,
    diversity: float,
    folder: Path | None,
    root: Path,
    quiet: bool,
) -> None:
    """List the stretches of video whose labels would help most, a list to work through from the top.

    Looked at are frames without labels, of every RECORDING that is named, or of all. Stretches come first in which the
    newest run is unsure, rare behaviours weighing more, and which look unlike those before them.
    """
    project, _ = open_project(root, quiet=quiet)
    rows = suggest_stretches(project, recordings, minutes=minutes, seconds=seconds, diversity=diversity)
    show(
        ["", "recording", "frames", "seconds", "unsure", "above all of"],
        [
            [
                *(str(row.rank), row.recording, f"{row.start}-{row.stop}", f"{row.start_s:.1f}-{row.stop_s:.1f}"),
                *(f"{row.uncertainty:.0%}", row.most_uncertain),
            ]
            for row in rows
        ],
    )
    keep_table(table_of("suggest", rows, SuggestionRow), place_for(project, folder, "suggestions"))


def suggest_stretches(
    project: Project, names: Sequence[str], *, minutes: float, seconds: float, diversity: float
) -> list[SuggestionRow]:
    """The stretches to label, the most useful first.

    Args:
        project: With a trained pipeline; recordings that are not predicted yet are predicted.
        names: Recordings; none: all.
        minutes: How much video at the most.
        seconds: Length of each.
        diversity: See `choosing.choose`.

    Raises:
        ProjectError: Nothing is trained, every frame is labelled, or a recording cannot be predicted.
    """
    import numpy as np

    from deg_core.api import ProjectError
    from deg_plugins_analysis.labelling.choosing import choose, rarity_weights

    chosen_names = list(names) or [record.name for record in project.recordings()]
    for outcome in project.predict(*chosen_names):
        if outcome.error is not None:
            raise outcome.error
    weights = rarity_weights(_present_frames(project))
    rates = {name: project.prediction(name).frames_per_second for name in chosen_names}
    stretches = [each for name in chosen_names for each in _stretches_of(project, name, weights, seconds * rates[name])]
    if not stretches:
        raise ProjectError(
            "every frame has its labels: there is nothing to suggest",
            where=", ".join(chosen_names),
            fix="add videos that nobody scored: deg add VIDEO",
        )
    chosen = choose(stretches, max(1, int(minutes * 60 / seconds)), diversity)
    behaviours = project.manifest.behaviours
    rows = []
    for rank, place in enumerate(chosen, start=1):
        each = stretches[place]
        most = int(np.argmax(each.of_behaviour * weights))
        rate = rates[each.recording]
        times = (each.start / rate, each.stop / rate, each.uncertainty, behaviours[most], float(each.expected[most]))
        rows.append(SuggestionRow(rank, each.recording, each.start, each.stop, *times))
    return rows


def _present_frames(project: Project) -> NDArray[np.int64]:
    """Frames that the newest run learned from in which each behaviour is present; shape (K,)."""
    import numpy as np

    present = np.zeros(len(project.manifest.behaviours), dtype=np.int64)
    for span in project.spans("train", project.run().run_id):
        labels = project.labels(span.record)
        if labels is not None:
            present += (labels.marks[span.start : span.stop] == 1).sum(axis=0)
    return present


def _stretches_of(project: Project, name: str, weights: NDArray[np.float64], n_frames: float) -> list[Stretch]:
    import numpy as np

    from deg_plugins_analysis.labelling.choosing import cut_stretches, uncertainty_of

    decisions, labels = project.prediction(name).decisions, project.labels(name)
    unknown = np.ones(len(decisions.present), dtype=np.bool_)
    if labels is not None:
        unknown[:] = (labels.marks < 0).any(axis=1)
    uncertainty = uncertainty_of(decisions.probabilities, decisions.thresholds)
    latents, _ = project.latents(name)
    return cut_stretches(name, unknown, uncertainty, decisions.probabilities, latents, weights, max(1, round(n_frames)))
