from __future__ import annotations

import pytest
import torch
import torchvision
from deg_core.api import CheckpointError, ManifestError
from torchvision.models import video

from deg_backbones.torchvision_clips import build_torchvision


def clips(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("arch", "width"), [("r3d_18", 512), ("mc3_18", 512), ("r2plus1d_18", 512), ("s3d", 1024), ("swin3d_t", 768)]
)
def test_latents_are_what_the_classifier_would_have_seen(arch: str, width: int) -> None:
    published = build_torchvision(arch, 8, None)
    with torch.no_grad():
        assert published.network.eval()(clips(2, 3, 8, 32, 32)).shape == (2, width)
    assert published.n_latents == width


def test_the_network_with_its_classifier_says_what_torchvision_says() -> None:
    whole = torchvision.models.get_model("s3d", weights=None).eval()
    published = build_torchvision("s3d", 16, None)
    left = {n: t for n, t in whole.state_dict().items() if not n.startswith("classifier.")}
    published.network.load_state_dict(left)
    x = clips(1, 3, 16, 224, 224)
    with torch.no_grad():
        latents = published.network.eval()(x)
        last = whole.classifier[1]
        logits = torch.nn.functional.linear(latents, last.weight.flatten(1), last.bias)
        torch.testing.assert_close(logits, whole(x), rtol=1e-4, atol=1e-5)


def test_mvit_sees_16_frames_of_224_pixels() -> None:
    published = build_torchvision("mvit_v2_s", 16, None)
    assert published.size == (224, 224)
    with torch.no_grad():
        assert published.network.eval()(clips(1, 3, 16, 224, 224)).shape == (1, published.n_latents)


@pytest.mark.parametrize(("n_frames", "size"), [(8, None), (16, (112, 112))])
def test_mvit_with_other_clips_is_refused(n_frames: int, size: tuple[int, int] | None) -> None:
    with pytest.raises(ManifestError, match="16 frames of 224 x 224"):
        build_torchvision("mvit_v1_b", n_frames, size)


def test_colours_are_those_of_each_set_of_weights() -> None:
    means = {arch: build_torchvision(arch, 16, None).mean for arch in ("r3d_18", "swin3d_t", "mvit_v2_s")}
    assert means["r3d_18"] == (0.43216, 0.394666, 0.37645)
    assert means["swin3d_t"] == (0.485, 0.456, 0.406)
    assert means["mvit_v2_s"] == (0.45, 0.45, 0.45)


def test_every_video_model_of_torchvision_is_known_by_the_end_it_has() -> None:
    for arch in torchvision.models.list_models(video):
        with torch.device("meta"):
            published = build_torchvision(arch, 16, None)
        whole = set(torchvision.models.get_model_weights(arch).DEFAULT.meta)
        assert published.n_latents >= 512, whole
        assert not any(name.startswith(published.classifier) for name in published.network.state_dict())


def test_an_unknown_model_is_refused_with_those_there_are() -> None:
    with pytest.raises(ManifestError, match="no video model named 'resnet18'") as caught:
        build_torchvision("resnet18", 16, None)
    assert "r3d_18" in caught.value.fix


@pytest.mark.parametrize("error", [OSError("no route to host"), RuntimeError("invalid hash value")])
def test_without_a_network_it_says_what_to_download(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", fail)
    with pytest.raises(CheckpointError, match=str(error)) as caught:
        build_torchvision("r3d_18", 16, None).fetch()
    assert "https://download.pytorch.org/models/r3d_18-" in caught.value.fix


def test_published_weights_are_never_unpickled(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def load(url: str, **options: object) -> dict[str, torch.Tensor]:
        asked.update(options)
        return {}

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", load)
    build_torchvision("r3d_18", 16, None).fetch()
    assert asked["weights_only"] is True
    assert asked["check_hash"] is True
