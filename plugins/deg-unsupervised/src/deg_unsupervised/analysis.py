"""From features to clusters, what they stand for, and what nobody has named yet.

Axes: T frames of a recording, K behaviours, G clusters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from deg_core.api import Progress
from numpy.typing import NDArray

from deg_unsupervised.assignment import NONE, Manner, assign_behaviours, count_overlap
from deg_unsupervised.comparison import compare, labelled_frames
from deg_unsupervised.contact_sheet import draw_examples
from deg_unsupervised.files import remove_earlier_sheets, write_clusters, write_table, writing_beside
from deg_unsupervised.frames import Part, Recordings, gather, known_recordings, smooth
from deg_unsupervised.model import ClusterModel, Recipe, find_clusters
from deg_unsupervised.report import Cluster, Report, Search, Suggestion
from deg_unsupervised.sources import FeatureSource
from deg_unsupervised.suggestions import Assigned, choose_examples

if TYPE_CHECKING:
    from deg_core import Project


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants to know.

    Attributes:
        recipe: How clusters are found.
        fit_frames: Frames that they are looked for in, at the most.
        smooth_s: Time over which features are averaged, seconds.
        manner: How clusters are given to behaviours.
        part: Part of the split that agreement is measured on.
        rare: A cluster whose labelled frames show a behaviour in no greater share is suggested, 0..1.
        n_examples: Bouts shown of each suggestion, at the most.
        with_csv: Whether clusters are written as CSV too.
    """

    recipe: Recipe
    fit_frames: int = 20_000
    smooth_s: float = 0.1
    manner: Manner = "majority"
    part: Part = "test"
    rare: float = 0.2
    n_examples: int = 5
    with_csv: bool = False


def analyse(project: Project, source: FeatureSource, wishes: Wishes, folder: Path, progress: Progress) -> Report:
    """Find clusters, compare them with labels, and write all of it.

    Labels and features of the validation and test parts are not looked at before clusters have been found and given to
    behaviours.

    Args:
        project: Its labels and split.
        source: Features.
        wishes: What is wanted.
        folder: Where `clusters.h5`, `report.json` and pictures go.
        progress: Who is told.

    Raises:
        DegError: There is too little to look at, or something cannot be read or written.
    """
    recordings = known_recordings(project, source, progress)
    features = gather(source, recordings, wishes.fit_frames, wishes.smooth_s, progress)
    model = find_clusters(features, wishes.recipe, progress)
    assigned = _assign_all(source, recordings, model, wishes.smooth_s, progress)
    behaviours = project.manifest.behaviours
    train = {name: recordings.inside(name, "train") for name in assigned}
    overlap = count_overlap(*labelled_frames(assigned, recordings, train, len(behaviours)), model.n_clusters)
    chosen_G = assign_behaviours(overlap, wishes.manner)
    stands_for = [None if each == NONE else behaviours[each] for each in chosen_G]
    clusters = _describe(assigned, recordings, overlap, stands_for, behaviours)
    agreement, why = compare(project, assigned, recordings, chosen_G, wishes.part)
    report = Report(
        features=source.described,
        recordings=tuple(assigned),
        search=_search(len(features), model, wishes),
        manner=wishes.manner,
        clusters=clusters,
        agreement=agreement,
        why_no_agreement=why,
        suggestions=_suggest(project, source, assigned, clusters, wishes, folder),
    )
    _write(report, assigned, stands_for, folder, with_csv=wishes.with_csv)
    return report


def _assign_all(
    source: FeatureSource, recordings: Recordings, model: ClusterModel, smooth_s: float, progress: Progress
) -> dict[str, Assigned]:
    assigned = {}
    with progress.task("assigning", sum(recordings.n_frames.values())) as task:
        for name in source.names:
            rate = recordings.frames_per_second[name]
            assigned[name] = Assigned(*model.assign(smooth(source.read(name), smooth_s, rate)), rate)
            task.advance(recordings.n_frames[name])
    return assigned


def _search(n_frames: int, model: ClusterModel, wishes: Wishes) -> Search:
    recipe = wishes.recipe
    return Search(
        frames=n_frames,
        reduction=recipe.reduction,
        dimensions=model.n_dimensions,
        variance=model.variance,
        noise=model.noise,
        accuracy=model.accuracy,
        smooth_s=wishes.smooth_s,
        least_share=recipe.least_share,
        min_samples=recipe.min_samples,
        seed=recipe.seed,
    )


def _describe(
    assigned: Mapping[str, Assigned],
    recordings: Recordings,
    overlap: NDArray[np.int64],
    stands_for: Sequence[str | None],
    behaviours: Sequence[str],
) -> tuple[Cluster, ...]:
    n_all = sum(len(each.clusters_T) for each in assigned.values())
    free = {name: ~recordings.held_out(name) for name in assigned}
    clusters_F, marks_FK = labelled_frames(assigned, recordings, free, len(behaviours))
    named_F, known_F = (marks_FK == 1).any(axis=1), (marks_FK == 0).all(axis=1) | (marks_FK == 1).any(axis=1)
    described = []
    for cluster, name in enumerate(stands_for):
        bouts = {each: one.bouts(cluster) for each, one in assigned.items()}
        lengths_s = np.concatenate([np.diff(b)[:, 0] / assigned[each].frames_per_second for each, b in bouts.items()])
        n_frames = sum(int(np.diff(each).sum()) for each in bouts.values())
        here = (clusters_F == cluster) & known_F
        described.append(
            Cluster(
                cluster=cluster,
                frames=n_frames,
                share=n_frames / max(n_all, 1),
                bouts=len(lengths_s),
                median_bout_s=float(np.median(lengths_s)) if len(lengths_s) else None,
                stands_for=name,
                labels=dict(zip((*behaviours, "none"), overlap[cluster].tolist(), strict=True)),
                coverage=float(named_F[here].mean()) if here.any() else None,
            )
        )
    return tuple(described)


def _suggest(
    project: Project,
    source: FeatureSource,
    assigned: Mapping[str, Assigned],
    clusters: Sequence[Cluster],
    wishes: Wishes,
    folder: Path,
) -> tuple[Suggestion, ...]:
    rare = [each for each in clusters if each.frames and (each.coverage is None or each.coverage <= wishes.rare)]
    remove_earlier_sheets(folder)
    suggestions = []
    for each in sorted(rare, key=lambda cluster: -cluster.frames):
        examples = choose_examples(assigned, each.cluster, wishes.n_examples)
        sheet = f"cluster-{each.cluster:02d}.png"
        covered = "never labelled" if each.coverage is None else f"labelled {each.coverage:.0%}"
        title = f"cluster {each.cluster}: {each.share:.1%} of all frames, {covered}"
        drawn = draw_examples(project, source.videos, examples, title, folder / sheet)
        suggestions.append(Suggestion(cluster=each.cluster, examples=examples, sheet=sheet if drawn else None))
    return tuple(suggestions)


def _write(
    report: Report, assigned: Mapping[str, Assigned], stands_for: Sequence[str | None], folder: Path, *, with_csv: bool
) -> None:
    write_clusters(folder / "clusters.h5", assigned, stands_for)
    for name, each in assigned.items() if with_csv else ():
        write_table(folder / f"{name}.csv", each, stands_for)
    with writing_beside(folder / "report.json") as part:
        part.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
