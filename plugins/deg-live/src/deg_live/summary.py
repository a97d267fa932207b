"""How a live session went."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deg_live.outputs import Delivery
from deg_live.running import Running
from deg_live.status import Status, sentence


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is to know when it is over.

    Attributes:
        status: The last moment.
        files: What was written.
        outputs: For each output how many calls failed, and how many decisions it never saw.
    """

    status: Status
    files: tuple[Path, ...]
    outputs: dict[str, tuple[int, int]]

    def text(self) -> str:
        """For a person."""
        lines = [sentence(self.status)]
        for name, (n_failed, n_undelivered) in self.outputs.items():
            if n_failed or n_undelivered:
                lines.append(f"output {name}: {n_failed} calls failed, {n_undelivered} decisions were not delivered")
        return "\n".join([*lines, *(str(path) for path in self.files)])

    def values(self) -> dict[str, Any]:
        """For a script; `null` where there was no decision."""
        latency = asdict(self.status.latency)
        figures = {name: value if value == value else None for name, value in latency.items()}
        return {
            "summary": {
                "time_s": round(self.status.time_s, 4),
                "frames": asdict(self.status.counts),
                "latency_ms": {**figures, "bound": self.status.bound_ms},
                "files": [str(path) for path in self.files],
                "outputs": {
                    name: {"failed": failed, "undelivered": missed} for name, (failed, missed) in self.outputs.items()
                },
            }
        }


def summarise(running: Running, base: Path) -> Summary:
    """Of a session that is over, however it ended.

    Args:
        running: The session.
        base: Path of its files without their suffixes.
    """
    paths = [base.with_name(f"{base.name}{suffix}") for suffix in (".mkv", ".csv", ".h5")]
    deliveries: list[Delivery] = list(running.parts.deliveries)
    return Summary(
        running.status(),
        tuple(path for path in paths if path.exists()),
        {each.name: (each.n_failed, each.n_undelivered) for each in deliveries},
    )
