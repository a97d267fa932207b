"""Fits a model: by gradient descent through Lightning, or by the model's own solver."""

from __future__ import annotations

import logging
import signal
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch
from pytorch_lightning import Trainer
from pytorch_lightning.utilities.seed import isolate_rng
from torch import Tensor

from deg_core.errors import ProjectError
from deg_core.interfaces import FitsDirectly, TorchComponent
from deg_core.networks.weights import load_weights
from deg_core.progress import Progress
from deg_core.project.manifest import Training
from deg_core.project.runs import RESUME
from deg_core.training.callbacks import BEST, KeepRun, SafeCheckpoints, ShowProgress, TellEpoch
from deg_core.training.examples import OutputExamples
from deg_core.training.judge import Judge
from deg_core.training.module import TrainingModule
from deg_core.training.penalty import Starts
from deg_core.training.sampling import Batches
from deg_core.training.steps import Steps

_PRECISIONS: dict[str, Any] = {"32": "32-true", "bf16": "bf16-mixed", "16": "16-mixed"}
_ACCELERATORS = {"cpu": "cpu", "cuda": "gpu", "mps": "mps"}
_LOGGERS = ("pytorch_lightning", "lightning_fabric", "lightning.pytorch", "lightning.fabric")


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How a model is trained.

    Attributes:
        training: Settings of the stage.
        seed: From which all randomness is drawn.
        device: Where it is trained.
        precision: Of the manifest.
        folder: Of the run. A checkpoint in it is gone on from.
        title: What is trained, for progress.
        where: The stage's place in the manifest, for messages.
        starts: What parameters of the model were learnt to be before.
    """

    training: Training
    seed: int
    device: torch.device
    precision: str
    folder: Path
    title: str
    where: str
    starts: Starts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fitted:
    """How training went.

    Attributes:
        scores: Of the best epoch: what it was judged by, its `loss`, and its number `epoch`, counted from 1.
        minutes: Time it took, over all interruptions.
        epochs: Epochs trained.
    """

    scores: dict[str, float]
    minutes: float
    epochs: int


def fit(
    model: TorchComponent,
    steps: Steps,
    train: Batches,
    validation: Batches | None,
    judge: Judge,
    plan: FitPlan,
    progress: Progress,
) -> Fitted:
    """Train a model by gradient descent, in place, and leave it with the weights of its best epoch, on the CPU.

    Args:
        model: Any network with parameters.
        steps: What a step is in this stage.
        train: Training data.
        validation: Validation data; None where there are none, and then the judge must go by the loss.
        judge: Says which epoch is best.
        plan: How, and where everything is kept.
        progress: Who is told.

    Raises:
        ProjectError: The loss is no longer a number, the disk is full, or so is the GPU's memory.
        KeyboardInterrupt: Somebody stopped it. Finished epochs are kept; the same call goes on from there.
    """
    module = TrainingModule(
        model,
        steps,
        judge,
        plan.training,
        seed=plan.seed,
        n_steps=len(train),
        where=plan.where,
        starts=plan.starts,
    )
    resume = plan.folder / RESUME
    module.train()
    steps.place(plan.device)
    if plan.device.type == "cuda":
        cast("Any", module).to(memory_format=torch.channels_last)
    with ExitStack() as stack:
        total = len(train) * plan.training.max_epochs
        callbacks = [TellEpoch(train), ShowProgress(progress, plan.title, total, stack), KeepRun(plan.folder)]
        stack.enter_context(isolate_rng())
        stack.enter_context(_quiet_lightning())
        stack.enter_context(_explaining(plan))
        trainer = _build_trainer(plan, callbacks)
        with _passing_interrupts(trainer):
            trainer.fit(module, train, validation, ckpt_path=str(resume) if resume.is_file() else None)
    model.to("cpu")
    load_weights(model, plan.folder / BEST)
    model.eval()
    return _fitted(module)


def fit_directly(model: Any, examples: Iterable[tuple[Tensor, Tensor]], *, exclusive: bool) -> Fitted:
    """Let a model with a solver of its own fit itself, in place.

    Args:
        model: Fulfils `FitsDirectly`.
        examples: Batches with labels of behaviours, on the model's device; can be iterated more than once.
        exclusive: Whether the behaviours exclude each other, so that there is an output more, for `none`.
    """
    began = time.monotonic()
    with isolate_rng(), torch.no_grad():
        cast("FitsDirectly", model).fit(OutputExamples(examples, exclusive=exclusive))
    model.eval()
    return Fitted({}, (time.monotonic() - began) / 60, 0)


def is_trainable(model: TorchComponent) -> bool:
    """Whether there is a parameter that gradient descent could change."""
    return any(parameter.requires_grad for parameter in model.parameters())


def _fitted(module: TrainingModule) -> Fitted:
    best = module.best
    assert best is not None
    scores = {module.judge.name: best.score}
    scores.setdefault("loss", best.validation_loss)
    scores["epoch"] = float(best.epoch)
    return Fitted(scores, sum(row.seconds for row in module.rows) / 60, len(module.rows))


def _build_trainer(plan: FitPlan, callbacks: list[Any]) -> Trainer:
    device = plan.device
    return Trainer(
        accelerator=_ACCELERATORS.get(device.type, device.type),
        devices=[device.index or 0] if device.type == "cuda" else 1,
        precision=_PRECISIONS[plan.precision],
        max_epochs=plan.training.max_epochs,
        callbacks=callbacks,
        plugins=[SafeCheckpoints()],
        default_root_dir=plan.folder,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        use_distributed_sampler=False,
    )


@contextmanager
def _quiet_lightning() -> Iterator[None]:
    """Silence Lightning's tips and its advice to authors of training scripts."""
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    try:
        for name in levels:
            logging.getLogger(name).setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"(pytorch_lightning|lightning_fabric)(\.|$)")
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def _passing_interrupts(trainer: Trainer) -> Iterator[None]:
    """Let Ctrl-C through: Lightning swallows it, or turns it into an exit, by version, and leaves it switched off."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield
    except SystemExit as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise
    finally:
        if in_main_thread:
            signal.signal(signal.SIGINT, handler)
    if trainer.interrupted:
        raise KeyboardInterrupt


@contextmanager
def _explaining(plan: FitPlan) -> Iterator[None]:
    """Say what to do when a GPU's memory is full."""
    try:
        yield
    except torch.cuda.OutOfMemoryError as error:
        batch_size = plan.training.batch_size
        raise ProjectError(
            f"the GPU's memory is too small for {batch_size} examples at once",
            where=f"{plan.where}.training.batch_size",
            fix=f"lower batch_size to {max(1, batch_size // 2)}, or try `precision: bf16`",
        ) from error
