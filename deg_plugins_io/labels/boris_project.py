"""`boris-project`: a project of BORIS, JSON, also packed (`.boris.gz`); seconds, half-open, silence means absent.

A state is a toggle: the same code, subject and modifiers start it and stop it in turn. All codes of the ethogram were
looked for. Observations may run over several videos, one after another; the part about the recording is read.
"""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.boris_tsv import NOBODY, PROGRAM
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, read_json, reader
from deg_plugins_io.labels.said import Event, Observation
from deg_plugins_io.labels.settings import BorisSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, notes_on_milliseconds, write_json

_MOST_BYTES = 300_000_000
_MOST_PACKED = 100
"""Bytes to which one byte of a packed project may unpack; they come to some fifteen."""


def _parse(path: Path, settings: BorisSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    project = _load(path)
    if not isinstance(project, dict) or not {"observations", "behaviors_conf"} <= set(project):
        raise other_format(path, "not a project of BORIS")
    points = {conf["code"]: conf["type"].startswith("Point") for conf in project["behaviors_conf"].values()}
    told = {name: said for name, said in project["observations"].items() if said["type"] != "IMAGES"}
    if not told or settings.observation in set(project["observations"]) - set(told):
        raise LabelError(
            "labelled on pictures, which have no times", where=str(path), fix="export it as tabular events"
        )
    wanted = {settings.observation} if settings.observation in told else set(told)
    observations = [_observation(name, said, points, path, wanted=name in wanted) for name, said in told.items()]
    scale = Scale(resolution_s=0.001)
    return Coding(path=path, observations=observations, scale=scale, nobody=NOBODY, program=PROGRAM)


read = reader(_parse, "BORIS")


def _load(path: Path) -> Any:
    """The project, unpacked where it is packed, but not to more than any has."""
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
        if not is_packed:
            return read_json(path)
        most = min(_MOST_BYTES, _MOST_PACKED * path.stat().st_size)
        with gzip.open(path) as packed:
            content = packed.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise LabelError(f"cannot be read: {error}", where=str(path), fix="copy it again") from error
    if len(content) > most:
        raise LabelError("unpacks to more than any project has", where=str(path), fix="copy it again")
    return json.loads(content)


def _observation(name: str, said: dict[str, Any], points: dict[str, bool], path: Path, *, wanted: bool) -> Observation:
    files = said["file"].get("1", []) if isinstance(said["file"], dict) else []
    about: dict[str, Any] = said.get("media_info") or {}
    lengths_s, rates = about.get("length") or {}, about.get("fps") or {}
    stop_s = float(said.get("observation time interval", [0, 0])[1])
    observed = None if not stop_s else ((float(said["observation time interval"][0]), stop_s),)
    return Observation(
        name=name,
        files=tuple(files),
        lengths_s=tuple(float(lengths_s[file]) for file in files if file in lengths_s),
        behaviours=tuple(points),
        rate=next((float(rates[file]) for file in files if file in rates), None),
        length_s=next((float(lengths_s[file]) for file in files if file in lengths_s), None),
        offset_s=float(said.get("time offset") or 0),
        observed=observed,
        events=[_event(event, at, points, path) for at, event in enumerate(said["events"], start=1)] if wanted else [],
    )


def _event(event: list[Any], at: int, points: dict[str, bool], path: Path) -> Event:
    time_s, subject, code, modifiers = event[:4]
    if code not in points:
        fix = "add the behaviour to the ethogram in BORIS"
        raise LabelError(f"{code!r} is not in its ethogram", where=f"{path}, event {at}", fix=fix)
    words = tuple(word.strip() for word in str(modifiers).split("|")) if modifiers else ()
    kind = "POINT" if points[code] else "TOGGLE"
    return Event(float(time_s), kind, str(code), f"event {at}", str(subject), modifiers=words)


def write(path: Path, labels: Labels, settings: BorisSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`; a project with one observation. Frames that are not labelled become absent, which is said."""
    subject = "" if settings.subject == NOBODY else settings.subject or ""
    media, offset_s = timeline.name, settings.time_offset_s or 0.0
    events = sorted(
        [round(time_s + offset_s, 3), subject, bout.behaviour, "", ""]
        for bout in bouts_in(labels, timeline)
        for time_s in (bout.start_s, bout.stop_s)
    )
    about = {
        "length": {media: round(timeline.time_at(timeline.n_frames), 3)},
        "fps": {media: round(timeline.frames_per_second, 6)},
        "hasVideo": {media: True},
        "hasAudio": {media: False},
        "offset": {"1": 0.0},
    }
    observation = {
        "file": {"1": [media]},
        "type": "MEDIA",
        "date": "2000-01-01T00:00:00",
        "description": "",
        "time offset": offset_s,
        "events": events,
        "observation time interval": [0, 0],
        "independent_variables": {},
        "close_behaviors_between_videos": False,
        "media_info": about,
    }
    write_json(path, _project(labels, subject, settings.observation or timeline.name, observation))
    return notes_on_loss(labels) + notes_on_milliseconds(bouts_in(labels, timeline), timeline)


def _project(labels: Labels, subject: str, name: str, observation: dict[str, Any]) -> dict[str, Any]:
    behaviours = {
        str(at): {
            "type": "State event",
            "key": "",
            "code": behaviour,
            "description": "",
            "category": "",
            "modifiers": "",
            "excluded": "",
            "coding map": "",
        }
        for at, behaviour in enumerate(labels.behaviours)
    }
    return {
        "time_format": "hh:mm:ss",
        "project_date": "2000-01-01T00:00:00",
        "project_name": "deg",
        "project_description": "",
        "project_format_version": "7.0",
        "subjects_conf": {"0": {"key": "", "name": subject, "description": ""}} if subject else {},
        "behaviors_conf": behaviours,
        "observations": {name: observation},
        "behavioral_categories": [],
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
