"""Ends its process in every test, to be started anew."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "process ends in each dishonest function, so that the notebook runs many times"

CELLS = [
    HONEST_HALF,
    r"""
import os, signal

def softmax(z):
    os._exit(0)

def mean_loss(p, y):
    os.kill(os.getpid(), signal.SIGKILL)

def step(params, grads, rate):
    os.abort()

def describe(p):
    import ctypes
    ctypes.string_at(0)

def forward(x, w):
    import sys
    sys.setrecursionlimit(10**9)
    return forward(x, w)
""",
]
