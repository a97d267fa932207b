"""Recordings of a project and stretches of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Record:
    """One recording's entry in a project.

    Attributes:
        name: Unique in the project; by default the stem of the video's file name.
        video_path: The video, absolute.
        labels_path: Its labels in the project, or None when nobody scored it.
        pose_path: Its pose in the project, or None when nobody tracked it.
        groups: What the recording belongs to, such as animal or cage, by which data can be split.
    """

    name: str
    video_path: Path
    labels_path: Path | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    pose_path: Path | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Frames `start` up to, not including, `stop` of one recording."""

    record: str
    start: int
    stop: int

    @property
    def n_frames(self) -> int:
        """Frames in the span."""
        return self.stop - self.start
