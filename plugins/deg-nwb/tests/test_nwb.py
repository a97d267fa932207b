"""Labels in NWB files."""

from __future__ import annotations

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from deg_core.api import LabelError, Labels, OtherFormatError, Timeline, find_runs
from deg_core.testing import LabelFormatContract

from deg_nwb.plugin import nwb
from deg_nwb.settings import NwbSettings

pytest.importorskip("ndx_ethogram", reason="ndx-ethogram is not installed: pip install ndx-ethogram")
CLIP = Timeline.regular("clip", 300, 25.0)
TEXT = h5py.string_dtype()


def intervals(path: Path, **columns) -> Path:
    with h5py.File(path, "w") as file:
        table = file.create_group("intervals/seen")
        table["start_time"], table["stop_time"] = [0.04], [0.12]
        for name, values in columns.items():
            table.create_dataset(name, data=values, dtype=TEXT)
    return path


def example(folder: Path) -> bytes:
    return intervals(folder / "example.nwb", behaviorName=["groom"]).read_bytes()


class TestNwb(LabelFormatContract):
    plugin = nwb
    example_labels = Labels(np.array([[0], [1], [1], [0]], dtype=np.int8), ("groom",))

    @pytest.fixture(autouse=True)
    def _example(self, tmp_path_factory):
        type(self).example = example(tmp_path_factory.mktemp("example"))

    def test_the_same_labels_make_the_same_file(self, tmp_path):
        """Not byte for byte: every object of an NWB file has an identifier that no other file has."""
        timeline = Timeline.regular("clip", 97, 30.0)
        marks = (np.arange(97)[:, None] % 7 < 3).astype(np.int8)
        path = tmp_path / "a.nwb"
        for _ in range(2):
            assert nwb.write(path, Labels(marks, ("groom",)), NwbSettings(), timeline) == ()
            assert np.array_equal(nwb.read(path, NwbSettings(), timeline, ()).marks, marks)


def runs_of(labels, behaviour, value=1):
    return [tuple(run) for run in find_runs(labels.marks[:, labels.behaviours.index(behaviour)] == value).tolist()]


@pytest.fixture
def published() -> Path:
    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "label_formats"
    if not folder.is_dir():
        pytest.skip("the label files of other programs are not on this machine")
    return folder


def test_what_nobody_observed_is_not_labelled_and_comes_back(tmp_path):
    marks = np.array([[1, 0], [0, 0], [-1, -1], [0, 1]], dtype=np.int8)
    timeline, path = Timeline.regular("clip", 4, 30.0), tmp_path / "a.nwb"
    assert nwb.write(path, Labels(marks, ("groom", "rear")), NwbSettings(), timeline) == ()
    again = nwb.read(path, NwbSettings(), timeline, ())
    assert (again.behaviours, again.marks.tolist()) == (("groom", "rear"), marks.tolist())


def test_tables_and_columns_must_be_chosen_from(tmp_path):
    path = intervals(tmp_path / "a.nwb", who=["m1"], what=["groom"])
    with pytest.raises(LabelError, match="which column names the behaviours"):
        nwb.read(path, NwbSettings(), CLIP, ())
    assert runs_of(nwb.read(path, NwbSettings(column="what"), CLIP, ()), "groom") == [(1, 3)]
    with h5py.File(path, "a") as file:
        file.copy("intervals/seen", file["intervals"], "again")
    with pytest.raises(LabelError, match="holds 2 tables"):
        nwb.read(path, NwbSettings(column="what"), CLIP, ())
    assert nwb.read(path, NwbSettings(column="what", table="intervals/again"), CLIP, ()).behaviours == ("groom",)


def test_other_files_are_not_looked_into(tmp_path):
    path = intervals(tmp_path / "a.nwb", label=["groom"])
    with h5py.File(path, "a") as file:
        file["intervals/seen/ethogram"] = h5py.ExternalLink(str(tmp_path / "b.nwb"), "/secret")
    with pytest.raises(LabelError, match="ethogram lies in another file"):
        nwb.read(path, NwbSettings(), CLIP, ())


def test_other_hdf5_is_another_format(tmp_path):
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file["x"] = [1]
    with pytest.raises(OtherFormatError):
        nwb.read(tmp_path / "a.nwb", NwbSettings(), CLIP, ())


def test_times_before_the_video_need_an_offset(tmp_path):
    path = tmp_path / "a.nwb"
    labels = Labels(np.array([[0], [1]], dtype=np.int8), ("groom",))
    nwb.write(path, labels, NwbSettings(time_offset_s=100.0), Timeline.regular("clip", 2, 25.0))
    with pytest.raises(LabelError, match="in a recording of"):
        nwb.read(path, NwbSettings(), CLIP, ())


def test_published_intervals_are_read(published):
    labels = nwb.read(published / "made_nwb_time_intervals.nwb", NwbSettings(), CLIP, ())
    assert runs_of(labels, "grooming") == [(13, 50), (126, 149)]
    assert runs_of(labels, "rearing") == [(50, 80), (235, 275)]


def test_a_published_ethogram_is_read_with_what_was_observed(published, tmp_path):
    path = shutil.copy(published / "made_nwb_ethogram.nwb", tmp_path / "a.nwb")
    labels = nwb.read(Path(path), NwbSettings(), CLIP, ())
    assert len(labels.behaviours) == 3
    assert runs_of(labels, "grooming") == [(13, 50), (126, 149)]
    never = next(name for name in labels.behaviours if name not in {"grooming", "rearing"})
    assert runs_of(labels, never, -1) == [(200, 225)]  # observed 0 to 8 and 9 to 12 s
