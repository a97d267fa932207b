"""Where networks run, and in what precision."""

from __future__ import annotations

import platform
from contextlib import AbstractContextManager
from pathlib import Path

import torch

from deg_core.errors import ManifestError

_PROCESSOR = Path("/proc/cpuinfo")
_BF16_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}
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


def is_native(precision: str, device: torch.device) -> bool:
    """Whether a device calculates with such numbers by itself; elsewhere they are imitated, slower than 32 bit."""
    if precision == "32" or device.type == "mps":
        return precision != "bf16"
    if device.type == "cuda":
        return precision == "16" or torch.cuda.get_device_capability(device) >= (8, 0)
    return precision == "bf16" and bool(_processor_flags() & _BF16_FLAGS)


def describe_machine(device: torch.device) -> str:
    """What the speed of networks depends on: the device, and how many threads there are."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    flags = " ".join(sorted(_processor_flags()))
    name = platform.processor() or platform.machine()
    return f"{device.type} {platform.system()} {name} {torch.get_num_threads()} threads {flags}"


def _processor_flags() -> set[str]:
    """What the processor can do, where Linux says so; elsewhere nothing is known, and nothing assumed."""
    try:
        lines = _PROCESSOR.read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    said = [line.partition(":")[2] for line in lines if line.lower().startswith(("flags", "features"))]
    return set(" ".join(said[:1]).split())
