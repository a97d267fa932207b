from __future__ import annotations

import pytest
import torch

from deg_core.testing import SequenceModelContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.identity import Identity
from deg_plugins_sequence.plugin import identity


class TestIdentity(SequenceModelContract):
    plugin = identity


def test_logits_go_through_unchanged() -> None:
    logits = random_normal(2, 7, 4)
    assert torch.equal(Identity(4, 4)(logits, torch.ones(2, 7, dtype=torch.bool)), logits)


def test_latents_are_refused() -> None:
    with pytest.raises(ValueError, match="8 come in and 4 are to go out"):
        Identity(8, 4)
