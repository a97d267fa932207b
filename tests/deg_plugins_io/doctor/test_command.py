"""`deg doctor`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from video_kinds import KINDS, write_kind

import deg_plugins_io.doctor.child
from deg_plugins_io.doctor.command import doctor
from deg_plugins_io.doctor.examination import Diagnosis

BY_NAME = {kind.name: kind for kind in KINDS}


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    sound, _ = write_kind(folder, BY_NAME["h264.mkv"])
    avi, _ = write_kind(folder, BY_NAME["raw.avi"])
    cut = folder / "cut.avi"
    cut.write_bytes(avi.read_bytes()[:50_000])
    text = folder / "text.mp4"
    text.write_text("no video\n" * 9)
    return {"sound": sound, "cut": cut, "text": text}


def run(*arguments):
    return CliRunner().invoke(doctor, [*map(str, arguments), "-q"])


def test_it_says_what_a_video_is_what_is_wrong_and_what_to_do(videos):
    result = run(videos["sound"], videos["cut"], videos["text"])
    assert result.exit_code == 2
    for line in (
        "  video     H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10; yuv420p, 8 bits",
        "  frames    20 decode, no number stated",
        "  deg reads 20 frames of 48 x 32 at 25 per second, 0.80 s",
        "  note: the file does not say how many frames it has",
        "    deg:  counts them",
        "    you:  choose the file that the camera made",
    ):
        assert line in result.output.splitlines()
    assert "of 20 frames are missing or do not decode" in result.output


@pytest.mark.parametrize(("names", "status"), [(["sound"], 0), (["sound", "cut"], 1), (["text", "sound"], 2)])
def test_the_exit_status_is_that_of_the_worst(videos, names, status):
    result = run(*(videos[name] for name in names), "--json")
    assert result.exit_code == status
    told = json.loads(result.stdout)
    assert [each["path"] for each in told] == [str(videos[name]) for name in names]
    assert max(each["status"] for each in told) == status


def test_settings_reach_the_reader(tmp_path):
    path, _ = write_kind(tmp_path, BY_NAME["mjpeg.mjpeg"])
    assert run(path).exit_code == 2
    result = run(path, "--set", "frames_per_second=50")
    assert result.exit_code == 0
    assert "at 50 per second" in result.output


LYING = {
    "container": "QuickTime / MOV",
    "codec": "H.264",
    "pixel_format": "yuv420p",
    "bits": 8,
    "width": 48,
    "height": 32,
    "quarter_turns": 3,
    "n_frames": 19,
    "stated_frames": 20,
    "stated_rate": 30000 / 1001,
    "stated_duration_s": 0.66733,
    "sound": "aac, 44100 Hz, 2 channels",
}
READ = {"frames": 19, "width": 32, "height": 48, "frames_per_second": 30000 / 1001, "duration_s": 0.63397}
SAYS_NOTHING = {"quarter_turns": 0, "stated_frames": 0, "stated_rate": None, "stated_duration_s": None, "sound": ""}


@pytest.fixture
def found(monkeypatch):
    """What is found in `clip.mp4`, after counting its frames three times."""

    def find(facts):
        def examine_all(paths, settings, count):
            for frames in (5, 10, 15):
                count(frames)
            yield Diagnosis("clip.mp4", facts, READ)

        monkeypatch.setattr(deg_plugins_io.doctor.child, "examine_all", examine_all)

    return find


def test_every_fact_has_a_line_with_its_unit(found):
    found(LYING)
    assert run("clip.mp4").stdout.splitlines() == [
        "clip.mp4",
        "  file      QuickTime / MOV",
        "  video     H.264; yuv420p, 8 bits",
        "  size      48 x 32, stored lying, 270 degrees",
        "  frames    19 decode, 20 stated",
        "  rate      29.97 per second stated",
        "  length    0.67 s stated",
        "  sound     aac, 44100 Hz, 2 channels",
        "  deg reads 19 frames of 32 x 48 at 29.97 per second, 0.63 s",
        "  nothing is wrong with it",
    ]


def test_what_a_file_does_not_say_is_said_to_be_missing(found):
    found({**LYING, **SAYS_NOTHING})
    assert run("clip.mp4").stdout.splitlines()[3:8] == [
        "  size      48 x 32",
        "  frames    19 decode, no number stated",
        "  rate      not stated",
        "  length    not stated",
        "  sound     none",
    ]


def test_progress_counts_videos_and_is_not_shown_beside_json(found):
    found(LYING)
    watched = CliRunner().invoke(doctor, ["clip.mp4"])
    assert watched.stderr.startswith("looking at videos: 1/1, ")
    assert "clip.mp4" in watched.stderr
    assert CliRunner().invoke(doctor, ["clip.mp4", "--json"]).stderr == ""
