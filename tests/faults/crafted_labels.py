"""Label files that no accident makes: what a parser would have to think of by itself, one each.

All of them have to be refused, but for those that say otherwise.
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from whole_labels import CLIP, whole

from deg_core.api import Labels, Timeline
from deg_plugins_io.labels.offers import FORMATS


@dataclass(frozen=True)
class Crafted:
    """A file that somebody thought of.

    Attributes:
        plugin: Name of the format.
        make: Gives its content.
        is_odd: Whether it may be read: it says something, if little.
        alone: Whether it is read without its video.
        settings: To read it with.
    """

    plugin: str
    make: Callable[[], bytes | str]
    is_odd: bool = False
    alone: bool = False
    settings: tuple[tuple[str, Any], ...] = ()

    def read(self, path: Path) -> Labels:
        plugin = next(each for each in FORMATS if each.name == self.plugin)
        assert plugin.read is not None
        timeline: Timeline | None = None if self.alone else CLIP
        return plugin.read(path, plugin.settings(**dict(self.settings)), timeline, ())

    def content(self) -> bytes:
        made = self.make()
        return made if isinstance(made, bytes) else made.encode()


def _changed(name: str, old: str, new: str) -> str:
    text = whole(name).content.decode()
    assert text.count(old) >= 1, (name, old)
    return text.replace(old, new, 1)


def _many_bouts(n: int = 100_000) -> str:
    return "start_s,stop_s,behaviour\n" + "".join(f"0.04,0.08,b{at}\n" for at in range(n))


def _many_values(n: int = 60_000) -> str:
    return "Time,What\n" + "".join(f"{at / 100:.2f},b{at}\n" for at in range(n))


def _many_columns(n: int = 100_000) -> str:
    names = ",".join(f"b{at % (n - 1)}" for at in range(n))
    return f"frame,{names}\n0{',0' * n}\n"


def _jabs(start: float = 1, n_frames: int = 100, n_names: int = 1) -> str:
    blocks = [{"start": start, "end": 5, "present": True}]
    file = {"file": "clip.mp4", "num_frames": n_frames, "labels": {"0": {f"b{at}": blocks for at in range(n_names)}}}
    return json.dumps(file)


def _elan(inside: str) -> str:
    slots = '<TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="40"/><TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="80"/>'
    return f"<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER>{inside}</ANNOTATION_DOCUMENT>"


def _chain(n: int = 60_000) -> str:
    links = "".join(
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="r{at}" ANNOTATION_REF="r{at + 1}"/></ANNOTATION>'
        for at in range(n)
    )
    last = f'<ALIGNABLE_ANNOTATION ANNOTATION_ID="r{n}" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b"/>'
    return _elan(f'<TIER TIER_ID="groom"><ANNOTATION>{last}</ANNOTATION>{links}</TIER>')


def _tiers(n: int = 60_000) -> str:
    return _elan("".join(f'<TIER TIER_ID="t{at}"/>' for at in range(n)))


def _mat_bomb() -> bytes:
    head = whole("jaaba-scores").content[:128]
    packed = zlib.compress(bytes(1 << 27), 9)
    return head + struct.pack("<II", 15, len(packed)) + packed


def _mat_claims(n: int) -> bytes:
    """A cell array of so many cells, and none of them."""
    flags = struct.pack("<IIII", 6, 8, 1, 0)
    size = struct.pack("<IIii", 5, 8, n, n)
    inside = flags + size + struct.pack("<HH4s", 1, 1, b"x")
    return whole("jaaba-scores").content[:128] + struct.pack("<II", 14, len(inside)) + inside


def _matlab(**variables: Any) -> bytes:
    from scipy.io import savemat

    file = io.BytesIO()
    savemat(file, variables)
    return file.getvalue()


def _scores(start: float, stop: float) -> bytes:
    said = {"tStart": [1.0], "tEnd": [100.0], "t0s": [start], "t1s": [stop]}
    return _matlab(allScores=said, behaviorName="groom")


def _lmt(change: str) -> bytes:
    """A database of Live Mouse Tracker with something else in it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "clip.sqlite")
        path.write_bytes(whole("lmt").content)
        made = sqlite3.connect(path)
        made.executescript(change)
        made.close()
        return path.read_bytes()


_ENDLESS = "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x FROM a) SELECT"
_LMT_VIEW = "CREATE VIEW {0} AS " + _ENDLESS + " {1} FROM a;"
_LMT_COLUMNS = "x ID, 'groom' NAME, x STARTFRAME, x ENDFRAME, x IDANIMALA, x IDANIMALB, x IDANIMALC, x IDANIMALD"


def _gz_bomb(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _only_numbers_of_rows(n: int) -> str:
    return 'Number of header lines:;"' + str(n) + '"\n' + "a;b\n" * 5


_LONG = 100_000

CRAFTED: dict[str, Crafted] = {
    # Times that are none, or without end, where only deg's own pairing may say so.
    "via to infinity": Crafted("via3", partial(_changed, "via3-project", "2.0", "Infinity")),
    "via at nan": Crafted("via3", partial(_changed, "via3-project", "0.52", "NaN")),
    "via beyond all floats": Crafted("via3", partial(_changed, "via3-project", "2.0", "1e999")),
    "label studio to infinity": Crafted("label-studio", partial(_changed, "label-studio", '"end": 50', '"end": 1e999')),
    "boris at nan": Crafted("boris-project", partial(_changed, "boris-project", "0.52", "NaN")),
    "boris at infinity": Crafted("boris-project", partial(_changed, "boris-project", "3.92", "Infinity")),
    "boris rate nan": Crafted("boris-project", partial(_changed, "boris-project", '"clip": 25.0', '"clip": NaN')),
    "boris length nan": Crafted("boris-project", partial(_changed, "boris-project", '"clip": 4.0', '"clip": NaN')),
    "boris aggregated inf": Crafted("boris-aggregated", partial(_changed, "boris-aggregated", "2.000000", "inf")),
    "bento inf": Crafted("bento-annot", partial(_changed, "bento-annot-seconds", "2.00\t", "inf\t")),
    "elan inf": Crafted("elan", partial(_changed, "elan", '"2000"', '"inf"')),
    "vtrace inf": Crafted("vtrace", partial(_changed, "vtrace", "1.960000", "inf")),
    "anvil inf": Crafted("anvil", partial(_changed, "anvil", '"2.00"', '"inf"')),
    "scores to infinity": Crafted("jaaba-scores", partial(_scores, 3.0, float("inf"))),
    "scores at nan": Crafted("jaaba-scores", partial(_scores, float("nan"), 7.0)),
    # Frames between frames.
    "jabs at half a frame": Crafted("jabs-json", partial(_jabs, start=1.5)),
    "jabs at 10 to the 400": Crafted("jabs-json", partial(_jabs, start=10**400)),
    "feral half a class": Crafted("feral-json", partial(_changed, "feral-json-single", " 1,", " 1.7,")),
    "calms21 half a class": Crafted("calms21-json", partial(_changed, "calms21-json", " 1,", " 1.2,")),
    "caltech 400 digits": Crafted("caltech-txt", partial(_changed, "caltech-txt", "14 50", "14 " + "9" * 400)),
    "cvat outside 3": Crafted("cvat-xml", partial(_changed, "cvat-xml", 'outside="1"', 'outside="3"')),
    "cvat 400 digits": Crafted("cvat-xml", partial(_changed, "cvat-xml", 'frame="50"', f'frame="{"9" * 400}"')),
    # Backwards.
    "bouts backwards": Crafted("bouts-csv", lambda: "start_s,stop_s,behaviour\n2,1,groom\n"),
    "bouts before the video": Crafted("bouts-csv", lambda: "start_s,stop_s,behaviour\n-2,1,groom\n"),
    "observer backwards": Crafted("observer", lambda: _observer("State stop", "State start")),
    # Names.
    "a line break in a name": Crafted("bouts-csv", lambda: 'start_s,stop_s,behaviour\n1,2,"a\nb"\n'),
    "a line break in a column": Crafted("deg-csv", lambda: 'frame,"a\nb"\n' + _frames()),
    "an escape in a name": Crafted("via3", lambda: _changed("via3-project", '"groom"', '"\\u001b[31mgroom"')),
    "a zero in a name": Crafted("label-studio", lambda: _changed("label-studio", '"groom"', '"a\\u0000b"')),
    "no name": Crafted("bouts-csv", lambda: "start_s,stop_s,behaviour\n1,2,\n"),
    # So much of something that a loop over all pairs, or a table of all by all, never ends.
    "100,000 behaviours": Crafted("bouts-csv", _many_bouts),
    "60,000 values": Crafted("solomon-csv", _many_values),
    "100,000 columns": Crafted("deg-csv", _many_columns),
    "100,000 columns of background": Crafted("deepethogram-csv", lambda: _many_columns().replace("frame", "", 1)),
    "60,000 links": Crafted("elan", _chain, is_odd=True),
    "60,000 tiers": Crafted("elan", _tiers, is_odd=True),
    "a ring of links": Crafted("elan", lambda: _chain(3).replace('ANNOTATION_REF="r3"', 'ANNOTATION_REF="r0"')),
    "jabs of years": Crafted("jabs-json", partial(_jabs, n_frames=10**12), alone=True),
    "jabs of 1000 behaviours for a day": Crafted("jabs-json", partial(_jabs, n_frames=10**7, n_names=900), alone=True),
    # Patterns that look at a line again from every place in it.
    "audacity digits": Crafted("audacity", lambda: "1\t2\ta\n" + "1" * _LONG + "\n"),
    "bento dashes": Crafted("bento-annot", lambda: f"Bento annotation file\n{'-' * _LONG}x\n", is_odd=True),
    "ethovision blanks": Crafted(
        "ethovision", lambda: f"Number of header lines:;3\na;b{' ' * _LONG}c\n;\n0;0\n", is_odd=True
    ),
    "praat brackets": Crafted("praat-textgrid", lambda: whole("praat-textgrid").content[:150] + b"[" * 500_000),
    "praat quotes": Crafted("praat-textgrid", lambda: whole("praat-textgrid").content[:150] + b'"' * 500_001),
    "praat digits": Crafted("praat-textgrid", lambda: whole("praat-textgrid").content[:150] + b"1" * 500_000 + b"x"),
    "labgym brackets": Crafted("labgym", lambda: "time/ID;0\n0;['" + "a', " * 25_000 + "\n"),
    "vtrace colons": Crafted("vtrace", lambda: f"# trace-meta: behaviors={'%' * _LONG}\n", is_odd=True),
    # Bombs.
    "boris gz of zeros": Crafted("boris-project", lambda: _gz_bomb(bytes(1 << 28))),
    "boris gz of lists": Crafted("boris-project", lambda: _gz_bomb(b"[" + b"[]," * (1 << 23))),
    "boris gz in gz": Crafted("boris-project", lambda: _gz_bomb(_gz_bomb(bytes(1 << 24)))),
    "boris gz cut": Crafted("boris-project", lambda: whole("boris-project.gz").content[:-9]),
    "matlab bomb": Crafted("jaaba-scores", _mat_bomb),
    "matlab claims 10,000 million cells": Crafted("jaaba-scores", partial(_mat_claims, 100_000)),
    "matlab claims 200 million cells": Crafted("jaaba-scores", partial(_mat_claims, 14_000)),
    "matlab claims less than nothing": Crafted("jaaba-scores", partial(_mat_claims, -3)),
    "matlab of a type that is none": Crafted("jaaba-scores", lambda: _other_type(whole("jaaba-scores").content)),
    "lmt of events without end": Crafted(
        "lmt", partial(_lmt, f"DROP TABLE EVENT; {_LMT_VIEW.format('EVENT', _LMT_COLUMNS)}")
    ),
    "lmt of frames without end": Crafted(
        "lmt", partial(_lmt, f"DROP TABLE FRAME; {_LMT_VIEW.format('FRAME', 'x FRAMENUMBER, 0 PAUSED')}")
    ),
    "lmt of years": Crafted("lmt", partial(_lmt, f"INSERT INTO FRAME VALUES ({10**15}, 0, 0);"), alone=True),
    "lmt of frames from nowhere": Crafted("lmt", partial(_lmt, f"INSERT INTO FRAME VALUES ({-(2**63)}, 0, 0);")),
    "lmt of a frame beyond all": Crafted("lmt", partial(_lmt, f"UPDATE EVENT SET ENDFRAME = {2**63 - 1};")),
    "lmt of a frame with a point": Crafted("lmt", partial(_lmt, "UPDATE EVENT SET ENDFRAME = ENDFRAME + 0.5;")),
    "lmt of a name without letters": Crafted("lmt", partial(_lmt, "UPDATE EVENT SET NAME = CAST(x'fffe' AS TEXT);")),
    "lmt of a huge name": Crafted("lmt", partial(_lmt, "UPDATE EVENT SET NAME = hex(zeroblob(5000000));"), is_odd=True),
    "json of one number": Crafted("feral-json", lambda: '{"class_names": ' + "9" * _LONG + "}"),
    # Others.
    "ethovision less than no header": Crafted("ethovision", lambda: _only_numbers_of_rows(-5)),
    "ethovision endless header": Crafted("ethovision", lambda: _only_numbers_of_rows(10**9)),
    "praat of a million tiers": Crafted(
        "praat-textgrid", lambda: _changed("praat-textgrid", "size = 2", f"size = {10**9}")
    ),
    "a pickle": Crafted("calms21-json", lambda: b"\x80\x04\x95cos\nsystem\n"),
    "an old spreadsheet": Crafted("bouts-csv", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)),
}


def _other_type(content: bytes) -> bytes:
    """Numbers of a type with a number that no type has; scipy dies of it, as fuzzing found."""
    tag = struct.pack("<II", 9, 16)
    assert tag in content
    return content.replace(tag, struct.pack("<II", 0x3A31, 16), 1)


def _observer(first: str, last: str) -> str:
    head = "Time_Relative_sf;Behavior;Event_Type\n"
    return f"{head}1,0;groom;{first}\n2,0;groom;{last}\n"


def _frames() -> str:
    return "".join(f"{at},0\n" for at in range(100))
