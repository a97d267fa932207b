from __future__ import annotations

from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest
from deg_core import Project, SilentProgress
from deg_core.api import Labels, Span, Split
from made_clusters import BEHAVIOURS, make_project

from deg_unsupervised.analysis import Wishes, analyse
from deg_unsupervised.model import Recipe
from deg_unsupervised.report import Report, report_lines
from deg_unsupervised.sources import features_in, latents_of

RECIPE = Recipe(least_share=0.03, min_samples=3)


def analysed(project: Project, folder: Path, source: Path | None = None, **wishes: object) -> Report:
    names = [record.name for record in project.recordings()]
    found = latents_of(project) if source is None else features_in(source, None, names)
    chosen = Wishes(RECIPE, **{"smooth_s": 0.0, **wishes})  # type: ignore[arg-type]
    return analyse(project, found, chosen, folder, SilentProgress())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Three colours, each a behaviour, of which nobody has named the last."""
    return make_project(tmp_path_factory.mktemp("made"), unnamed="dig")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clusters")


@pytest.fixture(scope="module")
def report(project: Project, folder: Path) -> Report:
    return analysed(project, folder, with_csv=True)


def colours(project: Project, name: str) -> np.ndarray:
    """Which colours a recording's frames have, as a number: the truth that its clusters have to find."""
    latents = project.latents(name)[0]
    return (latents > latents.mean(axis=0)) @ np.array([1, 2, 4])


def test_combinations_of_colours_are_the_clusters(project: Project, report: Report, folder: Path) -> None:
    assert len(report.clusters) == 8
    with h5py.File(folder / "clusters.h5") as file:
        for name in ("one", "two", "three"):
            pairs = set(zip(file[f"{name}/cluster"][:].tolist(), colours(project, name).tolist(), strict=True))
            assert len(pairs) == 8  # a cluster for each colour, in recordings that were not looked at too


def test_clusters_are_looked_for_in_the_training_part_alone(project: Project, report: Report) -> None:
    assert report.search.frames == sum(span.n_frames for span in project.workspace.split().train)


def test_agreement_is_with_labels_of_the_test_part(report: Report) -> None:
    agreement = report.agreement
    assert agreement is not None
    assert (agreement.part, agreement.frames) == ("test", 200)
    assert agreement.clusters["homogeneity"] == pytest.approx(1)  # every cluster is of one combination of labels
    assert agreement.clusters["completeness"] < 0.9  # but the unnamed colour divides each
    assert agreement.f1["dig"].present == 0


def test_it_stands_beside_the_supervised_ethogram_of_the_same_frames(project: Project, report: Report) -> None:
    assert report.agreement is not None
    assert report.agreement.supervised is not None
    for name in ("walk", "rear"):
        assert report.agreement.f1[name].supervised == pytest.approx(1)
    assert report.agreement.f1["dig"].supervised is None  # nobody has ever shown it


def test_what_nobody_named_is_suggested_with_bouts_to_look_at(project: Project, report: Report) -> None:
    shown = {each.cluster: each for each in report.suggestions}
    never = [cluster.cluster for cluster in report.clusters if cluster.coverage == 0]
    assert sorted(shown) == sorted(never)
    assert len(never) == 2  # nothing, and the unnamed colour alone
    assert {report.clusters[each].stands_for for each in never} == {None}
    seen = set()
    for suggestion in shown.values():
        assert len({example.recording for example in suggestion.examples}) == 3
        for example in suggestion.examples:
            here = set(colours(project, example.recording)[example.start : example.stop].tolist())
            assert len(here) == 1
            seen |= here
            assert example.start_s == pytest.approx(example.start / 30, abs=1e-3)
    assert seen == {0, 4}


def test_suggestions_have_a_picture_of_their_frames(report: Report, folder: Path) -> None:
    for suggestion in report.suggestions:
        assert suggestion.sheet is not None
        picture = cv2.imread(str(folder / suggestion.sheet))
        assert picture is not None
        assert picture.std() > 10


def test_every_frame_has_a_row(report: Report, folder: Path) -> None:
    assert len((folder / "two.csv").read_text(encoding="utf-8").splitlines()) == 201
    assert Report.model_validate_json((folder / "report.json").read_text(encoding="utf-8")) == report


def test_counts_add_up(report: Report) -> None:
    assert sum(cluster.frames for cluster in report.clusters) == 600
    assert sum(cluster.share for cluster in report.clusters) == pytest.approx(1)
    assert all(cluster.bouts > 0 for cluster in report.clusters)


def test_the_report_can_be_read(report: Report) -> None:
    text = "\n".join(report_lines(report))
    assert "8 clusters in 200 frames of latents of" in text
    assert "adjusted mutual information" in text
    assert "labels rarely cover: cluster " in text


def test_labels_and_features_of_the_test_part_change_nothing_that_is_learnt(tmp_path: Path) -> None:
    project = make_project(tmp_path / "made")
    source = tmp_path / "features"
    source.mkdir()
    for name in ("one", "two", "three"):
        np.save(source / f"{name}.npy", project.latents(name)[0])
    first = analysed(project, tmp_path / "first", source)
    for span in project.workspace.split().test:
        labels = project.labels(span.record)
        assert labels is not None
        project.set_labels(span.record, Labels(1 - labels.marks, labels.behaviours, labels.frames_per_second))
        np.save(source / f"{span.record}.npy", np.random.default_rng(1).normal(size=(200, 3)))
    second = analysed(project, tmp_path / "second", source)
    assert first.search == second.search
    assert [(each.stands_for, each.labels, each.coverage) for each in first.clusters] == [
        (each.stands_for, each.labels, each.coverage) for each in second.clusters
    ]
    assert first.agreement != second.agreement


def test_without_labels_or_split_there_are_clusters_and_no_agreement(tmp_path: Path) -> None:
    project = make_project(tmp_path / "made", predict=False)
    project.workspace.layout.split.unlink()
    source = tmp_path / "features"
    source.mkdir()
    np.save(source / "one.npy", np.repeat(np.eye(4), 50, axis=0) + np.random.default_rng(0).normal(0, 0.01, (200, 4)))
    report = analysed(project, tmp_path / "clusters", source)
    assert len(report.clusters) == 4
    assert report.agreement is None
    assert "deg split" in report.why_no_agreement
    assert "no agreement: nothing is split" in "\n".join(report_lines(report))


def test_a_part_without_labels_is_told_of(tmp_path: Path) -> None:
    project = make_project(tmp_path / "made")
    (span,) = project.workspace.split().test
    labels = project.labels(span.record)
    assert labels is not None
    unknown = np.full_like(labels.marks, -1)
    project.set_labels(span.record, Labels(unknown, labels.behaviours, labels.frames_per_second))
    report = analysed(project, tmp_path / "clusters")
    assert report.agreement is None
    assert "no labelled frame of the test part" in report.why_no_agreement


def test_an_ethogram_of_a_model_that_saw_the_test_frames_is_not_compared(tmp_path: Path) -> None:
    project = make_project(tmp_path / "made")
    source = tmp_path / "features"
    source.mkdir()
    for name in ("one", "two", "three"):
        np.save(source / f"{name}.npy", project.latents(name)[0])
    with_it = analysed(project, tmp_path / "first", source).agreement
    assert with_it is not None
    assert with_it.supervised is not None
    names = [record.name for record in project.recordings()]
    split = project.workspace.split()
    (tested,) = {span.record for span in split.test}
    others = [name for name in names if name != tested]
    project.set_split(Split((Span(tested, 0, 200),), (Span(others[0], 0, 200),), (Span(others[1], 0, 200),)))
    without = analysed(project, tmp_path / "second", source).agreement
    assert without is not None
    assert without.supervised is None
    assert without.f1[BEHAVIOURS[0]].supervised is None


def test_the_same_seed_gives_the_same_report(project: Project, report: Report, tmp_path: Path) -> None:
    assert analysed(project, tmp_path) == report
