"""`deg saliency`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from deg_core import json_option, project_option, quiet_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deg_core import Project
    from deg_core.api import Progress, VideoReader

    from deg_saliency.moments import Moment
    from deg_saliency.parts import BehaviourParts
    from deg_saliency.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line, see the options of `saliency`."""

    recording: str
    frames: str | None
    behaviours: tuple[str, ...]
    surest: int
    mistakes: int
    method: Any
    cells: int
    sample: int
    check: bool
    video: Path | None
    start: int | None
    stop: int | None
    kind: str
    output: Path | None
    run_id: str | None


@dataclass(slots=True)
class Findings:
    """What the command tells in the end."""

    streams: list[str]
    layers: dict[str, str]
    exact: bool
    meeting: float
    parts: list[dict[str, Any]]
    files: list[str] = field(default_factory=list)
    moments: int = 0
    check: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@click.command()
@click.argument("recording", metavar="RECORDING|VIDEO")
@click.option(
    "--frames", metavar="LIST", help="Look at these, such as 120,300-310, in place of the surest and the worst."
)
@click.option(
    "--behaviour",
    "behaviours",
    multiple=True,
    metavar="NAME",
    help="Ask about this one; again for more.  [default: all]",
)
@click.option(
    "--surest",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="Surest bouts of each behaviour.",
)
@click.option(
    "--mistakes",
    type=click.IntRange(min=0),
    default=4,
    show_default=True,
    metavar="N",
    help="Worst mistakes, where there are labels.",
)
@click.option(
    "--method",
    type=click.Choice(["grad-cam", "occlusion"]),
    default="grad-cam",
    show_default=True,
    help="Gradients of a layer's maps; or what a logit loses when a patch is hidden, which is slow, and sharp.",
)
@click.option(
    "--cells",
    type=click.IntRange(min=2),
    default=6,
    show_default=True,
    help="Cells of a map along its shorter side, at least, where a layer has so many.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=2),
    default=200,
    show_default=True,
    metavar="N",
    help="Frames, spread over the recording, by which the parts of picture and flow are taken.",
)
@click.option("--check", is_flag=True, help="Randomise the weights, and say whether maps change as they should.")
@click.option(
    "--video", metavar="FILE", type=click.Path(path_type=Path), help="Write an .mp4 with maps over every frame."
)
@click.option("--start", type=click.IntRange(min=0), metavar="FRAME", help="Of the video.  [default: the first]")
@click.option(
    "--stop", type=click.IntRange(min=1), metavar="FRAME", help="Of the video, not included.  [default: 300 frames on]"
)
@click.option(
    "--format", "kind", type=click.Choice(["png", "svg", "pdf"]), default="png", show_default=True, help="Of figures."
)
@click.option(
    "--output",
    "-o",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where to write.  [default: figures/saliency-RECORDING]",
)
@click.option(
    "--run", "run_id", metavar="ID", help="A sequence run, whose features run is looked into.  [default: the newest]"
)
@json_option
@quiet_option
@project_option
def saliency(*, root: Path, as_json: bool, quiet: bool, **options: Any) -> None:
    """Show where a model looked in RECORDING, and the part of picture and flow in what it says.

    Maps explain the logit of the features stage in one frame. The sequence model behind it reads latents of many
    frames, so what is decided in the end may differ; both are written on the sheet.
    """
    from deg_core import Project, RichProgress, SilentProgress

    wanted = Wanted(**options)
    _check_options(wanted)
    project = Project(root)
    progress = SilentProgress() if quiet or as_json else RichProgress()
    reader = project.open_video(wanted.recording)
    try:
        findings = look(project, reader, wanted, progress)
    finally:
        reader.close()
    for warning in findings.warnings:
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        click.echo(json.dumps(_without_nan(asdict(findings)), allow_nan=False))
    else:
        _tell(findings)


def look(project: Project, reader: VideoReader, wanted: Wanted, progress: Progress) -> Findings:
    """Do all that was asked for, and write it.

    Raises:
        DegError: It cannot be done; what can be known before is refused before anything is written.
    """
    from deg_saliency.explained import explain
    from deg_saliency.randomised import require_weights
    from deg_saliency.study import open_study, split_logits

    study = open_study(
        project, wanted.recording, reader, method=wanted.method, cells=wanted.cells, run_id=wanted.run_id
    )
    if wanted.check:
        require_weights(study.network, study.streams)
    columns = [study.network.column(name) for name in wanted.behaviours]
    span = _span(wanted, study) if wanted.video is not None else None
    moments = _moments(study, wanted, columns)
    folder = wanted.output or project.workspace.layout.figures / f"saliency-{Path(wanted.recording).stem}"
    splitter, parts = split_logits(study, wanted.sample, progress)
    findings = Findings(
        list(study.mapper.sees),
        {str(name): layer for name, layer in study.mapper.layers.items()},
        splitter.is_exact,
        splitter.meeting,
        [asdict(each) for each in parts],
    )
    findings.moments = len(moments)
    explained = explain(study.network, study.windows, study.mapper, splitter, moments, progress)
    _write_moments(study, explained, wanted, folder, findings)
    _write_parts(study, parts, wanted, folder, findings)
    if wanted.check:
        _check(study, moments, wanted, folder, findings, progress)
    if span is not None:
        _write_video(study, reader, columns, span, wanted, findings, progress)
    return findings


def _check_options(wanted: Wanted) -> None:
    if wanted.video is None and (wanted.start is not None or wanted.stop is not None):
        raise click.UsageError("--start and --stop are for --video; frames for the sheet are named by --frames")
    if wanted.video is not None and wanted.video.suffix.lower() != ".mp4":
        raise click.UsageError(f"--video {wanted.video}: videos are written as .mp4")
    if wanted.video is not None and len(wanted.behaviours) > 1:
        raise click.UsageError(
            "a video shows one behaviour, or in each frame the likeliest: name one --behaviour or none"
        )
    if wanted.output is not None and wanted.output.is_file():
        raise click.UsageError(f"--output {wanted.output} is a file; name a folder")


def _moments(study: Study, wanted: Wanted, columns: Sequence[int]) -> list[Moment]:
    from deg_saliency.moments import parse_frames
    from deg_saliency.study import moments_asked_for, moments_of_prediction

    if wanted.frames is not None:
        return moments_asked_for(study, parse_frames(wanted.frames), columns)
    return moments_of_prediction(study, columns, wanted.surest, wanted.mistakes)


def _span(wanted: Wanted, study: Study) -> tuple[int, int]:
    from deg_core.api import require_span

    start = wanted.start or 0
    stop = min(start + 300, study.windows.n_frames) if wanted.stop is None else wanted.stop
    require_span(start, stop, study.windows.n_frames, Path(wanted.recording))
    return start, stop


def _write_moments(study: Study, explained: Any, wanted: Wanted, folder: Path, findings: Findings) -> None:
    from deg_core import save_figure

    from deg_saliency.files import save_maps, save_moments
    from deg_saliency.sheet import PER_PAGE, draw_sheet

    title = f"{wanted.recording}: where {study.network.card.plugin.name} looked ({wanted.method})"
    pages = [explained[first : first + PER_PAGE] for first in range(0, len(explained), PER_PAGE)]
    for number, page in enumerate(pages, 1):
        name = f"maps.{wanted.kind}" if len(pages) == 1 else f"maps-{number}.{wanted.kind}"
        findings.files.append(str(save_figure(draw_sheet(page, title), folder / name)))
    facts = {"recording": wanted.recording, "method": wanted.method}
    layers = study.mapper.layers if wanted.method == "grad-cam" else {}
    findings.files.append(str(save_maps(folder / "maps.h5", explained, study.network, layers, facts)))
    findings.files.append(str(save_moments(folder / "moments.csv", explained)))


def _write_parts(study: Study, parts: list[BehaviourParts], wanted: Wanted, folder: Path, findings: Findings) -> None:
    from deg_core import save_figure

    from deg_saliency.figures import draw_parts
    from deg_saliency.files import save_parts

    figure = draw_parts(parts, f"{wanted.recording}: what the features stage goes by")
    findings.files.append(str(save_parts(folder / "parts.csv", parts)))
    findings.files.append(str(save_figure(figure, folder / f"parts.{wanted.kind}")))


def _check(
    study: Study, moments: Sequence[Moment], wanted: Wanted, folder: Path, findings: Findings, progress: Progress
) -> None:
    from deg_core import save_figure

    from deg_saliency.figures import draw_check
    from deg_saliency.files import save_check
    from deg_saliency.randomised import check_maps, warnings_of
    from deg_saliency.study import CHECKED

    some = moments[:CHECKED]
    seen = study.network.see(study.windows.at([each.frame for each in some]))
    found = check_maps(study.network, study.streams, study.mapper, seen, [each.column for each in some], progress)
    findings.check = [asdict(each) for each in found]
    findings.warnings += warnings_of(found)
    findings.files.append(str(save_check(folder / "check.csv", found)))
    figure = draw_check(found, f"{wanted.recording}: maps of random networks")
    findings.files.append(str(save_figure(figure, folder / f"check.{wanted.kind}")))


def _write_video(
    study: Study,
    reader: VideoReader,
    columns: Sequence[int],
    span: tuple[int, int],
    wanted: Wanted,
    findings: Findings,
    progress: Progress,
) -> None:
    from deg_saliency.overlay import tell_span, write_overlay

    assert wanted.video is not None
    column = columns[0] if columns else None
    told = tell_span(study.network, study.windows, study.mapper, span, column, progress)
    rate = reader.frames_per_second
    write_overlay(wanted.video, told, study.windows, study.network.behaviours, rate, progress)
    findings.files.append(str(wanted.video))


def _tell(findings: Findings) -> None:
    """Write the table of parts, the check, and where files are."""
    width = max(len(each["behaviour"]) for each in findings.parts)
    click.echo(f"{'behaviour':<{max(width, 9)}}  image   flow   share of the logit's variance")
    for each in findings.parts:
        shares = "  ".join(_percent(each[f"{name}_share"]) for name in ("image", "flow"))
        click.echo(f"{each['behaviour']:<{max(width, 9)}}  {shares}")
    seen = set(findings.streams)
    if seen in ({"image"}, {"flow"}):
        click.echo(f"the extractor sees {'no flow' if seen == {'image'} else 'flow alone'}, so there is but one part")
    elif findings.exact:
        click.echo("picture and flow add up, so these parts are exact")
    else:
        click.echo(f"picture and flow do not add up: their meeting is up to {findings.meeting:.2f} of a logit's spread")
    for each in findings.check:
        if each["share"] == 1.0:
            value = "undefined" if each["correlation"] != each["correlation"] else f"{each['correlation']:.2f}"
            click.echo(f"check: {each['stream']} maps of random networks, rank correlation {value}")
    for path in findings.files:
        click.echo(path)


def _percent(share: float) -> str:
    return "    -" if share != share else f"{share:>5.0%}"


def _without_nan(value: Any) -> Any:
    """NaN is no JSON."""
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and value != value else value
