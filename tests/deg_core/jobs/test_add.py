from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deg_core.data.labels import Labels
from deg_core.data.timeline import Timeline
from deg_core.descriptors import LabelFormatPlugin, NoSettings
from deg_core.errors import LabelError, ManifestError, OtherFormatError, PluginNotFoundError, ProjectError, VideoError
from deg_core.jobs.add import add_recording, import_labels
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.workspace import Workspace
from deg_core.testing.fakes import FakeVideo, read_fake_labels
from deg_core.testing.projects import tiny_project

AUTO = FormatChoice()


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    return tiny_project(tmp_path)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "day 1.npy"
    np.save(path, np.zeros((4, 16, 16, 3), dtype=np.uint8))
    return path


def write(folder: Path, text: str, name: str = "labels.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


GOOD = "walk\trear\n1\t0\n0\t-1\n0\t0\n1\t1\n"


def test_a_video_is_named_after_its_file(project: Workspace, video: Path) -> None:
    record = add_recording(project, video, None, {"animal": "m3"}, copy=False)
    assert record.name == "day 1"
    assert record in project.records()


@pytest.mark.parametrize("content", [b"", b"not a video", b"\x93NUMPY\x01\x00"], ids=["empty", "text", "cut"])
def test_a_video_that_cannot_be_read_is_not_added(project: Workspace, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.npy"
    path.write_bytes(content)
    with pytest.raises(VideoError) as caught:
        add_recording(project, path, None, {}, copy=False)
    assert caught.value.where == str(path)
    assert "bad" not in [record.name for record in project.records()]


def test_a_missing_video_is_not_added(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="not there"):
        add_recording(project, tmp_path / "gone.npy", None, {}, copy=False)


def test_a_video_whose_end_cannot_be_read_is_not_added(
    project: Workspace, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    def read(self: FakeVideo, start: int, stop: int) -> np.ndarray:
        if stop == self.n_frames:
            raise VideoError("cut off", where=str(video), fix="copy it again")
        return self.frames[start:stop]

    monkeypatch.setattr(FakeVideo, "read", read)
    monkeypatch.setattr(FakeVideo, "close", lambda self: closed.append(self))
    with pytest.raises(VideoError, match="cut off"):
        add_recording(project, video, None, {}, copy=False)
    assert closed


def test_labels_are_kept_in_the_columns_of_the_project(project: Workspace, video: Path, tmp_path: Path) -> None:
    record = add_recording(project, video, "one more", {}, copy=False)
    labels = import_labels(project, record, write(tmp_path, "rear\n1\n0\n0\n1\n"), AUTO)
    assert labels.marks.tolist() == [[-1, 1], [-1, 0], [-1, 0], [-1, 1]]
    assert labels.frames_per_second == 30.0
    kept = project.labels(project.records(["one more"])[0])
    assert kept is not None
    assert np.array_equal(kept.marks, labels.marks)


def read_any_length(path: Path, settings: NoSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
    return read_fake_labels(path, settings, None, behaviours)


def test_labels_of_another_length_are_refused_even_where_their_format_did_not(video: Path, tmp_path: Path) -> None:
    careless = LabelFormatPlugin(
        name="careless", summary="", settings=NoSettings, suffixes=(".txt",), read=read_any_length
    )
    project = tiny_project(tmp_path / "careless", careless)
    record = add_recording(project, video, None, {}, copy=False)
    path = write(tmp_path, "walk\n1\n0\n1\n")
    with pytest.raises(LabelError, match="labels for 3 frames, but the video") as caught:
        import_labels(project, record, path, FormatChoice("careless"))
    assert caught.value.where == str(path)
    assert caught.value.problem.endswith("has 4")
    assert "is it the right file?" in caught.value.fix
    assert project.records(["day 1"])[0].labels_path is None


def test_unknown_behaviours_are_refused_with_the_nearest(project: Workspace, video: Path, tmp_path: Path) -> None:
    record = add_recording(project, video, None, {}, copy=False)
    path = write(tmp_path, "wlak\n1\n0\n1\n0\n")
    with pytest.raises(LabelError, match="unknown behaviour 'wlak'") as caught:
        import_labels(project, record, path, AUTO)
    assert caught.value.where == str(path)
    assert "did you mean 'walk'?" in caught.value.fix


def test_labels_that_are_refused_leave_the_old_ones(project: Workspace, tmp_path: Path) -> None:
    record = project.records(["one"])[0]
    assert record.labels_path is not None
    before = record.labels_path.read_bytes()
    with pytest.raises(LabelError):
        import_labels(project, record, write(tmp_path, "walk\n1\n"), AUTO)
    assert record.labels_path.read_bytes() == before


def test_a_missing_label_file_is_named(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="there is no such file") as caught:
        import_labels(project, project.records(["one"])[0], tmp_path / "gone.txt", AUTO)
    assert caught.value.where == str(tmp_path / "gone.txt")


def other_format(name: str, *, reads: bool = True) -> LabelFormatPlugin[NoSettings]:
    return LabelFormatPlugin(
        name=name, summary="", settings=NoSettings, suffixes=(".txt",), read=read_fake_labels if reads else None
    )


def test_a_file_that_two_formats_can_read_needs_a_word(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, other_format("other"))
    np.save(tmp_path / "v.npy", np.zeros((4, 16, 16, 3), dtype=np.uint8))
    record = add_recording(project, tmp_path / "v.npy", None, {}, copy=False)
    path = write(tmp_path, GOOD)
    with pytest.raises(LabelError, match="could be fake-labels or other") as caught:
        import_labels(project, record, path, AUTO)
    assert "--format NAME" in caught.value.fix
    assert import_labels(project, record, path, FormatChoice("other")).n_frames == 4


def test_a_file_that_no_format_can_read_says_why_each_refused(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, other_format("other"))
    with pytest.raises(LabelError, match="no label format can read it") as caught:
        import_labels(project, project.records(["one"])[0], write(tmp_path, "walk\nx\n"), AUTO)
    assert "fake-labels, other: not marks" in caught.value.fix


def test_the_only_format_that_could_read_it_says_itself_why_not(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="not marks"):
        import_labels(project, project.records(["one"])[0], write(tmp_path, "walk\nx\n"), AUTO)


def test_what_a_file_is_called_does_not_decide(project: Workspace, video: Path, tmp_path: Path) -> None:
    record = add_recording(project, video, None, {}, copy=False)
    assert import_labels(project, record, write(tmp_path, GOOD, "labels.xyz"), AUTO).n_frames == 4
    with pytest.raises(LabelError, match="not marks"):
        import_labels(project, record, write(tmp_path, "walk\nx\n", "other.xyz"), AUTO)


def test_the_only_format_that_knows_a_file_for_its_own_says_what_is_wrong(tmp_path: Path) -> None:
    def refuse(path: Path, settings: NoSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
        raise OtherFormatError("something else", where=str(path), fix="choose")

    foreign = LabelFormatPlugin(name="foreign", summary="", settings=NoSettings, suffixes=(".txt",), read=refuse)
    project = tiny_project(tmp_path, foreign)
    with pytest.raises(LabelError, match="not marks") as caught:
        import_labels(project, project.records(["one"])[0], write(tmp_path, "walk\nx\n"), AUTO)
    assert caught.value.fix.endswith("read as fake-labels: --format fake-labels")


def test_a_format_that_is_only_written_is_refused(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, other_format("write-only", reads=False))
    with pytest.raises(LabelError, match="writes 'write-only' files but does not read them"):
        import_labels(project, project.records(["one"])[0], write(tmp_path, GOOD), FormatChoice("write-only"))


def test_an_unknown_format_is_refused_with_the_nearest(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(PluginNotFoundError, match="no label format named 'fake-label'") as caught:
        import_labels(project, project.records(["one"])[0], write(tmp_path, GOOD), FormatChoice("fake-label"))
    assert "did you mean 'fake-labels'?" in caught.value.fix


def test_settings_are_never_dropped_in_silence(project: Workspace, tmp_path: Path) -> None:
    record, path = project.records(["one"])[0], write(tmp_path, GOOD)
    with pytest.raises(LabelError, match="settings unit of which format") as caught:
        import_labels(project, record, path, FormatChoice("auto", {"unit": "s"}))
    assert "--format NAME" in caught.value.fix
    with pytest.raises(ManifestError, match="unit: Extra inputs"):
        import_labels(project, record, path, FormatChoice("fake-labels", {"unit": "s"}))


def test_labels_hold_for_one_recording(project: Workspace, video: Path) -> None:
    add_recording(project, video, "a", {}, copy=False)
    with pytest.raises(ProjectError, match="'a' already"):
        add_recording(project, video, "a", {}, copy=False)


def test_empty_labels_are_refused(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(LabelError):
        import_labels(project, project.records(["one"])[0], write(tmp_path, "walk\trear\n"), AUTO)


def test_marks_are_as_the_format_read_them(project: Workspace, tmp_path: Path, video: Path) -> None:
    record = add_recording(project, video, None, {}, copy=False)
    labels = import_labels(project, record, write(tmp_path, GOOD), AUTO)
    assert isinstance(labels, Labels)
    assert labels.marks.tolist() == [[1, 0], [0, -1], [0, 0], [1, 1]]
