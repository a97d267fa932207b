from __future__ import annotations

import torch
from torchvision.transforms.v2.functional import normalize

from deg_backbones.colours import Colours

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def test_frames_become_what_the_weights_expect() -> None:
    pictures = torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    project_mean, project_std = torch.tensor([0.2, 0.3, 0.1]), torch.tensor([0.1, 0.05, 0.2])
    colours = Colours(MEAN, STD)
    colours.take_statistics(project_mean, project_std)
    z_scored = normalize(pictures, project_mean.tolist(), project_std.tolist())
    torch.testing.assert_close(colours(z_scored), normalize(pictures, list(MEAN), list(STD)))


def test_until_it_is_told_frames_are_left_as_they_are() -> None:
    frames = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(Colours(MEAN, STD)(frames), frames)
