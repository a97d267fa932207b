"""What `deg suggest` saves: stretches that it chose, beside as much video chosen at random.

A model learns from a few stretches of the training recordings. Then, round after round, as much video again is
labelled: the stretches that `deg suggest` would name, or random ones. Both are scored on the same test part.

Run `python benchmarks/suggest.py PROJECT FOLDER [REPEATS]`. The project needs a split. Trainings that are done stay.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np

from deg_core import Project, RichProgress
from deg_core.api import Span, Split
from deg_plugins_analysis.labelling.choosing import choose, cut_stretches, rarity_weights, uncertainty_of
from deg_plugins_analysis.learning_curve.subsets import draw_subset, pieces_of
from deg_plugins_analysis.trials.candidates import own_candidate
from deg_plugins_analysis.trials.running import run_trials
from deg_plugins_analysis.trials.trial import Trial

SECONDS, FIRST, EACH, ROUNDS = 5, 4, 4, 3
"""Length of a stretch; stretches at first, and in each round; rounds."""
METRICS = ("f1", "average-precision")


def suggested(place: Path, project: Project, train: tuple[Span, ...], pool: list[Span]) -> list[Span]:
    """The stretches of the pool that the model in a folder is least sure of, each unlike the others."""
    inner = Project(place, catalog=project.workspace.catalog)
    names = sorted({span.record for span in pool})
    known = {record.name for record in inner.recordings()}
    for name in names:
        if name not in known:
            inner.add(project.record(name).video_path, name=name)
    inner.predict(*names)
    present = sum((project.labels(s.record).marks[s.start : s.stop] == 1).sum(axis=0) for s in train)
    weights, stretches = rarity_weights(np.asarray(present)), []
    for span in pool:
        decisions, (latents, _) = inner.prediction(span.record).decisions, inner.latents(span.record)
        frames = slice(span.start, span.stop)
        unsure = uncertainty_of(decisions.probabilities[frames], decisions.thresholds)
        unknown = np.ones(span.n_frames, dtype=bool)
        values = (unsure, decisions.probabilities[frames], latents[frames], weights, span.n_frames)
        stretches += cut_stretches(span.record, unknown, *values)
    return [pool[place] for place in choose(stretches, EACH, 1.0)]


def main(root: Path, folder: Path, repeats: int) -> None:
    """Train round after round, and print scores beside each other."""
    project = Project(root)
    split, settings = project.workspace.split(), own_candidate(project).settings
    rate = 30.0
    pieces = pieces_of(split.train, int(SECONDS * rate))
    marks = {span.record: project.labels(span.record).marks for span in split.train}
    scores: dict[tuple[str, int], list[list[float]]] = {}
    for repeat in range(repeats):
        first = draw_subset(pieces, FIRST, marks, np.random.default_rng([1, repeat]))
        for way in ("suggested", "random"):
            train, rng = first, np.random.default_rng([2, repeat])
            for step in range(ROUNDS + 1):
                name = f"{way}-{repeat}-{step}"
                trial = Trial(name, settings, Split(train, split.validation, split.test))
                (outcome,) = run_trials(project, [trial], folder, RichProgress(), keep=way == "suggested")
                found = [outcome.report["scores"][metric]["overall"] for metric in METRICS]
                scores.setdefault((way, step), []).append(found)
                print(f"{name}: {outcome.train_frames} frames, {found}", flush=True)
                if step == ROUNDS:
                    break
                taken = {(s.record, frame) for s in train for frame in range(s.start, s.stop)}
                pool = [piece[0] for piece in pieces if (piece[0].record, piece[0].start) not in taken]
                if way == "suggested":
                    more = suggested(folder / name, project, train, pool)
                    shutil.rmtree(folder / name / "predictions")
                else:
                    more = [pool[place] for place in rng.permutation(len(pool))[:EACH]]
                train = tuple(sorted((*train, *more)))
    for (way, step), found in scores.items():
        seconds = SECONDS * (FIRST + EACH * step)
        values = np.array(found, dtype=float)
        shown = ", ".join(
            f"{m} {v:.3f} ± {s:.3f}" for m, v, s in zip(METRICS, values.mean(0), values.std(0), strict=True)
        )
        print(f"{way}, {seconds} s labelled: {shown}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 3)
