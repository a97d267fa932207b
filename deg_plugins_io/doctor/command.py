"""`deg doctor`: what videos are, what is wrong with them, and what deg does about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core import json_option, quiet_option, settings_option

if TYPE_CHECKING:
    from deg_plugins_io.doctor.examination import Diagnosis


@click.command()
@click.argument("videos", metavar="VIDEO...", nargs=-1, required=True, type=click.Path(path_type=Path))
@settings_option("--set", "settings", about="A setting of the reader, such as frames_per_second=30.")
@json_option
@quiet_option
def doctor(*, videos: tuple[Path, ...], settings: dict[str, Any], as_json: bool, quiet: bool) -> None:
    """Say what each VIDEO is, what is wrong with it, and what deg does about it.

    A VIDEO is a file or a folder of stills. All of it is decoded, in a process of its own, so this takes as long as
    watching it at the speed of this machine. Nothing is written.

    Exits with 0 if every video is fine or deg deals with what is odd, 1 if something was found by which results can
    change, 2 if a video cannot be read.
    """
    from deg_core import RichProgress, SilentProgress
    from deg_plugins_io.doctor.child import examine_all

    progress = SilentProgress() if quiet or as_json else RichProgress()
    diagnoses = []
    with progress.task("looking at videos", len(videos)) as task:
        found = examine_all(videos, settings, count=lambda frames: task.advance(0, f"{frames} frames"))
        for path, diagnosis in zip(videos, found, strict=True):
            diagnoses.append(diagnosis)
            task.advance(note=path.name)
    if as_json:
        click.echo(json.dumps([diagnosis.as_dict() for diagnosis in diagnoses], indent=1))
    else:
        click.echo("\n\n".join("\n".join(_lines(diagnosis)) for diagnosis in diagnoses))
    raise click.exceptions.Exit(max(diagnosis.worst for diagnosis in diagnoses))


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield diagnosis.path
    for name, text in (*_facts(diagnosis.facts), *_reading(diagnosis.read)):
        yield f"  {name:<10}{text}"
    for finding in diagnosis.findings:
        yield f"  {finding.level}: {finding.what}"
        yield f"    deg:  {finding.deg}"
        if finding.fix != "nothing":
            yield f"    you:  {finding.fix}"
    if not diagnosis.findings:
        yield "  nothing is wrong with it"


def _facts(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not facts:
        return
    turned = f", stored lying, {90 * facts['quarter_turns']} degrees" if facts["quarter_turns"] else ""
    rate, duration = facts["stated_rate"], facts["stated_duration_s"]
    stated = f"{facts['stated_frames']} stated" if facts["stated_frames"] else "no number stated"
    yield "file", facts["container"]
    yield "video", f"{facts['codec']}; {facts['pixel_format']}, {facts['bits']} bits"
    yield "size", f"{facts['width']} x {facts['height']}{turned}"
    yield "frames", f"{facts['n_frames']} decode, {stated}"
    yield "rate", f"{rate:.4g} per second stated" if rate else "not stated"
    yield "length", f"{duration:.2f} s stated" if duration else "not stated"
    yield "sound", facts["sound"] or "none"


def _reading(read: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if read:
        yield (
            "deg reads",
            f"{read['frames']} frames of {read['width']} x {read['height']} "
            f"at {read['frames_per_second']:.6g} per second, {read['duration_s']:.2f} s",
        )
