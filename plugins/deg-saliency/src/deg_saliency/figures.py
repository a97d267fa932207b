"""Draws the parts of both streams, and how maps stand the check."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from deg_core import COLOURS, in_print_style
from matplotlib.figure import Figure

from deg_saliency.parts import BehaviourParts
from deg_saliency.randomised import ALIKE, Resemblance

_BLUE, _ORANGE = COLOURS[:2]
_COLOURS = {"image": _BLUE, "flow": _ORANGE, "both": "0.5"}
_MARKERS = {"image": "o", "flow": "s", "both": "^"}


@in_print_style
def draw_parts(parts: Sequence[BehaviourParts], title: str) -> Figure:
    """Draw for each behaviour the share of each stream in its logit, and what each says while it is present."""
    figure = Figure(figsize=(5.6, 1.0 + 0.32 * len(parts)), layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=8)
    shares, present = figure.subplots(1, 2, sharey=True)
    places = np.arange(len(parts))
    for offset, (name, colour) in zip((-0.19, 0.19), (("image", _BLUE), ("flow", _ORANGE)), strict=True):
        values = [getattr(each, f"{name}_share") for each in parts]
        shares.barh(places + offset, values, height=0.36, color=colour, label=name)
        means = [getattr(each, f"{name}_when_present") for each in parts]
        present.barh(places + offset, means, height=0.36, color=colour)
    for axes in (shares, present):
        axes.axvline(0, color="0.2", linewidth=0.6)
    shares.set_yticks(places, [each.behaviour for each in parts])
    shares.invert_yaxis()
    shares.set_xlabel("share of the logit's variance")
    present.set_xlabel("mean part while present (logits)")
    figure.legend(*shares.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


@in_print_style
def draw_check(found: Sequence[Resemblance], title: str) -> Figure:
    """Draw how alike maps stay while ever more layers are randomised, with the range over frames and draws."""
    figure = Figure(figsize=(3.5, 2.6), layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=8)
    axes = figure.subplots()
    for name in dict.fromkeys(each.stream for each in found):
        some = [each for each in found if each.stream == name]
        x = [each.share for each in some]
        axes.fill_between(
            x,
            [each.least for each in some],
            [each.most for each in some],
            color=_COLOURS[name],
            alpha=0.15,
            linewidth=0,
        )
        axes.plot(
            x,
            [each.correlation for each in some],
            color=_COLOURS[name],
            marker=_MARKERS[name],
            markersize=3.5,
            label=name,
        )
    axes.axhline(0, color="0.2", linewidth=0.6)
    axes.axhline(ALIKE, color="0.5", linewidth=0.7, linestyle="--")
    axes.set_ylim(-1.05, 1.05)
    axes.set_xlabel("share of layers with random weights, from the output down")
    axes.set_ylabel("rank correlation with trained")
    axes.legend()
    return figure
