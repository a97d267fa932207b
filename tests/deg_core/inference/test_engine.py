from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from deg_core.errors import PluginFailedError
from deg_core.inference.engine import Candidate, StageEngine, Trial, in_rows, relative_difference
from deg_core.networks.stage import FeatureStage
from deg_core.project.run_record import Statistics
from deg_core.testing.fakes import FakeExtractor, FakeExtractorSettings, FakeFlowGenerator, FakeFlowSettings

WINDOW = 3
CHUNK = torch.randint(0, 256, (1, 12, 8, 8, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


CLOCK = [0.0]


@pytest.fixture(autouse=True)
def _own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time goes by only where a candidate says so."""
    monkeypatch.setattr("deg_core.inference.engine.time.perf_counter", lambda: CLOCK[0])


def a_stage(n_frames: int = 2) -> FeatureStage:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        flow = FakeFlowGenerator(FakeFlowSettings(n_frames=n_frames))
        extractor = FakeExtractor(FakeExtractorSettings(window=WINDOW), 2, needs_flow=True).eval()
    return FeatureStage(flow, extractor, Statistics())


def a_candidate(
    name: str = "good",
    *,
    wrong_by: float = 0.0,
    pause_s: float = 0.0,
    runs_module: bool = False,
    bound: float = 1e-4,
    seen: list[tuple[int, ...]] | None = None,
) -> Candidate:
    def prepare(stage: FeatureStage, examples: tuple[Tensor, ...]) -> Callable[..., tuple[Tensor, ...]]:
        def run(*inputs: Tensor) -> tuple[Tensor, ...]:
            if seen is not None:
                seen.append(tuple(inputs[0].shape))
            CLOCK[0] += pause_s
            return tuple(each * (1 + wrong_by) for each in stage(*inputs))

        return run

    return Candidate(name, "32", f"{name} 32", "deg-some 1", bound, runs_module, prepare)


def an_engine(*candidates: Candidate, block_frames: int = 8, n_frames: int = 2, **options) -> StageEngine:
    return StageEngine(a_stage(n_frames), WINDOW, block_frames, candidates, **options)


@torch.inference_mode()
def ask(engine: StageEngine, chunk: Tensor = CHUNK) -> tuple[Tensor, Tensor]:
    return engine(chunk)


@given(st.integers(3, 40), st.sampled_from([1, 3, 5]), st.integers(1, 12))
def test_rows_answer_for_every_frame_once_and_the_last_is_filled_up(n: int, window: int, row_frames: int) -> None:
    n = max(n, window)
    chunk = torch.arange(n)[None, :, None]
    rows = in_rows(chunk, window, row_frames)
    assert rows.shape[1:] == (row_frames + window - 1, 1)
    middles = rows[:, :row_frames, 0].flatten().tolist()[: n - window + 1]
    assert middles == list(range(n - window + 1))
    assert rows.max() == n - 1
    assert len(rows) == -(-(n - window + 1) // row_frames)


@pytest.mark.parametrize("runs_module", [True, False])
@pytest.mark.parametrize("n_frames", [2, WINDOW], ids=["pairs", "windows"])
@pytest.mark.parametrize("length", [3, 4, 9, 12])
def test_answers_are_those_of_the_networks_whole_or_in_rows(runs_module: bool, n_frames: int, length: int) -> None:
    chunk = CHUNK[:, :length]
    answers = ask(an_engine(a_candidate(runs_module=runs_module), n_frames=n_frames), chunk)
    with torch.inference_mode():
        expected = a_stage(n_frames)(chunk)
    for found, one in zip(answers, expected, strict=True):
        torch.testing.assert_close(found, one, atol=1e-6, rtol=1e-5)


def test_an_engine_that_takes_a_picture_always_sees_rows_of_one_length() -> None:
    seen: list[tuple[int, ...]] = []
    engine = an_engine(a_candidate(seen=seen))
    for length in (12, 7, 3):
        ask(engine, CHUNK[:, :length])
    assert {shape[1] for shape in seen} == {4 + WINDOW - 1}


def test_rows_are_short_where_windows_are_seen_by_themselves() -> None:
    seen: list[tuple[int, ...]] = []
    ask(an_engine(a_candidate(seen=seen), n_frames=WINDOW, block_frames=64))
    assert {shape[1] for shape in seen} == {4 + WINDOW - 1}


def test_an_engine_that_gives_other_numbers_is_refused_with_figures() -> None:
    with pytest.raises(
        PluginFailedError, match=r"bad 32 .*differs from torch by 2\.0e-02 .*more than its 0\.001"
    ) as told:
        ask(an_engine(a_candidate("bad", wrong_by=0.02, bound=1e-3)))
    assert "name: torch" in told.value.fix


def test_torch_as_the_networks_were_trained_is_right_and_its_distance_is_known() -> None:
    engine = an_engine(replace(a_candidate(wrong_by=0.5, runs_module=True), as_trained=True))
    ask(engine)
    assert engine.label == "good 32"
    assert engine.trials[0].difference == pytest.approx(0.5)


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(PluginFailedError, match="differs from torch by inf"):
        ask(an_engine(a_candidate("bad", wrong_by=float("nan"))))


def test_an_engine_that_cannot_translate_the_networks_is_refused_in_its_own_words() -> None:
    def prepare(stage, examples):
        raise RuntimeError("operator fold is not known\nmany more lines")

    broken = Candidate("broken", "32", "broken 32", "deg-broken 1", 1e-4, False, prepare)
    with pytest.raises(PluginFailedError, match="operator fold is not known") as told:
        ask(an_engine(broken))
    assert "many more" not in str(told.value)


def test_the_fastest_that_is_right_is_taken_and_the_rest_is_told() -> None:
    told: list[Trial] = []
    slow, fast = a_candidate("slow", pause_s=0.02), a_candidate("fast", pause_s=0.002)
    wrong = a_candidate("wrong", wrong_by=0.5)
    for order in itertools.permutations([slow, fast, wrong]):
        engine = an_engine(*order, decided=told.extend)
        ask(engine)
        assert engine.label == "fast 32"
        assert {str(trial).split(":")[0] for trial in engine.trials} == {"fast 32", "slow 32", "wrong 32"}
        assert "differs from torch by 5.0e-01" in "".join(map(str, engine.trials[1:]))
        assert "frames/s" in str(engine.trials[0])
    assert [trial.candidate.name for trial in told[::3]] == ["fast"] * 6


def test_of_two_that_are_equally_fast_the_exacter_is_taken() -> None:
    close = a_candidate("close", wrong_by=1e-3, bound=0.1, pause_s=0.05)
    exact = a_candidate("exact", pause_s=0.05)
    for order in ((close, exact), (exact, close)):
        engine = an_engine(*order)
        ask(engine)
        assert engine.label == "exact 32"


def test_nobody_being_right_is_refused() -> None:
    with pytest.raises(PluginFailedError, match="no engine gives the numbers of torch"):
        ask(an_engine(a_candidate("one", wrong_by=0.5), a_candidate("two", wrong_by=0.5)))


def test_it_is_settled_with_the_first_frames_and_never_again() -> None:
    engine = an_engine(a_candidate("slow", pause_s=0.01), a_candidate("fast", pause_s=0.001))
    assert engine.label == ""
    ask(engine)
    trials = engine.trials
    ask(engine)
    assert engine.trials is trials


def test_differences_are_shares_of_the_largest_number() -> None:
    expected = torch.tensor([0.5, -10.0])
    assert relative_difference(torch.tensor([1.0, -10.0]), expected) == pytest.approx(0.05)
    assert relative_difference(torch.zeros(3), expected) == float("inf")
    assert relative_difference(torch.tensor([np.nan, 0.0]), expected) == float("inf")
