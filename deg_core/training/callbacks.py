"""What happens beside training: progress is shown, and after every epoch all is kept that a later start needs."""

from __future__ import annotations

import csv
import io
import math
from contextlib import ExitStack
from dataclasses import astuple, fields, replace
from pathlib import Path
from typing import Any, cast

import torch
from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.callbacks import Checkpoint
from pytorch_lightning.plugins import TorchCheckpointIO

from deg_core.data.whole_file import write_text, writing_beside
from deg_core.errors import CheckpointError
from deg_core.interfaces import TorchComponent
from deg_core.networks.weights import save_weights
from deg_core.progress import Progress, Task
from deg_core.project.runs import CURVES, RESUME
from deg_core.training.module import TrainingModule
from deg_core.training.sampling import Batches
from deg_core.training.tally import EpochRow

BEST = "best.safetensors"


class ShowProgress(Callback):
    """Tells step by step: epoch, mean loss, and the score of the epoch before.

    Args:
        progress: Who is told.
        title: What is trained.
        total: Steps at the most.
        stack: Ends the task when training ends, however it ends.
    """

    def __init__(self, progress: Progress, title: str, total: int, stack: ExitStack) -> None:
        self._progress, self._title, self._total, self._stack = progress, title, total, stack
        self._task: Task | None = None

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002
        """Begin the task, where an earlier run left off."""
        self._task = self._stack.enter_context(
            self._progress.task(self._title, self._total, min(trainer.global_step, self._total))
        )

    def on_train_batch_end(self, trainer: Trainer, pl_module: LightningModule, *_: Any) -> None:
        """Count a step."""
        module = cast("TrainingModule", pl_module)
        note = f"epoch {trainer.current_epoch + 1}, loss {module.recent_loss:.3f}"
        if module.rows:
            note += f", {module.judge.name} {module.rows[-1].score:.3f}"
        if self._task is not None:
            self._task.advance(1, note)


class TellEpoch(Callback):
    """Tells the training data which epoch it is, from which they draw their batches."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002
        """Set the epoch before the first batch is read."""
        self._batches.epoch = trainer.current_epoch


class KeepRun(Checkpoint):
    """Keeps best weights, curves and all that is needed to go on, in the run's folder, after every epoch.

    A `Checkpoint`, since Lightning calls those last: after the module has judged the epoch.

    Args:
        folder: The run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write the files; what goes on from is written last, so that it never tells of more than there is."""
        module = cast("TrainingModule", pl_module)
        if module.best is module.rows[-1]:
            save_weights(cast("TorchComponent", module.model), self._folder / BEST)
        write_text(self._folder / CURVES, curves_csv(module.rows, scored=module.judge.metric is not None))
        trainer.save_checkpoint(self._folder / RESUME)


def curves_csv(rows: list[EpochRow], *, scored: bool) -> str:
    """Training curves as CSV: a row for each epoch; undefined figures are left empty.

    Args:
        rows: How each epoch went.
        scored: Whether the score is more than one of the losses again; else it is left empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(EpochRow)])
    for row in rows:
        row = row if scored else replace(row, score=math.nan)
        writer.writerow(["" if math.isnan(value) else value for value in astuple(row)])
    return text.getvalue()


class SafeCheckpoints(TorchCheckpointIO):
    """Writes checkpoints in one step, and reads them without unpickling anything but tensors and plain values."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:  # noqa: ARG002
        """Write beside, then rename.

        Raises:
            ProjectError: The disk is full.
        """
        with writing_beside(Path(path)) as part:
            try:
                torch.save(checkpoint, part)
            except RuntimeError as error:  # how torch's own zip writer tells of a full disk
                raise OSError(str(error).splitlines()[0]) from error

    def load_checkpoint(self, path: Any, *_: Any, **__: Any) -> dict[str, Any]:
        """Read on the CPU.

        Raises:
            CheckpointError: It is damaged.
        """
        try:
            loaded: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:  # torch raises many kinds for a damaged file
            problem = str(error).splitlines()[0]
            raise CheckpointError(
                f"cannot go on from a damaged checkpoint: {problem}",
                where=str(path),
                fix="delete the run's folder and train this stage again",
            ) from error
        return loaded
