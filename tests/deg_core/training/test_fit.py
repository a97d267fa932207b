from __future__ import annotations

import logging
import os
import random
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from deg_core.errors import CheckpointError, ProjectError
from deg_core.progress import SilentProgress
from deg_core.project.manifest import Training
from deg_core.project.runs import CURVES, RESUME, load_curves
from deg_core.testing.fake_scoring import FakeLoss, fake_metric
from deg_core.training.fit import FitPlan, Fitted, fit, fit_directly, is_trainable
from deg_core.training.judge import Judge
from deg_core.training.sampling import Batches, FixedDraw
from deg_core.training.steps import SequenceSteps
from deg_core.training.stretches import LatentSpan, StretchDataset, StretchDraw, whole_spans

SILENCE = SilentProgress()


class Net(nn.Module):
    """A network whose first answer is wrong, with dropout, so that global randomness matters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        logits: Tensor = self.layers(latents_NTD.flatten(0, 1)).view(*latents_NTD.shape[:2], 2)
        return logits


def build_net() -> Net:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return Net()


def make_spans(seed: int = 0) -> list[LatentSpan]:
    rng = np.random.default_rng(seed)
    latents = [rng.normal(size=(60, 4)).astype(np.float32) for _ in range(3)]
    return [LatentSpan(each, (each[:, :2] > 0).astype(np.int8)) for each in latents]


def make_batches(epochs_seen: list[int] | None = None) -> tuple[Batches, Batches]:
    train, validation = make_spans(), make_spans(1)
    draw: Any = StretchDraw(train, length=10, batch_size=4, steps=6, balance=0.0, seed=0)
    if epochs_seen is not None:
        draw = Watched(draw, epochs_seen)
    return Batches(StretchDataset(train), draw), Batches(
        StretchDataset(validation), FixedDraw(whole_spans(validation), 1, None)
    )


class Watched:
    def __init__(self, draw: StretchDraw, epochs_seen: list[int]) -> None:
        self._draw, self._seen = draw, epochs_seen

    def __len__(self) -> int:
        return len(self._draw)

    def __call__(self, epoch: int) -> Any:
        self._seen.append(epoch)
        return self._draw(epoch)


class Interrupting:
    """Progress that presses Ctrl-C at a step, counted over all epochs."""

    def __init__(self, step: int, press: Callable[[], None]) -> None:
        self.notes: list[str] = []
        self.begun: list[tuple[str, int, int]] = []
        self.ended = 0
        self._step, self._press = step, press

    @contextmanager
    def task(self, description: str, total: int, done: int = 0) -> Iterator[Interrupting]:
        self.begun.append((description, total, done))
        try:
            yield self
        finally:
            self.ended += 1

    def advance(self, n: int = 1, note: str = "") -> None:
        self.notes.append(note)
        if len(self.notes) == self._step:
            self._press()


def press_ctrl_c() -> None:
    raise KeyboardInterrupt


def plan_in(folder: Path, **settings: Any) -> FitPlan:
    training = Training(**{"max_epochs": 4, "learning_rate": 0.05, "monitor": "fake-agreement", **settings})
    device = torch.device("cpu")
    return FitPlan(training, 0, device, "32", folder, "sequence model", "project.yaml, sequence")


def train(folder: Path, progress: Any = SILENCE, model: Net | None = None, **settings: Any) -> tuple[Net, Fitted]:
    model = model or build_net()
    batches, validation = make_batches()
    steps = SequenceSteps(FakeLoss(exclusive=False))
    judge = Judge(fake_metric)
    return model, fit(model, steps, batches, validation, judge, plan_in(folder, **settings), progress)


def assert_same_weights(first: nn.Module, second: nn.Module) -> None:
    for (name, one), other in zip(first.state_dict().items(), second.state_dict().values(), strict=True):
        assert torch.equal(one, other), name


def test_a_trivial_problem_is_learned(tmp_path: Path) -> None:
    model, fitted = train(tmp_path)
    assert fitted.scores["fake-agreement"] > 0.9
    assert fitted.epochs == 4
    assert fitted.minutes > 0
    assert not model.training
    curves = load_curves(tmp_path)
    assert curves["epoch"].tolist() == [1, 2, 3, 4]
    assert curves["train_loss"][-1] < curves["train_loss"][0]
    assert curves["score"].max() == pytest.approx(fitted.scores["fake-agreement"])
    assert (curves["learning_rate"] == 0.05).all()


def test_the_weights_left_in_the_model_are_those_of_the_best_epoch(tmp_path: Path) -> None:
    model, fitted = train(tmp_path, schedule="constant", learning_rate=0.5, max_epochs=6)
    best = int(load_curves(tmp_path)["score"].argmax()) + 1
    assert fitted.scores["epoch"] == best
    shorter, _ = train(tmp_path / "shorter", schedule="constant", learning_rate=0.5, max_epochs=best)
    assert_same_weights(model, shorter)


def test_the_same_seed_gives_the_same_weights_whatever_the_global_state(tmp_path: Path) -> None:
    first, _ = train(tmp_path / "first")
    torch.rand(7)
    random.random()
    second, _ = train(tmp_path / "second")
    assert_same_weights(first, second)


def test_the_global_random_state_is_left_as_it_was(tmp_path: Path) -> None:
    before = torch.get_rng_state(), random.getstate()
    train(tmp_path)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]


@pytest.mark.parametrize("step", [1, 6, 9, 14])
def test_a_resumed_run_gives_the_weights_of_an_uninterrupted_one(tmp_path: Path, step: int) -> None:
    expected, fitted = train(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "parts", Interrupting(step, press_ctrl_c))
    progress = Interrupting(0, press_ctrl_c)
    resumed, again = train(tmp_path / "parts", progress)
    assert_same_weights(expected, resumed)
    assert again.scores == fitted.scores
    done = 6 * ((step - 1) // 6)
    assert progress.begun == [("sequence model", 24, done)]
    assert len(progress.notes) == 24 - done
    columns = load_curves(tmp_path / "parts"), load_curves(tmp_path / "whole")
    assert [np.array_equal(columns[0][name], columns[1][name]) for name in ("epoch", "train_loss", "score")] == [
        True
    ] * 3


def test_a_plateau_and_its_count_survive_an_interruption(tmp_path: Path) -> None:
    stalled = {
        "schedule": "plateau",
        "patience": 1,
        "reduction_factor": 0.5,
        "learning_rate": 1e-6,
        "max_epochs": 6,
        "min_learning_rate": 0,
    }
    train(tmp_path / "whole", **stalled)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "parts", Interrupting(15, press_ctrl_c), **stalled)
    train(tmp_path / "parts", **stalled)
    rates = load_curves(tmp_path / "whole")["learning_rate"]
    assert rates[-1] < rates[0]
    assert load_curves(tmp_path / "parts")["learning_rate"].tolist() == rates.tolist()


def test_every_epoch_is_drawn_once_and_so_it_is_when_resumed(tmp_path: Path) -> None:
    seen: list[int] = []
    judge, steps = Judge(fake_metric), SequenceSteps(FakeLoss(exclusive=False))
    for progress in (Interrupting(15, press_ctrl_c), Interrupting(0, press_ctrl_c)):
        batches, validation = make_batches(seen)
        try:
            fit(build_net(), steps, batches, validation, judge, plan_in(tmp_path), progress)
        except KeyboardInterrupt:
            seen.append(-1)
    assert seen == [0, 1, 2, -1, 2, 3]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal as terminals of POSIX systems do")
def test_ctrl_c_itself_reaches_the_caller_and_works_afterwards(tmp_path: Path) -> None:
    # Shells start programs in the background without a handler.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, Interrupting(8, lambda: signal.raise_signal(signal.SIGINT)))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert (tmp_path / RESUME).is_file()
    assert not list(tmp_path.glob("*.part"))


def test_a_task_is_ended_however_training_ends(tmp_path: Path) -> None:
    progress = Interrupting(8, press_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, progress)
    assert progress.ended == 1


def test_progress_tells_epoch_loss_and_score(tmp_path: Path) -> None:
    progress = Interrupting(0, press_ctrl_c)
    train(tmp_path, progress)
    assert progress.notes[0].startswith("epoch 1, loss 0.")
    assert "fake-agreement" not in progress.notes[0]
    assert progress.notes[-1].startswith("epoch 4, loss 0.")
    assert ", fake-agreement 0." in progress.notes[-1] or ", fake-agreement 1." in progress.notes[-1]


def test_training_stops_when_the_learning_rate_is_too_low(tmp_path: Path) -> None:
    settings = {"patience": 0, "learning_rate": 1e-6, "min_learning_rate": 5e-7, "max_epochs": 9}
    _, fitted = train(tmp_path, schedule="plateau", reduction_factor=0.1, **settings)
    assert fitted.epochs < 9


def test_a_run_that_was_finished_but_not_packed_up_trains_no_more(tmp_path: Path) -> None:
    low = {"schedule": "constant", "learning_rate": 1e-3, "min_learning_rate": 1e-2}
    expected, fitted = train(tmp_path, **low)
    assert fitted.epochs == 1
    again, refitted = train(tmp_path, **low)
    assert refitted == fitted
    assert_same_weights(again, expected)
    finished, _ = train(tmp_path / "all")
    again, refitted = train(tmp_path / "all")
    assert refitted.epochs == 4
    assert_same_weights(again, finished)


def test_a_loss_that_is_no_number_stops_training_and_says_what_to_try(tmp_path: Path) -> None:
    model = build_net()
    with torch.no_grad():
        model.layers[0].weight.fill_(float("nan"))
    with pytest.raises(ProjectError, match="no longer a number, in epoch 1") as caught:
        train(tmp_path, model=model)
    assert caught.value.where == "project.yaml, sequence.training"
    assert "lower learning_rate from 0.05 to 0.005" in caught.value.fix
    assert not (tmp_path / RESUME).exists()


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / RESUME).write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match="damaged"):
        train(tmp_path)


def test_a_checkpoint_with_foreign_objects_is_not_unpickled(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "exploded"),)

    torch.save({"state_dict": {}, "bomb": Bomb()}, tmp_path / RESUME)
    with pytest.raises(CheckpointError):
        train(tmp_path)
    assert not (tmp_path / "exploded").exists()


def test_a_full_disk_is_told_and_what_was_kept_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, Interrupting(8, press_ctrl_c))
    kept = (tmp_path / RESUME).read_bytes()

    def no_room(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", no_room)
        with pytest.raises(ProjectError, match="No space left on device"):
            train(tmp_path)
    assert (tmp_path / RESUME).read_bytes() == kept


def test_frames_without_a_label_give_no_gradient(tmp_path: Path) -> None:
    spans = [LatentSpan(span.latents, np.where(np.arange(60)[:, None] < 30, span.labels, -1)) for span in make_spans()]
    poisoned = [LatentSpan(span.latents.copy(), span.labels) for span in spans]
    for span in poisoned:
        span.latents[30:] = 1e3
    models = []
    for each, folder in ((spans, tmp_path / "a"), (poisoned, tmp_path / "b")):
        model = nn.Linear(4, 2)
        nn.init.zeros_(model.weight)
        nn.init.zeros_(model.bias)
        net = Pointwise(model)
        batches = Batches(StretchDataset(each), StretchDraw(each, 10, 4, 6, 0.0, 0))
        fit(net, SequenceSteps(FakeLoss(exclusive=False)), batches, None, Judge(), plan_in(folder), SILENCE)
        models.append(net)
    assert_same_weights(*models)


class Pointwise(nn.Module):
    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        logits: Tensor = self.layer(latents_NTD)
        return logits


def test_without_validation_data_the_training_loss_decides(tmp_path: Path) -> None:
    batches, _ = make_batches()
    steps = SequenceSteps(FakeLoss(exclusive=False))
    fitted = fit(build_net(), steps, batches, None, Judge(), plan_in(tmp_path), SILENCE)
    curves = load_curves(tmp_path)
    assert fitted.scores["epoch"] == curves["train_loss"].argmin() + 1
    assert np.isnan(curves["validation_loss"]).all()
    assert np.isnan(curves["score"]).all()


def test_nothing_is_printed_and_nothing_lies_about(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    level = logging.getLogger("pytorch_lightning").level
    filters = list(warnings.filters)
    train(tmp_path)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.safetensors", CURVES, RESUME]
    assert logging.getLogger("pytorch_lightning").level == level
    assert list(warnings.filters) == filters


def test_mixed_precision_learns_too(tmp_path: Path) -> None:
    batches, validation = make_batches()
    plan = plan_in(tmp_path)
    plan = FitPlan(plan.training, 0, plan.device, "bf16", tmp_path, plan.title, plan.where)
    fitted = fit(
        build_net(), SequenceSteps(FakeLoss(exclusive=False)), batches, validation, Judge(fake_metric), plan, SILENCE
    )
    assert fitted.scores["fake-agreement"] > 0.9


def test_weights_that_were_learnt_before_are_pulled_to_what_they_were_and_others_to_zero(tmp_path: Path) -> None:
    moved = {}
    for learnt in (True, False):
        net, start = build_net(), build_net().layers[0].weight.detach()
        starts = {parameter: parameter.detach().clone() for parameter in net.parameters()} if learnt else {}
        pull = {"style": "l2-sp", "alpha": 1e4, "beta": 1e4}
        plan = replace(plan_in(tmp_path / str(learnt), regularization=pull, learning_rate=5e-3), starts=starts)
        fit(net, SequenceSteps(FakeLoss(exclusive=False)), make_batches()[0], None, Judge(), plan, SILENCE)
        moved[learnt] = float((net.layers[0].weight.detach() - start).norm())
    assert moved[True] < 0.2 * moved[False]
    assert load_curves(tmp_path / "False")["penalty"].min() > 0


def test_a_model_with_its_own_solver_fits_itself_and_leaves_randomness_alone() -> None:
    class Solver(nn.Module):
        def fit(self, examples: Any) -> None:
            self.seen = [len(list(examples)), len(list(examples))]
            torch.rand(3)

    model = Solver()
    before = torch.get_rng_state()
    fitted = fit_directly(model, [(torch.zeros(1, 2, 3), torch.zeros(1, 2, 1))] * 3, exclusive=False)
    assert model.seen == [3, 3]
    assert (fitted.epochs, fitted.scores) == (0, {})
    assert not model.training
    assert torch.equal(torch.get_rng_state(), before)


def test_only_parameters_that_can_change_make_a_model_trainable() -> None:
    layer = nn.Linear(1, 1)
    assert is_trainable(layer)
    assert not is_trainable(layer.requires_grad_(requires_grad=False))
    assert not is_trainable(nn.Identity())
