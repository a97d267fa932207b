"""Classifiers made of decision trees, on latents and what they do around each frame.

Random forests on windows of key points: Sturman et al., Neuropsychopharmacology 2020; boosted classifiers on window
statistics of tracks: Kabra et al., Nature Methods 2013 (JAABA).

Axes: N records, T frames, F labelled frames, D latents, X inputs, K outputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from torch import Tensor, nn

from deg_plugins_sequence.forest import Forest, Tree
from deg_plugins_sequence.settings import GradientBoostingSettings, RandomForestSettings, TreesSettings
from deg_plugins_sequence.window_statistics import describe_windows, n_inputs

Examples = Iterable[tuple[Tensor, Tensor]]
Fitted = tuple[list[Tree], float]
LEAST_SHARE = 1e-3
"""Of the trees of a forest that vote the one way or the other: no finite number of them makes anyone certain."""


class Trees(nn.Module):
    """What both classifiers have in common: inputs, and one forest for each output.

    Attributes:
        receptive_field: The longest context.
    """

    def __init__(self, settings: TreesSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.receptive_field: int | None = max(settings.contexts, default=1)
        self._settings = settings
        self.n_inputs = n_inputs(n_latents, settings.contexts)
        self.forest = Forest(n_outputs, settings.n_trees, 2 * settings.max_leaves - 1, settings.max_depth)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        # Trees have nothing to gain from 16 bits, and their limits much to lose.
        with torch.autocast(latents_NTD.device.type, enabled=False):
            inputs_NTX = describe_windows(latents_NTD.float(), valid_NT, self._settings.contexts)
            sums: Tensor = self.forest(inputs_NTX.flatten(0, 1))
            return self._to_logits(sums).view(*valid_NT.shape, -1)

    @torch.no_grad()
    def fit(self, examples: Examples) -> None:
        """Fit to labelled examples, in place. See `deg_core.api.FitsDirectly`.

        Each output gets a forest of its own on the frames labelled for it, in which present and absent weigh alike.
        Of more than `max_frames` labelled frames, evenly spread ones are used.
        """
        inputs_FX, labels_FK = self._gather(examples)
        for output, labels in enumerate(labels_FK.T):
            present, absent = int((labels == 1).sum()), int((labels == 0).sum())
            if present == 0 or absent == 0:
                self.forest.fill(output, [], self._constant(present, absent))
                continue
            known = labels != -1
            self.forest.fill(output, *self._fit_one(inputs_FX[known], labels[known]))

    def _gather(self, examples: Examples) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """Inputs (F, X) and labels (F, K) of the frames to be used."""
        n_labelled = sum(int((labels != -1).any(-1).sum()) for _, labels in examples)
        every = max(1, math.ceil(n_labelled / self._settings.max_frames))
        inputs, marks, n_seen = [], [], 0
        for latents_NTD, labels_NTK in examples:
            known_NT = (labels_NTK != -1).any(dim=-1)
            described = describe_windows(latents_NTD.float(), torch.ones_like(known_NT), self._settings.contexts)
            first = -n_seen % every
            inputs.append(described[known_NT][first::every].cpu().numpy())
            marks.append(labels_NTK[known_NT][first::every].cpu().numpy())
            n_seen += int(known_NT.sum())
        return np.concatenate(inputs), np.concatenate(marks)

    def _to_logits(self, sums: Tensor) -> Tensor:
        raise NotImplementedError

    def _constant(self, present: int, absent: int) -> float:
        """What the forest has to sum up to where an output never varies."""
        raise NotImplementedError

    def _fit_one(self, inputs_FX: NDArray[np.float32], labels_F: NDArray[np.int8]) -> Fitted:
        raise NotImplementedError


class GradientBoosting(Trees):
    """Trees that each correct the ones before; their sum is the logit."""

    def __init__(self, settings: GradientBoostingSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__(settings, n_latents, n_outputs)
        self._model: Callable[[], Any] = lambda: HistGradientBoostingClassifier(
            learning_rate=settings.learning_rate,
            max_iter=settings.n_trees,
            max_leaf_nodes=settings.max_leaves,
            max_depth=settings.max_depth,
            min_samples_leaf=settings.least_frames,
            # Its own stopping would set aside single frames, whose neighbours it has learned from.
            early_stopping=False,
            class_weight="balanced",
            random_state=0,
        )

    def _to_logits(self, sums: Tensor) -> Tensor:
        return sums

    def _constant(self, present: int, absent: int) -> float:
        return math.log((present + 1) / (absent + 1))

    def _fit_one(self, inputs_FX: NDArray[np.float32], labels_F: NDArray[np.int8]) -> Fitted:
        model = self._model().fit(inputs_FX, labels_F)
        # Not public, but since the class exists its only home of the trees; a test compares answers.
        return [_boosted_tree(stage[0].nodes) for stage in model._predictors], float(model._baseline_prediction.item())


class RandomForest(Trees):
    """Trees that each saw other frames and inputs, and vote."""

    def __init__(self, settings: RandomForestSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__(settings, n_latents, n_outputs)
        self._model: Callable[[], Any] = lambda: RandomForestClassifier(
            n_estimators=settings.n_trees,
            max_leaf_nodes=settings.max_leaves,
            max_depth=settings.max_depth,
            min_samples_leaf=settings.least_frames,
            class_weight="balanced",
            random_state=0,
        )

    def _to_logits(self, sums: Tensor) -> Tensor:
        return torch.logit(sums.clamp(LEAST_SHARE, 1 - LEAST_SHARE))

    def _constant(self, present: int, absent: int) -> float:
        return (present + 1) / (present + absent + 2)

    def _fit_one(self, inputs_FX: NDArray[np.float32], labels_F: NDArray[np.int8]) -> Fitted:
        trees = [estimator.tree_ for estimator in self._model().fit(inputs_FX, labels_F).estimators_]
        return [_voting_tree(tree, len(trees)) for tree in trees], 0.0


def _boosted_tree(nodes: NDArray[Any]) -> Tree:
    """A tree out of scikit-learn's table of nodes."""
    leaf, itself = nodes["is_leaf"].astype(bool), np.arange(len(nodes))
    return Tree(
        feature=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int64),
        limit=np.where(leaf, 0.0, nodes["num_threshold"]),
        left=np.where(leaf, itself, nodes["left"]).astype(np.int64),
        right=np.where(leaf, itself, nodes["right"]).astype(np.int64),
        value=nodes["value"],
    )


def _voting_tree(tree: Any, n_trees: int) -> Tree:
    """A tree whose leaves hold their share of the vote."""
    leaf, itself = tree.children_left == -1, np.arange(tree.node_count)
    shares = tree.value[:, 0] / tree.value[:, 0].sum(axis=1, keepdims=True)
    return Tree(
        feature=np.where(leaf, 0, tree.feature),
        limit=np.where(leaf, 0.0, tree.threshold),
        left=np.where(leaf, itself, tree.children_left),
        right=np.where(leaf, itself, tree.children_right),
        value=shares[:, 1] / n_trees,
    )
