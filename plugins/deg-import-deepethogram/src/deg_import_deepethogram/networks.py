"""Which plugin of deg, with which settings, is which network of DeepEthogram."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deg_import_deepethogram.config import Config
from deg_import_deepethogram.weights import Tensors

Settings = dict[str, Any]

N_LATENTS = 1024
"""Latents of a frame: 512 of the picture and 512 of the flow. The original allows no other number."""

_FLOW = {"TinyMotionNet": "tiny-motion-net", "MotionNet": "motion-net", "TinyMotionNet3D": "tiny-motion-net-3d"}
_FUSION = {"average": "average", "concatenate": "concatenate", "weighted_average": "weighted-average"}


class NotBrought(Exception):  # no error: something that deg has no place for, and why
    """Something cannot come, and the text says why."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network in deg's words.

    Attributes:
        plugin: Its name.
        settings: Its settings.
        n_latents: Latents that it reads; 0 for stages before the sequence model.
    """

    plugin: str
    settings: Settings
    n_latents: int = 0


def flow_network(config: Config) -> Network:
    """The flow generator that a configuration tells of.

    Raises:
        NotBrought: deg has no such network.
    """
    arch = str(config.get("flow_generator.arch", "TinyMotionNet"))
    if arch not in _FLOW:
        raise NotBrought(f"flow generator {arch} is not in deg: it gives one flow for all pairs of frames")
    sparsity = config.number("flow_generator.sparsity_weight", 0.0) if config.get("flow_generator.flow_sparsity") else 0
    settings = {
        "n_frames": int(config.number("flow_generator.n_rgb", 11)),
        "smoothness": config.number("flow_generator.smooth_weight_multiplier", 1.0),
        "sparsity": sparsity,
    }
    return Network(_FLOW[arch], settings)


def features_network(config: Config) -> Network:
    """The feature extractor that a configuration tells of.

    Raises:
        NotBrought: deg has no such network.
    """
    arch = str(config.get("feature_extractor.arch", "resnet18"))
    is_3d = arch.startswith("resnet3d_")
    n_flows, n_rgb = int(config.number("feature_extractor.n_flows", 10)), config.get("feature_extractor.n_rgb")
    usual = n_flows + 1 if is_3d else 1
    if not arch.startswith("resnet"):
        raise NotBrought(f"feature extractor {arch} is not in deg, which sees with ResNets")
    if n_rgb not in (None, usual):
        raise NotBrought(f"feature extractor {arch} that sees {n_rgb} pictures is not in deg, which shows it {usual}")
    fusion = str(config.get("feature_extractor.fusion", "average"))
    if fusion not in _FUSION:
        raise NotBrought(f"fusion {fusion} is not in deg")
    settings = {
        "arch": arch,
        "n_flows": n_flows,
        "fusion": _FUSION[fusion],
        "final_bn": bool(config.get("feature_extractor.final_bn", False)) and fusion != "concatenate",
        "dropout": config.number("feature_extractor.dropout_p", 0.25),
        "original_channels": not is_3d,
    }
    return Network("two-stream", settings)


def sequence_network(config: Config, tensors: Tensors) -> Network:
    """The sequence model that a configuration tells of.

    Args:
        config: Settings of the run.
        tensors: Its weights, which decide where a setting is not known for certain.

    Raises:
        NotBrought: deg has no such model.
    """
    arch = str(config.get("sequence.arch", "tgmj"))
    if config.get("sequence.input_type", "features") != "features":
        raise NotBrought("sequence models of key points read numbers that deg does not make")
    if arch not in _SEQUENCE:
        raise NotBrought(f"sequence model {arch} is not in deg")
    return _SEQUENCE[arch](config, tensors)


def _tgm(config: Config, _: Tensors) -> Network:
    return Network("tgm", _filters(config), N_LATENTS)


def _tgmj(config: Config, _: Tensors) -> Network:
    own = {
        "input_dropout": config.number("sequence.input_dropout", 0.5),
        "nonlinear": bool(config.get("sequence.nonlinear_classification", True)),
        "n_hidden": int(config.number("sequence.num_features", 128)),
        "final_bn": bool(config.get("sequence.final_bn", True)),
    }
    return Network("tgmj", {**_filters(config), **own}, N_LATENTS)


def _filters(config: Config) -> Settings:
    return {
        "n_layers": int(config.number("sequence.num_layers", 3)),
        "filter_length": int(config.number("sequence.filter_length", 15)),
        "n_filters": int(config.number("sequence.n_filters", 8)),
        "n_views": int(config.number("sequence.c_out", 8)),
        "soft_attention": bool(config.get("sequence.soft_attn", True)),
        "reduction": str(config.get("sequence.tgm_reduction", "max")),
        "dropout": config.number("sequence.dropout_p", 0.5),
    }


def _linear(_: Config, __: Tensors) -> Network:
    return Network("linear", {}, N_LATENTS)


def _conv(config: Config, tensors: Tensors) -> Network:
    settings: Settings = {"dropout": config.number("sequence.dropout_p", 0.5)}
    kernel = next((tensor for name, tensor in tensors.items() if name.endswith("conv1.weight")), None)
    if kernel is not None and kernel.ndim == 3:
        settings |= {"n_hidden": kernel.shape[0], "filter_length": kernel.shape[2]}
    return Network("conv", settings, N_LATENTS)


def _recurrent(config: Config, _: Tensors) -> Network:
    arch, style = str(config.get("sequence.arch")), str(config.get("sequence.rnn_style", "lstm"))
    settings = {
        "n_layers": int(config.number("sequence.num_layers", 3)),
        "n_hidden": int(config.number("sequence.hidden_size", 64)),
        "bidirectional": bool(config.get("sequence.bidirectional", False)),
        "hidden_dropout": config.number("sequence.hidden_dropout", 0.0),
        "dropout": config.number("sequence.dropout_p", 0.5),
    }
    return Network(style if arch == "rnn" else arch, settings, N_LATENTS)


def _mlp(config: Config, tensors: Tensors) -> Network:
    kernels = [tensor for _, tensor in sorted(tensors.items()) if tensor.ndim == 2]
    window = kernels[0].shape[1] // N_LATENTS if kernels else int(config.number("sequence.sequence_length", 180))
    hidden = tuple(kernel.shape[0] for kernel in kernels[:-1])
    settings = {"window": max(window, 1), "n_hidden": hidden, "dropout": config.number("sequence.dropout_p", 0.5)}
    return Network("mlp", settings, N_LATENTS)


_SEQUENCE: Mapping[str, Callable[[Config, Tensors], Network]] = {
    "tgm": _tgm,
    "tgmj": _tgmj,
    "linear": _linear,
    "conv": _conv,
    "conv_nonlinear": _conv,
    "rnn": _recurrent,
    "gru": _recurrent,
    "lstm": _recurrent,
    "mlp": _mlp,
}


def without_aliases(plugin: str, tensors: Tensors) -> Tensors:
    """Without second names of tensors: `conv` lists its layers under `net` too. A second name with other numbers stays.

    So it is refused as unknown, since nobody knows which of the two was meant.
    """
    if plugin != "conv":
        return tensors
    first = {"net.0.": "conv1.", "net.1.": "bn1.", "net.4.": "conv2."}
    kept = {}
    for name, tensor in tensors.items():
        other = next((new + name.removeprefix(old) for old, new in first.items() if name.startswith(old)), name)
        if other == name or other not in tensors or tensors[other].tobytes() != tensor.tobytes():
            kept[name] = tensor
    return kept
