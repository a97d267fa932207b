from __future__ import annotations

import pytest
import timm
import torch
from deg_core.testing.torch_component import random_normal
from torchvision.transforms.v2.functional import normalize

from deg_backbones import extractor as module
from deg_backbones.plugin import build_frozen_image, build_frozen_video, build_timm_image, build_torchvision_video
from deg_backbones.settings import (
    FrozenImageSettings,
    FrozenVideoSettings,
    TimmImageSettings,
    TorchvisionVideoSettings,
)


def test_latents_are_those_that_timm_would_give_of_the_picture_itself() -> None:
    pictures = torch.rand(1, 2, 3, 160, 160, generator=torch.Generator().manual_seed(0))
    model = build_timm_image(TimmImageSettings(arch="test_vit.r160_in1k"), 2).eval()
    mean, std = torch.tensor([0.2, 0.3, 0.1]), torch.tensor([0.1, 0.05, 0.2])
    model.take_statistics(mean, std)
    config = timm.data.resolve_data_config({}, model=model.backbone)
    with torch.no_grad():
        latents, _ = model((pictures - mean.view(3, 1, 1)) / std.view(3, 1, 1), None)
        expected = model.backbone(normalize(pictures[0], list(config["mean"]), list(config["std"])))
    torch.testing.assert_close(latents[0], expected, rtol=1e-4, atol=1e-4)


def test_frames_of_another_size_are_resized_for_a_network_of_one_size() -> None:
    model = build_timm_image(TimmImageSettings(arch="test_vit", size=(32, 64)), 2).eval()
    flat = torch.full((1, 1, 3, 100, 80), 0.5)
    with torch.no_grad():
        torch.testing.assert_close(model(flat, None)[0], model(torch.full((1, 1, 3, 32, 64), 0.5), None)[0])


@pytest.mark.parametrize("frozen", [True, False])
def test_what_is_frozen_neither_learns_nor_drifts_while_the_last_layer_does(frozen: bool) -> None:
    model = build_timm_image(TimmImageSettings(arch="test_efficientnet", frozen=frozen), 2)
    before = {name: tensor.clone() for name, tensor in model.backbone.state_dict().items()}
    optimiser = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    model.train()
    assert model.backbone.training is not frozen
    assert model.dropout.training
    head = model.head.weight.clone()
    for _ in range(2):
        loss = model(random_normal(3, 2, 3, 32, 32), None)[1].square().sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    same = all(torch.equal(tensor, before[name]) for name, tensor in model.backbone.state_dict().items())
    assert same is frozen
    assert not torch.equal(model.head.weight, head)


def test_a_clip_is_seen_in_the_order_of_time() -> None:
    model = build_torchvision_video(TorchvisionVideoSettings(arch="r3d_18", n_frames=3), 1).eval()
    seen: list[torch.Tensor] = []
    model.backbone.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    frames = torch.arange(5.0).view(1, 5, 1, 1, 1).expand(1, 5, 3, 16, 16)
    with torch.no_grad():
        model(frames, None)
    (clips,) = seen
    assert clips.shape == (3, 3, 3, 16, 16)
    torch.testing.assert_close(clips[:, 0, :, 0, 0], torch.tensor([[0.0, 1, 2], [1, 2, 3], [2, 3, 4]]))


@pytest.mark.parametrize(("n", "n_frames"), [(1, 7), (7, 1), (2, 3)])
def test_answering_works_on_a_few_pictures_at_a_time(monkeypatch: pytest.MonkeyPatch, n: int, n_frames: int) -> None:
    model = build_frozen_video(FrozenVideoSettings(arch="r3d_18", n_frames=2), 1)
    frames = random_normal(n, n_frames + 2, 3, 16, 16)
    with torch.no_grad():
        whole = model(frames, None)[0]
        sizes: list[int] = []
        model.backbone.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
        monkeypatch.setattr(module, "_PIXELS_AT_ONCE", 3 * 2 * 16 * 16)
        torch.testing.assert_close(model(frames, None)[0], whole, rtol=1e-4, atol=1e-4)
    assert max(sizes) <= 3
    assert sum(sizes) == n * n_frames


def test_latents_of_a_frozen_network_have_mean_0_and_variance_1_over_the_training_frames() -> None:
    model = build_frozen_image(FrozenImageSettings(arch="test_vit", size=(32, 32)), 2)
    frames = random_normal(40, 1, 3, 32, 32)
    model.fit([(frames[:25], torch.randint(0, 2, (25, 1, 2))), (frames[25:], torch.randint(0, 2, (15, 1, 2)))])
    with torch.no_grad():
        latents = model.eval()(frames, None)[0].flatten(0, 1)
    torch.testing.assert_close(latents.mean(0), torch.zeros(model.n_latents), rtol=0, atol=1e-4)
    torch.testing.assert_close(latents.var(0, correction=0), torch.ones(model.n_latents), rtol=1e-3, atol=1e-3)


def test_examples_are_gone_through_once() -> None:
    model = build_frozen_image(FrozenImageSettings(arch="test_vit", size=(32, 32)), 1)
    labels = (torch.arange(8) % 2).view(8, 1, 1)
    model.fit(iter([(random_normal(8, 1, 3, 32, 32), labels)]))
    assert model.head.weight.abs().sum() > 0


def test_fitting_again_starts_anew() -> None:
    model = build_frozen_image(FrozenImageSettings(arch="test_vit", size=(32, 32)), 1)
    examples = [(random_normal(8, 1, 3, 32, 32), (torch.arange(8) % 2).view(8, 1, 1))]
    model.fit(examples)
    first = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    model.fit(examples)
    assert all(torch.equal(tensor, first[name]) for name, tensor in model.state_dict().items())


def test_pictures_without_content_give_latents_all_the_same() -> None:
    model = build_frozen_image(FrozenImageSettings(arch="test_vit", size=(32, 32)), 1)
    frames = torch.zeros(6, 1, 3, 32, 32)
    model.fit([(frames, (torch.arange(6) % 2).view(6, 1, 1))])
    with torch.no_grad():
        latents, logits = model(frames, None)
    assert latents.abs().max() < 1e-3
    assert torch.isfinite(logits).all()
