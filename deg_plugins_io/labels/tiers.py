"""Files of tiers, each a line of annotations through time: what of them names the behaviour, and which are meant."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deg_core.api import LabelError
from deg_plugins_io.labels.said import Mark
from deg_plugins_io.labels.settings import TierSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tier:
    """One line of annotations.

    Attributes:
        name: Of the tier.
        marks: What it says; the behaviour of each is the annotation's text, which may be empty.
        is_child: Whether it only says more about the annotations of another tier.
    """

    name: str
    marks: Sequence[Mark]
    is_child: bool = False


def marks_of(tiers: Sequence[Tier], settings: TierSettings, path: Path) -> tuple[list[Mark], tuple[str, ...]]:
    """What the tiers say, each mark with its behaviour, and the behaviours that tiers were kept for.

    Raises:
        LabelError: A tier that is asked for is not there, or it is not clear whether texts or tiers are behaviours.
    """
    names = [tier.name for tier in tiers]
    missing = [name for name in settings.tiers if name not in names]
    if missing:
        fix = f"its tiers are: {', '.join(map(repr, names))}"
        raise LabelError(f"has no tier {missing[0]!r}", where=str(path), fix=fix)
    chosen = [tier for tier in tiers if (tier.name in settings.tiers if settings.tiers else not tier.is_child)]
    for tier in tiers:
        if tier.is_child and tier.marks and not settings.tiers:
            log.warning("%s: the tier %r belongs to another one and is left out", path, tier.name)
    if _by_tier(chosen, settings, path):
        marks = [_named(mark, tier.name) for tier in chosen for mark in tier.marks]
        return marks, tuple(dict.fromkeys(tier.name for tier in chosen))
    n_told = sum(any(mark.behaviour for mark in tier.marks) for tier in chosen)
    if n_told > 1 and not settings.tiers and settings.behaviour_is is None:
        raise LabelError(
            f"holds {n_told} tiers",
            where=str(path),
            fix=f"choose with the setting `tiers` among: {', '.join(map(repr, names))}; or take the texts of all, "
            "with `behaviour_is` text",
        )
    # An empty text is nothing, as in the gaps of a tier that has to be tiled.
    return [mark for tier in chosen for mark in tier.marks if mark.behaviour], ()


def _by_tier(tiers: Sequence[Tier], settings: TierSettings, path: Path) -> bool:
    if settings.behaviour_is is not None:
        return settings.behaviour_is == "tier"
    said = [(tier.name, mark.behaviour) for tier in tiers for mark in tier.marks]
    texts = {text for _, text in said}
    if texts <= {""} or all(text == name for name, text in said):
        return True
    if len(texts) == 1 or "" in texts:
        listed = ", ".join(repr(tier.name) for tier in tiers)
        raise LabelError(
            "is a behaviour what an annotation says, or the name of its tier?",
            where=str(path),
            fix=f"set `behaviour_is` to text or tier; its tiers are: {listed}",
        )
    return False


def _named(mark: Mark, name: str) -> Mark:
    return Mark(
        name, mark.start, mark.stop, mark.place, mark.subject, mark.annotator, mark.modifiers, mark.is_point, mark.value
    )
