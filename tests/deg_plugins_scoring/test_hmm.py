from __future__ import annotations

import itertools

import numpy as np
import pytest
from decided import exclusive, overlapping
from numpy.typing import NDArray

from deg_plugins_scoring.hmm import apply_hmm, decode, learn_changes
from deg_plugins_scoring.settings import HmmSettings

CHANGES = np.array([[0.98, 0.02, 0.0], [0.02, 0.96, 0.02], [0.05, 0.0, 0.95]])
"""How an animal of tests goes from one state to another, frame by frame."""


def draw_states(n_frames: int, changes: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    states, state = np.empty(n_frames, dtype=np.int64), 0
    for frame in range(n_frames):
        states[frame] = state = rng.choice(len(changes), p=changes[state])
    return states


def draw_noise(shape: tuple[int, int], memory: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Noise of unit variance; with memory, errors of neighbouring frames are alike."""
    noise = rng.normal(size=shape)
    for frame in range(1, len(noise)):
        noise[frame] = memory * noise[frame - 1] + np.sqrt(1 - memory**2) * noise[frame]
    return noise


def f1(present: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return float(2 * (present & truth).sum() / (present.sum() + truth.sum()))


@pytest.mark.parametrize("seed", range(20))
def test_no_other_course_of_events_is_likelier(seed: int) -> None:
    """Every sequence of states is tried."""
    rng = np.random.default_rng(seed)
    n_frames, n_chains, n_states = 5, 2, 3
    evidence = rng.normal(size=(n_frames, n_chains, n_states))
    start = np.log(rng.dirichlet(np.ones(n_states), n_chains))
    changes = np.log(rng.dirichlet(np.ones(n_states), (n_chains, n_states)))
    found = decode(evidence, start, changes)
    for chain in range(n_chains):

        def likelihood(states: tuple[int, ...], chain: int = chain) -> float:
            steps = sum(changes[chain][pair] for pair in itertools.pairwise(states))
            return float(start[chain, states[0]] + steps + sum(evidence[t, chain, s] for t, s in enumerate(states)))

        best = max(itertools.product(range(n_states), repeat=n_frames), key=likelihood)
        assert tuple(found[:, chain]) == best


def test_changes_and_base_rates_are_counted_where_both_frames_are_labelled() -> None:
    marks = np.array([0, 1, 1, 1, -1, 0, 0, 1], dtype=np.int8)[:, None]
    learned = learn_changes(HmmSettings(), [marks, marks[:2]], exclusive=False)
    assert np.allclose(learned["base_rates"], [[(4 + 1) / 11, (5 + 1) / 11]])  # of 9 labelled frames, each once more
    assert np.allclose(learned["changes"], [[[2 / 6, 4 / 6], [1 / 4, 3 / 4]]])


def test_exclusive_behaviours_share_one_chain_in_which_none_is_a_state() -> None:
    marks = np.array([[0, 0], [1, 0], [0, 1], [0, -1], [-1, 1], [1, -1]], dtype=np.int8)
    learned = learn_changes(HmmSettings(), [marks], exclusive=True)
    # none, first, second, unknown, second, first
    assert np.allclose(learned["base_rates"], [[3 / 8, 3 / 8, 2 / 8]])
    assert np.allclose(learned["changes"], [[[1 / 4, 2 / 4, 1 / 4], [2 / 4, 1 / 4, 1 / 4], [2 / 4, 1 / 4, 1 / 4]]])


def test_labels_without_memory_leave_the_neutral_point_as_threshold() -> None:
    rng = np.random.default_rng(0)
    learned = {"changes": np.full((3, 2, 2), 0.5).tolist(), "base_rates": np.full((3, 2), 0.5).tolist()}
    probabilities = rng.random((300, 3), dtype=np.float32)
    present = apply_hmm(HmmSettings(), learned, overlapping(probabilities, 0.5, neutral=0.3))
    assert np.array_equal(present, probabilities > np.float32(0.3))


def test_exclusive_labels_without_memory_leave_the_likeliest() -> None:
    rng = np.random.default_rng(0)
    learned = {"changes": np.full((1, 4, 4), 0.25).tolist(), "base_rates": np.full((1, 4), 0.25).tolist()}
    frames = exclusive(rng.dirichlet(np.ones(4), 300)[:, :3])
    assert np.array_equal(apply_hmm(HmmSettings(), learned, frames), frames.present)


def test_half_of_what_the_base_rates_say_is_taken_out_of_exclusive_shares() -> None:
    rng = np.random.default_rng(0)
    base_rates = np.array([0.1, 0.3, 0.6])
    learned = {"changes": np.full((1, 3, 3), 1 / 3).tolist(), "base_rates": [base_rates.tolist()]}
    shares = rng.dirichlet(np.ones(3), 300)
    expected = (shares / np.sqrt(base_rates)).argmax(axis=1)[:, None] == [0, 1]
    found = apply_hmm(HmmSettings(), learned, exclusive(shares[:, :2]))
    assert np.array_equal(found[1:], expected[1:])  # before the first frame base rates are all that is known


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("memory", [0.0, 0.8])
@pytest.mark.parametrize("slope", [0.6, 1.0, 1.6], ids=["flat", "calibrated", "steep"])
def test_noisy_frames_are_decided_better_than_one_by_one(seed: int, memory: float, slope: float) -> None:
    """Than by the thresholds of best F1, whether or not probabilities are calibrated or errors have memory."""
    rng = np.random.default_rng(seed)
    stays = np.array([[0.995, 0.005], [0.05, 0.95]])  # a behaviour of bouts of 20 frames, in one frame of eleven
    train, validation, test = (draw_states(6000, stays, rng) for _ in range(3))
    learned = learn_changes(HmmSettings(), [train.astype(np.int8)[:, None]], exclusive=False)
    probabilities = []
    for truth in (validation, test):
        seen = 1.5 * (2 * truth[:, None] - 1) + draw_noise((6000, 1), memory, rng)
        log_odds = slope * (3.0 * seen + np.log(0.09 / 0.91))
        probabilities.append((1 / (1 + np.exp(-log_odds))).astype(np.float32))
    known, present = validation == 1, test == 1
    candidates = np.quantile(probabilities[0], np.linspace(0.01, 0.999, 400)).astype(np.float32)
    threshold = max(candidates, key=lambda t: f1(probabilities[0][:, 0] >= t, known))
    neutral = max(
        candidates, key=lambda t: (probabilities[0][known] >= t).mean() - (probabilities[0][~known] >= t).mean()
    )
    frames = overlapping(probabilities[1], float(threshold), neutral=float(neutral))
    smoothed = apply_hmm(HmmSettings(), learned, frames)
    assert f1(smoothed[:, 0], present) > f1(frames.present[:, 0], present)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("memory", [0.0, 0.8])
def test_noisy_exclusive_frames_are_decided_better_than_one_by_one(seed: int, memory: float) -> None:
    rng = np.random.default_rng(seed)
    train, test = (draw_states(3000, CHANGES, rng) for _ in range(2))
    marks = (train[:, None] == [0, 1]).astype(np.int8)  # the last state is none
    learned = learn_changes(HmmSettings(), [marks], exclusive=True)
    logits = 2 * np.eye(3)[test] + draw_noise((3000, 3), memory, rng)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    frames = exclusive(shares[:, :2])
    smoothed, truth = apply_hmm(HmmSettings(), learned, frames), test[:, None] == [0, 1]
    for behaviour in range(2):
        assert f1(smoothed[:, behaviour], truth[:, behaviour]) > f1(frames.present[:, behaviour], truth[:, behaviour])


def test_a_lower_weight_makes_longer_bouts() -> None:
    rng = np.random.default_rng(3)
    learned = {"changes": [[[0.9, 0.1], [0.1, 0.9]]], "base_rates": [[0.5, 0.5]]}
    frames = overlapping(rng.random((500, 1)))
    n_changes = [
        np.diff(apply_hmm(HmmSettings(weight=weight), learned, frames)[:, 0].astype(int)).astype(bool).sum()
        for weight in (0.25, 1, 4)
    ]
    assert n_changes[0] < n_changes[1] < n_changes[2]
