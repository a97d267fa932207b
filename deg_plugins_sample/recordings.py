"""Writes simulated recordings: a video and a label file each, and keypoints where they are wanted."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from deg_core.api import ProjectError, VideoError
from deg_plugins_sample.simulation import (
    DEFAULT_FRAMES_PER_SECOND,
    DEFAULT_SIZE,
    SeedLike,
    Simulation,
    derive_seed,
    simulate,
)

_SIZES = range(32, 1025, 2)
# Near invisible loss, so that sensor noise and thin legs survive.
_H264 = {"crf": "18", "preset": "veryfast"}
_MPEG4 = {"qscale": "2"}


@dataclass(frozen=True)
class SampleRecording:
    """What was written of one recording.

    Attributes:
        video_path: The video.
        labels_path: Its labels: a row a frame, a column a behaviour.
        behaviours: Those of the columns, in order.
        n_frames: Frames in the video, and rows.
        pose_path: Where its keypoints are, exactly; None where nobody asked for them.
    """

    video_path: Path
    labels_path: Path
    behaviours: tuple[str, ...]
    n_frames: int
    pose_path: Path | None = None


def _ignore(_: int) -> None:
    pass


def write_sample(
    folder: Path,
    species: str,
    n_recordings: int,
    n_frames: int,
    seed: SeedLike,
    *,
    frames_per_second: float = DEFAULT_FRAMES_PER_SECOND,
    size: int = DEFAULT_SIZE,
    with_pose: bool = False,
    advance: Callable[[int], None] = _ignore,
) -> list[SampleRecording]:
    """Write recordings into a new or empty folder: all of them, or none if something stops it.

    Args:
        folder: Where; it is made where it is missing.
        species: One of `simulation.SPECIES`.
        n_recordings: How many; each has its own animal, arena and light.
        n_frames: Frames of each.
        seed: The same seed gives the same labels, byte for byte; and the first recordings are the same however many
            are written.
        frames_per_second: Frame rate, Hz.
        size: Height and width, pixels.
        with_pose: Whether keypoints are written too.
        advance: Called with the number of frames written since the last call.

    Returns:
        What was written, in order.

    Raises:
        ProjectError: The folder holds files already, or cannot be written to, as when the disk is full.
        VideoError: No video can have this size.
    """
    if size not in _SIZES:
        raise VideoError(
            f"no video of {size} pixels a side is made", where="size", fix="choose an even number from 32 to 1024"
        )
    with _filling(folder) as written:
        return [
            _write_recording(
                simulate(species, n_frames, derive_seed(seed, index), frames_per_second),
                folder / f"{species}-{index + 1:02d}",
                size,
                advance,
                written,
                with_pose=with_pose,
            )
            for index in range(n_recordings)
        ]


def write_labels(path: Path, labels: NDArray[np.int8], behaviours: tuple[str, ...]) -> None:
    """Write labels as deg-csv: `frame`, then a column a behaviour; 1 present, 0 absent, -1 not labelled.

    Args:
        path: The file.
        labels: Shape (T, K).
        behaviours: K names.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["frame", *behaviours])
        rows.writerows([frame, *marks] for frame, marks in enumerate(labels.tolist()))


def write_pose(path: Path, keypoints: Mapping[str, NDArray[np.float64]]) -> None:
    """Write keypoints as DeepLabCut does, as CSV, with a likelihood of 1.

    Args:
        path: The file.
        keypoints: x and y in pixels, by name; shape (T, 2).
    """
    names, positions_TMX = list(keypoints), np.stack(list(keypoints.values()), axis=1).round(3)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["scorer", *["simulation"] * (3 * len(names))])
        rows.writerow(["bodyparts", *(name for name in names for _ in range(3))])
        rows.writerow(["coords", *["x", "y", "likelihood"] * len(names)])
        for frame, positions_MX in enumerate(positions_TMX.tolist()):
            rows.writerow([frame, *(value for x, y in positions_MX for value in (x, y, 1))])


def _write_recording(
    simulation: Simulation,
    stem: Path,
    size: int,
    advance: Callable[[int], None],
    written: list[Path],
    *,
    with_pose: bool,
) -> SampleRecording:
    video_path = stem.with_name(stem.name + ".mp4")
    labels_path = stem.with_name(stem.name + "_labels.csv")
    with _beside(video_path, written) as part:
        _encode(simulation, part, size, advance)
    with _beside(labels_path, written) as part:
        write_labels(part, simulation.labels, simulation.behaviours)
    pose_path = stem.with_name(stem.name + "_pose.csv") if with_pose else None
    if pose_path:
        with _beside(pose_path, written) as part:
            write_pose(part, simulation.pose(size))
    return SampleRecording(video_path, labels_path, simulation.behaviours, len(simulation.labels), pose_path)


def _encode(simulation: Simulation, path: Path, size: int, advance: Callable[[int], None]) -> None:
    rate = Fraction(simulation.frames_per_second).limit_denominator(1001)
    codec, options = _choose_codec()
    # The name ends in .part, so the container cannot be told from it.
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=rate, options=options)
        stream.width = stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = 1 / rate
        for index, picture in enumerate(simulation.frames(size)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, 1 / rate
            container.mux(stream.encode(frame))
            advance(1)
        container.mux(stream.encode(None))


def _choose_codec() -> tuple[str, dict[str, str]]:
    # FFmpeg may be built without x264, whose licence differs from its own.
    if "libx264" in av.codecs_available:
        return "libx264", dict(_H264)
    return "mpeg4", dict(_MPEG4)


@contextmanager
def _beside(path: Path, written: list[Path]) -> Iterator[Path]:
    part = path.with_name(path.name + ".part")
    written.append(part)
    yield part
    written[-1] = path
    part.replace(path)


@contextmanager
def _filling(folder: Path) -> Iterator[list[Path]]:
    """Leave the folder as it was unless all goes well, so that the same command can be given again."""
    existed = folder.exists()
    if existed and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(
            "this folder is not empty" if folder.is_dir() else "this is a file, not a folder",
            where=str(folder),
            fix="name a new folder, or empty this one first",
        )
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield written
    except BaseException as error:
        with suppress(OSError):
            for path in [*written, *(path.with_name(path.name + ".part") for path in written)]:
                path.unlink(missing_ok=True)
            if not existed:
                folder.rmdir()
        if isinstance(error, OSError):
            raise _cannot_write(folder, error) from error
        raise


def _cannot_write(folder: Path, error: OSError) -> ProjectError:
    return ProjectError(
        f"cannot write: {error.strerror or error}",
        where=str(folder),
        fix="free some room, or choose a folder you may write to, and give the same command again",
    )
