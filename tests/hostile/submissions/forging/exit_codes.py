"""Ends in every way that could look like success."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "exits with code 0, by signals and by SystemExit in the middle of a call"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
import os
import signal
import sys


def softmax(z):
    os._exit(0)


def mean_loss(p, y):
    sys.exit(0)


def step(params, grads, rate):
    os.kill(os.getpid(), signal.SIGTERM)


def describe(p):
    os.abort()


def forward(x, w):
    raise SystemExit("passed")


class Momentum:
    def __init__(self, *args):
        os.kill(os.getpid(), signal.SIGKILL)
""",
]
