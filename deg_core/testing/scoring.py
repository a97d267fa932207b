"""Contracts of losses and metrics.

Axes: N clips or stretches in a batch, T frames, B behaviours, K outputs (B, or one more where they exclude each other).
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from deg_core.descriptors import LossPlugin, MetricPlugin, PluginSettings
from deg_core.interfaces import Loss, Score
from deg_core.testing.random_state import left_alone
from deg_core.testing.torch_component import assert_alike, random_normal

_N_BEHAVIOURS = 4
_COUNTS = np.array([[600, 400], [970, 30], [1000, 0], [0, 1000], [570, 430]])
"""Frames absent and present: of a common, a rare, a missing and an ever-present behaviour, and of `none`."""
_NEVER = 2
"""Column of the missing one."""


class LossContract:
    """Subclass it, and give `plugin`.

    Attributes:
        plugin: The descriptor under test.
    """

    plugin: ClassVar[LossPlugin[Any]]

    def settings(self) -> PluginSettings:
        """Settings to test with; by default the plugin's own defaults."""
        settings: PluginSettings = self.plugin.settings()
        return settings

    @pytest.fixture
    def loss(self) -> Loss:
        """The loss for four behaviours, of which one is rare, one missing and one always there."""
        built: Loss = self.plugin.build(self.settings(), _COUNTS[: self._n_outputs])
        return built

    @pytest.fixture
    def labels(self) -> Tensor:
        """Labels (N, T, B), one behaviour at a time where they exclude each other, and a third of them missing."""
        generator = torch.Generator().manual_seed(0)
        labels = torch.randint(0, 2, (6, 9, _N_BEHAVIOURS), generator=generator)
        if self.plugin.exclusive:
            classes = torch.randint(0, _N_BEHAVIOURS + 1, (6, 9), generator=generator)
            labels = torch.nn.functional.one_hot(classes, _N_BEHAVIOURS + 1)[..., :-1]
        labels[torch.rand(6, 9, generator=generator) < 1 / 3] = -1
        return labels

    @property
    def _n_outputs(self) -> int:
        return _N_BEHAVIOURS + self.plugin.exclusive

    def _logits(self, *axes: int) -> Tensor:
        return random_normal(*axes, self._n_outputs).requires_grad_()

    def _right(self, labels: Tensor) -> Tensor:
        """Logits of +-1 that agree with the labels."""
        present = (labels == 1).float()
        if self.plugin.exclusive:
            present = torch.cat([present, 1 - present.amax(dim=-1, keepdim=True)], dim=-1)
        return 2 * present - 1

    def test_is_a_scalar_with_a_gradient(self, loss: Loss, labels: Tensor) -> None:
        """For frames (N, K) and for stretches (N, T, K)."""
        for marks, logits in ((labels, self._logits(6, 9)), (labels[:, 0], self._logits(6))):
            value = loss(logits, marks)
            assert value.shape == ()
            assert _gradient(value, logits).any()

    @pytest.mark.parametrize("largest", [50.0, -50.0])
    def test_is_finite_where_logits_are_large(self, loss: Loss, labels: Tensor, largest: float) -> None:
        """Right or wrong by 50, loss and gradient are finite numbers."""
        logits = (largest * self._right(labels)).requires_grad_()
        value = loss(logits, labels)
        assert torch.isfinite(value)
        assert torch.isfinite(_gradient(value, logits)).all()

    def test_is_zero_without_labels(self, loss: Loss, labels: Tensor) -> None:
        """Its gradient too."""
        logits = self._logits(6, 9)
        value = loss(logits, torch.full_like(labels, -1))
        assert value == 0
        assert not _gradient(value, logits).any()

    def test_frames_without_labels_change_nothing(self, loss: Loss, labels: Tensor) -> None:
        """Neither what is answered for them, nor how many of them pad a stretch."""
        logits = self._logits(6, 9)
        value = loss(logits, labels)
        assert not _gradient(value, logits)[(labels == -1).all(dim=-1)].any()
        longer = torch.cat([logits, 30 * self._logits(6, 5)], dim=1)
        padded = torch.cat([labels, torch.full_like(labels[:, :5], -1)], dim=1)
        assert_alike(loss(longer, padded), value)

    def test_every_labelled_frame_counts(self, loss: Loss, labels: Tensor) -> None:
        """Those in which nothing happens too; only behaviours that training never saw may weigh nothing."""
        logits = self._logits(6, 9)
        pulled = _gradient(loss(logits, labels), logits).any(dim=-1)
        seen_in_training = (labels[..., _NEVER] != 1) & (labels != -1).all(dim=-1)
        assert pulled[seen_in_training].all()

    def test_right_answers_cost_less_than_wrong_ones(self, loss: Loss, labels: Tensor) -> None:
        """And a step against the gradient costs less."""
        right = self._right(labels)
        assert loss(right, labels) < loss(-right, labels)
        logits = self._logits(6, 9)
        value = loss(logits, labels)
        assert loss(logits - 0.01 * _gradient(value, logits), labels) < value

    def test_soft_labels_are_learned_from(self, loss: Loss, labels: Tensor) -> None:
        """Where it takes them: 0.0 and 1.0 mean what 0 and 1 do, and answers are pulled to what lies between."""
        if not self.plugin.soft_labels:
            pytest.skip("takes no labels between 0 and 1")
        logits, soft = self._logits(6, 9), labels.float()
        assert_alike(loss(logits, soft), loss(logits, labels))
        assert_alike(_gradient(loss(logits, soft), logits), _gradient(loss(logits, labels), logits))
        soft[labels == 1], soft[labels == 0] = 0.7, 0.1
        present = labels == 1
        present[..., _NEVER] = False  # may weigh nothing
        for certain in (-30.0, 30.0):
            logits = (certain * self._right(labels)).requires_grad_()
            pull = _gradient(loss(logits, soft), logits)[..., :_N_BEHAVIOURS][present]
            assert (pull * certain > 0).all()

    def test_leaves_global_random_state_alone(self, loss: Loss, labels: Tensor) -> None:
        """A loss draws nothing and seeds nothing."""
        logits = self._logits(6, 9)
        with left_alone():
            loss(logits, labels)

    def test_leaves_its_input_as_it_was(self, loss: Loss, labels: Tensor) -> None:
        """Labels and logits are used again for scores."""
        logits, kept = self._logits(6, 9).detach(), labels.clone()
        before = logits.clone()
        loss(logits, labels)
        assert torch.equal(logits, before)
        assert torch.equal(labels, kept)


class MetricContract:
    """Subclass it, and give `plugin`.

    Attributes:
        plugin: The descriptor under test.
    """

    plugin: ClassVar[MetricPlugin[Any]]

    @pytest.fixture
    def labels(self) -> NDArray[np.int8]:
        """Labels (200, 3), a tenth of them missing; the last behaviour is rare."""
        rng = np.random.default_rng(0)
        labels = (rng.random((200, 3)) < [0.5, 0.3, 0.05]).astype(np.int8)
        labels[rng.random((200, 3)) < 0.1] = -1
        return labels

    @pytest.fixture
    def probabilities(self) -> NDArray[np.float32]:
        """Noise (200, 3), 0..1."""
        return np.random.default_rng(1).random((200, 3), dtype=np.float32)

    def _score(self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]) -> Score:
        score: Score = self.plugin.score(probabilities, probabilities >= 0.5, labels)
        return score

    def test_says_one_number_for_each_behaviour(
        self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]
    ) -> None:
        """And one for all."""
        score = self._score(probabilities, labels)
        assert isinstance(score.overall, float)
        assert len(score.per_behaviour) == 3
        assert all(isinstance(one, float) and math.isfinite(one) for one in score.per_behaviour)

    def test_perfect_answers_score_best(self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]) -> None:
        """In the direction that `goal` says; and wrong ones score worst."""
        perfect = np.where(labels == 1, 0.9, 0.1).astype(np.float32)
        sign = 1 if self.plugin.goal == "max" else -1
        best, noise, worst = (self._score(p, labels) for p in (perfect, probabilities, 1 - perfect))
        rows = zip(best.per_behaviour, noise.per_behaviour, worst.per_behaviour, strict=True)
        for high, middle, low in [*rows, (best.overall, noise.overall, worst.overall)]:
            assert sign * high > sign * middle
            assert sign * high > sign * low

    def test_order_of_frames_is_irrelevant(self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]) -> None:
        """Frames are scored one by one."""
        order = np.random.default_rng(2).permutation(len(labels))
        _assert_same(self._score(probabilities[order], labels[order]), self._score(probabilities, labels))

    def test_frames_without_a_label_do_not_count(
        self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]
    ) -> None:
        """Whatever is answered for them."""
        changed = np.where(labels == -1, 1 - probabilities, probabilities)
        _assert_same(self._score(changed, labels), self._score(probabilities, labels))
        more = np.concatenate([labels, np.full((50, 3), -1, dtype=np.int8)])
        longer = np.concatenate([probabilities, probabilities[:50]])
        _assert_same(self._score(longer, more), self._score(probabilities, labels))

    @pytest.mark.parametrize("mark", [0, 1, -1])
    @pytest.mark.parametrize("probability", [0.0, 1.0])
    def test_bears_behaviours_that_never_or_always_happen(
        self, probabilities: NDArray[np.float32], labels: NDArray[np.int8], mark: int, probability: float
    ) -> None:
        """Their score is NaN or a number, never infinite, and the others keep theirs."""
        before = self._score(probabilities, labels)
        labels[:, 0] = mark
        probabilities[:, 0] = probability
        score = self._score(probabilities, labels)
        assert not math.isinf(score.per_behaviour[0])
        assert math.isfinite(score.overall), "the behaviours that are defined have a mean"
        assert score.per_behaviour[1:] == before.per_behaviour[1:]

    def test_is_undefined_without_labels(self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]) -> None:
        """NaN, since 0 and 1 would be read as very bad and very good."""
        score = self._score(probabilities, np.full_like(labels, -1))
        assert math.isnan(score.overall)
        assert all(math.isnan(one) for one in score.per_behaviour)

    def test_leaves_global_random_state_alone(
        self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]
    ) -> None:
        """A score draws nothing and seeds nothing."""
        with left_alone():
            self._score(probabilities, labels)

    def test_leaves_its_input_as_it_was(self, probabilities: NDArray[np.float32], labels: NDArray[np.int8]) -> None:
        """The same arrays are scored by every metric."""
        present = probabilities >= 0.5
        arrays: list[NDArray[Any]] = [probabilities, present, labels]
        kept = [array.copy() for array in arrays]
        self.plugin.score(probabilities, present, labels)
        for array, before in zip(arrays, kept, strict=True):
            assert np.array_equal(array, before)


def _gradient(value: Tensor, logits: Tensor) -> Tensor:
    return torch.autograd.grad(value, logits, retain_graph=True)[0]


def _assert_same(found: Score, expected: Score) -> None:
    assert found.overall == pytest.approx(expected.overall, rel=1e-6)
    assert found.per_behaviour == pytest.approx(expected.per_behaviour, rel=1e-6)
