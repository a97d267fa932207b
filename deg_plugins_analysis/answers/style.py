"""How behaviours, groups and pipelines are told apart in the figures of this package."""

from __future__ import annotations

from deg_core import COLOURS

MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""Shapes beside colours, so that no figure says anything by colour alone."""


def colour_of(place: int) -> str:
    """The colour of a behaviour or group by its place. They repeat: names tell them apart for certain."""
    return COLOURS[place % len(COLOURS)]
