"""The section about videos: what the tests write, read again and compare, and what `deg doctor` says."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests"))

from video_kinds import DECODED_ONLY, KINDS, VideoKind

_HEAD = """\
## Videos

Whatever FFmpeg decodes is read, by its content and not by its suffix. Each row of this table is written, read again and
compared frame by frame by the tests: number of frames, rate, times, and pictures, which are the same to the bit where
nothing is lost, and else within so many grey levels of 255 on average.

| codec | containers | pixels | difference |
|---|---|---|---|
"""
_TAIL = """\

FFmpeg decodes {others} too,
but writes none of them, so they are not tried. 16-bit grey in avi without a codec is read as colours of 15 bits, which
is what such a file says it is. Lists of videos (`.m3u8`, `.sdp`, ffconcat) are refused, nothing on a network is ever
opened, and frames of more than 134 million pixels, or stills of more than 67 million, are refused.
Folders of stills and HDF5 files have readers of their own ([settings](built-in-settings.md)).

`deg doctor VIDEO...` decodes a video from end to end and says what it is, what is wrong with it, what deg does about it
and what you can do. It ends with status 0 if nothing is wrong or deg deals with it, 1 if something was found by which
results can change, 2 if a video cannot be read.

| what may be found | status | what deg does |
|---|---|---|
| variable rate | 0 | knows the time of every frame |
| no time stamps (raw streams) | 0 | takes the rate of the codec, or of `frames_per_second` |
| edit list | 0 | leaves hidden frames out, as players do |
| no index, no length, no number of frames | 0 | reads the file through, and counts what decodes |
| turned picture | 0 | turns it |
| odd size, alpha, pixels that are not square | 0 | reads pixels as they are stored, without transparency |
| more than 8 bits | 0 | keeps the upper 8 by one rule for all frames |
| grey of 16 bits that fills fewer | 1 | reads it dark, until `bit_depth` is set |
| wrong suffix | 0 | goes by the content |
| frames missing at the end, or more of them than stated | 1 | reads and counts what decodes |
| frames lost in between | 1 | knows their times; what is there and does not decode keeps its number and is refused |
| damaged pictures | 1 | shows what FFmpeg makes of them, which may depend on what was read before |
| times repeated, missing or going back | 1 | counts frames, and takes them as evenly spaced |
| frames that repeat the one before | 0, from 2 % on 1 | keeps them |
| interlacing | 1 | shows both half pictures at once |
| several videos in a file | 1 | reads the first |
| a change of size, no rate, no index of an mp4, no video | 2 | refuses it, and says what the file is |

Damage within a picture can only be told where a codec has check sums or its data make no sense. The tests damage
files of 41 kinds in 14 ways: cut, zeroed, bits flipped, pieces swapped and so on. Of those that are read, at most 7 %
are not as they were written without `deg doctor` saying so: other pixels in raw and Huffyuv videos, and streams
(`.ts`, `.h264`, `.y4m`, `.gif`) whose cut end nothing in the file tells.
"""


def videos() -> str:
    """A row per codec, and what `deg doctor` may find."""
    codecs: dict[str, list[VideoKind]] = {}
    for kind in KINDS:
        codecs.setdefault(kind.codec, []).append(kind)
    rows = [_row(codec, kinds) for codec, kinds in sorted(codecs.items())]
    return _HEAD + "\n".join(rows) + "\n" + _TAIL.format(others=", ".join(f"`{codec}`" for codec in DECODED_ONLY))


def _row(codec: str, kinds: list[VideoKind]) -> str:
    suffixes = _listed(kind.suffix for kind in kinds)
    formats = _listed(kind.pix_fmt for kind in kinds)
    losses = sorted({"none" if not kind.loss else f"≤ {kind.loss:g}" for kind in kinds}, reverse=True)
    return f"| {codec} | {suffixes} | {formats} | {', '.join(losses)} |"


def _listed(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in dict.fromkeys(words))
