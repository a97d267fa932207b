"""A hidden Markov model: how behaviours follow each other in labels, against what the frames say.

Without `exclusive`, each behaviour is a chain of its own with two states, absent and present; with it, one chain has a
state for each behaviour and one for none, the last.

Axes: T frames, K behaviours, C chains, S states of a chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.api import FrameDecisions
from deg_plugins_scoring.settings import HmmSettings

_LEAST = 1e-6
"""Probabilities are kept this far from 0 and 1, so that no frame alone outweighs all others."""

_PRIOR = 0.5
"""Power of the base rates that shares of exclusive behaviours are divided by: a network trained with class weights has
taken out a part of them, and nobody knows which."""


def learn_changes(settings: HmmSettings, labels: Sequence[NDArray[np.int8]], *, exclusive: bool) -> dict[str, Any]:
    """Learn how often states follow each other, and how often each is there.

    Every change is counted once more than it was seen, so that none is impossible.

    Returns:
        `changes`, the probability of each state after each other, nested lists (C, S, S), and `base_rates` (C, S).
    """
    del settings
    chains = [_states(marks, exclusive=exclusive) for marks in labels]
    n_behaviours = labels[0].shape[1] if len(labels) else 0
    n_chains, n_states = (1, n_behaviours + 1) if exclusive else (n_behaviours, 2)
    changes, frames = np.ones((n_chains, n_states, n_states)), np.ones((n_chains, n_states))
    for states in chains:
        for chain in range(n_chains):
            column = states[:, chain]
            np.add.at(frames[chain], column[column >= 0], 1)
            known = (column[:-1] >= 0) & (column[1:] >= 0)
            np.add.at(changes[chain], (column[:-1][known], column[1:][known]), 1)
    return {
        "changes": (changes / changes.sum(axis=2, keepdims=True)).tolist(),
        "base_rates": (frames / frames.sum(axis=1, keepdims=True)).tolist(),
    }


def _states(marks: NDArray[np.int8], *, exclusive: bool) -> NDArray[np.int64]:
    """State of each chain in each frame, -1 where not known; shape (T, C)."""
    if not exclusive:
        return marks.astype(np.int64)
    nothing = np.where((marks == 0).all(axis=1), marks.shape[1], -1)
    return np.where((marks == 1).any(axis=1), (marks == 1).argmax(axis=1), nothing)[:, None]


def apply_hmm(settings: HmmSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
    """Find the likeliest course of events. See `deg_core.api.PostProcessorPlugin`.

    A frame speaks for a behaviour by the log-odds of its probability above those of the neutral probability; where
    behaviours exclude each other, by its shares over a power of the base rates.
    """
    base_rates = np.array(learned["base_rates"])
    evidence = _share_evidence(frames, base_rates[0]) if frames.exclusive else _odds_evidence(frames)
    states = decode(settings.weight * evidence, np.log(base_rates), np.log(np.array(learned["changes"])))
    if frames.exclusive:
        return np.asarray(states == np.arange(frames.present.shape[1]))
    return np.asarray(states == 1)


def _odds_evidence(frames: FrameDecisions) -> NDArray[np.float64]:
    evidence = np.zeros((*frames.present.shape, 2))
    evidence[..., 1] = _log_odds(frames.probabilities) - _log_odds(frames.neutral)
    return evidence


def _log_odds(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    kept = np.clip(probabilities.astype(np.float64), _LEAST, 1 - _LEAST)
    odds: NDArray[np.float64] = np.log(kept) - np.log1p(-kept)
    return odds


def _share_evidence(frames: FrameDecisions, base_rates: NDArray[np.float64]) -> NDArray[np.float64]:
    none = 1 - frames.probabilities.sum(axis=1, keepdims=True)
    shares = np.concatenate([frames.probabilities, none], axis=1).clip(_LEAST, 1)
    evidence: NDArray[np.float64] = np.log(shares) - _PRIOR * np.log(base_rates)
    return evidence[:, None, :]


def decode(
    evidence: NDArray[np.float64], log_start: NDArray[np.float64], log_changes: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Find the likeliest sequence of states of each chain (Viterbi, IEEE Trans. Inf. Theory 1967).

    Args:
        evidence: Log-likelihood of each frame in each state; shape (T, C, S).
        log_start: Log-probability of each state before the first frame; shape (C, S).
        log_changes: Log-probability of each state after each other; shape (C, S, S).

    Returns:
        States; shape (T, C). Of equally likely ones the first.
    """
    n_frames, n_chains, n_states = evidence.shape
    came_from = np.zeros((n_frames, n_chains, n_states), dtype=np.min_scalar_type(n_states))
    likelihood = log_start
    for frame in range(n_frames):
        if frame:
            by_way_of = likelihood[:, :, None] + log_changes
            came_from[frame] = by_way_of.argmax(axis=1)
            likelihood = by_way_of.max(axis=1)
        likelihood = likelihood + evidence[frame]
    states = np.zeros((n_frames, n_chains), dtype=np.int64)
    state, chains = likelihood.argmax(axis=1), np.arange(n_chains)
    for frame in reversed(range(n_frames)):
        states[frame] = state
        state = came_from[frame, chains, state]
    return states
