"""Sends descriptors and out-of-band data along."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "passes descriptors over the socket, which the grader must not take"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
import socket


def attach():
    one = socket.socket(fileno=os.dup(connection()))
    for _ in range(20):
        socket.send_fds(one, [answer(True)], [1] * 200)
""",
    prizes_doing("attach()"),
]
