"""Looks at one video, whichever reader opens it, and says what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.api import DegError, TimedVideoReader, VideoReader
from deg_plugins_io.doctor.facts import VideoFacts, look_at, unwatched
from deg_plugins_io.doctor.findings import Finding, Reading, find
from deg_plugins_io.doctor.nature import nature_of
from deg_plugins_io.frame_times import regular_times
from deg_plugins_io.pyav import PyavVideo

_LEVELS = ("note", "warning", "error")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of one video.

    Attributes:
        path: Where it lies.
        facts: What the file says and holds; empty where nothing in it can be opened, or its reader tells no more.
        read: What deg's reader makes of it: frames, rate, size; empty where it refuses the file.
        findings: What is worth knowing, the worst first.
    """

    path: str
    facts: dict[str, Any] = field(default_factory=dict)
    read: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def worst(self) -> int:
        """0: fine, or deg deals with it. 1: results can be others than for a sound video. 2: it cannot be read."""
        levels = [_LEVELS.index(finding.level) for finding in self.findings]
        return max(levels, default=0)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "status": self.worst}


def examine(path: Path, settings: Mapping[str, Any], count: Callable[[int], object] = unwatched) -> Diagnosis:
    """Look at a video from end to end.

    Args:
        path: A video file, a folder of stills, or whatever else a reader opens.
        settings: Of its reader.
        count: Called now and then with the number of frames that were looked at so far.

    Returns:
        What was found; a file that cannot be read is one finding, and no error.
    """
    from deg_core import open_video

    try:
        reader = open_video(path, settings=settings)
    except DegError as error:
        return Diagnosis(str(path), findings=(_refusal(path, error),))
    try:
        if isinstance(_inner(reader), PyavVideo):
            return _examine_file(path, reader, count)
        return _examine_frames(path, reader, count)
    except DegError as error:
        return Diagnosis(str(path), findings=(_refusal(path, error),))
    finally:
        reader.close()


def _inner(reader: VideoReader) -> object:
    return getattr(reader, "_reader", reader)


def _examine_file(path: Path, reader: VideoReader, count: Callable[[int], object]) -> Diagnosis:
    facts = look_at(path, count)
    reading = _reading(reader)
    said = asdict(facts)
    del said["times_s"]
    return Diagnosis(str(path), said, _read(reading, facts), tuple(find(path, facts, reading)))


def _reading(reader: VideoReader) -> Reading:
    if isinstance(reader, TimedVideoReader):
        return Reading(reader.n_frames, reader.frames_per_second, reader.times_s)
    even = regular_times(reader.n_frames, reader.frames_per_second)
    return Reading(reader.n_frames, reader.frames_per_second, even)


def _read(reading: Reading, facts: VideoFacts) -> dict[str, Any]:
    is_lying = facts.quarter_turns % 2 == 1
    width, height = (facts.height, facts.width) if is_lying else (facts.width, facts.height)
    return {
        "frames": reading.n_frames,
        "frames_per_second": reading.frames_per_second,
        "duration_s": float(reading.times_s[-1]) + 1 / reading.frames_per_second,
        "width": width,
        "height": height,
    }


def _examine_frames(path: Path, reader: VideoReader, count: Callable[[int], object]) -> Diagnosis:
    """Of what is no video file only its frames tell: read all, and compare each with the one before."""
    lost, repeated, last = [], 0, None
    shape: tuple[int, ...] = (0, 0)
    why = ""
    for index in range(reader.n_frames):
        count(index)
        try:
            frame = reader.read(index, index + 1)[0]
        except DegError as error:
            lost.append(index)
            why = why or f"{error.problem} ({error.where})"
            continue
        shape = frame.shape
        repeated += last is not None and bool(np.array_equal(frame, last))
        last = frame
    read = {
        "frames": reader.n_frames,
        "frames_per_second": reader.frames_per_second,
        "duration_s": reader.n_frames / reader.frames_per_second,
        "width": shape[1],
        "height": shape[0],
    }
    return Diagnosis(str(path), {}, read, tuple(_of_frames(lost, why, repeated)))


def _of_frames(lost: list[int], why: str, repeated: int) -> list[Finding]:
    found = []
    if lost:
        found.append(
            Finding(
                "damaged",
                "warning",
                f"{len(lost)} frames cannot be read, the first of them frame {lost[0]}: {why}",
                "refuses these frames and reads the others",
                "bring the originals back, or leave those frames out before labelling",
            )
        )
    if repeated:
        found.append(
            Finding(
                "repeated-frames",
                "note",
                f"{repeated} frames repeat the one before to the last bit",
                "keeps them",
                "nothing, unless the camera was slower than the rate that was stated",
            )
        )
    return found


def _refusal(path: Path, error: DegError) -> Finding:
    nature = nature_of(path)
    what = f"{error.problem}; {nature.what}" if nature is not None else error.problem
    return Finding("unreadable", "error", what, "refuses it", nature.fix if nature is not None else error.fix)
