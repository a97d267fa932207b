"""How well `deg audit` finds labels that are wrong: mistakes are planted, and looked for.

In a copy of a project's labels one bout in ten is taken away and as many are added, of each behaviour alike; models are
trained on the spoilt labels fold by fold, and labels are put in doubt by those that did not learn from them.

Run `python benchmarks/audit.py PROJECT FOLDER [N_FOLDS]`. Folds that are trained already are kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from deg_core import Project, RichProgress
from deg_core.api import Labels, find_runs
from deg_plugins_analysis.labelling.audit import audit_labels
from deg_plugins_analysis.trials.candidates import own_candidate
from deg_plugins_analysis.trials.folds import fold_trials, folds_of
from deg_plugins_analysis.trials.running import run_trials

SHARE = 0.1
LEAST_FRAMES = 5


def spoil(marks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Take away one bout in ten of each behaviour, and add as many of their lengths where it does not happen."""
    spoilt = marks.copy()
    for column in range(marks.shape[1]):
        bouts = find_runs(marks[:, column] == 1)
        for start, stop in bouts[rng.random(len(bouts)) < SHARE]:
            spoilt[start:stop, column] = 0
        for start, stop in bouts[rng.random(len(bouts)) < SHARE]:
            free = [s for s in range(len(marks) - (stop - start)) if not marks[s : s + stop - start, column].any()]
            if free:
                begin = int(rng.choice(free))
                spoilt[begin : begin + stop - start, column] = 1
    return spoilt


def main(root: Path, folder: Path, n_folds: int) -> None:
    """Plant, train, audit, and count."""
    clean = Project(root)
    (folder / "project").mkdir(parents=True, exist_ok=True)
    (folder / "project" / "project.yaml").write_text((root / "project.yaml").read_text())
    spoilt = Project(folder / "project", RichProgress())
    known = {record.name for record in spoilt.recordings()}
    rng = np.random.default_rng(0)
    truth = {}
    for record in clean.recordings():
        labels = clean.labels(record.name)
        if record.name not in known:
            spoilt.add(record.video_path, name=record.name, groups=record.groups)
        truth[record.name] = labels.marks
        spoilt.set_labels(record.name, Labels(spoil(labels.marks, rng), labels.behaviours))
    trials = fold_trials(own_candidate(spoilt), folds_of(spoilt, n_folds=n_folds))
    outcomes = run_trials(spoilt, trials, folder / "folds", RichProgress())
    rows = audit_labels(outcomes, clean.manifest.behaviours, LEAST_FRAMES)
    wrong = {name: truth[name] != spoilt.labels(name).marks for name in truth}
    n_wrong = sum(int(each.sum()) for each in wrong.values())
    n_labels = sum(each.size for each in wrong.values())
    print(f"{n_wrong} of {n_labels} labels are wrong: {n_wrong / n_labels:.1%}")
    columns = {name: place for place, name in enumerate(clean.manifest.behaviours)}
    frames = np.array([row.stop - row.start for row in rows])
    hits = np.array([wrong[r.recording][r.start : r.stop, columns[r.behaviour]].sum() for r in rows])
    runs = np.array([hit >= size / 2 for hit, size in zip(hits, frames, strict=True)])
    for n in (10, 20, 50, 100, len(rows)):
        found, looked = int(hits[:n].sum()), int(frames[:n].sum())
        share = f"{runs[:n].mean():.0%} of runs and {found / looked:.0%} of frames are wrong"
        print(f"first {min(n, len(rows))}: {looked} labels to look at; {share}; {found / n_wrong:.0%} of all mistakes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 4)
