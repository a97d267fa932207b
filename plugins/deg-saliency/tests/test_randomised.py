from __future__ import annotations

import numpy as np
import pytest
import torch
from deg_core import SilentProgress

from deg_saliency.layers import Stream, find_streams
from deg_saliency.maps import Mapper
from deg_saliency.randomised import (
    SHARES,
    Resemblance,
    check_maps,
    correlations,
    layers_from_the_output,
    randomised,
    warnings_of,
)


@pytest.fixture
def checked(make_network, dark_with_patch):
    network = make_network()
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(0, 256, (6, 3, 16, 16, 3), dtype=torch.uint8, generator=generator)
    seen = network.see(noise)
    streams = find_streams(network, seen, 4)
    return network, streams, Mapper(network, streams, "grad-cam", 4), seen


def test_maps_change_the_more_the_more_weights_are_random(checked) -> None:
    network, streams, mapper, seen = checked
    found = check_maps(network, streams, mapper, seen, [0] * 6, SilentProgress())
    of_image = {each.share: each for each in found if each.stream == "image"}
    assert of_image[0.0].correlation == pytest.approx(1)
    assert abs(of_image[1.0].correlation) < 0.5 < of_image[0.0].correlation
    assert [of_image[share].n_layers for share in SHARES] == [0, 1, 1, 1, 2, 2]
    assert all(each.least - 1e-9 <= each.correlation <= each.most + 1e-9 for each in found)
    assert of_image[1.0].least < of_image[1.0].most


def test_the_same_seed_draws_the_same_networks(checked) -> None:
    network, streams, mapper, seen = checked
    once, again = (check_maps(network, streams, mapper, seen, [0] * 6, SilentProgress(), n_draws=2) for _ in range(2))
    assert once == again


def test_a_random_network_has_weights_of_the_same_size_and_the_trained_one_stays(checked) -> None:
    network, *_ = checked
    before = {name: value.clone() for name, value in network.extractor.state_dict().items()}
    other = randomised(network.extractor, {"picture.0"}, torch.Generator().manual_seed(0)).state_dict()
    assert all(torch.equal(before[name], value) for name, value in network.extractor.state_dict().items())
    changed = {name for name, value in before.items() if not torch.equal(value, other[name])}
    assert changed == {"picture.0.weight"}
    sizes = [float(each["picture.0.weight"].square().mean().sqrt()) for each in (before, other)]
    assert sizes[1] == pytest.approx(sizes[0], rel=0.3)


def test_layers_go_from_the_output_down_in_each_stream() -> None:
    streams = {
        "image": Stream("image", ("a", "b", "c", "d")),
        "flow": Stream("flow", ("e", "f")),
        "both": Stream("both", ("g",)),
    }
    assert layers_from_the_output(streams, 0.0) == {"g"}
    assert layers_from_the_output(streams, 0.5) == {"c", "d", "f", "g"}
    assert layers_from_the_output(streams, 1.0) == set("abcdefg")
    assert layers_from_the_output({"both": Stream("both", ("x", "y"))}, 0.5) == {"y"}


def test_correlation_is_of_ranks_and_not_of_maps_that_are_the_same_everywhere() -> None:
    rising = np.arange(9, dtype=np.float32).reshape(1, 3, 3)
    assert correlations(rising, rising**3) == [pytest.approx(1)]
    for one, other in ((rising, -rising), (-rising, rising)):
        assert correlations(one, other) == [pytest.approx(1)]
    assert correlations(rising, rising[:, ::-1, ::-1]) == [pytest.approx(-1)]
    assert correlations(rising, np.zeros_like(rising)) == []


@pytest.mark.parametrize(("correlation", "word"), [(0.8, "barely change"), (float("nan"), "same")])
def test_maps_that_do_not_change_are_warned_of(correlation, word) -> None:
    (warning,) = warnings_of([Resemblance("image", 1.0, 4, correlation, 0, 1)])
    assert word in warning
    assert "image" in warning


def test_maps_that_change_are_not_warned_of() -> None:
    assert warnings_of([Resemblance("flow", 0.5, 2, 0.9, 0, 1), Resemblance("flow", 1.0, 4, 0.1, 0, 1)]) == []
