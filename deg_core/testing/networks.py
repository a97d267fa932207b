"""Contracts of networks: what flow generators, feature extractors and sequence models promise.

Axes: N chunks or records in a batch, T frames, S frames of a chunk, P flow pairs, C channels, H, W, D latents,
K outputs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, cast

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from deg_core.data.one_versus_rest import output_labels
from deg_core.descriptors import FeatureExtractorPlugin, FlowGeneratorPlugin, SequenceModelPlugin
from deg_core.interfaces import FeatureExtractor, LooksAhead, LooksAt, ReadsInPieces, SequenceModel, TakesStatistics
from deg_core.networks.weights import load_weights, save_weights
from deg_core.testing.pose_seen import PoseSeen
from deg_core.testing.torch_component import (
    Inputs,
    TorchComponentContract,
    assert_alike,
    first_of,
    has_solver,
    random_normal,
)


class FlowGeneratorContract(TorchComponentContract):
    """Subclass it, and give `plugin`.

    Attributes:
        size: Height and width of the pictures it is tried with.
    """

    plugin: ClassVar[FlowGeneratorPlugin[Any]]
    size: ClassVar[tuple[int, int]] = (32, 48)

    def trained(self) -> Any:
        """A generator that has learnt to see movement, so that sign and unit can be tested; None skips that."""
        return None

    def build(self, n_outputs: int) -> Any:
        """Build the network."""
        del n_outputs
        return self.plugin.build(self.settings())

    def inputs(self, model: Any, n_frames: int, n_outputs: int = 3, n: int = 3) -> Inputs:
        """Random frames with n_frames windows in each chunk."""
        del n_outputs
        return (random_normal(n, n_frames + model.n_frames - 1, 3, *self.size),)

    def answer(self, model: Any, inputs: Inputs) -> Tensor:
        """Flow of each window, in one row."""
        flow: Tensor = model(inputs[0])
        return flow.flatten(2)

    def objective(self, model: Any) -> Tensor:
        """Its own, for one window."""
        frames_NSCHW = self.inputs(model, 1)[0]
        assert frames_NSCHW is not None
        total: Tensor = model.objective(frames_NSCHW, frames_NSCHW.sigmoid())["total"]
        return total

    def test_says_what_it_looks_at(self, model: Any) -> None:
        """At least a pair, and a whole number of pixels."""
        assert isinstance(model.n_frames, int)
        assert model.n_frames >= 2
        assert isinstance(model.stride, int)
        assert model.stride >= 1

    @pytest.mark.parametrize("n_windows", [1, 2, 7])
    def test_gives_flow_for_every_window(self, model: Any, n_windows: int) -> None:
        """Windows, then pairs, then x and y."""
        height, width = (side // model.stride for side in self.size)
        flow = model(*self.inputs(model, n_windows))
        assert flow.shape == (3, n_windows, model.n_frames - 1, 2, height, width)

    def test_a_window_is_the_same_alone_and_in_a_longer_chunk(self, model: Any) -> None:
        """No window knows of frames outside it."""
        (frames_NSCHW,) = self.inputs(model, 7)
        assert frames_NSCHW is not None
        whole = model(frames_NSCHW)
        for start in (0, 3, 6):
            assert_alike(model(frames_NSCHW[:, start : start + model.n_frames]), whole[:, start : start + 1])

    def test_its_objective_is_a_number_with_parts(self, model: Any) -> None:
        """`total` and its parts are finite scalars, and `total` has a gradient."""
        frames_NSCHW = self.inputs(model, 1)[0]
        assert frames_NSCHW is not None
        parts = model.objective(frames_NSCHW, frames_NSCHW.sigmoid())
        assert parts["total"].requires_grad
        for name, value in parts.items():
            assert value.shape == (), name
            assert torch.isfinite(value), name

    def test_sees_movement_to_the_right_in_pixels_per_frame(self) -> None:
        """A picture that moves 3 pixels to the right has flow x = 3 / stride, y = 0."""
        model = self.trained()
        if model is None:
            pytest.skip("`trained` gives no generator")
        with torch.no_grad():
            flow_NTPCHW = model.eval()(moving_pictures(4, model.n_frames, self.size, 3, 0, seed=1))
        x, y = (flow_NTPCHW[..., axis, 4:-4, 4:-4].median().item() * model.stride for axis in (0, 1))
        assert 1.5 < x < 4.5, f"flow x is {x:.2f} pixels, not 3"
        assert -1.5 < y < 1.5, f"flow y is {y:.2f} pixels, not 0"


class FeatureExtractorContract(PoseSeen, TorchComponentContract):
    """Subclass it, and give `plugin`. One that looks at pose is tried with keypoints that wander about.

    Attributes:
        size: Height and width of the pictures it is tried with; flow has half of both.
    """

    plugin: ClassVar[FeatureExtractorPlugin[Any]]
    size: ClassVar[tuple[int, int]] = (64, 64)

    def build(self, n_outputs: int) -> Any:
        """Build the network."""
        return self.plugin.build(self.settings(), n_outputs)

    def inputs(self, model: Any, n_frames: int, n_outputs: int = 3, n: int = 3) -> Inputs:
        """Random frames, flow and pose, each where it is wanted."""
        del n_outputs
        n_pairs, (height, width) = model.window - 1, self.size
        frames_NSCHW = random_normal(n, n_frames + n_pairs, 3, *self.size) if self.plugin.needs_frames else None
        flow_NTPCHW = None
        if self.plugin.needs_flow:
            flow_NTPCHW = random_normal(n, n_frames, n_pairs, 2, height // 2, width // 2)
        if not self.plugin.needs_pose:
            return frames_NSCHW, flow_NTPCHW
        return frames_NSCHW, flow_NTPCHW, self.seen_poses(model, n_frames + n_pairs, n)

    def answer(self, model: Any, inputs: Inputs) -> Tensor:
        """Latents and logits side by side."""
        latents_NTD, logits_NTK = model(*inputs)
        return torch.cat([latents_NTD, logits_NTK], dim=-1)

    @pytest.mark.parametrize("n_frames", [1, 2, 7])
    @pytest.mark.parametrize("n_outputs", [1, 5])
    def test_gives_latents_and_logits_for_every_frame(self, n_frames: int, n_outputs: int) -> None:
        """One answer for each frame that has a whole window around it."""
        model = self.build_seeded(0, n_outputs).eval()
        latents, logits = model(*self.inputs(model, n_frames, n_outputs, n=2))
        assert model.window % 2 == 1
        assert latents.shape == (2, n_frames, model.n_latents)
        assert logits.shape == (2, n_frames, n_outputs)

    def test_a_frame_is_the_same_alone_and_in_a_longer_chunk(self, model: Any) -> None:
        """No answer depends on frames outside its window, or on where chunks begin."""
        inputs = self.inputs(model, 7)
        whole = self.answer(model, inputs)
        lengths = (model.window, 1, model.window)  # of frames, flow and pose
        for frame in (0, 3, 6):
            window = tuple(
                None if each is None else each[:, frame : frame + length]
                for each, length in zip(inputs, lengths, strict=False)
            )
            assert_alike(self.answer(model, window), whole[:, frame : frame + 1])

    def test_looks_at_no_other_frames_than_it_says(self, model: Any) -> None:
        """Where it says which frames of its window it looks at, all others may hold anything."""
        if not isinstance(model, LooksAt):
            pytest.skip("it looks at its whole window")
        offsets, window = list(model.offsets), cast("FeatureExtractor", model).window
        assert offsets == sorted(set(offsets))
        frames_NSCHW, flow_NTPCHW, *pose = self.inputs(model, 1)
        assert frames_NSCHW is not None
        others = torch.ones(window, dtype=torch.bool)
        others[[window // 2 + offset for offset in offsets]] = False
        answers = self.answer(model, (frames_NSCHW, flow_NTPCHW, *pose))
        changed = frames_NSCHW.clone()
        changed[:, others] = 9.0
        assert_alike(self.answer(model, (changed, flow_NTPCHW, *pose)), answers)

    def test_takes_flow_that_is_a_view(self, model: Any) -> None:
        """Flow computed once per pair comes as overlapping windows of one tensor."""
        frames_NSCHW, flow_NTPCHW, *pose = self.inputs(model, 7)
        if flow_NTPCHW is None:
            pytest.skip("it needs no flow")
        height, width = flow_NTPCHW.shape[-2:]
        pairs = random_normal(3, 7 + model.window - 2, 2, height, width)
        view = pairs.unfold(1, model.window - 1, 1).movedim(-1, 2)
        whole = self.answer(model, (frames_NSCHW, view.contiguous(), *pose))
        assert_alike(self.answer(model, (frames_NSCHW, view, *pose)), whole)

    def test_sees_the_same_picture_however_it_was_z_scored(self, model: Any, tmp_path: Path) -> None:
        """Where it is told of mean and deviation, it undoes them, and remembers them with its weights."""
        is_told = isinstance(model, TakesStatistics)
        if not is_told:
            pytest.skip("it is not told how frames are z-scored")
        frames_NSCHW, flow_NTPCHW, *pose = self.inputs(model, 2)
        assert frames_NSCHW is not None
        pictures_NSCHW, answers = frames_NSCHW.sigmoid(), []
        for mean, std in (((0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), ((0.1, 0.2, 0.7), (0.3, 0.2, 0.05))):
            mean_C, std_C = torch.tensor(mean), torch.tensor(std)
            model.take_statistics(mean_C, std_C)
            z_scored = (pictures_NSCHW - mean_C.view(3, 1, 1)) / std_C.view(3, 1, 1)
            answers.append(self.answer(model, (z_scored, flow_NTPCHW, *pose)))
        assert_alike(answers[1], answers[0])
        save_weights(model, tmp_path / "weights.safetensors")
        other = self.build_seeded(1)
        load_weights(other, tmp_path / "weights.safetensors")
        assert_alike(self.answer(other.eval(), (z_scored, flow_NTPCHW, *pose)), answers[0])

    def test_fits_what_is_labelled(self) -> None:
        """Where it has a solver of its own: bright is told from dark, and missing or lone outcomes do no harm."""
        model = self.build_seeded(0, 4)
        if not has_solver(model):
            pytest.skip("it has no solver of its own")
        seen, labels_NTK = bright_and_dark(first_of(self.inputs(model, 1, 4, n=40)))
        inputs = (seen, None) if self.plugin.needs_frames else (None, None, seen)
        model.fit([(seen, labels_NTK)])
        check_fitted(model.eval()(*inputs)[1], labels_NTK)
        # Behaviours that exclude each other: an output more than there are behaviours, for `none`.
        model.fit([(seen, with_none(labels_NTK[..., :3]))])
        assert torch.isfinite(model(*inputs)[1]).all()


class SequenceModelContract(TorchComponentContract):
    """Subclass it, and give `plugin`.

    Attributes:
        n_latents: Latents per frame that it is tried with, where it does not take logits.
    """

    plugin: ClassVar[SequenceModelPlugin[Any]]
    n_latents: ClassVar[int] = 12

    def build(self, n_outputs: int) -> Any:
        """Build the network."""
        return self.plugin.build(self.settings(), self._width(n_outputs), n_outputs)

    def inputs(self, model: Any, n_frames: int, n_outputs: int = 3, n: int = 3) -> Inputs:
        """Random latents, all of them real."""
        del model
        latents_NTD = random_normal(n, n_frames, self._width(n_outputs))
        return latents_NTD, torch.ones(n, n_frames, dtype=torch.bool)

    def answer(self, model: Any, inputs: Inputs) -> Tensor:
        """Logits."""
        logits_NTK: Tensor = model(*inputs)
        return logits_NTK

    def _width(self, n_outputs: int) -> int:
        return n_outputs if self.plugin.takes == "logits" else self.n_latents

    @pytest.mark.parametrize("n_frames", [1, 2, 7, 180])
    @pytest.mark.parametrize("n_outputs", [1, 5])
    def test_gives_logits_for_every_frame(self, n_frames: int, n_outputs: int) -> None:
        """However short the record is."""
        model = self.build_seeded(0, n_outputs).eval()
        assert model(*self.inputs(model, n_frames, n_outputs)).shape == (3, n_frames, n_outputs)

    @pytest.mark.parametrize(("before", "after"), [(0, 30), (30, 0), (3, 5)])
    def test_padding_changes_no_answer(self, model: Any, before: int, after: int) -> None:
        """Whatever stands in it, the record is answered as if it began and ended there."""
        latents_NTD, valid_NT = self.inputs(model, 40)
        assert latents_NTD is not None
        assert valid_NT is not None
        alone = model(latents_NTD, valid_NT)
        padded = functional.pad(latents_NTD, (0, 0, before, after), value=1e3)
        real = functional.pad(valid_NT, (before, after), value=False)
        assert_alike(model(padded, real)[:, before : before + 40], alone)

    @pytest.mark.parametrize("mode", [True, False], ids=["training", "answering"])
    def test_padding_gets_no_gradient(self, model: Any, *, mode: bool) -> None:
        """Answers for real frames do not depend on what stands in the padding, in training too."""
        latents_NTD, valid_NT = self.inputs(model, 40)
        assert latents_NTD is not None
        assert valid_NT is not None
        valid_NT[1, 25:] = False
        latents_NTD.requires_grad_()
        with torch.random.fork_rng(devices=[]):
            logits_NTK = model.train(mode)(latents_NTD, valid_NT)
        if not logits_NTK.requires_grad:
            pytest.skip("it has no gradients, such as trees")
        gradient = torch.autograd.grad((logits_NTK[valid_NT] ** 2).sum(), latents_NTD)[0]
        assert not gradient[~valid_NT].any()

    def test_a_piece_is_the_same_as_in_the_whole(self, model: Any) -> None:
        """Given half its receptive field on either side, a piece gets the answers of the whole record."""
        if model.receptive_field is None:
            pytest.skip("it reads whole records")
        assert model.receptive_field % 2 == 1
        halo = model.receptive_field // 2
        latents_NTD, valid_NT = self.inputs(model, 2 * halo + 60)
        assert latents_NTD is not None
        assert valid_NT is not None
        whole = model(latents_NTD, valid_NT)
        for start, stop in ((0, 20), (halo + 10, halo + 31), (2 * halo + 50, 2 * halo + 60)):
            low, high = max(0, start - halo), stop + halo
            piece = model(latents_NTD[:, low:high], valid_NT[:, low:high])
            assert_alike(piece[:, start - low : stop - low], whole[:, start:stop])

    def test_pieces_are_answered_as_the_whole(self, model: Any) -> None:
        """Where it reads a recording itself, block by block, it answers as for all frames at once."""
        if not isinstance(model, ReadsInPieces):
            pytest.skip("deg cuts the pieces")
        latents_NTD, valid_NT = self.inputs(model, 40, n=1)
        assert latents_NTD is not None
        record_TD, whole = latents_NTD[0], self.answer(model, (latents_NTD, valid_NT))[0]
        for block_frames in (7, 40, 1000):
            asked: list[int] = []

            def read(start: int, stop: int, asked: list[int] = asked) -> Tensor:
                assert 0 <= start < stop <= 40
                asked.append(stop - start)
                return record_TD[start:stop]

            with torch.no_grad():
                assert_alike(model.answer_in_pieces(read, 40, block_frames), whole.detach())
            assert max(asked) <= block_frames

    def test_does_not_see_the_future_if_it_says_so(self, model: Any) -> None:
        """A causal model answers as if the record ended at each frame."""
        if not self.plugin.causal:
            pytest.skip("it is not causal")
        latents_NTD, valid_NT = self.inputs(model, 40)
        assert latents_NTD is not None
        assert valid_NT is not None
        assert_alike(model(latents_NTD[:, :25], valid_NT[:, :25]), model(latents_NTD, valid_NT)[:, :25])

    def test_looks_no_further_ahead_than_it_says(self, model: Any) -> None:
        """Where it says how far it looks ahead, later frames change nothing."""
        if not isinstance(model, LooksAhead):
            pytest.skip("it does not say")
        look_ahead, network = model.look_ahead, cast("SequenceModel", model)
        latents_NTD, valid_NT = self.inputs(model, look_ahead + 40)
        assert latents_NTD is not None
        assert valid_NT is not None
        changed = latents_NTD.clone()
        changed[:, 20 + look_ahead + 1 :] += 9.0
        assert_alike(network(changed, valid_NT)[:, :21], network(latents_NTD, valid_NT)[:, :21])

    def test_fits_what_is_labelled(self) -> None:
        """Where it has a solver of its own: high is told from low, and missing or lone outcomes do no harm."""
        model = self.build_seeded(0, 4)
        if not has_solver(model) or not model.state_dict():
            pytest.skip("it has nothing to fit")
        latents_NTD, labels_NTK = bright_and_dark(first_of(self.inputs(model, 1, 4, n=40)))
        model.fit([(latents_NTD, labels_NTK)])
        valid_NT = torch.ones(40, 1, dtype=torch.bool)
        check_fitted(model.eval()(latents_NTD, valid_NT), labels_NTK)
        # Behaviours that exclude each other: an output more than there are behaviours, for `none`.
        model.fit([(latents_NTD, with_none(labels_NTK[..., :3]))])
        assert torch.isfinite(model(latents_NTD, valid_NT)).all()


def moving_pictures(n: int, n_frames: int, size: tuple[int, int], right: int, down: int, *, seed: int) -> Tensor:
    """Soft random texture, z-scored, moving by whole pixels per frame; (n, n_frames, 3, H, W)."""
    height, width = size
    margin = n_frames * max(abs(right), abs(down))
    coarse = random_normal(n, 3, (height + 2 * margin) // 4 + 1, (width + 2 * margin) // 4 + 1, seed=seed)
    texture = functional.interpolate(coarse, scale_factor=4, mode="bicubic")
    frames = []
    for frame in range(n_frames):
        top, left = margin - frame * down, margin - frame * right
        frames.append(texture[:, :, top : top + height, left : left + width])
    return torch.stack(frames, dim=1)


def bright_and_dark(noise: Tensor) -> tuple[Tensor, Tensor]:
    """Forty chunks of one frame, every other one bright, and four behaviours.

    Returns:
        Chunks (40, ...) and labels (40, 1, 4): bright; bright, but half of them not labelled; never; always.
    """
    bright = torch.arange(40) % 2
    chunks = 0.3 * noise + 3 * bright.view(-1, *[1] * (noise.ndim - 1))
    labels = torch.stack([bright, bright, torch.zeros(40).long(), torch.ones(40).long()], dim=-1).unsqueeze(1)
    labels[:20, 0, 1] = -1
    return chunks, labels


def with_none(labels_NTK: Tensor) -> Tensor:
    """Labels of all outputs where the behaviours exclude each other."""
    return torch.from_numpy(output_labels(labels_NTK.to(torch.int8).numpy(), exclusive=True))


def check_fitted(logits_NTK: Tensor, labels_NTK: Tensor) -> None:
    """Logits tell the behaviours of `bright_and_dark` apart and are finite."""
    assert torch.isfinite(logits_NTK).all()
    bright = labels_NTK[:, 0, 0] == 1
    for behaviour in (0, 1):
        known, logits = labels_NTK[:, 0, behaviour] != -1, logits_NTK[:, 0, behaviour]
        assert logits[bright & known].min() > logits[~bright & known].max(), "what is labelled is not told apart"
    # So few examples do not tell every other frame; but nor may frames without a label count as absent.
    assert logits[bright & ~known].mean() > 0 > logits[~bright & ~known].mean(), "what is not labelled counts"
    assert logits_NTK[..., 2].max() < 0 < logits_NTK[..., 3].min(), "never is not below 0, or always not above"
