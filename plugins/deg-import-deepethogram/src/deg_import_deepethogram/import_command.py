"""`deg import-deepethogram`: says what will come and what will not, and brings it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from deg_import_deepethogram.plan import Plan
    from deg_import_deepethogram.runs import PlannedRun
    from deg_import_deepethogram.source import SourceRecord


@click.command("import-deepethogram")
@click.argument("project_dir", type=click.Path(path_type=Path))
@click.argument("new_dir", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would come and what would not; write nothing.")
@click.option("--copy", is_flag=True, help="Copy videos into the project.  [default: remember where they lie]")
@click.option(
    "--flow",
    metavar="RUN",
    help="Let features see with the weights of this flow-generator run.  [default: those inside their own file]",
)
@click.option(
    "--size",
    nargs=2,
    type=click.IntRange(16),
    metavar="HEIGHT WIDTH",
    help="What networks see, where augs.resize is null.",
)
@click.option("--without", multiple=True, metavar="NAME", help="Leave out a recording or a run; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON on stdout, and nothing else there.")
def import_deepethogram(
    project_dir: Path,
    new_dir: Path,
    flow: str | None,
    size: tuple[int, int] | None,
    without: tuple[str, ...],
    *,
    dry_run: bool,
    copy: bool,
    as_json: bool,
) -> None:
    """Make a project of deg in NEW_DIR from the project of DeepEthogram in PROJECT_DIR, which is only read.

    Weights are read without running anything in their files, and every tensor is checked. `deg predict` works with
    them at once.
    """
    from deg_import_deepethogram.importing import check_new, import_plan
    from deg_import_deepethogram.plan import Choice, make_plan

    check_new(new_dir)
    plan = make_plan(project_dir.resolve(), Choice(copy, flow, size or None, frozenset(without)))
    if not dry_run:
        import_plan(plan, new_dir)
    if as_json:
        click.echo(json.dumps(answer_of(plan, new_dir, dry_run=dry_run), indent=1, allow_nan=False))
    else:
        click.echo("\n".join(lines_of(plan, new_dir, dry_run=dry_run)))
    if plan.problems:
        click.get_current_context().exit(2)


def lines_of(plan: Plan, new_dir: Path, *, dry_run: bool) -> list[str]:
    """The plan for a person."""
    verb = "will come" if dry_run else "came"
    lines = [f"{verb} from {plan.source.root}:"]
    lines += [f"  behaviours    {', '.join(plan.manifest['behaviours'])} (background is what is left)"]
    lines += [f"  recording     {record.name}: {_parts_of(record, plan)}" for record in plan.recordings]
    lines += [
        f"  split         {', '.join(f'{part} {len(names)}' for part, names in plan.split.items()) or 'none yet'}"
    ]
    lines += [f"  run           {run.name}: {_about(run)}" for run in plan.runs]
    lines += [f"  start         {each.name}: {each.n_classes} classes, to train from" for each in plan.starting]
    lines += [f"{'will not come' if dry_run else 'did not come'}:"] * bool(plan.left_out)
    lines += [f"  {what}: {why}" for what, why in plan.left_out]
    lines += [f"note: {note}" for note in plan.notes]
    lines += [f"error: {problem}" for problem in plan.problems]
    if plan.problems:
        return [*lines, f"nothing comes until {'this is' if len(plan.problems) == 1 else 'these are'} mended"]
    if dry_run:
        return lines
    can_predict = any(run.stage == "sequence" and run.built_on is not None for run in plan.runs)
    return [*lines, "next:", f'  cd "{new_dir}"', "  deg check", "  deg predict" if can_predict else "  deg train"]


def _parts_of(record: SourceRecord, plan: Plan) -> str:
    parts = {"video": record.video, "labels": record.labels}
    if record.name in plan.outputs:
        parts["outputs"] = plan.outputs[record.name][0]
    return ", ".join(f"{what} {path.name}" for what, path in parts.items() if path is not None)


def _about(run: PlannedRun) -> str:
    about = f"{run.network.plugin} ({run.stage})"
    about += f", on {run.built_on.name}" if run.built_on is not None else ""
    return about + (f", thresholds {' '.join(f'{value:.3g}' for value in run.thresholds)}" if run.thresholds else "")


def answer_of(plan: Plan, new_dir: Path, *, dry_run: bool) -> dict[str, Any]:
    """The plan for a script."""
    return {
        "from": str(plan.source.root),
        "to": str(new_dir.resolve()),
        "dry_run": dry_run,
        "behaviours": plan.manifest["behaviours"],
        "exclusive": plan.manifest["exclusive"],
        "recordings": [{"name": record.name, "brings": _parts_of(record, plan)} for record in plan.recordings],
        "split": plan.split,
        "runs": [
            {
                "name": run.name,
                "stage": run.stage,
                "plugin": run.network.plugin,
                "built_on": None if run.built_on is None else run.built_on.name,
                "thresholds": list(run.thresholds),
            }
            for run in plan.runs
        ],
        "starting_weights": [{"name": each.name, "n_classes": each.n_classes} for each in plan.starting],
        "left_out": [{"what": what, "why": why} for what, why in plan.left_out],
        "notes": plan.notes,
        "problems": [{"problem": each.problem, "where": each.where, "fix": each.fix} for each in plan.problems],
    }
