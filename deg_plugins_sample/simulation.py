"""Simulated recordings of an animal: labels at once, frames as they are asked for.

The labels depend on the seed, the species, the number of frames and the frame rate, and on nothing that is drawn:
chance comes from separate streams for what the animal does, how it moves and looks, and where it is filmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from deg_plugins_sample import fly, fly_script, mouse, mouse_script
from deg_plugins_sample.arena import Arena, Picture, draw_arena
from deg_plugins_sample.figure import Figure, Points
from deg_plugins_sample.film import film

SeedLike = int | np.random.SeedSequence
_Act = tuple[tuple[str, ...], NDArray[np.int8], Callable[[int, int], Figure]]

DEFAULT_FRAMES_PER_SECOND = 30.0
DEFAULT_SIZE = 128


@dataclass(frozen=True)
class Simulation:
    """A simulated recording.

    Attributes:
        behaviours: What the animal does, in the order of the labels' columns.
        labels: 1 or 0; shape (T, K), int8.
        frames_per_second: Frame rate, Hz.
        arena: Where it is filmed.
        shape: Gives the animal's outlines for frames `start` up to, not including, `stop`.
    """

    behaviours: tuple[str, ...]
    labels: NDArray[np.int8]
    frames_per_second: float
    arena: Arena
    shape: Callable[[int, int], Figure]

    def frames(self, size: int = DEFAULT_SIZE) -> Iterator[Picture]:
        """Film it, the same each time; at most a few hundred frames' outlines are held.

        Args:
            size: Height and width, pixels.

        Yields:
            Frames, RGB, shape (size, size, 3), uint8, new arrays.
        """
        return film(self.shape, self.arena, size)

    def pose(self, size: int = DEFAULT_SIZE) -> dict[str, Points]:
        """Where the animal's keypoints are in its frames, exactly, also where they cannot be seen.

        Args:
            size: Height and width of the frames, pixels.

        Returns:
            x and y of each keypoint in pixels; by name, shape (T, 2).
        """
        found = self.shape(0, len(self.labels)).keypoints
        return {name: self.arena.camera.to_pixels(points, size) for name, points in found.items()}


def simulate(
    species: str, n_frames: int, seed: SeedLike, frames_per_second: float = DEFAULT_FRAMES_PER_SECOND
) -> Simulation:
    """Simulate a recording.

    Args:
        species: One of `SPECIES`.
        n_frames: T, at least 1.
        seed: The same seed gives the same recording.
        frames_per_second: Frame rate, Hz.

    Returns:
        The recording, its frames not yet drawn.

    Raises:
        ValueError: There is no such species, or nothing to simulate.
    """
    if species not in SPECIES:
        raise ValueError(f"no species {species!r}; there are {', '.join(SPECIES)}")
    if n_frames < 1 or frames_per_second <= 0:
        raise ValueError(f"{n_frames} frames at {frames_per_second} Hz are no recording")
    script_rng, body_rng, place_rng = (Generator(np.random.PCG64(derive_seed(seed, index))) for index in range(3))
    behaviours, labels, shape = SPECIES[species](n_frames, frames_per_second, script_rng, body_rng)
    arena = draw_arena(n_frames, frames_per_second, place_rng)
    return Simulation(behaviours, labels, frames_per_second, arena, shape)


def derive_seed(seed: SeedLike, index: int) -> np.random.SeedSequence:
    """The seed of the `index`-th thing that a seed gives rise to; as `spawn`, but the same each time it is asked."""
    parent = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    return np.random.SeedSequence(parent.entropy, spawn_key=(*parent.spawn_key, index))


def _act_as_mouse(n_frames: int, frames_per_second: float, script_rng: Generator, body_rng: Generator) -> _Act:
    script = mouse_script.write_script(n_frames, frames_per_second, script_rng)
    return mouse_script.BEHAVIOURS, script.labels, mouse.perform(script, frames_per_second, body_rng).shape


def _act_as_fly(n_frames: int, frames_per_second: float, script_rng: Generator, body_rng: Generator) -> _Act:
    script = fly_script.write_script(n_frames, frames_per_second, script_rng)
    return fly_script.BEHAVIOURS, script.labels, fly.perform(script, frames_per_second, body_rng).shape


SPECIES: dict[str, Callable[[int, float, Generator, Generator], _Act]] = {"mouse": _act_as_mouse, "fly": _act_as_fly}
"""By the name of a species, what acts as one: from frames, frame rate and chance to behaviours, labels and outlines."""
