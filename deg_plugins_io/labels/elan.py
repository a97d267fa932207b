"""`elan`: ELAN's `.eaf`; milliseconds, half-open, silence means absent.

A behaviour is what an annotation says, or the name of its tier; which one is asked where both could be. Tiers that only
say more about another one are left out unless they are asked for. Participants are subjects.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.choice import is_file_of
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import read_xml, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import TierSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.tiers import Tier, marks_of
from deg_plugins_io.labels.writing import (
    WrittenBout,
    bouts_in,
    notes_on_loss,
    notes_on_milliseconds,
    spans_in,
    write_text,
)

_Span = tuple[float, float]


def _parse(path: Path, settings: TierSettings, timeline: Timeline | None) -> Coding:
    root = read_xml(path, "ANNOTATION_DOCUMENT")
    times_s = _times_of(root, path)
    spans = _spans_of(root, times_s, path)
    marks, behaviours = marks_of([_tier(each, spans) for each in root.iter("TIER")], settings, path)
    media = {each.get("MEDIA_URL", ""): float(each.get("TIME_ORIGIN", 0)) for each in root.iter("MEDIA_DESCRIPTOR")}
    own = [file for file in media if timeline is not None and is_file_of(file, timeline.name)]
    # Several media are cameras at the same time, not one after another.
    origin_ms = media[own[0]] if len(own) == 1 else max(media.values(), default=0.0)
    observation = Observation(marks=marks, behaviours=behaviours, offset_s=-origin_ms / 1000)
    return Coding(path=path, observations=[observation], scale=Scale(resolution_s=0.001))


read = reader(_parse, "ELAN")


def _times_of(root: Element, path: Path) -> dict[str, float]:
    """Seconds of each time slot; slots without a value lie evenly between their neighbours."""
    slots = list(root.iter("TIME_SLOT"))
    values = [slot.get("TIME_VALUE") for slot in slots]
    known = [at for at, value in enumerate(values) if value is not None]
    if slots and not known:
        raise LabelError("no time slot has a time", where=str(path), fix="export it again from ELAN")
    if not slots:
        return {}
    times_ms = np.interp(range(len(slots)), known, [float(values[at] or 0) for at in known])
    return {slot.attrib["TIME_SLOT_ID"]: float(time) / 1000 for slot, time in zip(slots, times_ms, strict=True)}


def _spans_of(root: Element, times_s: Mapping[str, float], path: Path) -> dict[str, _Span]:
    """Start and stop of each annotation; one that refers to another has its times."""
    spans = {
        each.attrib["ANNOTATION_ID"]: (times_s[each.attrib["TIME_SLOT_REF1"]], times_s[each.attrib["TIME_SLOT_REF2"]])
        for each in root.iter("ALIGNABLE_ANNOTATION")
    }
    parents = {each.attrib["ANNOTATION_ID"]: each.attrib["ANNOTATION_REF"] for each in root.iter("REF_ANNOTATION")}
    for name in parents:
        trail, last = {name: None}, name
        while last not in spans:
            last = parents[last]
            if last in trail:
                raise LabelError(f"annotation {name!r} refers to itself", where=str(path), fix="mend it in ELAN")
            trail[last] = None
        spans.update(dict.fromkeys(trail, spans[last]))
    return spans


def _tier(tier: Element, spans: Mapping[str, _Span]) -> Tier:
    name = tier.attrib["TIER_ID"]
    marks = []
    for annotation in tier.iter():
        if annotation.tag in {"ALIGNABLE_ANNOTATION", "REF_ANNOTATION"}:
            key = annotation.attrib["ANNOTATION_ID"]
            text = (annotation.findtext("ANNOTATION_VALUE") or "").strip()
            people = tier.get("PARTICIPANT", ""), tier.get("ANNOTATOR", "")
            marks.append(Mark(text, *spans[key], f"tier {name!r}, annotation {key!r}", *people))
    return Tier(name, marks, is_child=tier.get("PARENT_REF") is not None)


_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR={author} DATE="2000-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
        <MEDIA_DESCRIPTOR MEDIA_URL={media} MIME_TYPE="video/mp4"/>
    </HEADER>
"""
_TAIL = """\
    <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="behaviour" TIME_ALIGNABLE="true"/>
</ANNOTATION_DOCUMENT>
"""


def write(path: Path, labels: Labels, settings: TierSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`; a tier for each behaviour. Frames that are not labelled become absent, which is said."""
    bouts = bouts_in(labels, timeline)
    lines = [_HEAD.format(author=quoteattr(settings.annotator or ""), media=quoteattr(timeline.name))]
    lines += ["    <TIME_ORDER>\n", *_slots(bouts), "    </TIME_ORDER>\n"]
    numbers = {bout: number for number, bout in enumerate(bouts)}
    people = f" PARTICIPANT={quoteattr(settings.subject)}" if settings.subject else ""
    people += f" ANNOTATOR={quoteattr(settings.annotator)}" if settings.annotator else ""
    for behaviour, own in spans_in(bouts, labels.behaviours):
        lines.append(f'    <TIER LINGUISTIC_TYPE_REF="behaviour"{people} TIER_ID={quoteattr(behaviour)}>\n')
        lines += [_annotation(numbers[bout], behaviour) for bout in own]
        lines.append("    </TIER>\n")
    write_text(path, "".join([*lines, _TAIL]))
    return (*notes_on_loss(labels), *notes_on_milliseconds(bouts, timeline))


def _slots(bouts: list[WrittenBout]) -> list[str]:
    times = [(time_s, f"ts{number}{end}") for number, bout in enumerate(bouts)
             for time_s, end in ((bout.start_s, "a"), (bout.stop_s, "b"))]  # fmt: skip
    return [
        f'        <TIME_SLOT TIME_SLOT_ID="{name}" TIME_VALUE="{round(time_s * 1000)}"/>\n'
        for time_s, name in sorted(times)
    ]


def _annotation(number: int, behaviour: str) -> str:
    return (
        f'        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}" TIME_SLOT_REF1="ts{number}a"'
        f' TIME_SLOT_REF2="ts{number}b"><ANNOTATION_VALUE>{escape(behaviour)}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION></ANNOTATION>\n"
    )
