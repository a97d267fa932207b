"""The life of a record: `deg predict` is run on a tiny project, and what calls what is written down."""

from __future__ import annotations

import inspect
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

from deg_core.catalog import load_catalog
from made.docstrings import read_docstring
from made.svg import COLOURS, LETTER_PX, box, picture, text

STATIONS = (
    "cli.predict:predict.callback",
    "jobs.workspace:open_workspace",
    "project.manifest_file:load_manifest",
    "catalog:load_catalog",
    "project.resolve:resolve",
    "jobs.models:load_pipeline",
    "jobs.predict:find_targets",
    "jobs.predict:predict_targets",
    "jobs.decision:decision_rule",
    "project.resolve:open_video",
    "project.store:growing_prediction",
    "inference.extract:extract_blocks",
    "inference.chunks:read_chunks",
    "project.store:LatentStore.append",
    "inference.classify:infer_logits",
    "networks.tensors:probabilities_of",
    "jobs.decision:DecisionRule.decide",
    "project.store:LatentStore.write_decisions",
)
"""Functions that are watched; what calls which, and in what order, is found out."""

_ROW, _INDENT, _HEIGHT, _SAID_AT = 30, 26, 22, 430
_MARGIN = 12


@dataclass(frozen=True)
class Visit:
    """The first call of a station.

    Attributes:
        station: Which.
        depth: Stations that it was called within.
    """

    station: str
    depth: int


def life_of_a_record() -> list[Visit]:
    """Stations in the order in which they are first visited."""
    watched = {_code(_function(station)): station for station in STATIONS}
    callers: dict[str, str | None] = {}

    def watch(frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event == "call" and frame.f_code in watched:
            callers.setdefault(watched[frame.f_code], _nearest(frame.f_back, watched) or _waiting(watched))

    with tempfile.TemporaryDirectory() as folder, _command(Path(folder)) as command, _watching(watch):
        command()
    return [Visit(station, _depth(station, callers)) for station in callers]


def draw_life_of_a_record() -> str:
    """The picture."""
    visits, parts = life_of_a_record(), []
    rooms = list(dict.fromkeys(_room(visit) for visit in visits))
    longest = 0.0
    for index, visit in enumerate(visits):
        x, y = _MARGIN + visit.depth * _INDENT, _MARGIN + index * _ROW
        name = visit.station.replace(":", ".").removesuffix(".callback")
        said = read_docstring(_function(visit.station)).text.split("\n\n")[0].replace("\n", " ")
        parts += [box(x, y, len(name) * LETTER_PX + 12, _HEIGHT, COLOURS[rooms.index(_room(visit)) % len(COLOURS)])]
        parts += [text(x + 6, y + 15, name), text(_SAID_AT, y + 15, said, colour="#555")]
        longest = max(longest, len(said) * LETTER_PX)
    height = 2 * _MARGIN + len(visits) * _ROW
    return picture(_SAID_AT + longest + _MARGIN, height, "What `deg predict` calls, in order", parts)


def _room(visit: Visit) -> str:
    return visit.station.split(":")[0].split(".")[0]


def _function(station: str) -> Any:
    module, _, path = station.partition(":")
    thing: Any = import_module(f"deg_core.{module}")
    for name in path.split("."):
        thing = getattr(thing, name)
    return thing


def _code(function: Any) -> CodeType:
    code: CodeType = inspect.unwrap(function).__code__
    return code


def _waiting(watched: dict[CodeType, str]) -> str | None:
    """In a thread: the station that the main thread is in, which waits for it."""
    main = threading.main_thread()
    if threading.current_thread() is main:
        return None
    return _nearest(sys._current_frames().get(main.ident or 0), watched)


def _nearest(frame: FrameType | None, watched: dict[CodeType, str]) -> str | None:
    while frame is not None and frame.f_code not in watched:
        frame = frame.f_back
    return None if frame is None else watched[frame.f_code]


def _depth(station: str, callers: dict[str, str | None]) -> int:
    caller = callers[station]
    return 0 if caller is None else 1 + _depth(caller, callers)


def _give(command: Any, words: list[str]) -> None:
    try:
        command(words, standalone_mode=False)
    except SystemExit as end:  # which is how it says how it went
        if end.code:
            raise RuntimeError(f"{words} failed") from None


@contextmanager
def _command(folder: Path) -> Iterator[Callable[[], object]]:
    """`deg predict one` in a project of fakes, which are found by an entry point as all plugins are."""
    from deg_core.cli.predict import predict
    from deg_core.testing import tiny_project, untrained_runs

    workspace = tiny_project(folder)
    untrained_runs(workspace)
    fakes = [EntryPoint("fakes", "made.fakes", "deg")]
    before = Path.cwd()
    os.chdir(workspace.layout.root)
    with patch("deg_core.jobs.workspace.load_catalog", partial(load_catalog, fakes)):
        try:
            yield partial(_give, predict, ["one", "--quiet"])
        finally:
            os.chdir(before)


@contextmanager
def _watching(watch: Callable[[FrameType, str, object], None]) -> Iterator[None]:
    """In threads that begin meanwhile as well: blocks of frames are read ahead."""
    before = sys.getprofile()
    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
