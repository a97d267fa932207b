"""What this package offers: readers of videos, and formats for labels and pose. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deg_core.api import (
    LabelFormatPlugin,
    Labels,
    NoSettings,
    Pose,
    PoseFormatPlugin,
    Timeline,
    VideoReader,
    VideoReaderPlugin,
    hookimpl,
)
from deg_plugins_io.settings import (
    BorisTsvSettings,
    BoutsCsvSettings,
    DeeplabcutCsvSettings,
    Hdf5Settings,
    ImagesSettings,
    OpencvSettings,
    PyavSettings,
)

_FILES = frozenset(
    {".3gp", ".avi", ".flv", ".h264", ".h265", ".hevc", ".m2ts", ".m4v", ".mjpeg", ".mjpg", ".mkv", ".mov", ".mp4"}
    | {".mpeg", ".mpg", ".mts", ".ogv", ".ts", ".webm", ".wmv"}
)


def open_pyav(path: Path, settings: PyavSettings) -> VideoReader:
    """See `OpenVideo`."""
    from deg_plugins_io.pyav import PyavVideo

    return PyavVideo(path, settings)


def open_opencv(path: Path, settings: OpencvSettings) -> VideoReader:
    """See `OpenVideo`."""
    from deg_plugins_io.opencv import OpencvVideo

    return OpencvVideo(path, settings)


def open_images(path: Path, settings: ImagesSettings) -> VideoReader:
    """See `OpenVideo`."""
    from deg_plugins_io.images import ImagesVideo

    return ImagesVideo(path, settings)


def open_hdf5(path: Path, settings: Hdf5Settings) -> VideoReader:
    """See `OpenVideo`."""
    from deg_plugins_io.hdf5 import Hdf5Video

    return Hdf5Video(path, settings)


pyav = VideoReaderPlugin(
    name="pyav",
    summary="video files; exact counts, any frame, variable rates, turned pictures",
    settings=PyavSettings,
    suffixes=_FILES,
    open=open_pyav,
)
opencv = VideoReaderPlugin(
    name="opencv",
    summary="video files; decodes each file once when opening it",
    settings=OpencvSettings,
    suffixes=_FILES,
    open=open_opencv,
)
images = VideoReaderPlugin(
    name="images",
    summary="a folder of still pictures, in natural order",
    settings=ImagesSettings,
    suffixes=frozenset(),
    open=open_images,
)
hdf5 = VideoReaderPlugin(
    name="hdf5",
    summary="frames or encoded pictures in an HDF5 file",
    settings=Hdf5Settings,
    suffixes=frozenset({".h5", ".hdf", ".hdf5"}),
    open=open_hdf5,
)


def read_deg_csv(
    path: Path,
    settings: NoSettings,  # noqa: ARG001
    timeline: Timeline | None,
    behaviours: tuple[str, ...],  # noqa: ARG001
) -> Labels:
    """See `ReadLabels`."""
    from deg_plugins_io import deg_csv

    return deg_csv.read(path, timeline)


def write_deg_csv(
    path: Path,
    labels: Labels,
    settings: NoSettings,  # noqa: ARG001
    timeline: Timeline,  # noqa: ARG001
) -> tuple[str, ...]:
    """See `WriteLabels`."""
    from deg_plugins_io import deg_csv

    return deg_csv.write(path, labels)


def read_deepethogram_csv(
    path: Path,
    settings: NoSettings,  # noqa: ARG001
    timeline: Timeline | None,
    behaviours: tuple[str, ...],
) -> Labels:
    """See `ReadLabels`."""
    from deg_plugins_io import deepethogram_csv

    return deepethogram_csv.read(path, timeline, behaviours)


def write_deepethogram_csv(
    path: Path,
    labels: Labels,
    settings: NoSettings,  # noqa: ARG001
    timeline: Timeline,  # noqa: ARG001
) -> tuple[str, ...]:
    """See `WriteLabels`."""
    from deg_plugins_io import deepethogram_csv

    return deepethogram_csv.write(path, labels)


def read_bouts_csv(
    path: Path, settings: BoutsCsvSettings, timeline: Timeline | None, behaviours: tuple[str, ...]
) -> Labels:
    """See `ReadLabels`."""
    from deg_plugins_io import bouts_csv

    return bouts_csv.read(path, settings, timeline, behaviours)


def write_bouts_csv(path: Path, labels: Labels, settings: BoutsCsvSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`."""
    from deg_plugins_io import bouts_csv

    return bouts_csv.write(path, labels, settings, timeline)


def read_boris_tsv(
    path: Path, settings: BorisTsvSettings, timeline: Timeline | None, behaviours: tuple[str, ...]
) -> Labels:
    """See `ReadLabels`."""
    from deg_plugins_io import boris_tsv

    return boris_tsv.read(path, settings, timeline, behaviours)


def write_boris_tsv(path: Path, labels: Labels, settings: BorisTsvSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`."""
    from deg_plugins_io import boris_tsv

    return boris_tsv.write(path, labels, settings, timeline)


def read_deeplabcut_csv(path: Path, settings: DeeplabcutCsvSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    from deg_plugins_io import deeplabcut_csv

    return deeplabcut_csv.read(path, settings, timeline)


deg_csv = LabelFormatPlugin(
    name="deg-csv",
    summary="a row per frame, a column per behaviour: 1, 0, or -1 where not labelled",
    settings=NoSettings,
    suffixes=(".csv",),
    read=read_deg_csv,
    write=write_deg_csv,
)
deepethogram_csv = LabelFormatPlugin(
    name="deepethogram-csv",
    summary="DeepEthogram's labels and predictions, with a column for background",
    settings=NoSettings,
    suffixes=(".csv",),
    read=read_deepethogram_csv,
    write=write_deepethogram_csv,
)
bouts_csv = LabelFormatPlugin(
    name="bouts-csv",
    summary="a row per bout: start, stop, behaviour, in seconds or frames",
    settings=BoutsCsvSettings,
    suffixes=(".csv", ".tsv", ".txt"),
    read=read_bouts_csv,
    write=write_bouts_csv,
)
boris_tsv = LabelFormatPlugin(
    name="boris-tsv",
    summary="BORIS's tabular events, of version 8 and 9 and of older ones",
    settings=BorisTsvSettings,
    suffixes=(".tsv", ".csv", ".txt"),
    read=read_boris_tsv,
    write=write_boris_tsv,
)

deeplabcut_csv = PoseFormatPlugin(
    name="deeplabcut-csv",
    summary="DeepLabCut's and Lightning Pose's tracks, of one animal or several",
    settings=DeeplabcutCsvSettings,
    suffixes=(".csv",),
    read=read_deeplabcut_csv,
)


@hookimpl
def deg_video_readers() -> Iterator[VideoReaderPlugin[Any]]:
    """The readers."""
    yield from (pyav, opencv, images, hdf5)


@hookimpl
def deg_label_formats() -> Iterator[LabelFormatPlugin[Any]]:
    """The formats."""
    yield from (deg_csv, deepethogram_csv, bouts_csv, boris_tsv)


@hookimpl
def deg_pose_formats() -> Iterator[PoseFormatPlugin[Any]]:
    """The formats."""
    yield deeplabcut_csv
