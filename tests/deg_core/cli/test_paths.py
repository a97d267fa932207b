from __future__ import annotations

from pathlib import Path

import pytest

from deg_core.cli.paths import expand, find_by_pattern, find_project, is_pattern
from deg_core.errors import ManifestError, ProjectError


def test_the_nearest_project_above_is_found(tmp_path: Path) -> None:
    inner = tmp_path / "recordings" / "one"
    inner.mkdir(parents=True)
    (tmp_path / "project.yaml").touch()
    assert find_project(None, inner) == tmp_path
    assert find_project(None, tmp_path) == tmp_path


def test_a_named_project_wins_and_may_be_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").touch()
    assert find_project(Path("elsewhere"), tmp_path) == Path("elsewhere")
    assert find_project(tmp_path / "project.yaml", Path("/")) == tmp_path


def test_no_project_anywhere_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="in this folder or any above") as caught:
        find_project(None, tmp_path)
    assert "--project DIR" in caught.value.fix


def test_patterns_are_expanded_in_counting_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("m10.mp4", "m2.mp4", "other.txt"):
        (tmp_path / name).touch()
    expected = [str(tmp_path / "m2.mp4"), str(tmp_path / "m10.mp4")]
    assert expand([str(tmp_path / "*.mp4")]) == expected
    monkeypatch.chdir(tmp_path)
    assert expand(["*.mp4", "m2.mp4", "gone.mp4"]) == ["m2.mp4", "m10.mp4", "gone.mp4"]
    assert [Path(each).resolve() for each in expand([f"../{tmp_path.name}/m[0-9]*"])] == [Path(e) for e in expected]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "cage[1].mp4"
    path.touch()
    assert expand([str(path)]) == [str(path)]


def test_a_pattern_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no file matches"):
        expand([str(tmp_path / "*.mp4")])


def test_a_label_pattern_is_filled_for_each_recording() -> None:
    assert is_pattern("{stem}.csv")
    assert is_pattern("labels/{name}.csv")
    assert not is_pattern("a.csv")
    assert find_by_pattern(Path(), "labels/{name}_{stem}.csv", "video", "one") == Path("labels/one_video.csv")
    assert find_by_pattern(Path(), "{odd}.csv", "video", "one") == Path("{odd}.csv")


def test_a_star_in_a_pattern_is_any_letters_and_brackets_in_a_name_are_themselves(tmp_path: Path) -> None:
    for name in ("cage[1]DLC_net.csv", "cage1DLC_net.csv", "cage[2].csv"):
        (tmp_path / name).touch()
    assert find_by_pattern(tmp_path, "{stem}DLC*.csv", "cage[1]", "x") == tmp_path / "cage[1]DLC_net.csv"
    assert find_by_pattern(tmp_path, "{stem}.csv", "cage[2]", "x") == tmp_path / "cage[2].csv"
    assert find_by_pattern(tmp_path, "{name}DLC*.csv", "a", "gone") == tmp_path / "goneDLC*.csv"
