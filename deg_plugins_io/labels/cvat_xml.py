"""`cvat-xml`: CVAT's XML 1.1, tracks and tags; source frames from 0; a behaviour is a label or an attribute.

A track shows from a frame with `outside="0"` to the next one with `outside="1"`. Nobody looked outside the task's span,
nor, where it shows but every n-th frame, is anything known between the shapes but that the track goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from deg_core.api import LabelError, Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import read_xml, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import CvatSettings
from deg_plugins_io.labels.spans import Scale


def _parse(path: Path, settings: CvatSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    root = read_xml(path, "annotations")
    task = root.find("./meta/task")
    if task is None:
        task = root.find("./meta/job")
    first = int((task.findtext("start_frame") if task is not None else None) or 0)
    last = task.findtext("stop_frame") if task is not None else None
    step = re.search(r"step=(\d+)", (task.findtext("frame_filter") if task is not None else None) or "")
    stride = int(step[1]) if step else 1
    end = int(last) + 1 if last else None
    marks = [mark for track in root.iter("track") for mark in _track(track, settings.attribute, end, path)]
    images = list(root.iter("image"))
    marks += [mark for image in images for mark in _tags(image, settings.attribute, first, stride)]
    looked = [first + int(image.attrib["id"]) * stride for image in images]
    observed = tuple((float(at), float(at + 1)) for at in looked) or (((first, end),) if end is not None else None)
    names = tuple(name.text or "" for name in root.iterfind("./meta//labels/label/name"))
    source = root.findtext("./meta/source") or ""
    observation = Observation(
        marks=marks,
        files=(source,) if source else (),
        behaviours=() if settings.attribute else tuple(dict.fromkeys(names)),
        observed=observed,
    )
    return Coding(path=path, observations=[observation], scale=Scale("frames"))


read = reader(_parse, "CVAT")


def _track(track: Element, attribute: str | None, end: int | None, path: Path) -> Iterator[Mark]:
    place = f"track {track.get('id')}"
    shapes = [shape for shape in track if "outside" in shape.attrib]
    shown: tuple[int, str] | None = None
    for shape in sorted(shapes, key=lambda each: float(int(each.attrib["frame"]))):
        frame, behaviour = int(shape.attrib["frame"]), _behaviour(shape, track, attribute)
        if shape.attrib["outside"] not in {"0", "1"}:
            raise ValueError(f"outside is {shape.attrib['outside']!r}, not 0 or 1")
        if shown is not None and (shape.attrib["outside"] == "1" or behaviour != shown[1]):
            yield Mark(shown[1], shown[0], frame, place)
            shown = None
        if shape.attrib["outside"] == "0" and shown is None:
            shown = (frame, behaviour)
    if shown is not None and end is None:
        fix = "export the task again, with its meta data"
        raise LabelError(f"{place} never ends, and the file does not say where the task does", where=str(path), fix=fix)
    if shown is not None and end is not None and shown[0] < end:
        yield Mark(shown[1], shown[0], end, place)


def _tags(image: Element, attribute: str | None, first: int, stride: int) -> Iterator[Mark]:
    frame = first + int(image.attrib["id"]) * stride
    for tag in image.iter("tag"):
        yield Mark(_behaviour(tag, tag, attribute), frame, frame + 1, f"image {image.attrib['id']}")


def _behaviour(shape: Element, labelled: Element, attribute: str | None) -> str:
    if attribute is None:
        return labelled.attrib["label"]
    said = {each.get("name"): (each.text or "").strip() for each in shape.iter("attribute")}
    if attribute not in said:
        raise ValueError(f"{labelled.attrib['label']!r} has no attribute {attribute!r}")
    return said[attribute]
