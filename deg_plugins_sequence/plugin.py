"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import NoSettings, SequenceModel, SequenceModelPlugin, hookimpl
from deg_plugins_sequence.settings import (
    ConvSettings,
    GradientBoostingSettings,
    LogisticSettings,
    MlpSettings,
    RandomForestSettings,
    RecurrentSettings,
    TcnSettings,
    TgmjSettings,
    TgmSettings,
)


def build_tgm(settings: TgmSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugins_sequence.tgm import Tgm  # here, so that listing plugins stays cheap

    return Tgm(settings, n_latents, n_outputs)


def build_tgmj(settings: TgmjSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugins_sequence.tgmj import Tgmj

    return Tgmj(settings, n_latents, n_outputs)


def build_linear(settings: NoSettings, n_latents: int, n_outputs: int) -> SequenceModel:  # noqa: ARG001
    """Build the network with random weights."""
    from deg_plugins_sequence.linear import Linear

    return Linear(n_latents, n_outputs)


def build_conv(settings: ConvSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugins_sequence.convolutional import Convolutional

    return Convolutional(settings, n_latents, n_outputs)


def build_tcn(settings: TcnSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugins_sequence.tcn import Tcn

    return Tcn(settings, n_latents, n_outputs)


def build_rnn(settings: RecurrentSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugins_sequence.recurrent import Recurrent

    return Recurrent("rnn", settings, n_latents, n_outputs)


def build_gru(settings: RecurrentSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugins_sequence.recurrent import Recurrent

    return Recurrent("gru", settings, n_latents, n_outputs)


def build_lstm(settings: RecurrentSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugins_sequence.recurrent import Recurrent

    return Recurrent("lstm", settings, n_latents, n_outputs)


def build_mlp(settings: MlpSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugins_sequence.mlp import Mlp

    return Mlp(settings, n_latents, n_outputs)


def build_logistic(settings: LogisticSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the baseline, not yet fitted."""
    from deg_plugins_sequence.logistic import Logistic

    return Logistic(settings, n_latents, n_outputs)


def build_gradient_boosting(settings: GradientBoostingSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the trees, not yet fitted."""
    from deg_plugins_sequence.trees import GradientBoosting

    return GradientBoosting(settings, n_latents, n_outputs)


def build_random_forest(settings: RandomForestSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the trees, not yet fitted."""
    from deg_plugins_sequence.trees import RandomForest

    return RandomForest(settings, n_latents, n_outputs)


def build_identity(settings: NoSettings, n_latents: int, n_outputs: int) -> SequenceModel:  # noqa: ARG001
    """Build nothing much."""
    from deg_plugins_sequence.identity import Identity

    return Identity(n_latents, n_outputs)


tgm = SequenceModelPlugin(
    name="tgm",
    summary="temporal filters learned from the data, and one linear layer",
    settings=TgmSettings,
    build=build_tgm,
)

tgmj = SequenceModelPlugin(
    name="tgmj",
    summary="latents and their smoothed versions, classified side by side; DeepEthogram's default",
    settings=TgmjSettings,
    build=build_tgmj,
)

linear = SequenceModelPlugin(
    name="linear", summary="one linear layer on the latents of each frame", settings=NoSettings, build=build_linear
)

conv = SequenceModelPlugin(
    name="conv",
    summary="two convolutions in time, with batch normalisation and ReLU between them",
    settings=ConvSettings,
    build=build_conv,
)

tcn = SequenceModelPlugin(
    name="tcn",
    summary="dilated convolutions in time, with as much look-ahead as is set; for live use",
    settings=TcnSettings,
    build=build_tcn,
)

rnn = SequenceModelPlugin(
    name="rnn", summary="simple recurrent network, after Elman", settings=RecurrentSettings, build=build_rnn
)

gru = SequenceModelPlugin(
    name="gru",
    summary="recurrent network that learns what to forget: gated recurrent units",
    settings=RecurrentSettings,
    build=build_gru,
)

lstm = SequenceModelPlugin(
    name="lstm",
    summary="recurrent network that learns what to keep: long short-term memory",
    settings=RecurrentSettings,
    build=build_lstm,
)

mlp = SequenceModelPlugin(
    name="mlp",
    summary="multi-layer perceptron on the latents of a whole window around each frame",
    settings=MlpSettings,
    build=build_mlp,
)

logistic = SequenceModelPlugin(
    name="logistic",
    summary="baseline: logistic regression on the latents of a frame and its surroundings",
    settings=LogisticSettings,
    build=build_logistic,
)

gradient_boosting = SequenceModelPlugin(
    name="gradient-boosting",
    summary="boosted trees on latents and what they do around a frame; for key points and tracks",
    settings=GradientBoostingSettings,
    build=build_gradient_boosting,
)

random_forest = SequenceModelPlugin(
    name="random-forest",
    summary="voting trees on latents and what they do around a frame; for key points and tracks",
    settings=RandomForestSettings,
    build=build_random_forest,
)

identity = SequenceModelPlugin(
    name="identity",
    summary="the feature extractor's own logits, unchanged",
    settings=NoSettings,
    takes="logits",
    build=build_identity,
)


@hookimpl
def deg_sequence_models() -> Iterator[SequenceModelPlugin[Any]]:
    """Offer the built-in sequence models."""
    yield tgm
    yield tgmj
    yield linear
    yield conv
    yield tcn
    yield rnn
    yield gru
    yield lstm
    yield mlp
    yield logistic
    yield gradient_boosting
    yield random_forest
    yield identity
