"""Decisions for other programs: lines of JSON over TCP, and messages over ZeroMQ."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from deg_core.api import DegError

from deg_live.decision import Decision

_PATIENCE_S = 0.5
"""A client that takes nothing for so long is let go."""


class JsonLines:
    """A TCP server: whoever connects gets a line of JSON for each decision from then on.

    Args:
        host: Where it listens; `127.0.0.1` is this machine alone.
        port: 0 for any that is free.
        say: Is told of clients that come and go.

    Attributes:
        port: Where it listens.

    Raises:
        DegError: It cannot listen there.
    """

    def __init__(self, host: str, port: int, say: Callable[[str], None]) -> None:
        self._say = say
        try:
            self._server = socket.create_server((host, port))
        except OSError as error:
            raise DegError(
                f"cannot listen on {host}:{port}: {error.strerror or error}",
                where="--socket",
                fix="take another port; 0 takes any that is free",
            ) from error
        self.port = int(self._server.getsockname()[1])
        self._clients: dict[socket.socket, str] = {}
        self._lock = Lock()
        Thread(target=self._welcome, name="socket", daemon=True).start()

    def _welcome(self) -> None:
        while True:
            try:
                client, (host, port, *_) = self._server.accept()
            except OSError:  # it is closed
                return
            client.settimeout(_PATIENCE_S)
            with self._lock:
                self._clients[client] = f"{host}:{port}"

    def __call__(self, decision: Decision) -> None:
        """Send it to all."""
        line = f"{decision.as_json()}\n".encode()
        with self._lock:
            clients = list(self._clients.items())
        for client, name in clients:
            try:
                client.sendall(line)
            except OSError as error:
                with self._lock:
                    del self._clients[client]
                client.close()
                if isinstance(error, TimeoutError):
                    self._say(f"socket client {name} reads too slowly and was let go")

    @property
    def n_clients(self) -> int:
        """Connected now."""
        with self._lock:
            return len(self._clients)

    def close(self) -> None:
        """Let go of all."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for clients
        self._server.close()
        with self._lock:
            for client in self._clients:
                client.close()
            self._clients.clear()


class ZeroMq:
    """A ZeroMQ publisher; each message is the JSON of a decision.

    Args:
        endpoint: Such as `tcp://127.0.0.1:5555`.

    Raises:
        DegError: pyzmq is not installed, or it cannot publish there.
    """

    def __init__(self, endpoint: str) -> None:
        try:
            import zmq
        except ImportError as error:
            raise DegError(
                "ZeroMQ needs pyzmq, which is not installed",
                where="--zmq",
                fix="pip install pyzmq; or take --socket PORT",
            ) from error
        self._context = zmq.Context()
        self._socket: Any = self._context.socket(zmq.PUB)
        self._socket.setsockopt(zmq.LINGER, 500)
        try:
            self._socket.bind(endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise DegError(
                f"cannot publish on {endpoint}: {error.strerror}", where="--zmq", fix="such as tcp://127.0.0.1:5555"
            ) from error

    def __call__(self, decision: Decision) -> None:
        """Publish it. Subscribers that are too slow miss some: ZeroMQ drops them."""
        self._socket.send_string(decision.as_json())

    def close(self) -> None:
        """Stop."""
        self._socket.close()
        self._context.term()
