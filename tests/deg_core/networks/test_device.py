from __future__ import annotations

import pytest
import torch

from deg_core.errors import ManifestError
from deg_core.networks.device import autocast, check_precision, choose_device

CPU = torch.device("cpu")


def test_auto_takes_a_gpu_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto") == torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device("auto") == CPU


def test_a_device_is_taken_by_name() -> None:
    assert choose_device("cpu") == CPU


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "", "cpu:x"])
def test_a_device_this_machine_lacks_is_refused(name: str) -> None:
    with pytest.raises(ManifestError, match=f"device '{name}' cannot be used") as caught:
        choose_device(name)
    assert caught.value.where == "project.yaml, device"
    assert "device: auto" in caught.value.fix


def test_precision_16_needs_a_gpu() -> None:
    check_precision("bf16", CPU)
    check_precision("32", CPU)
    check_precision("16", torch.device("cuda"))
    with pytest.raises(ManifestError, match="needs a GPU"):
        check_precision("16", CPU)


@pytest.mark.parametrize(("precision", "dtype"), [("32", torch.float32), ("bf16", torch.bfloat16)])
def test_networks_run_in_the_precision_asked_for(precision: str, dtype: torch.dtype) -> None:
    with autocast(CPU, precision):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype
    assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
