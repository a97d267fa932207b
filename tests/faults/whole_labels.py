"""Undamaged label files of every format, made here, each with what it means.

Files of formats that deg writes are written by it; the others are made in the layout of their program. All but a few
tell of the same two behaviours in the same 100 frames.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import workbooks
from lmt_database import database
from matlab73 import matlab73
from numpy.typing import NDArray

from deg_core.api import LabelFormatPlugin, Labels, Timeline, find_runs
from deg_plugins_io.labels.offers import FORMATS

RATE = 25.0
N_FRAMES = 100
CLIP = Timeline.regular("clip", N_FRAMES, RATE)
NAMES = ("groom", "rear")
BOUTS = (("groom", 13, 50), ("rear", 50, 62), ("groom", 76, 90), ("rear", 92, 98))


def painted(bouts: Iterable[tuple[str, int, int]], names: Sequence[str] = NAMES) -> NDArray[np.int8]:
    """Marks of some bouts; shape (N_FRAMES, K)."""
    marks = np.zeros((N_FRAMES, len(names)), dtype=np.int8)
    for name, start, stop in bouts:
        marks[start:stop, names.index(name)] = 1
    return marks


LABELS = Labels(painted(BOUTS), NAMES, RATE)


@dataclass(frozen=True)
class Whole:
    """An undamaged file.

    Attributes:
        name: Of the format, and of the kind of file where there are several.
        plugin: The format.
        content: Of the file.
        labels: What it means; absent and not labelled are not told apart.
        settings: To read it with.
    """

    name: str
    plugin: LabelFormatPlugin[Any]
    content: bytes
    labels: Labels = LABELS
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        """Whether the file is text in UTF-8."""
        try:
            return "\x00" not in self.content.decode()
        except UnicodeDecodeError:
            return False

    def read(self, path: Path, behaviours: tuple[str, ...] | None = None) -> Labels:
        """Read a file, such as a damaged copy, in this format, for a project with these behaviours."""
        wanted = self.labels.behaviours if behaviours is None else behaviours
        assert self.plugin.read is not None
        read = self.plugin.read(path, self.plugin.settings(**self.settings), CLIP, wanted)
        return read.for_behaviours(wanted, where=str(path)) if wanted else read


@cache
def whole_files() -> tuple[Whole, ...]:
    """One file, or a few, of every format that this installation reads."""
    written = [_written(plugin) for plugin in FORMATS if plugin.write is not None]
    made = [make() for make in (*_TEXTS, lmt, *_MATLAB)]
    return (*written, *made, *_workbooks(), nwb())


def whole(name: str) -> Whole:
    """The undamaged file of a name."""
    return next(each for each in whole_files() if each.name == name)


def _has(module: str) -> bool:
    try:
        __import__(module)
    except ImportError:
        return False
    return True


def _format(name: str) -> LabelFormatPlugin[Any]:
    return next(plugin for plugin in FORMATS if plugin.name == name)


def _written(plugin: LabelFormatPlugin[Any], labels: Labels = LABELS) -> Whole:
    assert plugin.write is not None
    with TemporaryDirectory() as folder:
        path = Path(folder, "clip.part")
        plugin.write(path, labels, plugin.settings(), CLIP)
        return Whole(plugin.name, plugin, path.read_bytes(), labels)


def nwb() -> Whole:
    """A table of intervals and one of what was observed, by h5py, which reading does with as well."""
    sys.path.append(str(Path(__file__).parents[2] / "plugins/deg-nwb/src"))
    import h5py
    from deg_nwb.plugin import nwb as plugin

    made = io.BytesIO()
    with h5py.File(made, "w") as file:
        table, observed = file.create_group("intervals/bouts"), file.create_group("observed")
        table["start_time"] = [start / RATE for _, start, _ in BOUTS]
        table["stop_time"] = [stop / RATE for *_, stop in BOUTS]
        table["label"] = np.array([name for name, *_ in BOUTS], dtype=h5py.string_dtype())
        observed["start_time"], observed["stop_time"] = [0.0], [4.0]
        table["observation_intervals"] = observed
    return Whole("nwb", plugin, made.getvalue(), LABELS)


def _text(name: str, text: str, labels: Labels = LABELS, kind: str = "", **settings: Any) -> Whole:
    return Whole(f"{name}{kind}", _format(name), text.encode(), labels, settings)


def _seconds(frame: int) -> str:
    return f"{frame / RATE:.3f}"


def _state(frame: int) -> str:
    """What goes on in a frame; empty for nothing."""
    return next((name for name, start, stop in BOUTS if start <= frame < stop), "")


def boris_binary() -> Whole:
    rows = [f"{_seconds(at)}\t{groom}\t{rear}\n" for at, (groom, rear) in enumerate(LABELS.marks.tolist())]
    return _text("boris-binary", "time\tgroom\trear\n" + "".join(rows))


def boris_old() -> Whole:
    head = "Observation id\tclip\n\nMedia file(s)\n\nPlayer #1\tclip.mp4\n\nObservation date\t2020-01-01\n"
    head += "Description\t\nTime offset (s)\t0.000\n\n"
    head += "Time\tMedia file path\tTotal length\tFPS\tSubject\tBehavior\tBehavioral category\tComment\tStatus\n"
    events = sorted((at, kind, name) for name, *ends in BOUTS for at, kind in zip(ends, ("START", "STOP"), strict=True))
    ordered = sorted(events, key=lambda event: (event[0], event[1] == "START"))
    rows = [f"{_seconds(at)}\tclip.mp4\t4.0\t25.0\t\t{name}\t\t\t{kind}\n" for at, kind, name in ordered]
    return _text("boris-tsv", head + "".join(rows), kind="-7")


def boris_headless() -> Whole:
    rows = [
        f"clip\t2020-01-01\tclip.mp4\t4.0\t25.0\tm1\t{name}\t\t\tSTATE\t{_seconds(start)}\t{_seconds(stop)}\t"
        f"{_seconds(stop - start)}\t\t\n"
        for name, start, stop in BOUTS
    ]
    return _text("boris-aggregated", "".join(rows), kind="-headless")


def boris_packed() -> Whole:
    plain = _written(_format("boris-project"))
    return Whole("boris-project.gz", plain.plugin, gzip.compress(plain.content, mtime=0))


def bento_seconds() -> Whole:
    lines = ["Bento annotation file", "Movie file(s): clip.mp4", "", "Annotation start time: 0.04"]
    lines += ["Annotation stop time: 4.0", "Annotation framerate: 25.0", "", "List of channels:", "Ch1", ""]
    lines += ["List of annotations:", *NAMES, "", "Ch1----------"]
    for behaviour in NAMES:
        lines += [f">{behaviour}", "Start\tStop\tDuration"]
        own = [(start, stop) for name, start, stop in BOUTS if name == behaviour]
        lines += [f"{(a + 1) / RATE:.2f}\t{b / RATE:.2f}\t{(b - a) / RATE:.2f}" for a, b in own] + [""]
    return _text("bento-annot", "\n".join(lines) + "\n", kind="-seconds")


def caltech() -> Whole:
    head = "Caltech Behavior Annotator - Annotation File\n\nConfiguration file:\ngroom\tg\nrear\tr\nother\to\n\n"
    head += "S1:\tstart\tend\ttype\n-----------------\n"
    states = [_state(frame) or "other" for frame in range(N_FRAMES)]
    edges = [0, *(at for at in range(1, N_FRAMES) if states[at] != states[at - 1]), N_FRAMES]
    rows = [f"{a + 1} {b} {states[a]}\n" for a, b in pairwise(edges)]
    return _text("caltech-txt", head + "".join(rows))


def solomon() -> Whole:
    rows = [f"{_seconds(at).replace('.', ',')};{_state(at)};on\n" for at in range(N_FRAMES)]
    names = ("What: groom", "What: rear", "Light: on")
    marks = np.column_stack([LABELS.marks, np.ones(N_FRAMES, dtype=np.int8)])
    return _text("solomon-csv", "Time;What;Light\n" + "".join(rows), Labels(marks, names, RATE))


def ethovision_rows() -> list[list[str]]:
    rows = [["Number of header lines:", "5"], ["Arena name", "Arena 1"], ["Trial name", "clip"]]
    rows += [["Trial time", "Recording time", "groom(Mutually exclusive)", "rear(Mutually exclusive)"]]
    rows += [["s", "s", "", ""]]
    return rows + [[_seconds(at), _seconds(at), *map(str, marks)] for at, marks in enumerate(LABELS.marks.tolist())]


def ethovision() -> Whole:
    return _text("ethovision", "".join(";".join(f'"{cell}"' for cell in row) + "\n" for row in ethovision_rows()))


def ethovision_log() -> Whole:
    events = [(at, name, kind) for name, *ends in BOUTS for at, kind in zip(ends, ("start", "stop"), strict=True)]
    events.sort(key=lambda event: (event[0], event[2] == "start"))
    rows = [f"{_seconds(at)},{name},state {kind}\n" for at, name, kind in events]
    return _text("ethovision-log", "Recording time,Behavior,Event\n" + "".join(rows))


def simba() -> Whole:
    rows = [f"{at},1.5,{at}.25,0.9,{g},{r}\n" for at, (g, r) in enumerate(LABELS.marks.tolist())]
    return _text("simba-csv", ",Nose_x,Nose_y,Nose_p,groom,rear\n" + "".join(rows), classifiers=NAMES)


def calms21() -> Whole:
    vocabulary = {"other": 0, "groom": 1, "rear": 2}
    said = [vocabulary[_state(at) or "other"] for at in range(N_FRAMES)]
    sequence = {"annotations": said, "metadata": {"vocab": vocabulary, "fps": RATE}}
    return _text("calms21-json", json.dumps({"annotator-id_0": {"task1/clip": sequence}}))


def feral_single() -> Whole:
    classes = {"0": "other", "1": "groom", "2": "rear"}
    said = [("", "groom", "rear").index(_state(at)) for at in range(N_FRAMES)]
    file = {"class_names": classes, "is_multilabel": False, "labels": {"clip.mp4": said}, "splits": {}}
    return _text("feral-json", json.dumps(file), kind="-single")


def cvat() -> Whole:
    tracks = [
        f'<track id="{at}" label="{name}"><box frame="{start}" outside="0"/><box frame="{stop}" outside="1"/></track>'
        for at, (name, start, stop) in enumerate(BOUTS)
    ]
    meta = "<task><start_frame>0</start_frame><stop_frame>99</stop_frame></task><source>clip.mp4</source>"
    return _text("cvat-xml", f"<annotations><meta>{meta}</meta>{''.join(tracks)}</annotations>")


def elan_texts() -> Whole:
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="{at}{end}" TIME_VALUE="{frame * 40}"/>'
        for at, (_, *ends) in enumerate(BOUTS)
        for end, frame in zip("ab", ends, strict=True)
    )
    said = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="n{at}" TIME_SLOT_REF1="{at}a" TIME_SLOT_REF2="{at}b">'
        f"<ANNOTATION_VALUE>{name}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for at, (name, *_) in enumerate(BOUTS)
    )
    text = f'<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER><TIER TIER_ID="mouse">{said}</TIER>'
    return _text("elan", f'<?xml version="1.0" encoding="UTF-8"?>\n{text}</ANNOTATION_DOCUMENT>\n', kind="-texts")


def anvil() -> Whole:
    said = "".join(
        f'<el index="{at}" start="{start / RATE:.2f}" end="{stop / RATE:.2f}">\n'
        f'<attribute name="what">{name}</attribute>\n</el>\n'
        for at, (name, start, stop) in enumerate(BOUTS)
    )
    head = '<head><specification src="spec.xml" /><video src="clip.mp4" master="true" /></head>'
    body = f'<body>\n<track name="mouse" type="primary">\n{said}</track>\n</body>'
    return _text("anvil", f'<?xml version="1.0" encoding="UTF-8"?>\n<annotation>{head}{body}</annotation>\n')


def via_project() -> Whole:
    segments = {
        f"1_{at}": {
            "vid": "1",
            "flg": 0,
            "z": [start / RATE, stop / RATE],
            "xy": [],
            "av": {"1": str(NAMES.index(name))},
        }
        for at, (name, start, stop) in enumerate(BOUTS)
    }
    project = {
        "project": {"pname": "clip"},
        "attribute": {"1": {"aname": "TEMPORAL-SEGMENTS", "options": dict(zip("01", NAMES, strict=True))}},
        "file": {"1": {"fid": "1", "fname": "clip.mp4"}},
        "view": {"1": {"fid_list": ["1"]}},
        "metadata": segments,
    }
    return _text("via3", json.dumps(project), kind="-project")


def labgym_rows() -> list[list[str]]:
    rows = [[_seconds(at), f"['{_state(at)}', 0.98]" if _state(at) else "['NA', -1]"] for at in range(N_FRAMES)]
    return [["time/ID", "0"], *rows]


def labgym() -> Whole:
    return _text("labgym", "".join(";".join(row) + "\n" for row in labgym_rows()))


def jwatcher() -> Whole:
    """Each key lasts until the next, so that what lies between bouts has one, too."""
    keys = [(_state(at) or "none") for at in range(N_FRAMES)]
    edges = [at for at in range(N_FRAMES) if at == 0 or keys[at] != keys[at - 1]]
    rows = [f"{at * 40}, {keys[at][0]}\n" for at in edges]
    marks = np.array([[key.startswith(letter) for letter in "ngr"] for key in keys], dtype=np.int8)
    text = "FirstLineOfData=3\n#-----\n#BEGIN DATA\n" + "".join(rows) + "4000, EOF\n"
    return _text("jwatcher", text, Labels(marks, ("n", "g", "r"), RATE), lasts="until-next")


def ava() -> Whole:
    rows = "clip,0,0.1,0.2,0.5,0.6,7,0\nclip,1,0.1,0.2,0.5,0.6,7,0\nclip,3,0.1,0.2,0.5,0.6,12,0\n"
    marks = painted([("7", 0, 50), ("12", 75, 100)], ("7", "12"))
    return _text("ava-csv", rows, Labels(marks, ("7", "12"), RATE))


_TEXTS: tuple[Callable[[], Whole], ...] = (
    *(boris_binary, boris_old, boris_headless, boris_packed, bento_seconds, caltech, solomon, ethovision),
    *(ethovision_log, simba, calms21, feral_single, cvat, elan_texts, anvil, via_project, labgym, jwatcher, ava),
)


def lmt() -> Whole:
    events = [(name, start + 1, stop, 1) for name, start, stop in BOUTS]
    return Whole("lmt", _format("lmt"), database(events, range(1, N_FRAMES + 1), ["m1"]), LABELS)


def _cells(*values: Any) -> NDArray[np.object_]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _matlab(name: str, variables: dict[str, Any], labels: Labels, version: str) -> Whole:
    """As MATLAB's `save` writes it, by default or as HDF5."""
    from scipy.io import savemat

    if version == "7.3":
        return Whole(f"{name}-7.3", _format(name), matlab73(variables), labels)
    file = io.BytesIO()
    savemat(file, variables)
    return Whole(name, _format(name), file.getvalue(), labels)


def jaaba_scores(version: str = "5") -> Whole:
    spans = find_runs(LABELS.marks[:, 0] == 1).astype(float) + 1
    said = {"tStart": [1], "tEnd": [N_FRAMES], "t0s": _cells(spans[:, 0]), "t1s": _cells(spans[:, 1])}
    variables = {"allScores": said, "behaviorName": "groom"}
    return _matlab("jaaba-scores", variables, Labels(LABELS.marks[:, :1], NAMES[:1], RATE), version)


def jaaba_labels(version: str = "5") -> Whole:
    said = {
        "flies": 1.0,
        "names": _cells(*(name for name, *_ in BOUTS)),
        "t0s": [float(start + 1) for _, start, _ in BOUTS],
        "t1s": [float(stop + 1) for *_, stop in BOUTS],
    }
    return _matlab("jaaba-labels", {"x": {"expDirNames": _cells("clip"), "labels": said}}, LABELS, version)


_MATLAB: tuple[Callable[[], Whole], ...] = (
    *(jaaba_scores, jaaba_labels, partial(jaaba_scores, "7.3"), partial(jaaba_labels, "7.3")),
)


def _workbooks() -> Iterator[Whole]:
    """Tables as sheets of any kind, where what writes them is installed."""
    sheets = {
        "bouts-csv": _cells_of_text("bouts-csv", ","),
        "boris-tsv": _cells_of_text("boris-tsv", "\t"),
        "boris-aggregated": _cells_of_text("boris-aggregated", "\t"),
        "ethovision": ethovision_rows(),
        "labgym": labgym_rows(),
    }
    kinds = (
        *(("openpyxl", ".xlsx", workbooks.as_xlsx), ("xlwt", ".xls", workbooks.as_xls)),
        *(("odf", ".ods", workbooks.as_ods), ("html", ".html", workbooks.as_html)),
    )
    for library, suffix, save in kinds:
        if _has(library):
            for name, rows in sheets.items():
                cells = [[_number_or_text(cell) for cell in row] for row in rows]
                yield Whole(f"{name}{suffix}", _format(name), save(cells))


def _cells_of_text(name: str, separator: str) -> list[list[str]]:
    """A text table that deg writes, as rows of a sheet."""
    text = _written(_format(name)).content.decode()
    return [line.split(separator) for line in text.splitlines()]


def _number_or_text(cell: Any) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell
