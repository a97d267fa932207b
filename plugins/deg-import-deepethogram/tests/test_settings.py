from __future__ import annotations

from typing import Any

import pytest
from deg_core.api import ManifestError

from deg_import_deepethogram.config import Config
from deg_import_deepethogram.networks import NotBrought, features_network, flow_network, sequence_network
from deg_import_deepethogram.settings import image_settings, manifest_values, postprocess_slot, statistics, with_preset


def config_of(**sections: Any) -> Config:
    return Config({"project": {"class_names": ["background", "dig"]}, **sections}, "project_config.yaml")


def values_of(config: Config) -> dict[str, Any]:
    chain = {
        "flow": flow_network(config),
        "features": features_network(config),
        "sequence": sequence_network(config, {}),
    }
    return manifest_values(config, "mouse", chain, {"size": [96, 128]})


def test_what_was_chosen_for_training_is_kept() -> None:
    values = values_of(config_of(train={"loss_weight_exp": 1.0, "lr": 0.001, "num_epochs": 7, "scheduler": "cosine"}))
    assert values["features"]["loss"]["settings"]["class_weight_exponent"] == 1.0
    for stage in ("flow", "features", "sequence"):
        training = values[stage]["training"]
        assert (training["learning_rate"], training["max_epochs"], training["schedule"]) == (0.001, 7, "cosine")


def test_what_was_not_said_is_as_the_original_takes_it() -> None:
    values = values_of(config_of())
    assert values["sequence"]["loss"]["settings"]["class_weight_exponent"] == 0.25
    assert values["sequence"]["training"]["regularization"] == {"style": "l2", "alpha": 0.01, "beta": 0.001}
    assert values["features"]["training"]["regularization"]["style"] == "l2-sp"
    assert values["features"]["settings"]["dropout"] == 0.25
    assert values["sequence"]["settings"]["n_hidden"] == 128


def test_augmentation_goes_by_other_names() -> None:
    values = values_of(config_of(augs={"LR": 0.1, "UD": 0.2, "degrees": 30, "grayscale": 0.3, "color_p": 0.4}))
    found = {key: values["augmentation"][key] for key in ("flip_horizontal", "flip_vertical", "rotation_degrees")}
    assert found == {"flip_horizontal": 0.1, "flip_vertical": 0.2, "rotation_degrees": 30}
    assert (values["augmentation"]["greyscale"], values["augmentation"]["colour_probability"]) == (0.3, 0.4)


@pytest.mark.parametrize(
    ("preset", "arch", "flow", "sparsity"),
    [
        ("deg_f", "resnet18", "tiny-motion-net", 0),
        ("deg_m", "resnet50", "motion-net", 0),
        ("deg_s", "resnet3d_34", "tiny-motion-net-3d", 0.05),
    ],
)
def test_a_preset_fills_in_what_the_file_does_not_say(preset: str, arch: str, flow: str, sparsity: float) -> None:
    config = with_preset(config_of(preset=preset, feature_extractor={"dropout_p": 0.9}))
    features = features_network(config).settings
    assert (features["arch"], features["dropout"]) == (arch, 0.9)
    assert (flow_network(config).plugin, flow_network(config).settings["sparsity"]) == (flow, sparsity)


@pytest.mark.parametrize(
    ("section", "slot"),
    [
        ({}, {"name": "min-bout-per-behaviour", "settings": {"percentile": 1.0, "longer_by": 1, "fill_gaps": True}}),
        (
            {"type": "min_bout", "min_bout_length": 4},
            {"name": "min-bout", "settings": {"frames": 5, "fill_gaps": True}},
        ),
        ({"type": None}, {"name": "none"}),
    ],
)
def test_short_bouts_are_dropped_as_the_original_does(section: Any, slot: Any) -> None:
    assert postprocess_slot(config_of(postprocessor=section)) == slot


def test_a_number_that_is_none_is_named() -> None:
    with pytest.raises(ManifestError, match=r"train\.lr is 'auto'"):
        values_of(config_of(train={"lr": "auto"}))


def test_frames_are_seen_as_the_original_saw_them() -> None:
    image = image_settings(config_of(augs={"resize": [96, 128]}), None)
    assert image == {"size": [96, 128], "resize": "linear", "padding": "mean"}
    with pytest.raises(NotBrought, match=r"augs\.pad"):
        image_settings(config_of(augs={"resize": [96, 128], "pad": [1, 1, 1, 1]}), None)


@pytest.mark.parametrize("mean", [None, 0.5, [0.5, 0.5], ["a", "b", "c"]])
def test_colours_are_three_numbers_each(mean: Any) -> None:
    with pytest.raises(ManifestError, match=r"augs\.normalization\.mean"):
        statistics(config_of(augs={"normalization": {"mean": mean, "std": [0.1, 0.2, 0.3]}}))
