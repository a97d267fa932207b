from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from offered import offered

from deg_core.data.frames import FramePreparation
from deg_core.descriptors import SequenceModelPlugin
from deg_core.errors import PluginFailedError
from deg_core.inference.chunks import ChunkPlan
from deg_core.inference.classify import infer_logits
from deg_core.inference.extract import FeatureNetwork, extract_blocks
from deg_core.inference.live import CONTEXT_FRAMES, Bridged, LiveAnswers, LiveStream
from deg_core.project.run_record import Statistics
from deg_core.testing.fakes import (
    FakeExtractor,
    FakeExtractorSettings,
    FakeFlowGenerator,
    FakeFlowSettings,
    FakeSequenceModel,
    FakeSequenceSettings,
    FakeVideo,
)

CPU = torch.device("cpu")
FRAMES = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
LATENTS = np.random.default_rng(1).normal(size=(60, 12)).astype(np.float32)


def network(window: int, *, padding: Any = "edge", flow: bool = False, block_frames: int = 8) -> FeatureNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        extractor = FakeExtractor(FakeExtractorSettings(window=window), 2, needs_flow=flow).eval()
        flow_generator = FakeFlowGenerator(FakeFlowSettings()) if flow else None
    plan = ChunkPlan(FramePreparation((6, 6)), window, padding, np.full(3, 90, np.uint8), block_frames)
    return FeatureNetwork(flow_generator, extractor, Statistics(), plan, CPU, "32", 2, "'fake' from here")


def sequence(receptive_field: int | None, n_latents: int = 3) -> Any:
    return FakeSequenceModel(FakeSequenceSettings(receptive_field=receptive_field), n_latents, 2).eval()


def streamed(frames: np.ndarray, stream: LiveStream, sizes: list[int]) -> np.ndarray:
    """Logits of frames that come so many at a time, those that are left in the end together."""
    stops = np.minimum(np.cumsum(sizes), len(frames)).tolist()
    spans = [(a, b) for a, b in zip([0, *stops], [*stops, len(frames)], strict=True) if a < b]
    return np.concatenate([*(stream.push(frames[a:b]) for a, b in spans), stream.finish()])


def from_file(frames: np.ndarray, net: FeatureNetwork, model: Any) -> np.ndarray:
    latents = np.concatenate([block[0] for block in extract_blocks(FakeVideo(frames), net)])
    return infer_logits(lambda start, stop: latents[start:stop], len(latents), model, CPU)


@settings(max_examples=40)
@given(
    n_frames=st.integers(1, 50),
    window=st.sampled_from([1, 3, 7]),
    receptive_field=st.sampled_from([1, 3, 9]),
    more=st.integers(0, 3),
    padding=st.sampled_from(["edge", "mean"]),
    flow=st.booleans(),
    sizes=st.lists(st.integers(1, 20), max_size=30),
)
def test_with_enough_look_ahead_it_says_what_prediction_from_a_file_says(
    n_frames: int, window: int, receptive_field: int, more: int, padding: str, flow: bool, sizes: list[int]
) -> None:
    net, model = network(window, padding=padding, flow=flow and window > 1), None
    model = sequence(receptive_field, net.extractor.n_latents)
    stream = LiveStream(net, model, "latents", receptive_field // 2 + more)
    logits = streamed(FRAMES[:n_frames], stream, sizes)
    np.testing.assert_allclose(logits, from_file(FRAMES[:n_frames], net, model), atol=2e-5)


@settings(max_examples=15)
@given(st.integers(1, 60), st.sampled_from([1, 3, 9, 21, None]), st.integers(0, 12), st.integers(1, 60))
def test_an_answer_is_that_of_a_recording_whose_latents_end_where_the_look_ahead_ends(
    n_frames: int, receptive_field: int | None, look_ahead: int, together: int
) -> None:
    model = sequence(receptive_field, 12)
    assert_ends_where_the_look_ahead_ends(model, LATENTS[:n_frames], look_ahead, together)


def assert_ends_where_the_look_ahead_ends(model: Any, latents: np.ndarray, look_ahead: int, together: int) -> None:
    live = LiveAnswers(model, CPU, 2, look_ahead)
    pushed = [live.push(latents[at : at + together]) for at in range(0, len(latents), together)]
    logits = np.concatenate([*pushed, live.finish()])
    assert len(logits) == len(latents)
    for frame, answer in enumerate(logits):
        stop = min(len(latents), frame + look_ahead + 1)
        ended = infer_logits(lambda start, until: latents[start:until], stop, model, CPU)
        np.testing.assert_allclose(answer, ended[frame], atol=2e-5)


@pytest.mark.parametrize("plugin", offered(SequenceModelPlugin), ids=lambda plugin: plugin.name)
def test_so_it_is_with_every_sequence_model_that_deg_offers(plugin: SequenceModelPlugin[Any]) -> None:
    width = 12 if plugin.takes == "latents" else 2
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = plugin.build(plugin.settings(), width, 2).eval()
    assert_ends_where_the_look_ahead_ends(model, LATENTS[:24, :width], 5, 7)


@pytest.mark.parametrize("look_ahead", [0, 4])
def test_a_frame_is_answered_for_after_just_the_delay_that_is_told(look_ahead: int) -> None:
    stream = LiveStream(network(7), sequence(9), "latents", look_ahead)
    assert stream.delay == 3 + look_ahead
    counts = [len(stream.push(FRAMES[at : at + 1])) for at in range(20)]
    assert counts == [0] * stream.delay + [1] * (20 - stream.delay)
    assert len(stream.finish()) == stream.delay


def test_an_extractor_that_looks_less_far_is_not_waited_for() -> None:
    class LooksBack(FakeExtractor):
        """Its own frame and one before it."""

        offsets = (-1, 0)

        def forward(self, frames_NSCHW: Any, flow_NTPCHW: Any, pose_NSQ: Any = None) -> Any:
            half, n_frames = self.window // 2, frames_NSCHW.shape[1] - self.window + 1
            seen = frames_NSCHW[:, half - 1 : half - 1 + n_frames] + frames_NSCHW[:, half : half + n_frames]
            latents_NTD = seen.mean(dim=(3, 4))
            return latents_NTD, self.head(latents_NTD)

    net = replace(network(7), extractor=LooksBack(FakeExtractorSettings(window=7), 2).eval())
    model = sequence(3)
    stream = LiveStream(net, model, "latents", 1)
    assert stream.delay == 1
    pushed = [stream.push(FRAMES[at : at + 1]) for at in range(50)]
    assert [len(each) for each in pushed] == [0] + [1] * 49
    logits = np.concatenate([*pushed, stream.finish()])
    np.testing.assert_allclose(logits, from_file(FRAMES, net, model), atol=2e-5)


def test_a_model_without_a_bound_sees_a_stated_number_of_frames() -> None:
    latents = np.random.default_rng(2).normal(size=(CONTEXT_FRAMES + 40, 12)).astype(np.float32)
    model = sequence(None, 12)
    live = LiveAnswers(model, CPU, 2, 0)
    logits = live.push(latents)
    near = infer_logits(lambda start, stop: latents[40 + start : 40 + stop], CONTEXT_FRAMES, model, CPU)
    np.testing.assert_allclose(logits[-1], near[-1], atol=2e-5)
    assert len(live._latents.between(0, 10_000)) < CONTEXT_FRAMES + 40


def test_nothing_grows_however_long_it_runs() -> None:
    stream = LiveStream(network(5), sequence(9), "latents", 2)
    for _ in range(20):
        stream.push(FRAMES)
    assert len(stream._latents._frames._values) <= 5
    assert len(stream._answers._latents._values) <= 12


def with_losses(stream: LiveStream, lost: set[int], n_frames: int) -> np.ndarray:
    answers = []
    for frame in range(n_frames):
        if frame in lost:
            stream.skip(1)
        else:
            answers.append(stream.push(FRAMES[frame : frame + 1]))
    return np.concatenate([*answers, stream.finish()])


@settings(max_examples=15)  # each tries every frame
@given(st.sets(st.integers(0, 38)), st.integers(0, 5))
def test_lost_frames_are_not_answered_for_and_the_nearest_stand_in_for_them(lost: set[int], look_ahead: int) -> None:
    model = sequence(9)
    logits = with_losses(LiveStream(network(5), model, "latents", look_ahead), lost, 40)
    assert [frame for frame in range(40) if np.isnan(logits[frame]).all()] == sorted(lost)
    kept = [frame for frame in range(40) if frame not in lost]
    stand_ins = [min(kept, key=lambda other, frame=frame: (abs(other - frame), other)) for frame in range(40)]
    net = network(5)
    bridged = np.concatenate([block[0] for block in extract_blocks(FakeVideo(FRAMES[stand_ins]), net)])[stand_ins]
    for frame in kept:
        stop = min(40, frame + look_ahead + 1)
        ended = infer_logits(lambda start, until: bridged[start:until], stop, model, CPU)
        np.testing.assert_allclose(logits[frame], ended[frame], atol=2e-5)


def test_lost_frames_cost_no_call_of_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network(5)
    seen: list[int] = []
    forward = net.extractor.forward
    monkeypatch.setattr(
        net.extractor, "forward", lambda *inputs: seen.append(inputs[0].shape[1] - 4) or forward(*inputs)
    )
    logits = with_losses(LiveStream(net, sequence(1), "latents", 0), set(range(10, 30)), 40)
    assert sum(seen) == 20
    assert np.isnan(logits[10:30]).all()


def test_when_nothing_ever_came_there_is_nothing_to_say() -> None:
    stream = LiveStream(network(5), sequence(9), "latents", 2)
    stream.skip(7)
    assert stream.finish().shape == (0, 2)


def test_a_gap_is_bridged_from_both_sides() -> None:
    bridged: Bridged[str] = Bridged()
    bridged.skip(1)
    bridged.add(["a"])
    bridged.skip(3)
    bridged.add(["b", "c"])
    bridged.skip(2)
    bridged.end()
    assert bridged.between(0, 9) == ["a", "a", "a", "a", "b", "b", "c", "c", "c"]
    assert [bridged.came(frame) for frame in range(9)] == [False, True, False, False, False, True, True, False, False]


def test_pictures_of_another_size_go_on_as_the_networks_see_them() -> None:
    stream = LiveStream(network(3), sequence(1), "latents", 0)
    big = np.repeat(np.repeat(FRAMES[:4], 2, axis=1), 2, axis=2)
    logits = np.concatenate([stream.push(FRAMES[:4]), stream.push(big), stream.finish()])
    np.testing.assert_allclose(logits[0], logits[4], atol=0.5)
    assert len(logits) == 8


def test_numbers_that_are_none_are_refused() -> None:
    model = sequence(1)
    torch.nn.init.constant_(model.head.bias, float("nan"))
    with pytest.raises(PluginFailedError, match="not finite"):
        LiveStream(network(3), model, "latents", 0).push(FRAMES[:9])
