"""`deg import-pose`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.imports import ImportRequest, import_arguments, run_import
from deg_core.cli.options import pose_format_option, pose_settings_option, project_option, quiet_option
from deg_core.cli.output import Output
from deg_core.errors import PoseError

if TYPE_CHECKING:
    from deg_core.data.pose import Pose
    from deg_core.data.record import Record
    from deg_core.jobs.workspace import Workspace


@click.command("import-pose")
@import_arguments("pose", '{name}.csv or "{stem}DLC*.csv"')
@pose_format_option
@pose_settings_option
@project_option
@quiet_option
def import_pose(*, pose_format: str, pose_settings: dict[str, Any], root: Path, quiet: bool, **files: Any) -> None:
    """Read the pose of RECORDING from FILE, in place of any it had; or with --pattern those of all recordings.

    Pose is where keypoints of the animal are in each frame, as DeepLabCut, SLEAP and other trackers find them.
    {name} in the pattern stands for a recording's name, {stem} for the stem of its video, * for anything.
    """
    from deg_core.jobs.formats import FormatChoice
    from deg_core.jobs.pose import import_pose as read_pose

    choice = FormatChoice(pose_format, pose_settings)

    def import_one(workspace: Workspace, record: Record, path: Path) -> str:
        return describe_pose(read_pose(workspace, record, path, choice))

    run_import(root, ImportRequest(**files), import_one, "pose", PoseError, Output(quiet=quiet))


def describe_pose(pose: Pose) -> str:
    """Animals, keypoints, and how much of them is missing."""
    import numpy as np

    animals = f"{len(pose.individuals)} animals, " if len(pose.individuals) > 1 else ""
    missing = float(np.isnan(pose.positions_TMB2[..., 0]).mean()) if pose.n_frames else 0.0
    seen = f", {missing:.1%} of positions missing" if missing else ""
    return f"{pose.n_frames} frames, {animals}{len(pose.keypoints)} keypoints ({', '.join(pose.keypoints)}){seen}"
