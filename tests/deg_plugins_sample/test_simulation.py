from __future__ import annotations

import hashlib
import subprocess
import sys
from itertools import islice, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from deg_plugins_sample.figure import Figure
from deg_plugins_sample.simulation import SPECIES, Simulation, derive_seed, simulate

RARE = {"mouse": ("rearing", "scratching"), "fly": ("wing_flick",)}
each_species = pytest.mark.parametrize("species", list(SPECIES))


def recordings(species: str, n: int, n_frames: int = 1800) -> list[Simulation]:
    return [simulate(species, n_frames, derive_seed(7, index)) for index in range(n)]


@each_species
def test_same_seed_same_labels_in_another_process(species: str) -> None:
    script = (
        "import hashlib; from deg_plugins_sample.simulation import simulate;"
        f"print(hashlib.sha256(simulate({species!r}, 1800, 11).labels.tobytes()).hexdigest())"
    )
    elsewhere = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert hashlib.sha256(simulate(species, 1800, 11).labels.tobytes()).hexdigest() == elsewhere.stdout.strip()


@each_species
def test_frames_are_the_same_each_time_and_drawing_changes_no_labels(species: str) -> None:
    simulation = simulate(species, 150, 3)
    before = simulation.labels.copy()
    first = np.stack(list(simulation.frames(64)))
    assert np.array_equal(first, np.stack(list(simulation.frames(64))))
    assert next(simulation.frames(96)).shape == (96, 96, 3)
    assert np.array_equal(simulation.labels, before)


@each_species
def test_another_seed_gives_another_recording(species: str) -> None:
    first, second = simulate(species, 600, 0), simulate(species, 600, 1)
    assert not np.array_equal(first.labels, second.labels)
    assert first.arena.floor != second.arena.floor


def test_a_derived_seed_is_the_same_each_time_it_is_asked_for() -> None:
    parent = np.random.SeedSequence(5)
    spawned = np.random.SeedSequence(5).spawn(3)[2]
    assert derive_seed(parent, 2).generate_state(4).tolist() == spawned.generate_state(4).tolist()
    assert derive_seed(parent, 2).generate_state(4).tolist() == derive_seed(5, 2).generate_state(4).tolist()


@each_species
def test_labels_are_a_column_a_behaviour_and_every_behaviour_is_in_every_recording(species: str) -> None:
    for simulation in recordings(species, 12):
        assert simulation.labels.dtype == np.int8
        assert simulation.labels.shape == (1800, len(simulation.behaviours))
        assert set(np.unique(simulation.labels)) == {0, 1}
        assert (simulation.labels.sum(axis=0) >= 15).all()
        assert len(simulation.behaviours) >= 5


@each_species
def test_rare_behaviours_are_rare_and_some_frames_show_nothing(species: str) -> None:
    simulations = recordings(species, 16)
    labels = np.concatenate([simulation.labels for simulation in simulations])
    share = dict(zip(simulations[0].behaviours, labels.mean(axis=0), strict=True))
    assert all(0.01 < share[name] < 0.07 for name in RARE[species])
    assert min(share[RARE[species][-1]], 0.04) == share[RARE[species][-1]]
    assert all(0.1 < value < 0.45 for name, value in share.items() if name not in RARE[species])
    assert 0.1 < np.mean(labels.sum(axis=1) == 0) < 0.4


@each_species
def test_some_behaviours_overlap(species: str) -> None:
    labels = np.concatenate([simulation.labels for simulation in recordings(species, 4)])
    assert np.mean(labels.sum(axis=1) > 1) > 0.04


@each_species
def test_bouts_last_from_half_a_second_to_some_seconds(species: str) -> None:
    lengths = []
    for simulation in recordings(species, 8):
        edges = np.diff(simulation.labels, axis=0, prepend=0, append=0)
        for column in edges.T:
            lengths += (np.flatnonzero(column == -1) - np.flatnonzero(column == 1)).tolist()
    assert np.mean((np.array(lengths) >= 12) & (np.array(lengths) <= 140)) > 0.95


def centre_and_heading(figure: Figure) -> NDArray[np.float64]:
    """Where the body is and which way it points, from its outlines alone."""
    body = np.concatenate([part.points for part in figure.parts if part.casts_shadow], axis=1)
    middle = body.mean(axis=1)
    head = figure.parts[-1].points.mean(axis=1) - middle
    return np.concatenate([middle, head / np.linalg.norm(head, axis=1, keepdims=True)], axis=1)


@each_species
def test_place_and_heading_alone_tell_little(species: str) -> None:
    seen = recordings(species, 8)
    places = [centre_and_heading(simulation.shape(0, 1800)) for simulation in seen]
    neighbours = KNeighborsClassifier(15)
    neighbours.fit(np.concatenate(places[:6]), np.concatenate([simulation.labels for simulation in seen[:6]]))
    predicted = neighbours.predict(np.concatenate(places[6:]))
    true = np.concatenate([simulation.labels for simulation in seen[6:]])
    hits = (predicted * true).sum(axis=0)
    scores = 2 * hits / np.maximum(predicted.sum(axis=0) + true.sum(axis=0), 1)
    assert scores.mean() < 0.35


@each_species
def test_a_moving_animal_changes_the_picture_more_than_a_resting_one(species: str) -> None:
    simulation = simulate(species, 600, 4)
    change = np.array([np.abs(picture).mean() for picture in _differences(simulation, 600)])
    travels = simulation.labels[1:, 0] == 1
    nothing = simulation.labels[1:].sum(axis=1) == 0
    assert np.median(change[travels]) > 1.1 * np.median(change[nothing])


def _differences(simulation: Simulation, n: int) -> list[NDArray[np.int16]]:
    pictures = [picture.astype(np.int16) for picture in islice(simulation.frames(64), n)]
    return [after - before for before, after in pairwise(pictures)]


@pytest.mark.parametrize(("n_frames", "rate"), [(1, 30.0), (40, 30.0), (300, 60.0), (300, 12.5)])
@each_species
def test_short_recordings_and_other_frame_rates_work(species: str, n_frames: int, rate: float) -> None:
    simulation = simulate(species, n_frames, 0, rate)
    assert len(simulation.labels) == n_frames
    assert sum(1 for _ in simulation.frames(32)) == n_frames


def test_an_unknown_species_is_refused() -> None:
    with pytest.raises(ValueError, match="no species 'cat'; there are mouse, fly"):
        simulate("cat", 10, 0)


def test_a_recording_of_no_frames_is_refused() -> None:
    with pytest.raises(ValueError, match="0 frames"):
        simulate("fly", 0, 0)
