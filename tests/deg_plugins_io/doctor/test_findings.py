"""What is said of videos as cameras, programs and accidents leave them."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from video_kinds import KINDS, N_FRAMES, write_kind

from deg_plugins_io.doctor.examination import examine

BY_NAME = {kind.name: kind for kind in KINDS}


def said(path: Path, **settings) -> dict[str, tuple[str, str]]:
    diagnosis = examine(path, settings)
    assert all(finding.deg and finding.fix for finding in diagnosis.findings)
    return {finding.kind: (finding.level, finding.what) for finding in diagnosis.findings}


@pytest.fixture
def written(tmp_path):
    return lambda name: write_kind(tmp_path, BY_NAME[name])[0]


@pytest.mark.parametrize("name", ["h264.mp4", "mpeg4.avi", "mjpeg.mov", "ffv1.avi", "prores.mov"])
def test_nothing_is_said_of_a_sound_video_but_its_depth(written, name):
    assert set(said(written(name))) <= {"deep-colour"}


def test_what_it_is_and_what_deg_reads(written):
    diagnosis = examine(written("mpeg4.mov"), {})
    facts = diagnosis.facts
    assert (facts["container"], facts["codec"], facts["pixel_format"]) == (
        "QuickTime / MOV",
        "MPEG-4 part 2",
        "yuv420p",
    )
    assert (facts["width"], facts["height"], facts["bits"], facts["sound"]) == (48, 32, 8, "")
    assert (facts["stated_frames"], facts["n_frames"], facts["n_packets"]) == (N_FRAMES, N_FRAMES, N_FRAMES)
    assert facts["stated_rate"] == pytest.approx(30000 / 1001)
    assert diagnosis.read["frames"] == N_FRAMES
    assert diagnosis.read["duration_s"] == pytest.approx(20 * 1001 / 30000)
    assert diagnosis.worst == 0


def test_a_cut_file_lacks_frames(written, cut):
    path = cut(written("raw.avi"))
    findings = said(path)
    level, what = findings["frames-missing"]
    n_frames = examine(path, {}).facts["n_frames"]
    assert level == "warning"
    assert what == f"{20 - n_frames} of 20 frames are missing or do not decode"


def test_a_file_cut_without_a_count_lacks_time(written, cut):
    level, what = said(cut(written("ffv1.mkv")))["frames-missing"]
    assert level == "warning"
    assert what.startswith("the file promises 0.80 s, of which 0.")


def test_a_part_that_is_there_twice_is_said(written):
    path = written("raw.avi")
    content = path.read_bytes()
    at = content.find(b"00dc", content.find(b"movi"))
    path.write_bytes(content[:at] + content[at : at + 4616] * 2 + content[at + 4616 :])
    assert said(path)["frames-added"] == ("warning", "21 frames decode, where the file says 20")


def test_damage_is_said_in_ffmpegs_words(written, blank_packets):
    path = written("mjpeg.avi")
    blank_packets(path, [7])
    level, what = said(path)["damaged"]
    assert level == "warning"
    assert "FFmpeg: mjpeg: " in what


def test_a_variable_rate_is_a_note_and_gaps_are_a_warning(tmp_path, write_clip):
    gaps = np.random.default_rng(0).integers(36, 44, 60)
    varying = write_clip(tmp_path / "varying.mp4", stamps=np.cumsum(gaps).tolist())
    level, what = said(varying)["variable-rate"]
    assert level == "note"
    assert "frames are 36.0 to 43.0 ms apart" in what
    gaps = np.full(60, 40)
    gaps[20] = gaps[40] = 120
    dropping = write_clip(tmp_path / "dropping.mp4", stamps=np.cumsum(gaps).tolist())
    level, what = said(dropping)["frames-dropped"]
    assert level == "warning"
    assert what.startswith("about 4 frames were never recorded or are lost, in 2 gaps of up to 0.120 s")


def test_repeated_frames_are_counted(tmp_path, write_frames):
    frames = np.random.default_rng(0).integers(0, 255, (20, 32, 48, 3), dtype=np.uint8)
    frames[7] = frames[8] = frames[6]
    path = write_frames(tmp_path / "slow.mkv", frames, codec="ffv1", pix_fmt="bgr0")
    assert said(path)["repeated-frames"] == ("warning", "2 frames (10.0%) repeat the one before to the last bit")


def test_repeated_times_are_said(tmp_path, write_clip):
    path = write_clip(tmp_path / "clip.mkv", 20, codec="mpeg4", stamps=[40 * index for index in range(20)], b_frames=0)
    content = path.read_bytes()
    with av.open(str(path)) as container:
        at = [packet.pos for packet in container.demux(video=0) if packet.size][10]
    head = content.find(b"\x81", at)  # a simple block: its track, then its time in the cluster
    stamp = struct.unpack_from(">h", content, head + 1)[0]
    assert stamp == 400
    path.write_bytes(content[: head + 1] + struct.pack(">h", 360) + content[head + 3 :])
    assert said(path)["bad-times"] == ("warning", "1 frames have the same time")


def test_an_edit_list_is_a_note(tmp_path, write_clip):
    path = write_clip(tmp_path / "cut.mp4", 60, stamps=[40 * (index - 10) for index in range(60)])
    findings = said(path)
    assert findings["edit-list"][0] == "note"
    assert "frames-missing" not in findings


def test_a_turned_picture_is_a_note_and_its_size_is_that_of_the_upright_one(written):
    path = written("h264.mp4")
    content = bytearray(path.read_bytes())
    at = content.find(b"tkhd") + 44
    content[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    assert said(path)["rotated"][0] == "note"
    read = examine(path, {}).read
    assert (read["width"], read["height"]) == (32, 48)


def test_interlacing_is_a_warning(tmp_path, write_clip):
    path = write_clip(tmp_path / "tape.ts", 20, options={"x264-params": "interlaced=1:tff=1"}, b_frames=0)
    level, what = said(path)["interlaced"]
    assert level == "warning"
    assert what.startswith("20 frames are interlaced")


def test_deep_grey_that_fills_all_its_bits_is_a_note(written):
    assert said(written("ffv1-grey-12-bit.mkv"))["deep-grey"] == (
        "note",
        "grey pictures of 12 bits, of which 12 are used (highest value 3613)",
    )


@pytest.mark.parametrize(("highest", "setting"), [(4095, 12), (1023, 10)])
def test_deep_grey_that_is_dark_says_the_setting_that_mends_it(tmp_path, write_frames, highest, setting):
    deep = np.full((4, 32, 48), highest, dtype=np.uint16)
    deep[-1] = 0
    path = write_frames(tmp_path / "deep.mkv", deep, codec="ffv1", pix_fmt="gray16le", source="gray16le")
    (finding,) = [each for each in examine(path, {}).findings if each.kind == "deep-grey"]
    assert finding.level == "warning"
    assert f"bit_depth: {setting}}}" in finding.fix


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ffv1-alpha.mkv", "alpha"),
        ("h264-odd.mp4", "odd-size"),
        ("h264.h264", "no-time-stamps"),
        ("h264.mkv", "no-frame-count"),
        ("prores.mov", "deep-colour"),
    ],
)
def test_what_deg_deals_with_is_a_note(written, name, kind):
    assert said(written(name))[kind][0] == "note"


def test_an_odd_size_with_halved_colours_is_looked_at(tmp_path, write_frames):
    frames = np.random.default_rng(0).integers(0, 255, (6, 33, 47, 3), dtype=np.uint8)
    frames[3] = frames[2]
    findings = said(write_frames(tmp_path / "odd.mkv", frames, codec="ffv1", pix_fmt="yuv420p"))
    assert findings["odd-size"] == ("note", "an odd size: 47 x 33")
    assert findings["repeated-frames"][1].startswith("1 frames")


def test_a_wrong_suffix_is_a_note(written):
    path = written("h264.mkv")
    wrong = path.rename(path.with_suffix(".avi"))
    assert said(wrong)["wrong-suffix"] == ("note", "the name ends in .avi, the content is Matroska / WebM")


def test_a_live_recording_that_was_never_ended_has_no_length(tmp_path, write_clip):
    path = write_clip(tmp_path / "live.mkv", 20, codec="mpeg4", container_options={"live": "1"})
    assert said(path)["no-index"][0] == "note"


def test_a_change_of_size_is_an_error(tmp_path, write_clip):
    pieces = [
        write_clip(tmp_path / f"{high}.mjpeg", 5, codec="mjpeg", pix_fmt="yuvj420p", container="mjpeg", size=(high, 96))
        for high in (64, 80)
    ]
    path = tmp_path / "both.mjpeg"
    path.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
    assert said(path, frames_per_second=30)["size-changes"] == (
        "error",
        "the size of the pictures changes: 96 x 64, then 96 x 80",
    )
