"""`deg cluster`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from deg_core import json_option, project_option, quiet_option

if TYPE_CHECKING:
    from deg_core import Project

    from deg_unsupervised.report import Report


@click.command()
@click.argument("videos", metavar="[VIDEO]...", nargs=-1)
@click.option(
    "--features",
    "features",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Features of your own, such as of pose: NAME.npy or NAME.h5 for each recording, a row per frame.  "
    "[default: latents of predictions]",
)
@click.option("--dataset", metavar="NAME", help="Dataset in .h5 files.  [default: the only table in them]")
@click.option(
    "--reduce",
    "reduction",
    type=click.Choice(["pca", "umap", "none"]),
    default="pca",
    show_default=True,
    help="What brings features to few dimensions.",
)
@click.option("--dimensions", type=click.IntRange(min=1), default=10, show_default=True, help="How many are looked at.")
@click.option(
    "--smallest",
    type=click.FloatRange(0, 0.5, min_open=True),
    default=0.01,
    show_default=True,
    help="Share of the frames that a cluster has at least.",
)
@click.option(
    "--min-samples",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Neighbours that make a place dense; more calls more frames noise.",
)
@click.option(
    "--fit-frames",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="Frames that clusters are looked for in, at the most.",
)
@click.option(
    "--smooth",
    "smooth_s",
    type=click.FloatRange(min=0),
    default=0.1,
    show_default=True,
    metavar="SECONDS",
    help="Time over which features are averaged.",
)
@click.option(
    "--assign",
    "manner",
    type=click.Choice(["majority", "one-to-one"]),
    default="majority",
    show_default=True,
    help="A cluster stands for what is most frequent in it; or each behaviour has one cluster (Hungarian method).",
)
@click.option(
    "--part",
    type=click.Choice(["test", "validation"]),
    default="test",
    show_default=True,
    help="Part of the split that agreement is measured on.",
)
@click.option(
    "--rare",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="Clusters whose frames show a labelled behaviour in no greater share are suggested.",
)
@click.option(
    "--examples", "n_examples", type=click.IntRange(min=1), default=5, show_default=True, help="Bouts shown of each."
)
@click.option(
    "--seed", type=click.IntRange(min=0), help="From which all randomness is drawn.  [default: the project's]"
)
@click.option("--csv", "with_csv", is_flag=True, help="Write the clusters of every frame as CSV too.")
@click.option(
    "--output", "-o", metavar="DIR", type=click.Path(path_type=Path), help="[default: the project's folder `clusters`]"
)
@project_option
@json_option
@quiet_option
def cluster(
    *, root: Path, output: Path | None, as_json: bool, quiet: bool, videos: tuple[str, ...], **options: Any
) -> None:
    """Find clusters of frames without labels, and compare them with labels and with deg's own ethogram.

    Clusters are looked for in frames outside the validation and test parts, and given to behaviours by labels of the
    training part; agreement is measured on the test part. Clusters that labels rarely cover are shown with example
    bouts: behaviours not yet named, or rest. A VIDEO is another one that was predicted, by its path.
    """
    from deg_core import Project

    from deg_unsupervised.report import report_lines

    project = Project(root)
    folder = output or project.workspace.layout.root / "clusters"
    report = cluster_project(project, folder, videos, quiet=quiet or as_json, **options)
    if as_json:
        click.echo(json.dumps(report.model_dump(mode="json"), indent=1, allow_nan=False))
        return
    for line in report_lines(report):
        click.echo(line)
    click.echo(f"\nclusters of every frame, report and pictures: {folder}")


def cluster_project(
    project: Project,
    folder: Path,
    videos: tuple[str, ...] = (),
    *,
    features: Path | None,
    dataset: str | None,
    reduction: Any,
    dimensions: int,
    smallest: float,
    min_samples: int,
    seed: int | None,
    quiet: bool,
    **wishes: Any,
) -> Report:
    """Do what the command was asked for.

    Raises:
        click.UsageError: Options contradict each other.
        DegError: There is too little to look at, or something cannot be read or written.
    """
    from deg_core import RichProgress, SilentProgress

    from deg_unsupervised.analysis import Wishes, analyse
    from deg_unsupervised.model import Recipe
    from deg_unsupervised.sources import features_in, latents_of

    if features is not None and videos:
        raise click.UsageError("other videos go with latents, not with --features: put their files beside recordings'")
    names = [record.name for record in project.recordings()]
    source = latents_of(project, videos) if features is None else features_in(features, dataset, names)
    recipe = Recipe(reduction, dimensions, smallest, min_samples, project.manifest.seed if seed is None else seed)
    return analyse(project, source, Wishes(recipe, **wishes), folder, SilentProgress() if quiet else RichProgress())
