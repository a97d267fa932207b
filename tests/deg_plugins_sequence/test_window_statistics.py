from __future__ import annotations

import torch

from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.window_statistics import describe_windows, n_inputs


def described(values: list[float], valid: list[bool], contexts: tuple[int, ...]) -> torch.Tensor:
    return describe_windows(torch.tensor(values).view(1, -1, 1), torch.tensor([valid]), contexts)[0]


def test_each_context_has_mean_extremes_and_change_beside_the_latents() -> None:
    rows = described([1.0, 2.0, 6.0, 3.0], [True] * 4, (3,))
    torch.testing.assert_close(rows[1], torch.tensor([2.0, 3.0, 1.0, 6.0, 5.0]))
    torch.testing.assert_close(rows[2], torch.tensor([6.0, 11 / 3, 2.0, 6.0, 1.0]))


def test_at_the_ends_the_frame_itself_stands_for_those_that_do_not_exist() -> None:
    rows = described([1.0, 2.0, 6.0], [True] * 3, (3,))
    torch.testing.assert_close(rows[0], torch.tensor([1.0, 1.5, 1.0, 2.0, 1.0]))
    torch.testing.assert_close(rows[2], torch.tensor([6.0, 4.0, 2.0, 6.0, 4.0]))


def test_padding_changes_nothing_whatever_it_holds() -> None:
    alone = described([5.0, 7.0], [True, True], (3, 5))
    for filler in (0.0, 1e6, float("nan")):
        torch.testing.assert_close(described([5.0, 7.0, filler], [True, True, False], (3, 5))[:2], alone)


def test_longer_contexts_see_further() -> None:
    latents = random_normal(1, 50, 2)
    valid = torch.ones(1, 50, dtype=torch.bool)
    rows = describe_windows(latents, valid, (3, 9))
    assert rows.shape == (1, 50, n_inputs(2, (3, 9)))
    mean_3, mean_9 = rows[0, 20, 2:4], rows[0, 20, 10:12]
    torch.testing.assert_close(mean_3, latents[0, 19:22].mean(dim=0))
    torch.testing.assert_close(mean_9, latents[0, 16:25].mean(dim=0))
    change_9 = latents[0, 21:25].mean(dim=0) - latents[0, 16:20].mean(dim=0)
    torch.testing.assert_close(rows[0, 20, 16:18], change_9)
