from __future__ import annotations

import numpy as np
import pytest
import torch

from deg_saliency.errors import SaliencyError
from deg_saliency.layers import find_streams
from deg_saliency.maps import Mapper
from deg_saliency.network import Seen


def seen_with_flow(network, windows, *places):
    """As the extractor is given them, but something moves right at other places."""
    seen = network.see(windows)
    flow = torch.zeros_like(seen.flow_NTPCHW)
    for window, (row, column) in zip(flow, places, strict=True):
        window[..., row : row + 2, column : column + 2] = 5.0
    return Seen(seen.frames_NSCHW, flow)


@pytest.mark.parametrize("method", ["grad-cam", "occlusion"])
def test_each_map_is_brightest_where_its_stream_sees_what_decides(make_network, dark_with_patch, method) -> None:
    network = make_network()
    seen = seen_with_flow(network, dark_with_patch((2, 8), (10, 2)), (5, 1), (1, 5))
    streams = find_streams(network, seen, 4)
    maps = Mapper(network, streams, method, 8).map(seen, [0, 0])
    assert set(maps) == {"image", "flow"}
    for name, side, places in (("image", 4, [(2, 8), (10, 2)]), ("flow", 2, [(5, 1), (1, 5)])):
        for values, (row, column) in zip(maps[name], places, strict=True):
            y, x = np.unravel_index(values.argmax(), values.shape)
            assert row <= y < row + side, (name, y)
            assert column <= x < column + side, (name, x)


@pytest.mark.parametrize("method", ["grad-cam", "occlusion"])
def test_what_speaks_against_a_behaviour_is_below_zero(make_network, dark_with_patch, method) -> None:
    network = make_network()
    seen = network.see(dark_with_patch((2, 9), (2, 9)))
    streams = find_streams(network, seen, 4)
    for_, against = Mapper(network, streams, method, 8).map(seen, [0, 1])["image"]
    assert for_.max() > 0
    assert np.allclose(for_, -against, atol=1e-5)


def test_hiding_a_place_where_nothing_moves_costs_nothing(make_network, dark_with_patch) -> None:
    network = make_network()
    seen = seen_with_flow(network, dark_with_patch((2, 8)), (5, 1))
    values = Mapper(network, find_streams(network, seen, 4), "occlusion", 8).map(seen, [0])["flow"][0]
    assert values[5, 1] > 0
    assert np.allclose(values[:, 5:], 0, atol=1e-6)


def test_gradients_times_maps_add_up_to_the_logit(make_network, dark_with_patch) -> None:
    """The toy is linear behind its maps, so what they say is all there is."""
    network = make_network()
    seen = network.see(dark_with_patch((2, 9)))
    maps = Mapper(network, find_streams(network, seen, 4), "grad-cam", 8).map(seen, [0])
    logit = float(network.answer(*seen.tensors)[0, 0].detach())
    assert sum(each.sum() for each in maps.values()) == pytest.approx(logit, abs=1e-4)


def test_maps_of_a_window_do_not_depend_on_others(make_network, dark_with_patch) -> None:
    network = make_network()
    seen = network.see(dark_with_patch((2, 9), (10, 1)))
    alone = network.see(dark_with_patch((10, 1)))
    mapper = Mapper(network, find_streams(network, seen, 4), "grad-cam", 8)
    assert np.allclose(mapper.map(seen, [0, 1])["image"][1], mapper.map(alone, [1])["image"][0], atol=1e-5)


def test_layers_are_divided_by_what_they_depend_on(make_network, dark_with_patch) -> None:
    network = make_network()
    streams = find_streams(network, network.see(dark_with_patch((2, 9), (3, 3))), 4)
    assert streams["image"].weighted == ("picture.0", "image_head")
    assert streams["flow"].weighted == ("motion.0", "flow_head")
    assert (streams["image"].mapped, streams["image"].grid) == ("picture", (16, 16))
    assert (streams["flow"].mapped, streams["flow"].grid) == ("motion", (8, 8))
    assert (streams["both"].weighted, streams["both"].mapped) == ((), None)


def test_a_branch_beside_a_shortcut_is_not_what_is_mapped(make_network, dark_with_patch) -> None:
    """The last convolution of a residual block does not see what goes past it."""
    network = make_network("shortcut")
    (stream,) = find_streams(network, network.see(dark_with_patch((2, 9))[:, :1]), 4).values()
    assert stream.mapped == "block"
    assert stream.weighted == ("stem", "block.branch", "head")


@pytest.mark.parametrize(("cells", "mapped"), [(4, "block"), (16, "stem"), (40, "stem")])
def test_the_deepest_layer_that_is_fine_enough_is_mapped_or_else_the_finest(
    make_network, dark_with_patch, cells, mapped
) -> None:
    network = make_network("shortcut")
    streams = find_streams(network, network.see(dark_with_patch((2, 9))[:, :1]), cells)
    assert streams["image"].mapped == mapped


def test_an_extractor_without_flow_has_one_stream(make_network, dark_with_patch) -> None:
    network = make_network("one-toy")
    seen = network.see(dark_with_patch((2, 9)))
    streams = find_streams(network, seen, 4)
    assert set(streams) == {"image"}
    for method in ("grad-cam", "occlusion"):
        assert set(Mapper(network, streams, method, 4).map(seen, [0])) == {"image"}


def test_what_has_no_places_has_no_gradients_of_them(make_network, dark_with_patch) -> None:
    network = make_network("unplaced")
    seen = network.see(dark_with_patch((2, 9))[:, :1])
    streams = find_streams(network, seen, 4)
    with pytest.raises(SaliencyError, match="'unplaced': it has no convolutions") as refused:
        Mapper(network, streams, "grad-cam", 4)
    assert "--method occlusion" in refused.value.fix
    values = Mapper(network, streams, "occlusion", 4).map(seen, [0])["image"][0]
    assert values.shape == (16, 16)


def test_maps_leave_the_network_as_it_is(make_network, dark_with_patch) -> None:
    network = make_network()
    seen = network.see(dark_with_patch((2, 9)))
    before = {name: value.clone() for name, value in network.extractor.state_dict().items()}
    streams = find_streams(network, seen, 4)
    for method in ("grad-cam", "occlusion"):
        Mapper(network, streams, method, 4).map(seen, [0])
    assert all(torch.equal(before[name], value) for name, value in network.extractor.state_dict().items())
    assert all(each.grad is None for each in network.extractor.parameters())
    assert not any(module._forward_hooks for module in network.extractor.modules())
