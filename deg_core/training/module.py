"""The one LightningModule: a model, what a step is, an optimiser, and how each epoch went."""

from __future__ import annotations

import math
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, cast

import torch
from pytorch_lightning import LightningModule
from torch import Tensor, nn

from deg_core.errors import ProjectError
from deg_core.interfaces import TorchComponent
from deg_core.project.manifest import Training
from deg_core.training.judge import Judge
from deg_core.training.penalty import Starts, WeightPenalty, weights_of
from deg_core.training.sampling import random_numbers
from deg_core.training.schedule import Schedule
from deg_core.training.steps import Batch, Steps
from deg_core.training.tally import EpochRow, EpochTally

_LOOK_EVERY = 10
"""Steps between looks at the loss: each one makes a GPU wait."""


class TrainingModule(LightningModule):
    """Trains one model of any stage.

    Args:
        model: Changed in place.
        steps: What a step is in this stage.
        judge: Scores each epoch.
        settings: Of the stage.
        seed: From which the randomness of every step is drawn.
        n_steps: Batches in an epoch.
        where: The settings' place, for messages.
        starts: What parameters of the model were learnt to be before.

    Attributes:
        rows: How each epoch went.
        recent_loss: Mean training loss of the present epoch when last looked at, without the penalty.
    """

    def __init__(
        self,
        model: TorchComponent,
        steps: Steps,
        judge: Judge,
        settings: Training,
        *,
        seed: int,
        n_steps: int,
        where: str,
        starts: Starts = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.model = cast("nn.Module", model)
        self.judge = judge
        self.rows: list[EpochRow] = []
        self.recent_loss = math.nan
        self._steps, self._settings, self._seed, self._n_steps, self._where = steps, settings, seed, n_steps, where
        self._penalty = WeightPenalty(self.model, settings.regularization, starts)
        self._tally = EpochTally()
        self._resumed: dict[str, Any] | None = None

    @property
    def best(self) -> EpochRow | None:
        """The best epoch so far, the first of equals; the last where no score was ever defined."""
        best: EpochRow | None = None
        for row in self.rows:
            if self.judge.is_better(row.score, None if best is None else best.score):
                best = row
        return best or (self.rows[-1] if self.rows else None)

    @property
    def finished(self) -> bool:
        """Whether the learning rate is too low, or the score has not become better for too long."""
        best, stop_after = self.best, self._settings.stop_after
        stalled = best is not None and stop_after is not None and len(self.rows) - best.epoch >= stop_after
        return stalled or self._schedule.finished

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """AdamW; weights decay, biases and other vectors do not."""
        weights = weights_of(self.model)
        others = [p for name, p in self.model.named_parameters() if p.requires_grad and name not in weights]
        groups = [
            {"params": list(weights.values()), "weight_decay": self._settings.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        optimiser = torch.optim.AdamW([g for g in groups if g["params"]], lr=self._settings.learning_rate)
        self._schedule = Schedule(optimiser, self._settings, self.judge.goal, self._n_steps)
        if self._resumed is not None:
            self._schedule.load_state_dict(self._resumed)
        return optimiser

    def on_train_start(self) -> None:
        """A run that had finished when it was interrupted has nothing left to train."""
        self.trainer.should_stop = bool(self.rows) and self.finished

    def on_train_epoch_start(self) -> None:
        """Draw this epoch's randomness from the seed alone, so that a resumed run goes on as it would have."""
        self._tally = EpochTally()
        torch.manual_seed(int(random_numbers(self._seed, self.current_epoch).integers(1 << 62)))

    @torch.no_grad()
    def on_after_batch_transfer(self, batch: Batch, dataloader_idx: int) -> Batch:  # noqa: ARG002
        """Augment and normalise on the device."""
        training = self.trainer.training
        rng = random_numbers(self._seed, self.current_epoch, self._tally.n_steps) if training else None
        return self._steps.prepare(batch, rng)

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """One step's loss, with the penalty of the weights."""
        self._schedule.begin_step(self.current_epoch * self._n_steps + batch_idx)
        loss = self._steps(self.model, batch).loss
        penalty: Tensor = self._penalty(self.model)
        self._tally.add_training(loss, penalty)
        if batch_idx % _LOOK_EVERY == 0:
            self._look_at_loss()
        return loss + penalty

    def validation_step(self, batch: Batch, batch_idx: int) -> None:  # noqa: ARG002
        """Keep a batch's loss and answers."""
        answer = self._steps(self.model, batch)
        self._tally.add_validation(len(batch[-1]), answer, exclusive=self.judge.exclusive)

    def on_train_epoch_end(self) -> None:
        """Judge the epoch; lower the learning rate, and stop, where it is time to."""
        self._look_at_loss()
        self.rows.append(self._tally.row(self.current_epoch + 1, self.judge, self._schedule.learning_rate))
        self._schedule.end_epoch(self.rows[-1].score)
        self.trainer.should_stop = self.finished

    def _look_at_loss(self) -> None:
        self.recent_loss = self._tally.train_loss
        if math.isfinite(self.recent_loss):
            return
        rate = self._settings.learning_rate
        raise ProjectError(
            f"the training loss is no longer a number, in epoch {self.current_epoch + 1}",
            where=f"{self._where}.training",
            fix=f"lower learning_rate from {rate:g} to {rate / 10:g}; if that does not help, try `precision: 32`",
        )

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add what Lightning does not know of."""
        checkpoint["deg"] = {"rows": [asdict(row) for row in self.rows], "schedule": self._schedule.state_dict()}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take it back."""
        self.rows = [EpochRow(**row) for row in checkpoint["deg"]["rows"]]
        self._resumed = checkpoint["deg"]["schedule"]
