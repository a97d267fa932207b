"""Opens videos and reads pose without a project, for scripts, and for plugins that are built on others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deg_core.catalog import Catalog, load_catalog
from deg_core.data.pose import Pose
from deg_core.data.timeline import Timeline
from deg_core.interfaces import VideoReader
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.pose import pose_in_format
from deg_core.project import resolve
from deg_core.project.manifest import Slot


def open_video(
    path: str | Path, reader: str = "auto", settings: Mapping[str, Any] | None = None, catalog: Catalog | None = None
) -> VideoReader:
    """Open a video as a project with these settings would.

    Args:
        path: A video file, or a folder of stills.
        reader: A video reader; `auto` takes the one for this kind of file.
        settings: Settings of the reader.
        catalog: Plugins to choose from; by default all that are installed.

    Raises:
        VideoError: It is missing or cannot be read.
        PluginNotFoundError: There is no such reader.
        ManifestError: Its settings are wrong, or several readers claim this kind of file.
    """
    slot = Slot(name=reader, settings=dict(settings or {}))
    known = load_catalog() if catalog is None else catalog
    return resolve.open_video(resolve.reader_for(slot, known, Path(path), where="video reader"), Path(path))


def read_pose(
    path: str | Path,
    timeline: Timeline,
    pose_format: str = "auto",
    settings: Mapping[str, Any] | None = None,
    catalog: Catalog | None = None,
) -> Pose:
    """Read a pose file without keeping it anywhere.

    Args:
        path: A pose file.
        timeline: When the frames of its video were taken.
        pose_format: A pose format; `auto` takes the one that fits.
        settings: Settings of the format.
        catalog: Plugins to choose from; by default all that are installed.

    Raises:
        PoseError: It cannot be read, or is of another length than the video.
    """
    known = load_catalog() if catalog is None else catalog
    return pose_in_format(Path(path), timeline, FormatChoice(pose_format, settings), known)
