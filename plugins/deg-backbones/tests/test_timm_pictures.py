from __future__ import annotations

import huggingface_hub
import pytest
import timm
import torch
from deg_core.api import CheckpointError, ManifestError
from safetensors.torch import save_file

from deg_backbones.timm_pictures import build_timm


def pictures(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


def test_the_network_is_that_of_timm_without_its_classifier() -> None:
    published = build_timm("test_resnet.r160_in1k", None)
    assert published.size is None
    torch.manual_seed(0)
    whole = timm.create_model("test_resnet.r160_in1k").eval()
    published.network.load_state_dict({n: t for n, t in whole.state_dict().items() if not n.startswith("fc.")})
    x = pictures(2, 3, 48, 64)
    with torch.no_grad():
        latents = published.network.eval()(x)
        torch.testing.assert_close(latents, whole.forward_head(whole.forward_features(x), pre_logits=True))
    assert latents.shape == (2, published.n_latents)


@pytest.mark.parametrize(
    "arch", ["test_vit", "test_convnext", "test_mambaout", "test_byobnet", "mobilenetv3_small_050"]
)
def test_it_says_how_many_latents_there_are(arch: str) -> None:
    published = build_timm(arch, None)
    side = published.size or (64, 64)
    with torch.no_grad():
        assert published.network.eval()(pictures(1, 3, *side)).shape == (1, published.n_latents)


def test_colours_are_those_that_the_weights_were_made_with() -> None:
    assert build_timm("test_vit.r160_in1k", None).mean == (0.5, 0.5, 0.5)
    clip = timm.models.get_pretrained_cfg("vit_base_patch16_clip_224.openai")
    assert clip.mean[0] == pytest.approx(0.4815, abs=1e-4)  # timm keeps what each set of weights wants


def test_a_network_of_one_size_takes_its_own_or_the_one_that_is_wished() -> None:
    assert build_timm("test_vit", None).size == (160, 160)
    published = build_timm("test_vit", (32, 48))
    assert published.size == (32, 48)
    with torch.no_grad():
        assert published.network.eval()(pictures(1, 3, 32, 48)).shape == (1, published.n_latents)


def test_an_unknown_model_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(ManifestError, match="no model named 'resnet81'") as caught:
        build_timm("resnet81", None)
    assert "resnet18" in caught.value.fix


@pytest.mark.parametrize("arch", ["hf-hub:timm/resnet18.a1_in1k", "local-dir:/tmp", "timm/resnet18"])
def test_names_that_would_make_building_go_online_are_refused(arch: str) -> None:
    with pytest.raises(ManifestError, match="no model named"):
        build_timm(arch, None)


def test_an_unknown_tag_is_refused_with_those_there_are() -> None:
    with pytest.raises(ManifestError, match="no weights 'imagenet' of resnet18") as caught:
        build_timm("resnet18.imagenet", None)
    assert "resnet18.a1_in1k" in caught.value.fix


def test_without_a_network_it_says_what_to_download_and_where_to_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: str) -> str:
        raise ConnectionError("no route to host")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", offline)
    with pytest.raises(CheckpointError, match="no route to host") as caught:
        build_timm("vit_tiny_patch16_224.augreg_in21k", None).fetch()
    assert "vit_tiny_patch16_224.augreg_in21k" in caught.value.problem
    url = "https://huggingface.co/timm/vit_tiny_patch16_224.augreg_in21k/resolve/main/model.safetensors"
    assert url in caught.value.fix
    assert "`weights`" in caught.value.fix


def test_what_the_hub_gives_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    published = build_timm("test_vit.r160_in1k", None)
    asked: list[tuple[str, str]] = []

    def download(repository: str, file: str) -> str:
        asked.append((repository, file))
        save_file(published.network.state_dict(), tmp_path / file)
        return str(tmp_path / file)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    assert published.fetch().keys() == published.network.state_dict().keys()
    assert asked == [("timm/test_vit.r160_in1k", "model.safetensors")]


def test_a_model_without_published_weights_says_so() -> None:
    with pytest.raises(CheckpointError, match="no published weights of resnet50t"):
        build_timm("resnet50t", None).fetch()
