"""What came out of a search, as tables and as settings to paste."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.trial import FrozenTrial, TrialState

from deg_tune.folders import dump_yaml, write_text
from deg_tune.schema import default_losses
from deg_tune.search import Search
from deg_tune.settings import fragment, lay_over, short_paths
from deg_tune.study import CONTINUES

FEWEST_FOR_IMPORTANCE = 5
"""Complete trials below which nobody can say which setting matters."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What came out of a search.

    Attributes:
        metric: What trials are judged by.
        goal: Whether more or less of it is better.
        trials: All, by number, those that were interrupted left out.
        best: The best complete trial; None where there is none.
        importance: Share of the scores' variance that goes with each setting; empty where too little is known.
        why_no_importance: Why it is empty.
    """

    metric: str
    goal: str
    trials: tuple[FrozenTrial, ...]
    best: FrozenTrial | None
    importance: Mapping[str, float]
    why_no_importance: str = ""

    @property
    def paths(self) -> list[str]:
        """The settings that were searched, and had more than one value to choose from."""
        found: dict[str, None] = {}
        for trial in self.trials:
            found.update({path: None for path, kind in trial.distributions.items() if not kind.single()})
        return list(found)

    def score(self, trial: FrozenTrial) -> float | None:
        """A trial's score; of one that was stopped early the best until then."""
        if trial.state == TrialState.PRUNED:
            return trial.intermediate_values[max(trial.intermediate_values)] if trial.intermediate_values else None
        return trial.value if trial.state == TrialState.COMPLETE else None


def findings_of(search: Search, study: optuna.Study) -> Findings:
    """Take what came out of a study."""
    trials = study.get_trials(deepcopy=False)
    taken_up = {trial.user_attrs.get(CONTINUES) for trial in trials}
    ended = tuple(trial for trial in trials if trial.state.is_finished() and trial.number not in taken_up)
    # A trial that repeats another says nothing new.
    complete = [each for each in ended if each.state == TrialState.COMPLETE and "same_as" not in each.user_attrs]
    importance: Mapping[str, float] = {}
    why = _why_no_importance(complete)
    if not why:
        importance = _importance(study, complete, search.strategy.seed)
    best = study.best_trial if complete else None
    return Findings(search.work.metric, search.work.goal, ended, best, importance, why)


def _why_no_importance(complete: Sequence[FrozenTrial]) -> str:
    if len(complete) < FEWEST_FOR_IMPORTANCE:
        return f"{len(complete)} different complete trials are too few; it takes {FEWEST_FOR_IMPORTANCE}"
    if len({trial.value for trial in complete}) == 1:
        return "all complete trials have the same score"
    return ""


def _importance(study: optuna.Study, complete: Sequence[FrozenTrial], seed: int) -> dict[str, float]:
    """By functional analysis of variance (Hutter et al., ICML 2014), over complete trials."""
    varied = [
        path
        for path, kind in complete[0].distributions.items()
        if not kind.single() and len({str(trial.params[path]) for trial in complete}) > 1
    ]
    return dict(get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=seed), params=varied))


def best_settings(search: Search, values: Mapping[str, Any], best: FrozenTrial) -> dict[str, Any]:
    """The best settings, nested as in a project file."""
    changes = search.space.changes(best.params)
    return fragment(lay_over(values, changes, default_losses(search.project)), changes)


def write_report(search: Search, study: optuna.Study, values: Mapping[str, Any]) -> Findings:
    """Write tables, the best settings and figures into the folder `report` of the search."""
    from deg_core import save_figure

    from deg_tune.figures import draw_history, draw_importance, draw_slices

    findings = findings_of(search, study)
    folder = search.folders.root / "report"
    write_text(folder / "trials.csv", _csv(*trials_table(findings)))
    write_text(folder / "epochs.csv", _csv(*epochs_table(findings)))
    if findings.best is not None:
        head = f"# {findings.metric} on validation data: {findings.best.value:.4f}, trial {findings.best.number}\n"
        write_text(folder / "best.yaml", head + dump_yaml(best_settings(search, values, findings.best)))
        save_figure(draw_history(findings), folder / "history.png")
        if findings.paths:
            save_figure(draw_slices(findings), folder / "slices.png")
    if findings.importance:
        write_text(folder / "importance.csv", _csv(["setting", "importance"], findings.importance.items()))
        save_figure(draw_importance(findings), folder / "importance.png")
    return findings


def trials_table(findings: Findings) -> tuple[list[str], list[list[Any]]]:
    """Header, and a row for each trial."""
    paths = list(dict.fromkeys(path for trial in findings.trials for path in trial.params))
    header = ["trial", "state", findings.metric, "epochs", "minutes", "same_as", "error", *paths]
    rows = []
    for trial in findings.trials:
        noted = trial.user_attrs
        state = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "stopped"}.get(trial.state, "failed")
        notes = [noted.get(name) for name in ("epochs", "minutes", "same_as", "error")]
        rows.append([trial.number, state, findings.score(trial), *notes, *(trial.params.get(path) for path in paths)])
    return header, rows


def epochs_table(findings: Findings) -> tuple[list[str], list[list[Any]]]:
    """Header, and a row for each epoch of each trial."""
    rows = [
        [trial.number, epoch, score]
        for trial in findings.trials
        for epoch, score in enumerate(trial.user_attrs.get("scores", ()), start=1)
    ]
    return ["trial", "epoch", findings.metric], rows


def is_choice(trial: FrozenTrial, path: str) -> bool:
    """Whether a setting is one of some values, and no number between two."""
    return isinstance(trial.distributions[path], CategoricalDistribution)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return text.getvalue()


def table_lines(findings: Findings, most: int = 10) -> list[str]:
    """The best trials as lines of text."""
    sign = -1 if findings.goal == "max" else 1
    ended = [trial for trial in findings.trials if trial.state == TrialState.COMPLETE]
    ranked = sorted(ended, key=lambda trial: sign * float(trial.value or 0))[:most]
    rows = [["trial", findings.metric, *short_paths(findings.paths).values()]]
    for trial in ranked:
        rows.append([str(trial.number), f"{trial.value:.4f}", *(_text(trial.params.get(p)) for p in findings.paths)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _text(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def report_folder(root: Path) -> Path:
    """Where the report of a search lies."""
    return root / "report"
