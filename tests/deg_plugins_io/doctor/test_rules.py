"""Each rule by itself, on a sound video of 20 frames in which one thing is another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deg_plugins_io.doctor.facts import VideoFacts
from deg_plugins_io.doctor.findings import Finding, Reading, find

TIMES_S = np.arange(20) / 25
SOUND = VideoFacts(
    container="QuickTime / MOV",
    demuxer="mov,mp4,m4a,3gp,3g2,mj2",
    codec="H.264",
    pixel_format="yuv420p",
    bits=8,
    is_grey=False,
    has_alpha=False,
    width=48,
    height=32,
    quarter_turns=0,
    pixel_aspect=1.0,
    sizes=((48, 32),),
    stated_rate=25.0,
    stated_frames=20,
    stated_duration_s=0.8,
    n_packets=20,
    n_hidden=0,
    n_frames=20,
    n_damaged=0,
    n_corrupt=0,
    complaints=(),
    times_s=tuple(TIMES_S.tolist()),
    has_time_stamps=True,
    n_interlaced=0,
    n_repeated=0,
    highest=None,
    n_video_streams=1,
    sound="",
)
UNCOUNTED = {"demuxer": "matroska,webm", "stated_frames": 0}
GREY = {"is_grey": True, "pixel_format": "gray12le", "bits": 12}


def found(name: str = "clip.mp4", read_s=TIMES_S, **changes) -> list[Finding]:
    """What is said if its frames are read at such times."""
    rate = (len(read_s) - 1) / float(read_s[-1])
    return find(Path(name), replace(SOUND, **changes), Reading(len(read_s), rate, np.asarray(read_s)))


def kinds(*arguments, **changes) -> list[str]:
    return [finding.kind for finding in found(*arguments, **changes)]


@pytest.mark.parametrize("name", ["clip.mp4", "CLIP.MP4", "clip.mov"])
def test_of_a_sound_video_nothing_is_said(name):
    assert kinds(name) == []


@pytest.mark.parametrize(
    ("changes", "kind", "level", "what"),
    [
        (
            {"sizes": ((48, 32), (40, 30))},
            "size-changes",
            "error",
            "the size of the pictures changes: 48 x 32, then 40 x 30",
        ),
        ({"n_frames": 19}, "frames-missing", "warning", "1 of 20 frames are missing or do not decode"),
        ({"n_frames": 21}, "frames-added", "warning", "21 frames decode, where the file says 20"),
        ({"n_damaged": 1}, "damaged", "warning", "the file is damaged in 1 place"),
        ({"n_damaged": 1, "n_corrupt": 2}, "damaged", "warning", "the file is damaged in 3 places"),
        (
            {"complaints": ("h264: no frame!", "h264: odd")},
            "damaged",
            "warning",
            "the file is damaged in some place (FFmpeg: h264: no frame!; h264: odd)",
        ),
        ({"n_repeated": 1}, "repeated-frames", "warning", "1 frames (5.0%) repeat the one before to the last bit"),
        (
            {"n_repeated": 2, "n_frames": 100, "stated_frames": 100},
            "repeated-frames",
            "note",
            "2 frames (2.0%) repeat the one before to the last bit",
        ),
        (
            {"n_interlaced": 3},
            "interlaced",
            "warning",
            "3 frames are interlaced: every second line was taken at another time",
        ),
        ({"bits": 10}, "deep-colour", "note", "10 bits a sample"),
        (
            {**GREY, "highest": 2048},
            "deep-grey",
            "note",
            "grey pictures of 12 bits, of which 12 are used (highest value 2048)",
        ),
        (
            {**GREY, "highest": 3},
            "deep-grey",
            "warning",
            "grey pictures of 12 bits, of which 8 are used (highest value 3)",
        ),
        ({"quarter_turns": 3}, "rotated", "note", "pictures are stored lying, to be turned by 270 degrees"),
        ({"width": 47}, "odd-size", "note", "an odd size: 47 x 32"),
        ({"height": 31}, "odd-size", "note", "an odd size: 48 x 31"),
        ({"pixel_aspect": 0.9}, "pixel-aspect", "note", "pixels are not square: 0.900 times as wide as high"),
        ({"pixel_aspect": 1.333}, "pixel-aspect", "note", "pixels are not square: 1.333 times as wide as high"),
        ({"stated_frames": 0}, "no-frame-count", "note", "the file does not say how many frames it has"),
        ({"n_video_streams": 2}, "several-videos", "warning", "the file holds 2 videos"),
        (
            {"n_hidden": 2, "stated_frames": 22},
            "edit-list",
            "note",
            "2 frames are hidden by an edit list, as when a video was trimmed without encoding it",
        ),
        ({"times_s": (0.04, *SOUND.times_s[1:])}, "bad-times", "warning", "1 frames have the same time"),
        (
            {"times_s": (0.06, *SOUND.times_s[1:])},
            "bad-times",
            "warning",
            "1 frames have a time before that of the one before",
        ),
        ({"times_s": (None, None, *SOUND.times_s[2:])}, "bad-times", "warning", "2 frames have no time"),
    ],
)
def test_one_thing_is_one_finding(changes, kind, level, what):
    (finding,) = found(**changes)
    assert (finding.kind, finding.level, finding.what) == (kind, level, what)


@pytest.mark.parametrize(("highest", "setting"), [(1023, 14), (1024, 15), (0, 12), (None, 12)])
def test_the_setting_for_dark_grey_counts_from_16_bits_as_frames_are_read(highest, setting):
    (finding,) = found(**GREY, highest=highest)
    assert f"{{bit_depth: {setting}}}" in finding.fix


def test_packets_are_numbered_in_avi_which_is_no_time_of_theirs():
    assert kinds("clip.avi", demuxer="avi", times_s=(0.0,) * 20) == []


def test_without_an_index_and_times_only_the_times_are_missed():
    assert kinds(stated_duration_s=None) == ["no-index"]
    assert kinds(stated_duration_s=None, has_time_stamps=False) == ["no-time-stamps"]


@pytest.mark.parametrize(("n_frames", "lacks"), [(20, None), (18, None), (17, "0.12"), (2, "0.72")])
def test_two_frames_less_than_a_length_promises_are_rounding_and_three_are_not(n_frames, lacks):
    said = found("clip.mkv", TIMES_S[:n_frames], **UNCOUNTED, n_frames=n_frames)
    missing = [finding.what for finding in said if finding.kind == "frames-missing"]
    assert missing == ([] if lacks is None else [f"the file promises 0.80 s, of which {lacks} s are not there"])


@pytest.mark.parametrize("n_lost", [1, 2])
def test_a_single_lost_frame_is_a_gap(n_lost):
    (finding,) = found("clip.mp4", np.delete(np.arange(20 + n_lost), range(7, 7 + n_lost)) / 25)
    assert (finding.kind, finding.level) == ("frames-dropped", "warning")
    assert finding.what == (
        f"about {n_lost} frames were never recorded or are lost, in 1 gaps of up to {0.04 * (1 + n_lost):.3f} s "
        "(usual: 0.0400 s)"
    )


@pytest.mark.parametrize(("late_ms", "said"), [(2.5, []), (3.5, ["variable-rate"])])
def test_a_rate_varies_by_more_than_a_clock_that_trembles(late_ms, said):
    assert kinds("clip.mp4", TIMES_S + np.arange(20) % 2 * late_ms / 1000) == said


def test_two_frames_have_no_usual_gap():
    assert kinds("clip.mp4", [0.0, 3.0]) == []


def test_the_worst_comes_first():
    said = found(has_alpha=True, n_video_streams=2, quarter_turns=1, sizes=((48, 32), (40, 30)))
    assert [finding.level for finding in said] == ["error", "warning", "note", "note"]


def test_commands_copy_into_mkv_and_encode_into_mp4():
    (several,) = found(n_video_streams=2)
    assert several.fix.endswith('ffmpeg -i "clip.mp4" -map 0:v:1 -c copy "clip-mended.mkv"')
    (interlaced,) = found(n_interlaced=2)
    assert interlaced.fix.endswith('ffmpeg -i "clip.mp4" -vf bwdif "clip-mended.mp4"')


@pytest.mark.parametrize(
    ("name", "demuxer", "fix"),
    [("clip.avi", "matroska,webm", "clip.mkv"), ("clip", "avi", "clip.avi"), ("clip.mkv", SOUND.demuxer, "clip.mp4")],
)
def test_a_name_that_ends_in_what_it_is_not_gets_the_usual_ending(name, demuxer, fix):
    (finding,) = found(name, demuxer=demuxer)
    assert finding.kind == "wrong-suffix"
    assert finding.fix.endswith(f": {fix}")
