"""Random changes to training clips, on the device: the same for all frames of a clip, others for each clip.

Axes: N clips, S frames of a clip, H, W.
"""

from __future__ import annotations

import math

import kornia.geometry.transform as geometry
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deg_core.project.manifest import Augmentation

Floats = NDArray[np.float64]

_LUMA = np.array([0.299, 0.587, 0.114])
_RGB_TO_YIQ = np.array([_LUMA, [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
_YIQ_TO_RGB = np.linalg.inv(_RGB_TO_YIQ)
_PART_VALUES = 1 << 20


class Augment:
    """Changes clips at random.

    Flips, rotation, zoom and shift are one warp, and all changes of colour one matrix, since a pass over the
    pictures for each costs more than a small network; clips that drew no change are left alone.

    Args:
        settings: What may change, how much and how often.
    """

    def __init__(self, settings: Augmentation) -> None:
        self._settings = settings

    def __call__(self, pictures: Tensor, rng: np.random.Generator) -> Tensor:
        """Change clips.

        Args:
            pictures: RGB in 0..1, float; shape (N, S, 3, H, W).
            rng: From which all draws are made.

        Returns:
            The tensor given, changed in place; same shape and range.
        """
        n, height, width = len(pictures), pictures.shape[-2], pictures.shape[-1]
        matrices, flips, moved = self._draw_moves(n, height, width, rng)
        colours, offsets, coloured = self._draw_colours(n, rng)
        # In parts that a processor's cache and memory allocator are quick with; a GPU takes all at once.
        step = n if pictures.is_cuda else max(1, _PART_VALUES // pictures[0].numel())
        for start in range(0, n, step):
            part = slice(start, start + step)
            _move(pictures[part], matrices[part], flips[part], moved[part])
            _recolour(pictures[part], colours[part], offsets[part], coloured[part])
        return pictures

    def _draw_moves(
        self, n: int, height: int, width: int, rng: np.random.Generator
    ) -> tuple[Tensor, NDArray[np.bool_], NDArray[np.bool_]]:
        """Matrices (N, 2, 3) in pixels, flips left-right and up-down (N, 2), and which clips need the matrix (N,)."""
        s = self._settings
        flips = np.column_stack([rng.random(n) < s.flip_horizontal, rng.random(n) < s.flip_vertical])
        turned = rng.random(n) < s.rotation_probability * (s.rotation_degrees > 0)
        angles = rng.uniform(-s.rotation_degrees, s.rotation_degrees, n) * turned
        scales = rng.uniform(1 - s.zoom, 1 + s.zoom, n)
        shifts = rng.uniform(-s.shift, s.shift, (n, 2)) * (width, height)
        centres = np.tile([(width - 1) / 2, (height - 1) / 2], (n, 1))
        matrices = geometry.get_affine_matrix2d(
            *(torch.from_numpy(each).float() for each in (shifts, centres, np.column_stack([scales, scales]), angles))
        )
        mirror = torch.eye(3).repeat(n, 1, 1)
        for axis, side in enumerate((width, height)):
            flipped = torch.from_numpy(flips[:, axis])
            mirror[flipped, axis, axis], mirror[flipped, axis, 2] = -1.0, side - 1.0
        moved = turned | (s.zoom > 0) | (s.shift > 0)
        return (matrices @ mirror)[:, :2], flips, moved

    def _draw_colours(self, n: int, rng: np.random.Generator) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Colour matrices (N, 3, 3), how much of the clip's mean grey is added (N,), and which clips change (N,)."""
        s = self._settings
        coloured = rng.random(n) < s.colour_probability
        brightness, contrast, saturation = (
            np.where(coloured, rng.uniform(max(0.0, 1 - most), 1 + most, n), 1.0)
            for most in (s.brightness, s.contrast, s.saturation)
        )
        hues = rng.uniform(-s.hue, s.hue, n) * coloured
        greyed = rng.random(n) < s.greyscale
        saturation = np.where(greyed, 0.0, saturation)
        greys = np.tile(_LUMA, (3, 1))
        tints = saturation[:, None, None] * np.eye(3) + (1 - saturation[:, None, None]) * greys
        matrices = (brightness * contrast)[:, None, None] * (tints @ _turn_hue(hues))
        return matrices, brightness * (1 - contrast), coloured | greyed


def _turn_hue(turns: Floats) -> Floats:
    """Matrices (N, 3, 3) that turn colours about the grey axis and keep brightness."""
    turned = np.zeros((len(turns), 3, 3))
    turned[:, 0, 0] = 1
    turned[:, 1, 1] = turned[:, 2, 2] = np.cos(2 * math.pi * turns)
    turned[:, 2, 1] = np.sin(2 * math.pi * turns)
    turned[:, 1, 2] = -turned[:, 2, 1]
    return np.asarray(_YIQ_TO_RGB @ turned @ _RGB_TO_YIQ)


def _move(pictures: Tensor, matrices: Tensor, flips: NDArray[np.bool_], moved: NDArray[np.bool_]) -> None:
    """Flip or warp clips in place; beyond the border stands what is at the border, so that no edge is made up."""
    for axis, flipped in zip((-1, -2), flips.T, strict=True):
        where = _places(flipped & ~moved, pictures)
        if len(where):
            pictures[where] = pictures[where].flip(axis)
    where = _places(moved, pictures)
    if len(where):
        size = (pictures.shape[-2], pictures.shape[-1])
        flat = pictures[where].flatten(1, 2)
        warped = geometry.warp_affine(flat, matrices[moved].to(flat), size, padding_mode="border")
        pictures[where] = warped.view(len(where), *pictures.shape[1:])


def _recolour(pictures: Tensor, matrices: Floats, offsets: Floats, coloured: NDArray[np.bool_]) -> None:
    """Change the colours of clips in place."""
    where = _places(coloured, pictures)
    if not len(where):
        return
    clips = pictures[where]
    luma = torch.from_numpy(_LUMA).to(clips)
    greys = clips.mean(dim=(1, 3, 4)) @ luma * torch.from_numpy(offsets[coloured]).to(clips)
    changed = torch.matmul(torch.from_numpy(matrices[coloured]).to(clips)[:, None], clips.flatten(3))
    pictures[where] = changed.add_(greys.view(-1, 1, 1, 1)).clamp_(0, 1).view(clips.shape)


def _places(chosen: NDArray[np.bool_], pictures: Tensor) -> Tensor:
    return torch.from_numpy(np.flatnonzero(chosen)).to(pictures.device)
