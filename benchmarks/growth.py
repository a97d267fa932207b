"""How cost grows with length, size of the pictures, behaviours and recordings, as numbers and as pictures."""

from __future__ import annotations

import statistics
from pathlib import Path

from deg_core import Project
from deg_plugins_analysis.benchmark.made_video import write_video
from deg_plugins_analysis.benchmark.pipelines import preset_pipeline

_PICTURES = Path(__file__).parent.parent / "docs" / "images"
_LENGTHS = (128, 256, 512, 1024, 2048)
_SIZES = ((256, 256), (480, 640), (1024, 1280))
_BEHAVIOURS = (1, 6, 24)


def draw_growth(folder: Path) -> None:
    """Measure `deg_rt` and draw it."""
    by_length = _by_length(folder)
    by_size = {how: _by_size(folder, how) for how in ("area", "decoder")}
    _by_behaviours(folder)
    _draw(by_length, by_size)


def _project(folder: Path, n_behaviours: int = 6, resize: str = "area") -> Project:
    return preset_pipeline("deg_rt", folder, n_behaviours, {"image.resize": resize}).project


def _median_ms(project: Project, video: Path, n_frames: int) -> float:
    """Milliseconds per frame from file to ethogram."""
    timings = [project.time_prediction(video, n_frames=n_frames) for _ in range(3)]
    return statistics.median(1e3 * each.whole_s / each.n_frames for each in timings)


def _by_length(folder: Path) -> dict[int, float]:
    video, project = write_video(folder / "long.mp4", (256, 256), max(_LENGTHS)), _project(folder / "length")
    seconds = {n: _median_ms(project, video, n) * n / 1e3 for n in _LENGTHS}
    for n_frames, each in seconds.items():
        print(f"  {n_frames} frames: {each:.2f} s, {1e3 * each / n_frames:.2f} ms a frame", flush=True)
    return seconds


def _by_size(folder: Path, resize: str) -> dict[int, float]:
    project, found = _project(folder / resize, resize=resize), {}
    for height, width in _SIZES:
        video = folder / f"{height}.mp4"
        if not video.exists():
            write_video(video, (height, width), 128)
        found[height * width] = _median_ms(project, video, 128)
        print(f"  {width}x{height}, resize: {resize}: {found[height * width]:.2f} ms a frame", flush=True)
    return found


def _by_behaviours(folder: Path) -> None:
    for n_behaviours in _BEHAVIOURS:
        project = _project(folder / f"k{n_behaviours}", n_behaviours)
        print(
            f"  {n_behaviours} behaviours: {_median_ms(project, folder / 'long.mp4', 256):.2f} ms a frame", flush=True
        )


def _draw(by_length: dict[int, float], by_size: dict[str, dict[int, float]]) -> None:
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "deg"
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    left.plot([*by_length], [*by_length.values()], marker="o")
    left.set(xlabel="frames", ylabel="seconds, file to ethogram", title="length")
    for name, values in by_size.items():
        right.plot([pixels / 1e6 for pixels in values], [*values.values()], marker="o", label=f"resize: {name}")
    right.set(xlabel="million pixels of the video", ylabel="ms per frame", title="size of the pictures", ylim=0)
    right.legend(frameon=False)
    _PICTURES.mkdir(exist_ok=True)
    figure.savefig(_PICTURES / "speed.svg", metadata={"Date": None})
