from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable

import pytest
from deg_core.api import DegError
from told import decision

from deg_live import network
from deg_live.network import JsonLines, ZeroMq


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_whoever_connects_gets_a_line_for_each_decision() -> None:
    server = JsonLines("127.0.0.1", 0, print)
    server(decision(0))
    with (
        socket.create_connection(("127.0.0.1", server.port)) as one,
        socket.create_connection(("127.0.0.1", server.port)) as two,
    ):
        until(lambda: server.n_clients == 2)
        server(decision(1, "walk"))
        for client in (one, two):
            line = json.loads(client.makefile(encoding="utf-8").readline())
            assert (line["frame"], line["present"]) == (1, ["walk"])
    server.close()


def test_a_client_that_leaves_disturbs_nobody() -> None:
    server = JsonLines("127.0.0.1", 0, print)
    client = socket.create_connection(("127.0.0.1", server.port))
    until(lambda: server.n_clients == 1)
    client.close()

    def is_gone() -> bool:
        server(decision(0))
        return server.n_clients == 0

    until(is_gone)
    server.close()


def test_a_client_that_never_reads_is_let_go_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_PATIENCE_S", 0.01)
    said: list[str] = []
    server = JsonLines("127.0.0.1", 0, said.append)
    with socket.create_connection(("127.0.0.1", server.port)):
        until(lambda: server.n_clients == 1)
        big = decision(0, *(f"behaviour-{at}" for at in range(100_000)))

        def is_gone() -> bool:
            server(big)
            return server.n_clients == 0

        until(is_gone)
    server.close()
    assert len(said) == 1
    assert "reads too slowly" in said[0]


def test_a_port_that_is_taken_is_refused() -> None:
    server = JsonLines("127.0.0.1", 0, print)
    with pytest.raises(DegError, match="cannot listen on 127.0.0.1"):
        JsonLines("127.0.0.1", server.port, print)
    server.close()


def test_without_pyzmq_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zmq", None)
    with pytest.raises(DegError, match="needs pyzmq") as caught:
        ZeroMq("tcp://127.0.0.1:5555")
    assert "pip install pyzmq" in caught.value.fix


def test_decisions_are_published_over_zeromq(tmp_path) -> None:
    zmq = pytest.importorskip("zmq", reason="pyzmq is not installed: pip install pyzmq")
    endpoint = f"ipc://{tmp_path}/decisions"
    publisher = ZeroMq(endpoint)
    context = zmq.Context()
    subscriber = context.socket(zmq.SUB)
    subscriber.setsockopt(zmq.LINGER, 0)
    subscriber.connect(endpoint)
    subscriber.subscribe("")
    deadline = time.monotonic() + 60
    while not subscriber.poll(20):  # subscribing takes a moment, of which a publisher knows nothing
        assert time.monotonic() < deadline
        publisher(decision(5, "rear"))
    assert json.loads(subscriber.recv_string())["present"] == ["rear"]
    subscriber.close()
    context.term()
    publisher.close()


def test_an_endpoint_that_is_none_is_refused() -> None:
    pytest.importorskip("zmq", reason="pyzmq is not installed: pip install pyzmq")
    with pytest.raises(DegError, match="cannot publish on here"):
        ZeroMq("here")
