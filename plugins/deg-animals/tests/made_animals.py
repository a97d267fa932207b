"""Videos of several animals whose places are known.

Axes: T frames, M individuals, H, W; 2 is x (right) and y (down).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from deg_animals.tracks import Tracks

RATE = 30.0


def write_video(path: Path, frames: NDArray[np.uint8], frames_per_second: float = RATE) -> Path:
    """Frames in an HDF5 file, which loses nothing."""
    with h5py.File(path, "w") as file:
        file["frames"] = frames
        file.attrs["frames_per_second"] = frames_per_second
    return path


def tracks_from(positions_TM2: Any, headings_TM: Any = None, names: tuple[str, ...] = ("a", "b", "c")) -> Tracks:
    positions_TM2 = np.asarray(positions_TM2, dtype=np.float64)
    unknown = np.full(positions_TM2.shape[:2], np.nan)
    headings_TM = unknown if headings_TM is None else np.asarray(headings_TM, dtype=np.float64)
    return Tracks(names[: positions_TM2.shape[1]], positions_TM2, headings_TM)


def wander(
    n_frames: int, n_animals: int, size: tuple[int, int], rng: np.random.Generator, *, apart: float, speed: float = 3.0
) -> NDArray[np.float64]:
    """Animals that turn at random, and away from walls and from others nearer than `apart` pixels; (T, M, 2)."""
    far = np.array(size[::-1], dtype=np.float64) - 12
    places = np.stack([np.linspace(12, far[0], n_animals), np.full(n_animals, size[0] / 2)], axis=1)
    angles = rng.uniform(0, 2 * np.pi, n_animals)
    path = []
    for _ in range(n_frames):
        for one in range(n_animals):
            for _ in range(30):
                step = places[one] + speed * np.array([np.cos(angles[one]), np.sin(angles[one])])
                others = np.delete(places, one, axis=0)
                is_free = (np.linalg.norm(others - step, axis=1) >= apart).all()
                if is_free and (step >= 12).all() and (step <= far).all():
                    places[one] = step
                    break
                angles[one] = rng.uniform(0, 2 * np.pi)
            angles[one] += rng.normal(0, 0.2)
        path.append(places.copy())
    return np.array(path)


def paint(
    positions_TM2: NDArray[np.float64], size: tuple[int, int], radius: float, colours_TM3: Any = (40, 40, 40)
) -> NDArray[np.uint8]:
    """Discs before a light ground with a little noise; RGB, (T, H, W, 3)."""
    rng = np.random.default_rng(0)
    n_frames, n_animals = positions_TM2.shape[:2]
    colours = np.broadcast_to(np.asarray(colours_TM3, dtype=np.uint8), (n_frames, n_animals, 3))
    frames = rng.integers(195, 205, (n_frames, *size, 3), dtype=np.uint8)
    rows, columns = np.indices(size)
    for frame in range(n_frames):
        for animal, (x, y) in enumerate(positions_TM2[frame]):
            frames[frame][np.hypot(columns - x, rows - y) <= radius] = colours[frame, animal]
    return frames
