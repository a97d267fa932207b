from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from deg_core.testing import SequenceModelContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.forest import Forest, Tree
from deg_plugins_sequence.plugin import gradient_boosting, random_forest
from deg_plugins_sequence.settings import GradientBoostingSettings, RandomForestSettings
from deg_plugins_sequence.trees import GradientBoosting, RandomForest, Trees


class TestGradientBoosting(SequenceModelContract):
    plugin = gradient_boosting

    def settings(self) -> GradientBoostingSettings:
        return GradientBoostingSettings(n_trees=5, contexts=(3, 7), least_frames=2)


class TestRandomForest(SequenceModelContract):
    plugin = random_forest

    def settings(self) -> RandomForestSettings:
        return RandomForestSettings(n_trees=5, contexts=(3, 7), least_frames=2)


def valid(n_frames: int) -> torch.Tensor:
    return torch.ones(1, n_frames, dtype=torch.bool)


def example(n_frames: int = 400) -> tuple[torch.Tensor, torch.Tensor]:
    """Latents (1, T, 3), and labels that depend on two of them in no linear way."""
    latents = random_normal(1, n_frames, 3)
    return latents, (latents[..., :1] * latents[..., 1:2] > 0).to(torch.int8)


@pytest.mark.parametrize(
    ("model", "theirs"),
    [
        (
            GradientBoosting(GradientBoostingSettings(contexts=(), n_trees=20), 3, 1),
            HistGradientBoostingClassifier(
                max_iter=20, max_depth=8, early_stopping=False, class_weight="balanced", random_state=0
            ),
        ),
        (
            RandomForest(RandomForestSettings(contexts=(), n_trees=20), 3, 1),
            RandomForestClassifier(
                20, max_leaf_nodes=256, max_depth=16, min_samples_leaf=5, class_weight="balanced", random_state=0
            ),
        ),
    ],
    ids=["gradient-boosting", "random-forest"],
)
def test_answers_are_those_of_scikit_learn(
    model: Trees, theirs: HistGradientBoostingClassifier | RandomForestClassifier
) -> None:
    latents, labels = example()
    model.fit([(latents, labels)])
    theirs.fit(latents[0].numpy(), labels[0, :, 0].numpy())
    unseen = random_normal(1, 300, 3) * 1.3
    answers = torch.sigmoid(model(unseen, valid(300)))[0, :, 0].numpy()
    expected = theirs.predict_proba(unseen[0].numpy())[:, 1]
    np.testing.assert_allclose(
        answers, expected.clip(1e-3, 1 - 1e-3) if "Forest" in str(theirs) else expected, atol=1e-6
    )
    assert np.ptp(expected) > 0.5


@pytest.mark.parametrize("kind", [GradientBoosting, RandomForest])
def test_what_the_frames_around_do_is_seen(kind: type[Trees]) -> None:
    """The same sum of latents everywhere, but here they swing and there they do not."""
    swings = torch.arange(900) // 90 % 2 == 1
    latents = torch.where(swings, (-1.0) ** torch.arange(900), 0.0).view(1, -1, 1) + 0.3 * random_normal(1, 900, 1)
    labels = swings.to(torch.int8).view(1, -1, 1)
    settings = GradientBoostingSettings if kind is GradientBoosting else RandomForestSettings
    model = kind(settings(contexts=(9,), n_trees=20), 1, 1)
    model.fit([(latents[:, :540], labels[:, :540])])
    decided = model(latents[:, 540:], valid(360)) > 0
    assert (decided == labels[:, 540:].bool()).float().mean() > 0.95


@pytest.mark.parametrize("kind", [gradient_boosting, random_forest])
def test_an_output_that_never_varies_gets_the_odds_of_its_labels(kind: object) -> None:
    latents, labels = example(98)
    model = kind.build(kind.settings(n_trees=3), 3, 2)  # type: ignore[attr-defined]
    model.fit([(latents, torch.cat([labels, torch.zeros_like(labels)], dim=-1))])
    torch.testing.assert_close(model(latents, valid(98))[0, :, 1].exp(), torch.full((98,), 1 / 99))


def test_frames_without_a_label_teach_nothing() -> None:
    latents, labels = example()
    hidden = labels.clone()
    hidden[:, 200:] = -1
    wrong = torch.where(torch.arange(400).view(1, -1, 1) < 200, labels, 1 - labels)
    answers = []
    for known in (hidden, wrong):
        model = GradientBoosting(GradientBoostingSettings(contexts=(), n_trees=10), 3, 1)
        model.fit([(latents, known)])
        answers.append(((model(latents, valid(400)) > 0) == labels.bool()).float().mean())
    assert answers[0] > 0.9 > answers[1]


def test_of_many_frames_evenly_spread_ones_are_used() -> None:
    latents, labels = example(300)
    parts = [(latents[:, :100], labels[:, :100]), (latents[:, 100:], labels[:, 100:])]
    few = GradientBoosting(GradientBoostingSettings(contexts=(), n_trees=10, max_frames=100), 3, 1)
    few.fit(parts)
    same = GradientBoosting(GradientBoostingSettings(contexts=(), n_trees=10), 3, 1)
    same.fit([(latents[:, ::3], labels[:, ::3])])
    assert torch.equal(few(latents, valid(300)), same(latents, valid(300)))


def test_a_number_on_the_limit_goes_left_however_the_limit_is_rounded() -> None:
    limits = np.nextafter(np.float64(np.float32(0.1)), 1.0), np.nextafter(np.float64(np.float32(0.1)), 0.0)
    for limit, expected in zip(limits, (1.0, 2.0), strict=True):
        forest = Forest(1, 1, 3, 1)
        zeros = np.zeros(3, np.int64)
        tree = Tree(zeros, np.array([limit, 0, 0]), np.array([1, 1, 2]), np.array([2, 1, 2]), np.array([0.0, 1.0, 2.0]))
        forest.fill(0, [tree], 0.0)
        assert forest(torch.tensor([[0.1]])).item() == expected


def test_filling_again_leaves_nothing_of_before() -> None:
    latents, labels = example(200)
    model = GradientBoosting(GradientBoostingSettings(n_trees=5), 3, 1)
    model.fit([(latents, labels)])
    model.fit([(latents, torch.zeros_like(labels))])
    torch.testing.assert_close(model(latents, valid(200)).exp(), torch.full((1, 200, 1), 1 / 201))


@pytest.mark.parametrize("context", [1, 4])
def test_a_context_without_a_middle_is_refused(context: int) -> None:
    with pytest.raises(ValidationError, match="odd"):
        GradientBoostingSettings(contexts=(context,))
