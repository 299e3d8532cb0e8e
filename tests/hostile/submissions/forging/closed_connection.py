"""Closes, replaces or turns around its connection."""

from __future__ import annotations

from base import FORGE, HONEST_HALF

ABOUT = "closes the socket, puts another over it, and shuts one direction"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
import socket


def softmax(z):
    os.close(connection())
    return 0.0


def mean_loss(p, y):
    ours, theirs = socket.socketpair()
    theirs.sendall(answer(True))
    os.dup2(ours.fileno(), connection())
    return 0.0


def describe(p):
    os.dup2(os.open(os.devnull, os.O_RDWR), connection())
    return 0.0


def step(params, grads, rate):
    socket.socket(fileno=os.dup(connection())).shutdown(socket.SHUT_WR)
    return 0.0


def forward(x, w):
    os.closerange(0, 1024)
    return 0.0
""",
]
