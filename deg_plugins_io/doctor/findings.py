"""What facts about a video mean: what is wrong with it, what deg does about it, and what a person can do.

Each rule looks at one thing, and says it in words that need no knowledge of video files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deg_plugins_io.doctor.facts import VideoFacts

Level = Literal["note", "warning", "error"]

_UNEVEN = 1.5
"""An interval between frames that is longer than so many usual ones has lost a frame."""
_MANY_REPEATED = 0.02
"""Share of frames that repeat the one before, above which it is no longer an animal that holds still."""
_STATE_LENGTH = {"matroska,webm", "asf", "mxf", "flv"}
"""Containers that count no frames, but write down how long they are when the recording ends."""
_SUFFIXES = {
    "mov,mp4,m4a,3gp,3g2,mj2": (".mp4", ".mov", ".m4v", ".3gp", ".3g2", ".qt", ".f4v"),
    "matroska,webm": (".mkv", ".webm", ".mk3d"),
    "avi": (".avi", ".divx"),
    "mpegts": (".ts", ".mts", ".m2ts", ".m2t", ".tod"),
    "mpeg": (".mpg", ".mpeg", ".vob", ".mod"),
    "asf": (".wmv", ".asf"),
    "flv": (".flv", ".f4v"),
}
"""By container, the usual one first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a video that is worth knowing.

    Attributes:
        kind: A short name, for programs.
        level: `note`: deg deals with it, nothing is lost. `warning`: results can be others than for a sound video.
            `error`: it cannot be read.
        what: What was found, one sentence.
        deg: What deg does about it.
        fix: What a person can do.
    """

    kind: str
    level: Level
    what: str
    deg: str
    fix: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What deg's reader makes of the same file.

    Attributes:
        n_frames: Frames that the reader counts.
        frames_per_second: Mean rate, Hz.
        times_s: When each frame was taken, seconds since the first; shape (T,).
    """

    n_frames: int
    frames_per_second: float
    times_s: NDArray[np.float64]


def find(path: Path, facts: VideoFacts, reading: Reading) -> list[Finding]:
    """Everything worth saying about a video, the worst first."""
    found = [finding for rule in _RULES for finding in rule(path, facts, reading)]
    return sorted(found, key=lambda each: ("error", "warning", "note").index(each.level))


def _sizes(path: Path, facts: VideoFacts, _: Reading) -> Iterator[Finding]:
    if len(facts.sizes) > 1:
        listed = ", then ".join(f"{width} x {height}" for width, height in facts.sizes[:3])
        yield Finding(
            "size-changes",
            "error",
            f"the size of the pictures changes: {listed}",
            "refuses the first frame of another size",
            f"give all the same size: {_command(path, '-vf scale={}:{}'.format(*facts.sizes[0]))}",
        )


def _missing(_: Path, facts: VideoFacts, reading: Reading) -> Iterator[Finding]:
    expected = facts.stated_frames - facts.n_hidden
    if facts.stated_frames and facts.n_frames < expected:
        yield Finding(
            "frames-missing",
            "warning",
            f"{expected - facts.n_frames} of {expected} frames are missing or do not decode",
            f"reads {reading.n_frames} frames, and refuses those among them that do not decode",
            "it was cut or damaged: copy it again from the camera; labels made on a whole copy do not fit this one",
        )
    elif facts.stated_frames and facts.n_frames > expected:
        yield Finding(
            "frames-added",
            "warning",
            f"{facts.n_frames} frames decode, where the file says {expected}",
            "reads all that decode",
            "a part may be there twice, or recording went on after the count was written: compare it with the original",
        )
    elif facts.demuxer in _STATE_LENGTH and facts.stated_duration_s is not None:
        lacks = facts.stated_duration_s - float(reading.times_s[-1]) - 1 / reading.frames_per_second
        if lacks > 2.5 / reading.frames_per_second:  # two frames are within what writers round
            yield Finding(
                "frames-missing",
                "warning",
                f"the file promises {facts.stated_duration_s:.2f} s, of which {lacks:.2f} s are not there",
                f"reads the {reading.n_frames} frames that are there",
                "it was cut, or its sound is longer than its pictures: compare it with the original",
            )


def _damage(path: Path, facts: VideoFacts, _: Reading) -> Iterator[Finding]:
    if facts.n_damaged or facts.n_corrupt or facts.complaints:
        said = f" (FFmpeg: {'; '.join(facts.complaints)})" if facts.complaints else ""
        n_bad = facts.n_damaged + facts.n_corrupt
        places = f"{n_bad} place{'s' * (n_bad != 1)}" if n_bad else "some place"
        yield Finding(
            "damaged",
            "warning",
            f"the file is damaged in {places}{said}",
            "shows what decodes, which may be smeared or stand still, and refuses a frame that does not decode",
            f"copy it again; if this is all there is, write it anew: {_command(path)}",
        )


def _lost_between(path: Path, _: VideoFacts, reading: Reading) -> Iterator[Finding]:
    gaps = np.diff(reading.times_s)
    if len(gaps) < 2:
        return
    usual = float(np.median(gaps))
    lost = np.round(gaps[gaps > _UNEVEN * usual] / usual) - 1
    if len(lost):
        yield Finding(
            "frames-dropped",
            "warning",
            f"about {int(lost.sum())} frames were never recorded or are lost, in {len(lost)} gaps of up to "
            f"{gaps.max():.3f} s (usual: {usual:.4f} s)",
            "knows the time of every frame, so labels in seconds stay right; networks see no gap",
            f"if labels were made in a program that fills gaps, fill them too: {_command(path, '-vsync cfr')}",
        )
    elif gaps.max() - gaps.min() > 0.1 * usual + 2e-3:
        yield Finding(
            "variable-rate",
            "note",
            f"the rate varies: frames are {gaps.min() * 1e3:.1f} to {gaps.max() * 1e3:.1f} ms apart",
            "knows the time of every frame, so labels in seconds stay right",
            f"nothing, unless another program needs an even rate: {_command(path, '-vsync cfr')}",
        )


def _stamps(path: Path, facts: VideoFacts, _: Reading) -> Iterator[Finding]:
    if not facts.has_time_stamps:
        yield Finding(
            "no-time-stamps",
            "note",
            "a raw stream: the file holds no times",
            "takes frames as evenly spaced, at the rate of the codec or of the reader's setting `frames_per_second`",
            f"make sure of the rate; to keep it in the file: {_command(path, '-c copy')}",
        )
        return
    stamps = np.array([np.nan if stamp is None else stamp for stamp in facts.times_s])
    if facts.demuxer == "avi" or not len(stamps):  # avi numbers packets, which is no time of theirs
        return
    steps = np.diff(stamps)
    counts = (
        (int((steps == 0).sum()), "the same time"),
        (int((steps < 0).sum()), "a time before that of the one before"),
    )
    for n_frames, what in (*counts, (int(np.isnan(stamps).sum()), "no time")):
        if n_frames:
            yield Finding(
                "bad-times",
                "warning",
                f"{n_frames} frames have {what}",
                "does not trust the times of this file: counts frames, and takes them as evenly spaced",
                f"give it new times: {_command(path, '-vf setpts=N/FRAME_RATE/TB')}",
            )


def _repeated(path: Path, facts: VideoFacts, _: Reading) -> Iterator[Finding]:
    if facts.n_repeated:
        share = facts.n_repeated / max(1, facts.n_frames)
        yield Finding(
            "repeated-frames",
            "warning" if share > _MANY_REPEATED else "note",
            f"{facts.n_repeated} frames ({share:.1%}) repeat the one before to the last bit",
            "keeps them; where there are many, the camera was slower than the file says, and motion stands still there",
            f"to leave them out, before labelling: {_command(path, '-vf mpdecimate -vsync vfr')}",
        )


def _interlaced(path: Path, facts: VideoFacts, _: Reading) -> Iterator[Finding]:
    if facts.n_interlaced:
        yield Finding(
            "interlaced",
            "warning",
            f"{facts.n_interlaced} frames are interlaced: every second line was taken at another time",
            "shows both half pictures at once, so that what moves has combs at its edges",
            f"make whole pictures of them: {_command(path, '-vf bwdif')}",
        )


def _depth(_path: Path, facts: VideoFacts, _: Reading) -> Iterator[Finding]:
    if facts.bits <= 8:
        return
    if not facts.is_grey:
        yield Finding(
            "deep-colour", "note", f"{facts.bits} bits a sample", "makes 8 bits of them, as players do", "nothing"
        )
        return
    highest = facts.highest or 0
    filled = max(8, highest.bit_length())
    is_dark = facts.bits > filled
    yield Finding(
        "deep-grey",
        "warning" if is_dark else "note",
        f"grey pictures of {facts.bits} bits, of which {filled} are used (highest value {highest})",
        "keeps the upper 8 bits of all, by one rule for all frames" + (", so that these are dark" * is_dark),
        f"say how many are filled: `video: {{settings: {{bit_depth: {16 - facts.bits + filled}}}}}` in project.yaml"
        if is_dark
        else "nothing",
    )


def _picture(_path: Path, facts: VideoFacts, _: Reading) -> Iterator[Finding]:
    if facts.quarter_turns:
        degrees = 90 * facts.quarter_turns
        yield Finding(
            "rotated", "note", f"pictures are stored lying, to be turned by {degrees} degrees", "turns them", "nothing"
        )
    if facts.width % 2 or facts.height % 2:
        yield Finding(
            "odd-size", "note", f"an odd size: {facts.width} x {facts.height}", "reads it as it is", "nothing"
        )
    if facts.has_alpha:
        yield Finding("alpha", "note", "pixels may be transparent", "leaves transparency out", "nothing")
    if abs(facts.pixel_aspect - 1) > 0.01:
        yield Finding(
            "pixel-aspect",
            "note",
            f"pixels are not square: {facts.pixel_aspect:.3f} times as wide as high",
            "reads pixels as they are stored, so that animals look squeezed",
            "nothing, if all videos of the project are alike",
        )


def _container(path: Path, facts: VideoFacts, _: Reading) -> Iterator[Finding]:
    usual = _SUFFIXES.get(facts.demuxer)
    if usual is not None and path.suffix.lower() not in usual:
        yield Finding(
            "wrong-suffix",
            "note",
            f"the name ends in {path.suffix or 'nothing'}, the content is {facts.container}",
            "goes by the content",
            f"rename it, so that other programs do too: {path.stem}{usual[0]}",
        )
    if facts.n_hidden:
        yield Finding(
            "edit-list",
            "note",
            f"{facts.n_hidden} frames are hidden by an edit list, as when a video was trimmed without encoding it",
            "leaves them out, as players do; frame 0 is the first one shown",
            f"other programs may count from the hidden ones; to get rid of them: {_command(path)}",
        )
    if not facts.stated_frames:
        yield Finding(
            "no-frame-count",
            "note",
            "the file does not say how many frames it has",
            "counts them",
            "nothing",
        )
    if facts.stated_duration_s is None and facts.has_time_stamps:
        yield Finding(
            "no-index",
            "note",
            "the file has no index or length: recording may not have been ended properly",
            "finds frames by reading the file through",
            f"to give it one: {_command(path, '-c copy')}",
        )
    if facts.n_video_streams > 1:
        yield Finding(
            "several-videos",
            "warning",
            f"the file holds {facts.n_video_streams} videos",
            "reads the first one",
            f"to get another one: {_command(path, '-map 0:v:1 -c copy')}",
        )


def _command(path: Path, options: str = "-c:v libx264 -crf 15") -> str:
    """A command for FFmpeg that writes a file beside this one; whatever is copied as it is fits into mkv."""
    suffix = ".mkv" if options.endswith("-c copy") else ".mp4"
    return f'ffmpeg -i "{path.name}" {options} "{path.stem}-mended{suffix}"'


_RULES: tuple[Callable[[Path, VideoFacts, Reading], Iterator[Finding]], ...] = (
    _sizes,
    _missing,
    _damage,
    _lost_between,
    _stamps,
    _repeated,
    _interlaced,
    _depth,
    _picture,
    _container,
)
