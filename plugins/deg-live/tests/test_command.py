"""`deg live` on a file that is played at its true speed."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result
from deg_core import Project
from deg_core.api import DegError, ProjectError, VideoError

from deg_live.command import live

REWARD = """
seen = []
def give(decision):
    "rear" in decision.started and seen.append(decision.frame)
def fail(decision):
    raise OSError("no such port")
"""


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(live, [str(each) for each in arguments])


@pytest.fixture
def folder(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab's folder, with a module for `--call`."""
    here = tmp_path / "lab"
    here.mkdir()
    (here / "lab_reward.py").write_text(REWARD, encoding="utf-8")
    monkeypatch.chdir(here)
    return here


def test_a_file_is_decided_while_it_is_played(project: Project, folder: Path) -> None:
    root, video = project.workspace.layout.root, project.record("one").video_path
    options = ["-p", root, "--json", "--name", "a", "--latency-bound", 20_000]
    began_s = time.monotonic()
    answer = run(video, *options, "--call", "lab_reward:give", "--call", "lab_reward:fail", "--socket", 0)
    assert time.monotonic() - began_s > 59 / 30
    assert answer.exit_code == 0, answer.output
    *lines, last = [json.loads(line) for line in answer.stdout.splitlines()]
    project.predict("one")
    present = project.prediction("one").decisions.present
    assert [line["frame"] for line in lines] == list(range(60))
    told = [[name in line["present"] for name in ("walk", "rear")] for line in lines]
    assert np.array_equal(told, present)
    assert all(line["latency_ms"] > 0 for line in lines)
    summary = last["summary"]
    assert summary["frames"] == {"captured": 60, "decided": 60, "dropped": 0, "missing": 0, "unrecorded": 0}
    assert [Path(path).name for path in summary["files"]] == ["a.mkv", "a.csv", "a.h5"]
    assert summary["outputs"]["lab_reward:fail"]["failed"] == 60
    assert "output lab_reward:fail failed at frame 0: OSError: no such port" in answer.stderr
    assert "each decision waits for 3 frames, 100 ms, of which 2 are look-ahead" in answer.stderr
    with av.open(str(folder / "live" / "a.mkv")) as container:
        times_s = [float(frame.time or 0) for frame in container.decode(video=0)]
    assert np.allclose(times_s, np.arange(60) / 30, atol=1e-3)
    import lab_reward

    rising = np.flatnonzero(np.diff(present[:, 1].astype(int), prepend=0) == 1)
    assert lab_reward.seen == rising.tolist()


def test_a_person_gets_a_line_in_the_end(project: Project, folder: Path) -> None:
    root, video = project.workspace.layout.root, project.record("one").video_path
    answer = run(video, "-p", root, "--name", "a", "--no-recording", "--seconds", 0.2, "--latency-bound", 20_000)
    assert answer.exit_code == 0, answer.output
    assert "6 frames, 6 decided, 0 dropped" in answer.output
    assert not (folder / "live" / "a.mkv").exists()
    again = run(video, "-p", root, "--name", "a")
    assert isinstance(again.exception, ProjectError)
    assert "is there already" in str(again.exception)


def test_a_bound_that_cannot_be_kept_is_refused(project: Project, folder: Path) -> None:
    root, video = project.workspace.layout.root, project.record("one").video_path
    answer = run(video, "-p", root, "--latency-bound", 90)
    assert isinstance(answer.exception, DegError)
    assert "wait for 3 frames after each one, which alone takes 100 ms" in str(answer.exception)
    assert list((folder / "live").iterdir()) == []


@pytest.mark.parametrize(
    ("options", "kind", "word"),
    [
        (["97"], VideoError, "camera 97 cannot be opened"),
        (["absent.npy"], VideoError, "absent.npy"),
        (["http://127.0.0.1:9/none"], VideoError, "cannot be opened"),
        (["VIDEO", "--call", "lab_reward:take"], DegError, "cannot be imported"),
        (["VIDEO", "--size", "big"], SystemExit, "640x480"),
        (["VIDEO", "--model", "m.deg", "--run", "x"], SystemExit, "neither project nor runs"),
    ],
)
def test_what_cannot_work_is_refused_before_it_begins(
    project: Project, folder: Path, options: list[str], kind: type[BaseException], word: str
) -> None:
    video = str(project.record("one").video_path)
    answer = run(*[video if each == "VIDEO" else each for each in options], "-p", project.workspace.layout.root)
    assert isinstance(answer.exception, kind)
    assert word in f"{answer.exception} {answer.output}"
