"""Files that are called videos and are something else, or are videos in odd ways; with what is to become of each."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import h5py
import numpy as np
from video_kinds import picture_frames

Make = Callable[[Path, "Wholes"], object]


class Wholes(dict[str, bytes]):
    """Contents of sound videos by the name of their kind."""


def odd_files(folder: Path, wholes: Wholes) -> Iterator[tuple[Path, str]]:
    """Write each file, and say how it is to end: `whole`, `said`, `refused`, `any` of them,
    or that and `longer` than it was, which for a stream that was joined is right.
    """
    yield from _no_videos(folder / "none", wholes)
    yield from _named_otherwise(folder / "names", wholes)
    yield from _hostile_names(folder / "hostile", wholes)
    yield from _joined(folder / "joined", wholes)
    yield from _oversized(folder / "oversized", wholes)
    if sys.platform != "win32":
        yield from _special(folder / "special", wholes)


def _written(folder: Path, name: str, content: bytes, end: str) -> tuple[Path, str]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path, end


def _no_videos(folder: Path, wholes: Wholes) -> Iterator[tuple[Path, str]]:
    still = cv2.imencode(".png", picture_frames((32, 48))[0])[1].tobytes()
    jpeg = cv2.imencode(".jpg", picture_frames((32, 48))[0])[1].tobytes()
    (folder / "beside").mkdir(parents=True)
    beside = folder / "beside" / "whole.mp4"
    beside.write_bytes(wholes["h264.mp4"])
    noise = np.random.default_rng(0).bytes(5000)
    contents: dict[str, bytes] = {
        "empty": b"",
        "one byte": b"\0",
        "one letter": b"a",
        "zeros": bytes(20_000),
        "ones": b"\xff" * 20_000,
        "noise": noise,
        "text": b"frame,groom\n0,1\n" * 100,
        "UTF-16": "Tier,Verhalten\r\n".encode("utf-16") * 100,
        "page": b"<!doctype html><html><body>404 not found</body></html>",
        "json": b'{"video": "mouse.mp4"}',
        "yaml bomb": b"a: &a [x]\nb: &b [*a, *a, *a, *a]\n",
        "zip": b"PK\x03\x04" + noise,
        "gzip": b"\x1f\x8b" + noise,
        "pdf": b"%PDF-1.7\n" + noise,
        "still": still,
        "photograph": jpeg,
        "bare ftyp": struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0),
        "bare mdat": wholes["h264.mp4"][:48],
        "riff": b"RIFF\xff\xff\xff\xffAVI LIST",
        "ebml": b"\x1a\x45\xdf\xa3\xff\xff\xff\xff\xff\xff\xff\xff",
        "playlist": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{beside}\n#EXT-X-ENDLIST\n".encode(),
        "network playlist": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "script": b"ffconcat version 1.0\nfile beside/whole.mp4\n",
        "session": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        "subtitles": b"1\n00:00:00,000 --> 00:00:01,000\ngroom\n" * 20,
        "norpix": b"\xed\xfe\x00\x00" + noise,
    }
    for name, content in contents.items():
        for suffix in (".mp4", ".avi", ".txt"):
            yield _written(folder, name + suffix, content, "refused")
    array = folder / "array.mp4"
    with h5py.File(array, "w") as file:
        file["frames"] = picture_frames((32, 48))
    yield array, "refused"
    np.save(folder / "array.npy", picture_frames((32, 48)))
    yield folder / "array.npy", "refused"
    for name in ("folder.mp4", "folder.h5", "folder"):
        (folder / name).mkdir()
        yield folder / name, "refused"
    yield folder / "nothing.mp4", "refused"


def _named_otherwise(folder: Path, wholes: Wholes) -> Iterator[tuple[Path, str]]:
    suffixes = {"h264.mp4": ".avi", "ffv1.avi": ".mp4", "h264.mkv": ".mov", "h264.ts": ".mpg", "mpeg2.mpg": ".mp4"}
    suffixes |= {"wmv2.wmv": ".avi", "flv1.flv": ".mp4", "vp8.webm": ".mkv", "h264.mov": ".xyz", "mpeg4.avi": ""}
    suffixes |= {
        "hevc.mp4": ".H5.MP4",
        "mjpeg.avi": ".png",
        "ffv1.mkv": ".txt",
        "h264.mxf": ".PART",
        "ffv1.nut": ".ogv",
    }
    for name, suffix in suffixes.items():
        yield _written(folder, f"{name.split('.')[0]} as{suffix}", wholes[name], "whole")


def _hostile_names(folder: Path, wholes: Wholes) -> Iterator[tuple[Path, str]]:
    names = [
        "line\nbreak.mp4", "tab\t.mp4", " blank.mp4", "blank .mp4 ", "-i.mp4", "--help.mp4", "'quote'.mp4",
        '"quotes".mp4',
        "%03d.mp4", "frame_%d.mp4", "*.mp4", "[0-9].mp4", "a?.mp4", "cam1:mouse.mp4", "concat:a.mp4|b.mp4", "pipe:0",
        "file:a.mp4", "data:text", "http:x.mp4", "subfile,,start,0,end,9,,:a.mp4", "$HOME.mp4", "`id`.mp4", "a;b.mp4",
        "\\back\\slash.mp4", "~.mp4", ".hidden.mp4", "ümläut.mp4", "\N{CJK UNIFIED IDEOGRAPH-9F20}.mp4", "🐁.mp4",
        "a\u0301.mp4", "x" * 240 + ".mp4",
        "a.mp4.mp4", "...mp4", "#1.mp4", "a&b.mp4", "{a}.mp4", "con.mp4",
    ]  # fmt: skip
    if sys.platform == "win32":
        names = [name for name in names if not set(name) & set('\n\t"*?:|\\<>') and name == name.strip(" .")]
    for name in names:
        yield _written(folder, name, wholes["h264.mp4"], "whole")
    if sys.platform == "linux":
        path = os.fsencode(folder) + b"/latin \xe4.mp4"
        with open(path, "wb") as file:  # noqa: PTH123  # a name that is no text
            file.write(wholes["h264.mp4"])
        yield Path(os.fsdecode(path)), "any"


def _joined(folder: Path, wholes: Wholes) -> Iterator[tuple[Path, str]]:
    for name in ("h264.mp4", "h264.mkv", "ffv1.avi", "h264.ts", "mpeg2.mpg", "h264.h264", "flv1.flv", "h264.mov"):
        other = wholes["mjpeg.avi"]
        stem, suffix = name.split(".")
        yield _written(folder, f"{stem} twice.{suffix}", wholes[name] * 2, "longer")
        yield _written(folder, f"{stem} and avi.{suffix}", wholes[name] + other, "any")
        yield _written(folder, f"{stem} after text.{suffix}", b"HTTP/1.1 200 OK\r\n\r\n" + wholes[name], "any")
        yield _written(folder, f"{stem} and zeros.{suffix}", wholes[name] + bytes(5000), "any")


def _oversized(folder: Path, wholes: Wholes) -> Iterator[tuple[Path, str]]:
    """Sizes of pictures in headers, of as many pixels as their format can say."""
    for side in (12_000, 16_000, 30_000, 65_500):
        jpeg = wholes["mjpeg.avi"].replace(struct.pack(">HH", 32, 48), struct.pack(">HH", side, side))
        yield _written(folder, f"mjpeg {side}.avi", jpeg, "any")
        raw = wholes["raw.avi"].replace(struct.pack("<II", 48, 32), struct.pack("<II", side, side))
        yield _written(folder, f"raw {side}.avi", raw, "any")
        lossless = wholes["ffv1.avi"].replace(struct.pack("<II", 48, 32), struct.pack("<II", side, side))
        yield _written(folder, f"ffv1 {side}.avi", lossless, "any")
        y4m = wholes["y4m.y4m"].replace(b"W48 H32", f"W{side} H{side}".encode())
        yield _written(folder, f"raw {side}.y4m", y4m, "refused")
        png = wholes["png.mov"].replace(b"IHDR" + struct.pack(">II", 48, 32), b"IHDR" + struct.pack(">II", side, side))
        yield _written(folder, f"png {side}.mov", png, "any")
        gif = wholes["animation.gif"].replace(struct.pack("<HH", 48, 32), struct.pack("<HH", side, side))
        yield _written(folder, f"gif {side}.gif", gif, "any")


def _special(folder: Path, wholes: Wholes) -> Iterator[tuple[Path, str]]:
    folder.mkdir()
    (folder / "loop.mp4").symlink_to(folder / "loop.mp4")
    (folder / "gone.mp4").symlink_to(folder / "nowhere.mp4")
    (folder / "endless.mp4").symlink_to("/dev/zero")
    (folder / "noise.mp4").symlink_to("/dev/urandom")
    os.mkfifo(folder / "pipe.mp4")
    for name in ("loop", "gone", "endless", "noise", "pipe"):
        yield folder / f"{name}.mp4", "refused"
    whole = folder / "whole.mp4"
    whole.write_bytes(wholes["h264.mp4"])
    (folder / "link.mp4").symlink_to(whole)
    yield folder / "link.mp4", "whole"
