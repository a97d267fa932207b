from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from deg_core.catalog import load_catalog
from deg_core.data.frames import FramePreparation
from deg_core.descriptors import FeatureExtractorPlugin, FlowGeneratorPlugin
from deg_core.errors import PluginFailedError
from deg_core.inference.chunks import ChunkPlan
from deg_core.inference.extract import FeatureNetwork, answer_chunk, extract_blocks
from deg_core.networks.building import build_features, build_flow
from deg_core.project.manifest import Slot
from deg_core.project.resolve import choose
from deg_core.project.run_record import Statistics
from deg_core.testing.fakes import (
    FakeExtractor,
    FakeExtractorSettings,
    FakeFlowGenerator,
    FakeFlowSettings,
    FakeVideo,
)

FRAMES = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), dtype=np.uint8)


def network(window: int = 5, block_frames: int = 16, *, flow: bool = True, n_frames: int = 2) -> FeatureNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        flow_generator = FakeFlowGenerator(FakeFlowSettings(n_frames=n_frames)) if flow else None
        extractor = FakeExtractor(FakeExtractorSettings(window=window), 2, needs_flow=flow).eval()
    return FeatureNetwork(
        flow_generator=flow_generator,
        extractor=extractor,
        statistics=Statistics(),
        plan=ChunkPlan(FramePreparation((8, 8)), window, "edge", np.zeros(3, np.uint8), block_frames),
        device=torch.device("cpu"),
        precision="32",
        n_outputs=2,
        label="'fake' from here",
    )


def latents_of(frames: np.ndarray, net: FeatureNetwork, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
    latents, logits = zip(*extract_blocks(FakeVideo(frames), net, first), strict=True)
    return np.concatenate(latents), np.concatenate(logits)


@given(st.integers(1, 40), st.sampled_from([3, 5]), st.integers(1, 45), st.booleans(), st.data())
def test_no_answer_depends_on_where_blocks_end(
    n_frames: int, window: int, block_frames: int, flow: bool, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, n_frames - 1))
    whole = latents_of(FRAMES[:n_frames], network(window, 100, flow=flow))
    pieces = latents_of(FRAMES[:n_frames], network(window, block_frames, flow=flow), first)
    for piece, one in zip(pieces, whole, strict=True):
        np.testing.assert_allclose(piece, one[first:], atol=1e-5)


def real_network(name: str, precision: str) -> FeatureNetwork:
    """One whose kernels round otherwise for other numbers of frames, and other places among them; random weights."""
    catalog = load_catalog()
    extractor = build_features(choose(catalog, FeatureExtractorPlugin, Slot(name=name), where="test"), 2, 0)
    slot = Slot(name="tiny-motion-net", settings={"n_frames": 2, "width": 8})
    flow = build_flow(choose(catalog, FlowGeneratorPlugin, slot, where="test"), 0) if name == "two-stream" else None
    return replace(
        network(),
        extractor=extractor.eval(),
        flow_generator=None if flow is None else flow.eval(),
        plan=ChunkPlan(FramePreparation((32, 32)), extractor.window, "edge", np.zeros(3, np.uint8), 8),
        precision=precision,
    )


@pytest.mark.parametrize(("name", "precision"), [("image-stream", "32"), ("two-stream", "32"), ("two-stream", "bf16")])
def test_no_bit_depends_on_where_reading_begins_how_much_is_read_at_a_time_or_the_length(
    name: str, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = real_network(name, precision)
    frames = np.random.default_rng(0).integers(0, 256, (27, 32, 32, 3), dtype=np.uint8)
    whole = latents_of(frames, net)
    for first, n_frames, piece_frames in [(0, 27, 3), (1, 27, 8), (13, 27, 1), (26, 27, 5), (0, 21, 8), (9, 22, 2)]:
        monkeypatch.setattr("deg_core.inference.chunks._PIECE_BYTES", piece_frames * frames[0].nbytes)
        sure = n_frames - (net.plan.window // 2 if n_frames < len(frames) else 0)
        for one, other in zip(whole, latents_of(frames[:n_frames], net, first), strict=True):
            assert np.array_equal(one[first:sure], other[: sure - first])


@pytest.mark.parametrize("n_frames", [2, 5])
def test_flow_by_pair_and_by_window_give_the_same(n_frames: int) -> None:
    expected = latents_of(FRAMES, network(n_frames=2))
    for one, other in zip(expected, latents_of(FRAMES, network(n_frames=n_frames)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_answers_are_for_the_frame_in_the_middle() -> None:
    dark = np.zeros((9, 8, 8, 3), dtype=np.uint8)
    dark[4, ..., 0] = 255
    latents, logits = latents_of(dark, network(3, flow=False))
    assert latents[:, 0].argmax() == logits[:, 0].argmax() == 4
    assert latents[:, 0].argsort()[-3:].tolist() in ([3, 5, 4], [5, 3, 4])


def test_numbers_leave_as_float32_whatever_the_precision() -> None:
    latents, logits = answer_chunk(FRAMES[:7], replace(network(), precision="bf16"))
    assert latents.dtype == logits.dtype == np.float32
    assert latents.shape == (3, 4)
    exact, _ = answer_chunk(FRAMES[:7], network())
    np.testing.assert_allclose(latents, exact, atol=0.05)


class Broken(FakeExtractor):
    fault = ""

    def forward(self, frames: Any, flow: Any) -> Any:
        latents, logits = super().forward(frames, flow)
        return {
            "short": (latents[:, 1:], logits[:, 1:]),
            "narrow": (latents[..., 1:], logits),
            "wide": (latents, torch.cat([logits, logits], dim=-1)),
            "infinite": (latents, logits / 0),
        }[self.fault]


@pytest.mark.parametrize("fault", ["short", "narrow", "wide", "infinite"])
def test_answers_that_are_none_are_refused_before_they_are_stored(fault: str) -> None:
    extractor = Broken(FakeExtractorSettings(window=5), 2).eval()
    extractor.fault = fault
    broken = replace(network(flow=False), extractor=extractor)
    with pytest.raises(PluginFailedError, match="feature extractor 'fake' from here gave") as caught:
        latents_of(FRAMES, broken)
    assert caught.value.where == "frames 0 to 16"
