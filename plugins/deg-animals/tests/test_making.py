from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_animals import paint, tracks_from, write_video

from deg_animals.animal_file import load_animal_file
from deg_animals.animal_video import AnimalVideo
from deg_animals.errors import TracksError
from deg_animals.making import Recipe, make_animals

PLACES = np.tile([[30.0, 40.0], [30.0, 60.0], [70.0, 40.0]], (20, 1, 1))
RED, GREEN, BLUE = (250, 0, 0), (0, 250, 0), (0, 0, 250)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    frames = paint(PLACES, (80, 100), 5, np.array([RED, GREEN, BLUE]))
    return write_video(tmp_path / "cage.h5", frames)


def colour_at(path: Path, row: int, column: int) -> tuple[int, ...]:
    return tuple(AnimalVideo(path).read(0, 1)[0, row, column].tolist())


def test_each_animal_gets_a_file_of_its_own(video: Path, tmp_path: Path) -> None:
    made = make_animals(tracks_from(PLACES), video, tmp_path / "out", Recipe(side=21))
    assert [each.path.name for each in made] == ["cage.a.animal", "cage.b.animal", "cage.c.animal"]
    assert [colour_at(each.path, 10, 10) for each in made] == [RED, GREEN, BLUE]


def test_only_some_are_made_where_they_are_named(video: Path, tmp_path: Path) -> None:
    made = make_animals(tracks_from(PLACES), video, tmp_path, Recipe(side=21), ["c"])
    assert [each.label for each in made] == ["c"]


def test_a_pair_has_the_first_in_the_middle_and_the_second_where_it_is_wanted(video: Path, tmp_path: Path) -> None:
    recipe = Recipe(side=15, rotate="right")
    pairs = make_animals(tracks_from(PLACES), video, tmp_path, recipe, ["a", "b"], pairs=True)
    assert [each.label for each in pairs] == ["a+b", "b+a"]
    side = 2 * 20 + 15
    assert load_animal_file(pairs[0].path).size == (side, side)
    middle = side // 2
    assert [colour_at(each.path, middle, middle) for each in pairs] == [RED, GREEN]
    assert [colour_at(each.path, middle, middle + 20) for each in pairs] == [GREEN, RED]


def test_a_pair_may_lie_up_or_as_it_is(video: Path, tmp_path: Path) -> None:
    for rotate, place in [("up", (27 - 20, 27)), ("none", (27 + 20, 27))]:
        made = make_animals(
            tracks_from(PLACES), video, tmp_path, Recipe(side=15, rotate=rotate), ["a", "b"], pairs=True
        )
        assert colour_at(made[0].path, *place) == GREEN


def test_a_pair_that_does_not_fit_its_crop_is_told(video: Path, tmp_path: Path) -> None:
    places = PLACES.copy()
    places[:5, 1] = [30, 79]
    tracks = tracks_from(places)
    made = make_animals(tracks, video, tmp_path, Recipe(side=15, pair_side=60), ["a", "b"], pairs=True)
    assert made[0].share_apart == 0.25


def test_what_was_not_seen_is_told(video: Path, tmp_path: Path) -> None:
    places = PLACES.copy()
    places[[2, 3, 4, 8], 1] = np.nan
    made = {each.label: each for each in make_animals(tracks_from(places), video, tmp_path, Recipe(side=9))}
    assert (made["b"].share_filled, made["b"].longest_gap) == (0.2, 3)
    assert (made["a"].share_filled, made["a"].longest_gap) == (0.0, 0)


def test_nothing_is_written_where_one_animal_cannot_be_followed(video: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for recipe, names, problem in [
        (Recipe(side=9), ["a", "zoe"], "no individual named 'zoe'"),
        (Recipe(side=9, rotate="up"), ["a"], "heading is unknown"),
    ]:
        with pytest.raises(TracksError, match=problem):
            make_animals(tracks_from(PLACES), video, out, recipe, names)
    assert not out.exists()


def test_pairs_want_two_and_names_want_to_be_files(video: Path, tmp_path: Path) -> None:
    with pytest.raises(TracksError, match="pairs of one"):
        make_animals(tracks_from(PLACES), video, tmp_path, Recipe(side=9), ["a"], pairs=True)
    with pytest.raises(TracksError, match="cannot name a file"):
        make_animals(tracks_from(PLACES[:, :1], names=("a+b",)), video, tmp_path, Recipe(side=9))


def test_files_move_together_with_a_video_beside_them(video: Path, tmp_path: Path) -> None:
    made = make_animals(tracks_from(PLACES), video, tmp_path, Recipe(side=21), ["a"])
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for path in [video, made[0].path, tmp_path / "cage.tracks.csv"]:
        path.rename(moved / path.name)
    assert colour_at(moved / made[0].path.name, 10, 10) == RED
