from __future__ import annotations

import torch
from torch import Tensor, nn

from deg_core.training.transfer import Fit, Outputs, Pairing, difference, shapes_of

WALK_REAR = Outputs(("walk", "rear"), exclusive=False)


class Network(nn.Module):
    """A body, a head of one row per output, a normalisation of the outputs, and a mixture of all pairs of outputs."""

    def __init__(self, n_outputs: int, n_inputs: int = 3, *, paired: bool = False) -> None:
        super().__init__()
        self.body = nn.Linear(n_inputs, 4)
        self.head = nn.Linear(4, n_outputs)
        self.norm = nn.BatchNorm1d(n_outputs)
        if paired:
            self.pairs = nn.Parameter(torch.randn(n_outputs * n_outputs))
            self.square = nn.Parameter(torch.randn(n_outputs, n_outputs))


def pairing_of(own: Outputs, others: Outputs, **sizes: bool) -> Pairing:
    narrow, wide = (shapes_of(Network(len(own.names) + more, **sizes).state_dict()) for more in (0, 1))
    return Pairing(narrow, wide, own, others)


def tensors_of(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def fit_of(own: Outputs, others: Outputs, there: nn.Module, **sizes: bool) -> Fit:
    return pairing_of(own, others, **sizes).compare(shapes_of(there.state_dict()))


def test_the_same_behaviours_are_loaded_whole() -> None:
    there, here = Network(2), Network(2)
    starts = pairing_of(WALK_REAR, WALK_REAR).fill(here, tensors_of(there))
    for name, tensor in here.state_dict().items():
        assert torch.equal(tensor, there.state_dict()[name])
    assert set(starts) == set(here.parameters())
    assert torch.equal(starts[here.head.weight], there.head.weight)
    fit = fit_of(WALK_REAR, WALK_REAR, there)
    assert (set(fit.loaded), fit.carried, fit.drawn, fit.left_out) == (set(there.state_dict()), {}, {}, ())


def test_rows_of_behaviours_of_the_same_name_come_along_in_the_order_of_here() -> None:
    own, others = Outputs(("dig", "rear", "walk"), exclusive=False), Outputs(("walk", "groom", "rear"), exclusive=False)
    there, here = Network(3), Network(3)
    nn.init.uniform_(there.norm.running_mean)
    drawn = tensors_of(here)
    starts = pairing_of(own, others).fill(here, tensors_of(there))
    for name in ("head.weight", "head.bias", "norm.running_mean"):
        rows, known = here.state_dict()[name], there.state_dict()[name]
        assert torch.equal(rows[0], drawn[name][0])
        assert torch.equal(rows[1], known[2])
        assert torch.equal(rows[2], known[0])
    assert torch.equal(here.body.weight, there.body.weight)
    assert starts[here.head.weight].isnan().tolist() == [[True] * 4, [False] * 4, [False] * 4]
    fit = fit_of(own, others, there)
    assert fit.carried["head.weight"] == fit.carried["norm.weight"] == ("rear", "walk")
    assert "body.bias" in fit.loaded


def test_an_equal_number_of_other_behaviours_is_no_fit() -> None:
    fit = fit_of(WALK_REAR, Outputs(("dig", "groom"), exclusive=False), Network(2))
    assert fit.drawn["head.weight"] == "none of these behaviours there, but dig, groom"
    assert fit.carried == {}
    assert set(fit.loaded) == {"body.weight", "body.bias", "norm.num_batches_tracked"}


def test_none_is_an_output_like_others_where_both_exclude() -> None:
    own, others = Outputs(("walk",), exclusive=True), Outputs(("rear", "walk"), exclusive=True)
    there, here = Network(3), Network(2)
    pairing_of(own, others).fill(here, tensors_of(there))
    assert torch.equal(here.head.weight, there.head.weight[1:])
    assert fit_of(own, others, there).carried["head.bias"] == ("walk", "none")


def test_logits_of_behaviours_that_exclude_each_other_mean_something_else() -> None:
    fit = fit_of(WALK_REAR, Outputs(("walk",), exclusive=True), Network(2))
    assert fit.drawn["head.weight"] == "behaviours exclude each other there only"
    assert "body.weight" in fit.loaded


def test_what_has_an_entry_for_every_pair_of_outputs_moves_along_both_axes_or_not_at_all() -> None:
    own, others = WALK_REAR, Outputs(("rear", "dig", "walk"), exclusive=False)
    there, here = Network(3, paired=True), Network(2, paired=True)
    drawn = here.pairs.clone()
    pairing_of(own, others, paired=True).fill(here, tensors_of(there))
    assert torch.equal(here.square, there.square[[2, 0]][:, [2, 0]])
    assert torch.equal(here.pairs, drawn)
    fit = fit_of(own, others, there, paired=True)
    assert fit.drawn["pairs"] == "3 behaviours there, 2 here; gives 9 outputs there, 4 here"


def test_other_shapes_and_names_stay_as_drawn_and_say_why() -> None:
    there, here = Network(2, n_inputs=33), Network(2)
    there.extra = nn.Linear(1, 1, bias=False)
    here.own = nn.Parameter(torch.ones(1))
    pairing = pairing_of(WALK_REAR, WALK_REAR)
    pairing = Pairing({**pairing.shapes, "own": (1,)}, {**pairing.wider, "own": (1,)}, WALK_REAR, WALK_REAR)
    drawn = here.body.weight.clone()
    starts = pairing.fill(here, tensors_of(there))
    assert torch.equal(here.body.weight, drawn)
    assert torch.equal(here.body.bias, there.body.bias)
    assert here.body.weight not in starts
    fit = pairing.compare(shapes_of(there.state_dict()))
    assert fit.drawn == {"body.weight": "takes 33 inputs there, 3 here", "own": "there is none of this name"}
    assert fit.left_out == ("extra.weight",)


def test_a_tensor_that_gains_an_axis_with_the_outputs_has_no_rows() -> None:
    pairing = Pairing({"head": (2,)}, {"head": (3, 3)}, WALK_REAR, Outputs(("walk",), exclusive=False))
    assert pairing.compare({"head": (1,)}).drawn == {
        "head": "1 behaviours there, 2 here; gives 1 outputs there, 2 here"
    }


def test_shapes_that_differ_are_told_in_words_where_words_do() -> None:
    assert difference((64, 3, 7, 7), (64, 33, 7, 7)) == "takes 33 channels there, 3 here"
    assert difference((64,), (32,)) == "gives 32 outputs there, 64 here"
    assert difference((64, 3, 7, 7), (64, 3, 5, 5)) == "shape [64, 3, 5, 5] there, [64, 3, 7, 7] here"
    assert difference((2,), (2, 1)) == "shape [2, 1] there, [2] here"
