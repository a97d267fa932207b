"""`deg convert`: from one program's label file to another's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from deg_core.api import DegError
from deg_core.testing import CommandContract
from deg_plugins_io.labels.command import convert as command
from deg_plugins_io.plugin import convert


class TestConvert(CommandContract):
    plugin = convert


BOUTS = "start_s,stop_s,behaviour,subject\n0.1,0.3,groom,m1\n0.2,0.4,rear,m1\n0.5,0.6,groom,m2\n"
LENGTH = ["--rate", "10", "--frames", "8"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object):
        answer = CliRunner().invoke(command, [str(each) for each in arguments])
        if isinstance(answer.exception, DegError):
            raise answer.exception
        return answer

    return call


def test_bouts_become_frames(run, write_labels, tmp_path):
    write_labels(BOUTS)
    answer = run("labels.csv", "out.csv", "--from", "bouts-csv", "--set", "subject=m1", *LENGTH, "--to", "deg-csv")
    assert answer.output == "out.csv: 8 frames, 2 behaviours, 2 bouts\n"
    rows = (tmp_path / "out.csv").read_text().splitlines()
    assert (rows[0], rows[2], rows[4]) == ("frame,groom,rear", "1,1,0", "3,0,1")


def test_the_format_of_the_source_is_told_by_its_content(run, write_labels, tmp_path):
    write_labels("FirstLineOfData=1\n#BEGIN DATA\n100, g\n300, EOF\n", "labels.xyz")
    with pytest.raises(DegError, match="does not say how long a behaviour lasts") as caught:
        run("labels.xyz", "out.csv", *LENGTH, "--to", "deg-csv")
    assert "--format jwatcher" in caught.value.fix
    with pytest.raises(DegError, match="does not say how long a behaviour lasts"):
        run("labels.xyz", "out.csv", *LENGTH, "--to", "deg-csv", "--format", "jwatcher")


def test_several_animals_are_asked_for(run, write_labels):
    write_labels(BOUTS)
    with pytest.raises(DegError, match="holds 2 subjects") as caught:
        run("labels.csv", "out.csv", *LENGTH, "--to", "deg-csv")
    assert "'m1', 'm2'" in caught.value.fix


def test_columns_of_any_name_are_mapped(run, write_labels, tmp_path):
    write_labels("t0;t1;what\n1;3;groom\n")
    maps = ["--map", "start=t0", "--map", "stop=t1", "--map", "behaviour=what"]
    run("labels.csv", "out.json", *maps, "--set", "unit=frames", *LENGTH, "--to", "jabs-json")
    assert '"start": 1' in (tmp_path / "out.json").read_text()
    with pytest.raises(DegError, match="has no column 'when' for start"):
        run("labels.csv", "out.json", "--map", "start=when", *LENGTH, "--to", "jabs-json")


def test_what_the_target_cannot_hold_is_said(run, write_labels):
    write_labels("frame,groom\n0,1\n1,-1\n")
    answer = run("labels.csv", "out.eaf", "--to", "elan", "--rate", "10")
    assert "warning: out.eaf: 1 frames are not labelled" in answer.output


def test_a_rate_that_nothing_tells_is_asked_for(run, write_labels):
    write_labels("frame,groom\n0,1\n1,0\n")
    with pytest.raises(DegError, match="does not tell the frame rate"):
        run("labels.csv", "out.eaf", "--to", "elan")
    write_labels(BOUTS)
    with pytest.raises(DegError, match="how long the recording is"):
        run("labels.csv", "out.eaf", "--to", "elan", "--from", "bouts-csv", "--set", "subject=m1", "--rate", "10")


def test_a_video_tells_its_frames(run, write_clip, write_labels, tmp_path):
    video = write_clip(tmp_path / "clip.mp4", 30)
    write_labels("start_frame,stop_frame,behaviour\n2,5,groom\n")
    run("labels.csv", "out.csv", "--to", "deg-csv", "--video", video)
    marks = np.loadtxt(tmp_path / "out.csv", delimiter=",", skiprows=1)
    assert np.flatnonzero(marks[:, 1]).tolist() == [2, 3, 4]
    assert len(marks) == 30
    assert run("labels.csv", "out.csv", "--to", "deg-csv", "--video", video, "--rate", "3").exit_code == 2
