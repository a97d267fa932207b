"""The original's configuration as settings of a deg project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deg_core.api import ManifestError

from deg_import_deepethogram.config import Config
from deg_import_deepethogram.networks import Network, NotBrought

Values = dict[str, Any]

_PRESETS: Mapping[str, Values] = {
    "deg_f": {"feature_extractor": {"arch": "resnet18"}, "flow_generator": {"arch": "TinyMotionNet"}},
    "deg_m": {"feature_extractor": {"arch": "resnet50"}, "flow_generator": {"arch": "MotionNet"}},
    "deg_s": {
        "feature_extractor": {"arch": "resnet3d_34", "n_rgb": 11},
        "flow_generator": {
            "arch": "TinyMotionNet3D",
            "flow_sparsity": True,
            "sparsity_weight": 0.05,
            "smooth_weight_multiplier": 0.25,
        },
    },
}
_SCHEDULES = {"plateau": "plateau", "cosine": "cosine", "multistep": "multistep"}
_STYLES = {"l2": "l2", "l2_sp": "l2-sp"}


def with_preset(config: Config) -> Config:
    """A configuration laid over the preset that it names."""
    preset = _PRESETS.get(str(config.get("preset")), {})
    return Config(_laid_over(preset, config.values), config.where)


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Values:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = _laid_over(old, value) if both else value  # type: ignore[arg-type]
    return merged


def image_settings(config: Config, size: tuple[int, int] | None) -> Values:
    """How frames reach networks.

    Args:
        config: Of the project, or of a run.
        size: Height and width, where a person gave them.

    Raises:
        ManifestError: No size is known.
        NotBrought: Frames were cut or padded in a way that deg does not.
    """
    for key in ("crop_size", "pad"):
        if config.get(f"augs.{key}") is not None:
            raise NotBrought(f"augs.{key} is {config.get(f'augs.{key}')}; deg resizes whole frames, or a fixed part")
    resize = size or config.get("augs.resize")
    if isinstance(resize, int):
        resize = (resize, resize)
    if not isinstance(resize, (list, tuple)) or len(resize) != 2:
        raise ManifestError(
            f"augs.resize is {resize!r}, so frames kept the size of each video; deg's networks see one size",
            where=config.where,
            fix="say height and width of your videos: --size 224 224",
        )
    return {"size": [int(side) for side in resize], "resize": "linear", "padding": "mean"}


def statistics(config: Config) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Mean and standard deviation that frames were z-scored with, RGB, 0..1.

    Raises:
        ManifestError: They are missing, or no three numbers each.
    """
    return _colours(config, "augs.normalization.mean"), _colours(config, "augs.normalization.std")


def _colours(config: Config, key: str) -> tuple[float, float, float]:
    try:
        red, green, blue = (float(value) for value in config.require(key))
    except (TypeError, ValueError) as error:
        raise ManifestError(
            f"{key} is {config.get(key)!r}, not three numbers", where=config.where, fix="put red, green and blue there"
        ) from error
    return red, green, blue


def manifest_values(config: Config, name: str, chain: Mapping[str, Network], image: Values) -> Values:
    """The project file.

    Args:
        config: Of the project, with its preset.
        name: What the project is called, unless the configuration says so.
        chain: The network of each stage.
        image: See `image_settings`.
    """
    return {
        "deg": 1,
        "name": str(config.get("project.name", name)),
        "behaviours": list(config.behaviours),
        "exclusive": config.exclusive,
        "image": image,
        "augmentation": _augmentation(config),
        "flow": _stage(chain["flow"], {}, _training(config, "flow")),
        "features": {
            **_stage(chain["features"], _loss(config), _training(config, "features")),
            "curriculum": bool(config.get("feature_extractor.curriculum", False)),
        },
        "sequence": {
            **_stage(chain["sequence"], _loss(config), _training(config, "sequence")),
            "length": int(config.number("sequence.sequence_length", 180)),
        },
        "thresholds": {"method": "deepethogram-f1"},
        "postprocess": postprocess_slot(config),
        "split": {"fractions": _fractions(config)},
    }


def _stage(network: Network, loss: Values, training: Values) -> Values:
    settings = {key: list(value) if isinstance(value, tuple) else value for key, value in network.settings.items()}
    return {"name": network.plugin, "settings": settings, **loss, "training": training}


def _loss(config: Config) -> Values:
    if config.exclusive:  # the original weighs no class here, though it means to
        return {"loss": {"name": "cross-entropy", "settings": {"class_weight_exponent": 0.0}}}
    settings = {
        "gamma": config.number("train.loss_gamma", 1.0),
        "label_smoothing": config.number("train.label_smoothing", 0.05),
        "class_weight_exponent": config.number("train.loss_weight_exp", 0.25),
    }
    return {"loss": {"name": "focal-bce", "settings": settings}}


def _augmentation(config: Config) -> Values:
    names = {
        "flip_horizontal": ("LR", 0.5),
        "flip_vertical": ("UD", 0.0),
        "rotation_degrees": ("degrees", 10),
        "brightness": ("brightness", 0.25),
        "contrast": ("contrast", 0.1),
        "saturation": ("saturation", 0.1),
        "hue": ("hue", 0.1),
        "colour_probability": ("color_p", 0.5),
        "greyscale": ("grayscale", 0.5),
    }
    return {ours: config.number(f"augs.{theirs}", usual) for ours, (theirs, usual) in names.items()}


def _training(config: Config, stage: str) -> Values:
    schedule = str(config.get("train.scheduler", "plateau"))
    style = str(config.get("train.regularization.style", "l2" if stage == "sequence" else "l2_sp"))
    usual_alpha = 0.01 if stage == "sequence" else 1e-5
    batch_size = config.get("compute.batch_size")
    values: Values = {
        "learning_rate": config.number("train.lr", 1e-4),
        "schedule": _SCHEDULES.get(schedule, "constant"),
        "patience": int(config.number("train.patience", 5 if stage == "sequence" else 3)),
        "reduction_factor": config.number("train.reduction_factor", 0.1),
        "min_learning_rate": config.number("train.min_lr", 5e-7),
        "regularization": {
            "style": _STYLES.get(style, "none"),
            "alpha": config.number("train.regularization.alpha", usual_alpha),
            "beta": config.number("train.regularization.beta", 1e-3),
        },
    }
    if isinstance(batch_size, int):
        values["batch_size"] = batch_size
    if config.get("train.num_epochs") is not None:
        values["max_epochs"] = int(config.number("train.num_epochs", 0))
    return values if stage == "flow" else {**values, "monitor": "f1"}


def _fractions(config: Config) -> list[float]:
    given = config.get("split.train_val_test", [0.8, 0.2, 0.0])
    if isinstance(given, list) and len(given) == 3 and abs(sum(map(float, given)) - 1) < 1e-6:
        return [float(share) for share in given]
    return [0.8, 0.2, 0.0]


def postprocess_slot(config: Config) -> Values:
    """What the original does with bouts that are too short."""
    kind = config.get("postprocessor.type", "min_bout_per_behavior")
    length = config.number("postprocessor.min_bout_length", 1)
    if "type" in config.get("postprocessor", {}) and config.get("postprocessor.type") is None:
        return {"name": "none"}
    if kind == "min_bout":
        return {"name": "min-bout", "settings": {"frames": int(length) + 1, "fill_gaps": True}}
    return {
        "name": "min-bout-per-behaviour",
        "settings": {"percentile": float(length), "longer_by": 1, "fill_gaps": True},
    }
