from __future__ import annotations

import threading
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from deg_core.api import DegError, PluginNotFoundError
from told import decision

from deg_live import outputs
from deg_live.decision import Decision
from deg_live.outputs import Delivery, find_output


def test_every_decision_is_delivered_in_order() -> None:
    seen: list[int] = []
    delivery = Delivery("list", lambda each: seen.append(each.frame), print)
    for frame in range(100):
        delivery.put(decision(frame))
    delivery.close()
    assert seen == list(range(100))
    assert (delivery.n_failed, delivery.n_undelivered) == (0, 0)


def test_an_output_that_raises_is_named_once_and_called_again() -> None:
    said: list[str] = []
    seen: list[int] = []

    def fail_at_first(each: Decision) -> None:
        if each.frame < 3:
            raise OSError("no such port")
        seen.append(each.frame)

    delivery = Delivery("reward:give", fail_at_first, said.append)
    for frame in range(5):
        delivery.put(decision(frame))
    delivery.close()
    assert seen == [3, 4]
    assert delivery.n_failed == 3
    assert said == ["output reward:give failed at frame 0: OSError: no such port"]


def test_an_output_that_is_too_slow_is_named_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "_MOST_WAITING", 10)
    said: list[str] = []
    seen: list[int] = []
    busy, go_on = threading.Event(), threading.Event()

    def wait(each: Decision) -> None:
        busy.set()
        go_on.wait()
        seen.append(each.frame)

    delivery = Delivery("slow", wait, said.append)
    delivery.put(decision(0))
    busy.wait()
    for frame in range(1, 31):
        delivery.put(decision(frame))
    assert delivery.n_undelivered == 20
    assert said == ["output slow is too slow: decisions are dropped before it sees them"]
    go_on.set()
    delivery.close()
    assert seen == [0, *range(21, 31)]


def test_an_output_that_never_ends_is_left_behind() -> None:
    said: list[str] = []
    never, busy = threading.Event(), threading.Event()

    def hang(_: Decision) -> None:
        busy.set()
        never.wait()

    delivery = Delivery("hanging", hang, said.append)
    delivery.put(decision(0))
    busy.wait()
    delivery.close(patience_s=0.01)
    assert said == ["output hanging has not finished; left behind with 0 decisions waiting"]
    never.set()


def test_a_function_is_found_in_a_module_beside(tmp_path: Path) -> None:
    (tmp_path / "my_reward.py").write_text("def give(decision):\n    return decision.frame\n", encoding="utf-8")
    assert find_output("my_reward:give", tmp_path)(decision(7)) == 7


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("import a_package_that_is_not_there", "m_absent:f", "No module named"),
        ("1 / 0", "m_raising:f", "ZeroDivisionError"),
        ("", "m_empty:f", "no attribute 'f'"),
        ("f = 3", "m_number:f", "is no function"),
    ],
)
def test_what_cannot_be_called_is_refused_before_anything_begins(
    text: str, name: str, problem: str, tmp_path: Path
) -> None:
    (tmp_path / f"{name.split(':')[0]}.py").write_text(text, encoding="utf-8")
    with pytest.raises(DegError, match=problem):
        find_output(name, tmp_path)


def test_outputs_are_offered_by_distributions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def points(*, group: str) -> list[EntryPoint]:
        return [EntryPoint("bell", "told:decision", group)]

    monkeypatch.setattr(outputs, "entry_points", points)
    assert callable(find_output("bell", tmp_path))
    with pytest.raises(PluginNotFoundError, match="no output named 'bel'") as caught:
        find_output("bel", tmp_path)
    assert "installed: bell" in caught.value.fix


def test_an_output_that_can_be_closed_is() -> None:
    class Port:
        is_open = True

        def __call__(self, _: Decision) -> None:
            pass

        def close(self) -> None:
            self.is_open = False

    port = Port()
    Delivery("port", port, print).close()
    assert not port.is_open
