"""Ports for servers that are started by a command."""

import random
import socket

# Below those that the system gives to connections and to listeners on port 0: one of them could be taken by another
# test before the server that was told to use it has begun to listen.
_PORTS = range(10_000, 32_000)
_chance = random.SystemRandom()  # other than a test's own, that all processes seed alike


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    while True:
        port = _chance.choice(_PORTS)
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
