"""Runs the trials of a search, one after the other, each in a project of its own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import optuna
from deg_core.api import DegError, ProjectError
from optuna.trial import FrozenTrial, TrialState

from deg_tune.folders import Folders, base_values, keep_shared, make_trial, open_trial, tidy_trial
from deg_tune.schema import check_settings, default_losses
from deg_tune.settings import get_setting, lay_over, short_paths
from deg_tune.space import Space
from deg_tune.stages import Work
from deg_tune.study import CONTINUES, Strategy, counted, take_up, take_up_dead
from deg_tune.watch import EpochWatch, OutOfTimeError, WatchedProgress

if TYPE_CHECKING:
    from deg_core import Project
    from deg_core.api import Progress

_HOPELESS_FAILURES = 3
"""When so many trials failed and none ever ended well, the search gives up."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Search:
    """All that a search needs.

    Attributes:
        project: Whose settings are searched. It is only read.
        folders: Where everything is kept.
        space: Checked against the project.
        work: What every trial trains.
        strategy: How to go about it.
        progress: Who is shown how far training is.
        say: Who is told of each trial, in a line.
    """

    project: Project
    folders: Folders
    space: Space
    work: Work
    strategy: Strategy
    progress: Progress
    say: Say


def run_trials(search: Search, study: optuna.Study, n_trials: int, hours: float | None) -> None:
    """Run trials until the study has so many, or the time is over.

    Args:
        search: The search.
        study: Its trials; those of earlier calls count.
        n_trials: How many it is to have.
        hours: Time for this call; a trial that it cuts short is taken up by the next call.

    Raises:
        ProjectError: Nothing but failures.
        KeyboardInterrupt: Somebody stopped it. All that is done is kept; the next call goes on.
    """
    deadline = math.inf if hours is None else time.monotonic() + hours * 3600
    for number in take_up_dead(study):
        search.say(f"trial {number} was interrupted, and is gone on with")
    values = base_values(search.project, search.folders)
    if not study.get_trials(deepcopy=False):
        _line_up_present(search, study, values)
    while len(counted(study)) < n_trials and time.monotonic() < deadline:
        number = len(study.get_trials(deepcopy=False))
        study.sampler = search.strategy.draws(number)
        trial = study.ask(search.space.distributions())
        try:
            _run_trial(search, study, trial, values, deadline)
        except OutOfTimeError:
            search.say(f"trial {trial.number}: the time is over; the same command goes on with it")
            return
        _give_up_where_all_fails(study)


def _line_up_present(search: Search, study: optuna.Study, values: Mapping[str, Any]) -> None:
    """Begin with the settings that the project has, if they are in the space, so that there is something to beat."""
    filled = lay_over(values, {}, {})
    for slot, name in default_losses(search.project).items():
        if get_setting(filled, slot) is None:
            filled = lay_over(filled, {f"{slot}.name": name}, {slot: name})
    present: dict[str, Any] = {}
    for path, parameter in search.space.parameters.items():
        drawn = parameter.drawn(_present_value(search, filled, path))
        if drawn is None:
            return
        present[path] = drawn
    study.enqueue_trial(present, user_attrs={"present": True})


def _present_value(search: Search, values: Mapping[str, Any], path: str) -> Any:
    """A setting's value in the project, its default where it is not named."""
    try:
        return get_setting(values, path)
    except KeyError:
        choices = search.project.workspace.choices
        chosen: Mapping[str, Any] = {
            "flow": choices.flow,
            "features": choices.features,
            "sequence": choices.sequence,
            "features.loss": choices.features_loss,
            "sequence.loss": choices.sequence_loss,
        }
        slot, _, name = path.partition(".settings.")
        return getattr(chosen[slot].settings, name, None) if slot in chosen else None


def _run_trial(
    search: Search, study: optuna.Study, trial: optuna.Trial, values: Mapping[str, Any], deadline: float
) -> None:
    """Run one trial to whatever end, and write that into the study."""
    if _repeats(search, study, trial):
        return
    began = time.monotonic()
    changes = search.space.changes(trial.params)
    last_epoch = _epochs_of(search, values, changes)
    watch = EpochWatch(trial, search.work.goal, last_epoch, deadline)
    number = trial.number
    try:
        score = _train(search, trial, lay_over(values, changes, default_losses(search.project)), watch)
    except optuna.TrialPruned:
        _close(search, trial, watch, began)
        study.tell(trial, state=TrialState.PRUNED)
        tidy_trial(search.project, search.folders, search.work, number, with_run=False)
    except (KeyboardInterrupt, OutOfTimeError):
        _keep_shared_frames(search, number)
        take_up(study, study.get_trials(deepcopy=False)[number])
        raise
    except Exception as error:  # whatever a plugin raises for odd settings is that trial's end, not the search's
        trial.set_user_attr("error", _told(error))
        _close(search, trial, watch, began)
        study.tell(trial, state=TrialState.FAIL)
    else:
        _close(search, trial, watch, began)
        study.tell(trial, score)
        tidy_trial(search.project, search.folders, search.work, number, with_run=True)
    search.say(told_trial(study, study.get_trials(deepcopy=False)[number]))


def _repeats(search: Search, study: optuna.Study, trial: optuna.Trial) -> bool:
    """Give a trial whose settings were tried before the same end, without training: it would be the same."""
    ended = [each for each in counted(study) if each.state != TrialState.FAIL and "same_as" not in each.user_attrs]
    twin = next((each for each in ended if each.params == trial.params), None)
    if twin is None:
        return False
    trial.set_user_attr("same_as", twin.number)
    study.tell(trial, twin.value if twin.state == TrialState.COMPLETE else None, state=twin.state)
    search.say(f"trial {trial.number}: the same settings as trial {twin.number}")
    return True


def _train(search: Search, trial: optuna.Trial, values: Mapping[str, Any], watch: EpochWatch) -> float:
    """Train all stages of a trial; gives the score on the validation part."""
    number, target = trial.number, search.work.target
    before = trial.user_attrs.get(CONTINUES)
    if before is not None and search.folders.trial(before).is_dir() and not search.folders.trial(number).is_dir():
        search.folders.trial(before).rename(search.folders.trial(number))
    check_settings(search.project, values)
    make_trial(search.project, search.folders, search.work, number, values)
    project: Project | None = None

    def look() -> None:
        if project is not None:
            watch.look(project, target)

    project = open_trial(search.project, search.folders, number, WatchedProgress(search.progress, look))
    for stage in search.work.trained:
        (card,) = project.train(stage)
    watch.read_new(project, target)
    score = card.scores.get(search.work.metric)
    if score is None:
        raise ProjectError(
            f"it gives no {search.work.metric} on validation data",
            where=f"{target}.training.monitor",
            fix="judge by a metric, such as average-precision",
        )
    return float(score)


def _close(search: Search, trial: optuna.Trial, watch: EpochWatch, began: float) -> None:
    """Note what a trial took, and keep what it has computed for all."""
    _keep_shared_frames(search, trial.number)
    trial.set_user_attr("epochs", len(watch.scores))
    trial.set_user_attr("minutes", (time.monotonic() - began) / 60)
    trial.set_user_attr("scores", [score if math.isfinite(score) else None for score in watch.scores])


def _keep_shared_frames(search: Search, number: int) -> None:
    keep_shared(search.project, search.folders, search.work, number)


def _epochs_of(search: Search, values: Mapping[str, Any], changes: Mapping[str, Any]) -> int:
    path = f"{search.work.target}.training.max_epochs"
    return int(changes.get(path, get_setting(values, path)))


def _give_up_where_all_fails(study: optuna.Study) -> None:
    ended = counted(study)
    failed = [trial for trial in ended if trial.state == TrialState.FAIL]
    if len(failed) >= _HOPELESS_FAILURES and len(failed) == len(ended):
        raise ProjectError(
            f"every trial failed, the last one so: {failed[-1].user_attrs.get('error', 'unknown')}",
            where=f"trial {failed[-1].number}",
            fix="mend the project or the search space, and begin anew with --name",
        )


def _told(error: Exception) -> str:
    return error.problem if isinstance(error, DegError) else f"{type(error).__name__}: {error}".splitlines()[0]


def told_trial(study: optuna.Study, trial: FrozenTrial) -> str:
    """A trial in one line."""
    settings = ", ".join(f"{path}={_number(trial.params[full])}" for full, path in short_paths(trial.params).items())
    if trial.state == TrialState.FAIL:
        return f"trial {trial.number}: failed: {trial.user_attrs.get('error', 'interrupted')}  ({settings})"
    if trial.state == TrialState.PRUNED:
        return f"trial {trial.number}: stopped after {trial.user_attrs.get('epochs')} epochs  ({settings})"
    best = study.best_trial
    standing = "the best so far" if best.number == trial.number else f"best: {best.value:.4f}, trial {best.number}"
    return f"trial {trial.number}: {trial.value:.4f}, {standing}  ({settings})"


def _number(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
