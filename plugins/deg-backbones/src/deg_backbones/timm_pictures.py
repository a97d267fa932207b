"""Image models of timm.

Axes: M pictures, D latents.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import timm
from deg_core.api import CheckpointError, ManifestError, did_you_mean
from torch import nn

from deg_backbones.published import Published, Tensors
from deg_backbones.weights import not_fetched, read_tensors

_FILE = "model.safetensors"


def build_timm(arch: str, size: tuple[int, int] | None) -> Published:
    """Build an image model of timm with random weights and without its classifier.

    Args:
        arch: Its name, with or without the tag of its weights.
        size: Height and width that it is to see, pixels; None for its own.

    Raises:
        ManifestError: timm has no such model, or no weights of this tag.
    """
    _check_name(arch)
    config: Any = timm.models.get_pretrained_cfg(arch)
    own = tuple(config.input_size[-2:]) if config.fixed_input_size else None
    size = size or own
    # timm's own rule: models with `fixed_input_size`, and only those, take the size they are to have.
    options: dict[str, Any] = {"img_size": size} if own else {}
    network: Any = timm.create_model(arch, num_classes=0, **options)
    classifier = config.classifier if isinstance(config.classifier, tuple) else (config.classifier,)
    return Published(
        arch=arch,
        network=network,
        n_latents=getattr(network, "head_hidden_size", network.num_features),
        mean=tuple(config.mean),
        std=tuple(config.std),
        size=size,
        classifier=tuple(f"{name}." for name in classifier if name),
        fetch=_Hub(arch, config.hf_hub_id or "", config.hf_hub_filename or _FILE),
        adapt=_Adapter(arch, network),
    )


def _check_name(arch: str) -> None:
    where = "features.settings.arch"
    name, _, tag = arch.partition(".")
    if "/" in arch or ":" in arch or not timm.is_model(name):
        raise ManifestError(
            f"timm {timm.__version__} has no model named {name!r}",
            where=where,
            fix=f"{did_you_mean(name, timm.list_models())}timm.list_models('*WORD*') lists them in Python",
        )
    tags = [known.partition(".")[2] for known in timm.list_pretrained(f"{name}.*")]
    if tag and tag not in tags:
        raise ManifestError(
            f"timm {timm.__version__} has no weights {tag!r} of {name}",
            where=where,
            fix=f"leave the tag out, or write one of: {', '.join(f'{name}.{each}' for each in tags) or 'none'}",
        )


@dataclass(frozen=True, slots=True)
class _Hub:
    """Fetches the published weights from the Hugging Face hub; they are kept in its cache."""

    arch: str
    repository: str
    file: str

    def __call__(self) -> Tensors:
        if not self.repository:
            raise CheckpointError(
                f"timm tells of no published weights of {self.arch}",
                where="features.settings.weights: hub",
                fix="write `weights: none`, or the path of weights that you have",
            )
        from huggingface_hub import hf_hub_download

        try:
            path = hf_hub_download(self.repository, self.file)
        except Exception as error:  # whatever its HTTP library, or the one before that, calls being offline
            url = f"https://huggingface.co/{self.repository}/resolve/main/{self.file}"
            raise not_fetched(self.arch, url, error) from error
        return read_tensors(Path(path))


@dataclass(frozen=True, slots=True)
class _Adapter:
    """Lets timm bring weights of older releases, of other projects and of other sizes into its present form."""

    arch: str
    network: nn.Module

    def __call__(self, tensors: Tensors) -> Tensors:
        module = sys.modules[timm.models.model_entrypoint(self.arch.partition(".")[0]).__module__]
        adapt: Any = getattr(module, "checkpoint_filter_fn", None)
        return tensors if adapt is None else adapt(dict(tensors), self.network)
