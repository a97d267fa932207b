"""Makes a file for each animal of a video, or for each pair of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np

from deg_animals.animal_file import SUFFIX, AnimalFile, bytes_of, save_animal_file, sha256_of
from deg_animals.errors import TracksError
from deg_animals.following import Rotate, follow, separation
from deg_animals.tracks import Tracks, write_tracks

PAIR = "+"
_FORBIDDEN = re.compile(r'[/\\:*?"<>|+\n\r\t]')
"""What names of files, or of pairs, cannot hold."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How animals are shown.

    Attributes:
        side: Side of the crop of one animal, pixels of the source.
        pair_side: The same of a pair; None for one that holds both in every frame.
        rotate: Where the head points, or the partner lies.
        smooth_frames: Standard deviation of the smoothing, frames.
        least_speed: Pixels per frame from which movement tells the heading.
        reader: deg's reader of the source.
        reader_settings: Its settings.
    """

    side: int
    pair_side: int | None = None
    rotate: Rotate = "none"
    smooth_frames: float = 0
    least_speed: float = 1.0
    reader: str = "auto"
    reader_settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made.

    Attributes:
        path: Where it is.
        label: The individual, or `a+b` for a pair.
        share_filled: Share of frames, 0..1, in which the animal, or one of the pair, was not seen.
        longest_gap: Frames of the longest stretch of these.
        share_apart: Share of frames, 0..1, in which the partner is further away than half a side; 0 for one animal.
    """

    path: Path
    label: str
    share_filled: float
    longest_gap: int
    share_apart: float


def make_animals(
    tracks: Tracks, video: Path, folder: Path, recipe: Recipe, individuals: Sequence[str] = (), *, pairs: bool = False
) -> list[Made]:
    """Write the table of tracks, and a file for each animal or for each ordered pair.

    Args:
        tracks: Of exactly the frames of the video.
        video: The source.
        folder: Where files go; is made.
        recipe: How animals are shown.
        individuals: Some of them; none for all.
        pairs: Whether pairs are wanted, the first in the middle, in place of animals.

    Raises:
        TracksError: An animal is not in the tracks, never seen, without a heading, or of a name that no file can have.
    """
    where = f"tracks of {video.name}"
    names = tuple(individuals) or tracks.individuals
    _check_names(names, where)
    wanted: list[tuple[str, str | None]] = list(permutations(names, 2)) if pairs else [(name, None) for name in names]
    if not wanted:
        raise TracksError("pairs of one animal", where=where, fix="leave out --pairs, or name two individuals")
    plans = [_plan(tracks, individual, partner, recipe, where) for individual, partner in wanted]
    folder.mkdir(parents=True, exist_ok=True)
    tracks_path = folder / f"{video.stem}.tracks.csv"
    write_tracks(tracks_path, tracks)
    same: dict[str, Any] = {
        "video": _reference(video, folder),
        "video_bytes": bytes_of(video),
        "reader": recipe.reader,
        "reader_settings": dict(recipe.reader_settings),
        "tracks": tracks_path.name,
        "tracks_sha256": sha256_of(tracks_path),
        "rotate": recipe.rotate,
        "smooth_frames": recipe.smooth_frames,
        "least_speed": recipe.least_speed,
    }
    made = []
    for (individual, partner), (side, told) in zip(wanted, plans, strict=True):
        label = individual if partner is None else f"{individual}{PAIR}{partner}"
        path = folder / f"{video.stem}.{label}{SUFFIX}"
        save_animal_file(path, AnimalFile(individual=individual, partner=partner, size=(side, side), **same))
        made.append(Made(path, label, *told))
    return made


def _check_names(names: Sequence[str], where: str) -> None:
    for name in names:
        if _FORBIDDEN.search(name):
            raise TracksError(
                f"the individual {name!r} cannot name a file", where=where, fix=f"rename it, without {PAIR} and /"
            )


def _plan(
    tracks: Tracks, individual: str, partner: str | None, recipe: Recipe, where: str
) -> tuple[int, tuple[float, int, float]]:
    """The side of a crop, and what people should know of it; refuses what a reader would."""
    follow(
        tracks,
        individual,
        partner,
        rotate=recipe.rotate,
        smooth_frames=recipe.smooth_frames,
        least_speed=recipe.least_speed,
        where=where,
    )
    names = [individual] if partner is None else [individual, partner]
    seen_TM2 = tracks.positions_TM2[:, [tracks.column(name, where=where) for name in names]]
    filled_T = np.asarray(np.isnan(seen_TM2[..., 0]).any(axis=1))
    told = float(filled_T.mean()), _longest_run(filled_T)
    if partner is None:
        return recipe.side, (*told, 0.0)
    apart_T = separation(tracks, individual, partner, smooth_frames=recipe.smooth_frames, where=where)
    side = recipe.pair_side or 2 * math.ceil(apart_T.max()) + recipe.side
    return side, (*told, float((apart_T > side / 2).mean()))


def _longest_run(present_T: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    edges = np.flatnonzero(np.diff(present_T.astype(np.int8), prepend=0, append=0))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _reference(video: Path, folder: Path) -> str:
    """Relative where the video lies beside or below the files, so that all can move together; else absolute."""
    video, folder = video.resolve(), folder.resolve()
    return video.relative_to(folder).as_posix() if video.is_relative_to(folder) else video.as_posix()
