from __future__ import annotations

import numpy as np

from deg_unsupervised.suggestions import Assigned, choose_examples


def assigned(clusters: list[int], confidence: list[float] | None = None) -> Assigned:
    sure = [1.0] * len(clusters) if confidence is None else confidence
    return Assigned(np.array(clusters, np.int16), np.array(sure, np.float32), 10.0)


def test_bouts_are_runs_of_the_cluster() -> None:
    assert assigned([1, 1, 0, 1]).bouts(1).tolist() == [[0, 2], [3, 4]]


def test_the_longest_sure_bouts_come_first_from_as_many_recordings_as_there_are() -> None:
    one = assigned([1, 0, 1, 1, 1, 0, 1, 1], [1, 1, 0.2, 0.2, 0.2, 1, 1, 1])
    two = assigned([0, 1])
    found = [(each.recording, each.start, each.stop) for each in choose_examples({"a": one, "b": two}, 1, 3)]
    assert found == [("a", 6, 8), ("b", 1, 2), ("a", 0, 1)]


def test_times_are_in_seconds() -> None:
    (example,) = choose_examples({"a": assigned([0, 0, 1, 1, 1])}, 1, 5)
    assert (example.start_s, example.stop_s) == (0.2, 0.5)


def test_a_cluster_that_is_nowhere_has_no_examples() -> None:
    assert choose_examples({"a": assigned([0, 0])}, 1, 5) == ()
