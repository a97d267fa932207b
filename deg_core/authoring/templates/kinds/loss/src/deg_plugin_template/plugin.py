"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import Loss, LossPlugin, PluginSettings, hookimpl
from pydantic import Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class LossSettings(PluginSettings):
    """How much rare behaviours weigh."""

    balance: float = Field(default=0.5, ge=0, le=1, description="0: all frames alike; 1: rare behaviours as common.")


def build_loss(settings: LossSettings, label_counts: NDArray[np.int64]) -> Loss:
    """Build the loss; label_counts are frames absent and present in the training labels, (K, 2)."""
    from deg_plugin_template.loss import BalancedLoss  # here, so that listing plugins does not import torch

    return BalancedLoss(settings.balance, label_counts)


loss = LossPlugin(
    name="template-name",
    summary="binary cross-entropy in which rare behaviours weigh more",
    settings=LossSettings,
    build=build_loss,
)


@hookimpl
def deg_losses() -> Iterator[LossPlugin[LossSettings]]:
    """Offer the loss."""
    yield loss
