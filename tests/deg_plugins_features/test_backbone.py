from __future__ import annotations

import pytest
import torch
import torchvision

from deg_core.errors import ManifestError
from deg_core.testing.torch_component import assert_alike, random_normal
from deg_plugins_features.backbone import Backbone


@torch.no_grad()
def test_a_resnet18_without_its_classifier_is_torchvisions() -> None:
    backbone, resnet = Backbone("resnet18", 3, 0.5).eval(), torchvision.models.resnet18().eval()
    backbone.load_state_dict({k: v for k, v in resnet.state_dict().items() if not k.startswith("fc.")})
    pictures = random_normal(2, 3, 64, 64)
    assert_alike(resnet.fc(backbone(pictures)), resnet(pictures))


@pytest.mark.parametrize("arch", ["resnet34", "wide_resnet50_2", "resnext50_32x4d"])
@torch.no_grad()
def test_every_resnet_gives_512_latents_of_any_channels(arch: str) -> None:
    latents = Backbone(arch, 8, 0.0)(random_normal(2, 8, 32, 32))
    assert latents.shape == (2, 512)
    assert torch.isfinite(latents).all()


@pytest.mark.parametrize("arch", ["resnet19", "vgg16", "r3d_18", "ResNet18"])
def test_what_is_no_resnet_is_refused(arch: str) -> None:
    with pytest.raises(ManifestError, match=f"no ResNet named '{arch}'"):
        Backbone(arch, 3, 0.0)


def test_latents_are_dropped_in_training_only() -> None:
    backbone = Backbone("resnet18", 3, 0.5)
    pictures = random_normal(4, 3, 32, 32)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        dropped = [(backbone.train(mode)(pictures) == 0).float().mean().item() for mode in (True, False)]
    assert 0.4 < dropped[0] < 0.8
    assert dropped[1] < dropped[0] - 0.2
