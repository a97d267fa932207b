"""Where networks run, and in what precision."""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch

from deg_core.errors import ManifestError

_DTYPES = {"bf16": torch.bfloat16, "16": torch.float16}


def choose_device(name: str) -> torch.device:
    """The device a manifest asks for; `auto` takes a GPU where there is one.

    Raises:
        ManifestError: This machine has no such device.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        problem = str(error).splitlines()[0]
        raise ManifestError(
            f"device {name!r} cannot be used: {problem}", where="project.yaml, device", fix="write `device: auto`"
        ) from None
    return device


def check_precision(precision: str, device: torch.device) -> None:
    """Refuse a precision that a device cannot do.

    Raises:
        ManifestError: 16-bit floats on a CPU, which has too few operations for them.
    """
    if precision == "16" and device.type == "cpu":
        raise ManifestError(
            "precision 16 needs a GPU", where="project.yaml, precision", fix="write `precision: bf16`, or 32"
        )


def autocast(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """Run networks in the precision that a manifest asks for."""
    dtype = _DTYPES.get(precision)
    return torch.autocast(device.type, dtype=dtype, enabled=dtype is not None)
