"""What the sequence model adds to the features stage: both are scored on the same frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deg_core import Project
from deg_core.evaluation.score import score_predictions

Scores = dict[str, dict[str, float | None]]


def score_stages(project: Project, names: Sequence[str]) -> dict[str, Scores]:
    """Scores per behaviour on recordings that no model saw: of the features stage alone, and with the sequence model.

    The features alone decide by thresholds of their own, chosen on the same validation frames.
    """
    features = next(run for run in project.runs() if run.stage == "features")
    project.predict(*names)
    marks = np.concatenate([project.labels(name).marks for name in names])
    alone = 1 / (1 + np.exp(-np.concatenate([project.latents(name)[1] for name in names])))
    decided = [project.prediction(name).decisions for name in names]
    answers = {
        "features alone": (alone, alone >= np.array(features.thresholds)),
        "sequence model": (
            np.concatenate([each.probabilities for each in decided]),
            np.concatenate([each.present for each in decided]),
        ),
    }
    metrics, behaviours = project.workspace.choices.metrics, project.manifest.behaviours
    found = {}
    for answer, (probabilities, present) in answers.items():
        report = score_predictions(probabilities.astype(np.float32), present, marks, behaviours, metrics, 0)
        found[answer] = {metric: report.scores[metric].per_behaviour for metric in ("f1", "average-precision")}
        found[answer]["present"] = {name: count.base_rate for name, count in report.counts.items()}
    return found
