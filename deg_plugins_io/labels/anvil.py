"""`anvil`: Anvil's `.anvil`; seconds, half-open, silence means absent.

A behaviour is the value of an element's attribute, chosen as `attribute` where there are several, or the name of its
track; which one is asked where both could be. Only primary tracks have times; others, whose elements point into another
track, are left out, which is reported.
"""

from __future__ import annotations

import logging
from pathlib import Path
from xml.etree.ElementTree import Element

from deg_core.api import LabelError, Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, read_xml, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import AnvilSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.tiers import Tier, marks_of

log = logging.getLogger(__name__)

_PRIMARY = "primary"


def _parse(path: Path, settings: AnvilSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    body = read_xml(path, "annotation").find("body")
    if body is None:
        raise other_format(path, "not a file of Anvil")
    tracks = [track for track in body.iter("track") if _has_times(track, settings, path)]
    chosen = [track for track in tracks if not settings.tiers or track.attrib["name"] in settings.tiers]
    attribute = _attribute(chosen, settings, path)
    marks, behaviours = marks_of([_tier(track, attribute) for track in tracks], settings, path)
    observation = Observation(marks=marks, behaviours=behaviours)
    return Coding(path=path, observations=[observation], scale=Scale(resolution_s=0.01), program="Anvil")


read = reader(_parse, "Anvil")


def _has_times(track: Element, settings: AnvilSettings, path: Path) -> bool:
    name, kind = track.attrib["name"], track.attrib["type"]
    if kind == _PRIMARY:
        return True
    if name in settings.tiers:
        fix = "choose the primary track that it points into"
        raise LabelError(f"the track {name!r} is of the type {kind!r}, without times", where=str(path), fix=fix)
    if len(track):
        log.warning("%s: the track %r is of the type %r, and left out", path, name, kind)
    return False


def _attribute(tracks: list[Element], settings: AnvilSettings, path: Path) -> str | None:
    """The one whose values are behaviours; None where elements have none."""
    found = list(dict.fromkeys(each.attrib["name"] for track in tracks for each in track.iterfind("el/attribute")))
    if settings.behaviour_is == "tier":
        return None
    if settings.attribute is not None and settings.attribute not in found:
        fix = f"its attributes are: {', '.join(map(repr, found))}"
        raise LabelError(f"has no attribute {settings.attribute!r}", where=str(path), fix=fix)
    if settings.attribute is None and len(found) > 1:
        raise LabelError(
            f"its elements have {len(found)} attributes",
            where=str(path),
            fix=f"choose with the setting `attribute` among: {', '.join(map(repr, found))}; or take the names of "
            "tracks, with `behaviour_is` tier",
        )
    return settings.attribute or next(iter(found), None)


def _tier(track: Element, attribute: str | None) -> Tier:
    name = track.attrib["name"]
    marks = []
    for element in track.iterfind("el"):
        values = {each.attrib["name"]: (each.text or "").strip() for each in element.iterfind("attribute")}
        place = f"track {name!r}, element {element.get('index')}"
        text = values.get(attribute, "") if attribute is not None else ""
        marks.append(Mark(text, float(element.attrib["start"]), float(element.attrib["end"]), place))
    return Tier(name, marks)
