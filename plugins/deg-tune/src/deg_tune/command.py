"""`deg tune`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from deg_core import project_option, quiet_option

if TYPE_CHECKING:
    from deg_core import Project

    from deg_tune.report import Findings
    from deg_tune.search import Search
    from deg_tune.stages import Wanted
    from deg_tune.study import PrunerName, SamplerName


@click.command()
@click.argument("space", metavar="[SPACE]", default="tune.yaml")
@click.option(
    "--stage",
    type=click.Choice(["sequence", "features", "all"]),
    default="sequence",
    show_default=True,
    help="Which stage is searched; all: every stage from the first that the space touches is trained in each trial.",
)
@click.option("--trials", type=click.IntRange(min=1), default=30, show_default=True, help="Trials, earlier ones too.")
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), help="Stop after so long.")
@click.option("--seed", type=click.IntRange(min=0), help="From which settings are drawn.  [default: the project's]")
@click.option("--sampler", type=click.Choice(["tpe", "random"]), default="tpe", show_default=True, help="What draws.")
@click.option(
    "--pruner",
    type=click.Choice(["asha", "hyperband", "median", "none"]),
    default="asha",
    show_default=True,
    help="What stops trials without hope.",
)
@click.option(
    "--grace", type=click.IntRange(min=1), default=4, show_default=True, metavar="N", help="Epochs every trial has."
)
@click.option("--name", metavar="NAME", help="Name of the search, of which there may be several.  [default: the stage]")
@click.option("--apply", "wants_apply", is_flag=True, help="Write the best settings into project.yaml.")
@project_option
@quiet_option
def tune(*, space: str, name: str | None, wants_apply: bool, root: Path, quiet: bool, **options: Any) -> None:
    """Search for better settings, judged on the validation part; the test part is never looked at.

    SPACE is a file that names settings and what they may be, or `sequence` or `features`: the settings that
    DeepEthogram searches. Trials are kept beside the project, in PROJECT-tune/NAME; the same command goes on with them.
    """
    from deg_core import Project

    from deg_tune.folders import base_values

    project = Project(root)
    search = prepare(project, space, name or options["stage"], quiet=quiet, **options)
    values = base_values(project, search.folders)
    findings = _run(search, values, options["trials"], options["hours"])
    _show(search, findings)
    if wants_apply and findings.best is not None:
        from deg_tune.apply import apply_settings
        from deg_tune.report import best_settings

        apply_settings(project.workspace.layout.manifest, best_settings(search, values, findings.best))
        click.echo(f"written into {project.workspace.layout.manifest}")


def prepare(
    project: Project,
    space_name: str,
    name: str,
    *,
    stage: Wanted,
    sampler: SamplerName,
    pruner: PrunerName,
    grace: int,
    seed: int | None,
    quiet: bool,
    **_: Any,
) -> Search:
    """Check everything, and make the base that all trials share.

    Raises:
        ManifestError: The search space does not fit the project.
        ProjectError: The project cannot be searched yet, or has changed since the search began.
    """
    from deg_core import RichProgress

    from deg_tune.folders import Folders, make_base
    from deg_tune.schema import check_space
    from deg_tune.search import Search
    from deg_tune.space import load_space
    from deg_tune.stages import check_project, plan_work
    from deg_tune.study import Strategy

    layout = project.workspace.layout
    space, left_out = check_space(project, load_space(space_name, layout.root))
    for sentence in left_out:
        click.echo(f"warning: {sentence}", err=True)
    work = plan_work(project, space, stage)
    check_project(project, work)
    folders = Folders.beside(project, name)
    make_base(project, folders, work, space)
    epochs = space.parameters.get(f"{work.target}.training.max_epochs")
    training = getattr(project.manifest, work.target).training
    most = max(epochs.tried()) if epochs is not None else training.max_epochs
    strategy = Strategy(sampler, pruner, grace, int(most), project.manifest.seed if seed is None else seed)
    say = (lambda _: None) if quiet else click.echo
    return Search(project, folders, space, work, strategy, RichProgress(), say)


def _run(search: Search, values: dict[str, Any], n_trials: int, hours: float | None) -> Findings:
    """Run trials, and write the report however they end."""
    from deg_tune.report import write_report
    from deg_tune.search import run_trials
    from deg_tune.study import open_study

    work = search.work
    begun_with = {"stages": ", ".join(work.trained), "metric": work.metric, **search.space.described()}
    with open_study(search.folders.storage, search.strategy, work.goal, begun_with) as study:
        try:
            run_trials(search, study, n_trials, hours)
        finally:
            findings = write_report(search, study, values)
    return findings


def _show(search: Search, findings: Findings) -> None:
    from deg_tune.report import report_folder, table_lines

    if findings.best is None:
        click.echo("no trial was trained to the end yet")
        return
    folder = report_folder(search.folders.root)
    click.echo("\n" + "\n".join(table_lines(findings)))
    if findings.why_no_importance:
        click.echo(f"\nno importances: {findings.why_no_importance}")
    click.echo(f"\n{(folder / 'best.yaml').read_text(encoding='utf-8')}\nreport: {folder}")
