"""`deg check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.options import json_option, project_option, quiet_option
from deg_core.cli.output import Output, error_values

if TYPE_CHECKING:
    from deg_core.jobs.check import Inspection, RecordingFacts


@click.command()
@project_option
@json_option
@quiet_option
def check(*, root: Path, as_json: bool, quiet: bool) -> None:
    """Look at every file and setting before hours are spent.

    Opens every video, reads all labels, builds every network. Exit status 1 says that something stands in the way.
    """
    output = Output(as_json=as_json, quiet=quiet)
    from deg_core.jobs.check import check_project
    from deg_core.jobs.workspace import open_workspace

    inspection = check_project(open_workspace(root), output.progress())
    if as_json:
        output.answer(_values(inspection))
    else:
        _show(inspection, output)
    sys.exit(1 if inspection.n_errors else 0)


def _show(inspection: Inspection, output: Output) -> None:
    if inspection.recordings and not output.quiet:
        columns = ("recording", "frames", "per second", "labelled", "groups")
        output.table(columns, map(_row, inspection.recordings), right=columns[1:4])
    for note in inspection.notes:
        output.say(note)
    for finding in inspection.findings:
        if finding.level == "error":
            output.refuse(finding.error)
        else:
            output.warn(str(finding.error))
    n_warnings = len(inspection.findings) - inspection.n_errors
    output.show(f"recordings: {len(inspection.recordings)}, errors: {inspection.n_errors}, warnings: {n_warnings}")


def _row(facts: RecordingFacts) -> tuple[str, ...]:
    groups = ", ".join(f"{key}={value}" for key, value in facts.record.groups.items())
    timeline = facts.timeline
    if timeline is None:
        return facts.record.name, "?", "?", "?", groups
    share = f"{facts.n_labelled / timeline.n_frames:.0%}" if facts.labels is not None else "no"
    return facts.record.name, str(timeline.n_frames), f"{timeline.frames_per_second:.5g}", share, groups


def _values(inspection: Inspection) -> dict[str, Any]:
    return {
        "errors": inspection.n_errors,
        "recordings": [_recording_values(facts) for facts in inspection.recordings],
        "findings": [{"level": finding.level, **error_values(finding.error)} for finding in inspection.findings],
        "notes": list(inspection.notes),
    }


def _recording_values(facts: RecordingFacts) -> dict[str, Any]:
    timeline, labels = facts.timeline, facts.labels
    present = {} if labels is None else dict(zip(labels.behaviours, (labels.marks == 1).sum(axis=0), strict=True))
    return {
        "name": facts.record.name,
        "video": str(facts.record.video_path),
        "frames": None if timeline is None else timeline.n_frames,
        "frames_per_second": None if timeline is None else timeline.frames_per_second,
        "labelled_frames": facts.n_labelled,
        "present_frames": {name: int(count) for name, count in present.items()},
        "groups": dict(facts.record.groups),
        "keypoints": None if facts.pose is None else list(facts.pose.keypoints),
    }
