from __future__ import annotations

import numpy as np
import pytest
import torch

from deg_saliency.network import Seen
from deg_saliency.parts import Splitter, summarise


@pytest.fixture
def batches(make_network):
    """Of 12 windows of noise, for each of which much or little moves, in three batches; beside a network."""

    def make(name: str = "two-toys", **settings):
        network = make_network(name, **settings)
        generator = torch.Generator().manual_seed(1)
        raw = torch.randint(0, 256, (12, network.window, 16, 16, 3), dtype=torch.uint8, generator=generator)
        bright = torch.linspace(0.2, 1, 12).view(-1, 1, 1, 1, 1)
        seen = network.see((raw * bright).to(torch.uint8))
        flow = None
        if seen.flow_NTPCHW is not None:
            flow = torch.rand(seen.flow_NTPCHW.shape, generator=generator) * torch.rand(12, 1, 1, 1, 1, 1) * 4
        whole = Seen(seen.frames_NSCHW, flow)

        def some(start, stop):
            return Seen(whole.frames_NSCHW[start:stop], None if flow is None else flow[start:stop])

        return network, whole, lambda: (some(start, start + 4) for start in (0, 4, 8))

    return make


def logits_of(network, seen):
    return network.answer(*seen.tensors).detach().double().numpy()


def test_parts_of_streams_that_add_up_are_exactly_what_each_says_beyond_its_mean(batches) -> None:
    network, whole, again = batches()
    splitter = Splitter(network, again)
    extractor = network.extractor
    with torch.no_grad():
        image = extractor.image_head(extractor.picture(whole.frames_NSCHW[:, 1]).mean(dim=(2, 3))).double().numpy()
        moved = whole.flow_NTPCHW[:, 0].flatten(1, 2)
        flow = extractor.flow_head(extractor.motion(moved).mean(dim=(2, 3))).double().numpy()
    parts = splitter.parts(whole)
    assert splitter.is_exact
    assert np.allclose(parts.image, image - image.mean(axis=0), atol=1e-5)
    assert np.allclose(parts.flow, flow - flow.mean(axis=0), atol=1e-5)


@pytest.mark.parametrize("multiplied", [False, True])
def test_mean_and_parts_are_the_logit(batches, multiplied) -> None:
    network, whole, again = batches(multiplied=multiplied)
    splitter = Splitter(network, again)
    parts = splitter.parts(whole)
    assert np.allclose(splitter.mean_logits + parts.image + parts.flow, logits_of(network, whole), atol=1e-4)
    assert splitter.is_exact is not multiplied


@pytest.mark.parametrize(("absent", "other"), [("image", "flow"), ("flow", "image")])
def test_a_stream_without_weight_has_no_part(batches, absent, other) -> None:
    network, whole, again = batches(**{f"{absent}_weight": 0.0})
    splitter = Splitter(network, again)
    parts = splitter.parts(whole)
    assert np.abs(getattr(parts, absent)).max() == pytest.approx(0, abs=1e-6)
    (first, _) = summarise(parts, ("walk", "rear"), np.ones((12, 2), dtype=bool))
    assert getattr(first, f"{absent}_share") == pytest.approx(0, abs=1e-6)
    assert getattr(first, f"{other}_share") == pytest.approx(1, abs=1e-6)


def test_without_flow_all_is_the_picture(batches) -> None:
    network, whole, again = batches("one-toy")
    splitter = Splitter(network, again)
    (first, _) = summarise(splitter.recording, ("walk", "rear"), np.ones((12, 2), dtype=bool))
    assert (first.image_share, first.flow_share) == (pytest.approx(1), 0)
    assert splitter.is_exact


def test_shares_add_up_to_one_and_means_are_of_frames_in_which_it_is_present(batches) -> None:
    network, _, again = batches(multiplied=True)
    splitter = Splitter(network, again)
    present = np.zeros((12, 2), dtype=bool)
    present[3:5, 0] = True
    first, second = summarise(splitter.recording, ("walk", "rear"), present)
    assert first.image_share + first.flow_share == pytest.approx(1)
    assert first.image_when_present == pytest.approx(splitter.recording.image[3:5, 0].mean())
    assert (first.n_present, second.n_present) == (2, 0)
    assert np.isnan(second.flow_when_present)


def test_a_logit_that_never_varies_has_no_shares(batches) -> None:
    network, _, again = batches(image_weight=0.0, flow_weight=0.0)
    (first, _) = summarise(Splitter(network, again).recording, ("walk", "rear"), np.zeros((12, 2), dtype=bool))
    assert np.isnan(first.image_share)
