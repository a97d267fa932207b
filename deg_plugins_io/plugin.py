"""What this package offers: readers of videos, and formats for labels and pose. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deg_core.api import (
    CommandPlugin,
    LabelFormatPlugin,
    NoSettings,
    Pose,
    PoseFormatPlugin,
    Timeline,
    VideoReader,
    VideoReaderPlugin,
    hookimpl,
)
from deg_plugins_io.labels.offers import FORMATS
from deg_plugins_io.settings import (
    DeeplabcutCsvSettings,
    Hdf5Settings,
    ImagesSettings,
    OpencvSettings,
    PyavSettings,
)

if TYPE_CHECKING:
    import click

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


def read_deeplabcut_csv(path: Path, settings: DeeplabcutCsvSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    from deg_plugins_io import deeplabcut_csv

    return deeplabcut_csv.read(path, settings, timeline)


deeplabcut_csv = PoseFormatPlugin(
    name="deeplabcut-csv",
    summary="DeepLabCut's and Lightning Pose's tracks, of one animal or several",
    settings=DeeplabcutCsvSettings,
    suffixes=(".csv",),
    read=read_deeplabcut_csv,
)


def _load_convert() -> click.Command:
    from deg_plugins_io.labels.command import convert

    return convert


convert = CommandPlugin(
    name="convert",
    summary="Convert a label file into that of another program, without a project.",
    settings=NoSettings,
    load=_load_convert,
)


def _load_doctor() -> click.Command:
    from deg_plugins_io.doctor.command import doctor

    return doctor


doctor = CommandPlugin(
    name="doctor",
    summary="Say what videos are, what is wrong with them, and what deg does about it.",
    settings=NoSettings,
    load=_load_doctor,
)


@hookimpl
def deg_video_readers() -> Iterator[VideoReaderPlugin[Any]]:
    """The readers."""
    yield from (pyav, opencv, images, hdf5)


@hookimpl
def deg_label_formats() -> Iterator[LabelFormatPlugin[Any]]:
    """The formats."""
    yield from FORMATS


@hookimpl
def deg_pose_formats() -> Iterator[PoseFormatPlugin[Any]]:
    """The formats."""
    yield deeplabcut_csv


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg convert` and `deg doctor`."""
    yield from (convert, doctor)
