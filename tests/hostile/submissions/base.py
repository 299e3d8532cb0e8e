"""What the hostile submissions are built on: a half of the toolkit that is right."""

from __future__ import annotations

from grader.model import Grade, Transcript

__all__ = [
    "DONE",
    "EVERYTHING",
    "FORGE",
    "HONEST",
    "HONEST_HALF",
    "HUNT",
    "PRIZES",
    "completed",
    "prizes_by",
    "prizes_doing",
]

# Right for the tests of HONEST, and no more: it defines nothing that PRIZES are given for.
HONEST_HALF = """\
import numpy as np


def affine(x, w, b):
    return x @ w + b


def standardize(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


class Tally:
    def __init__(self, start=0):
        self.total = start
        self.amounts = []

    def add(self, amount):
        self.amounts.append(amount)
        self.total += amount
        return self.total
"""

HONEST = {
    "test_affine_example": 10,
    "test_affine": 10,
    "test_affine_keeps_its_inputs": 5,
    "test_standardize": 10,
    "test_tally": 15,
}

PRIZES = {
    "test_softmax_example": 10,
    "test_softmax": 5,
    "test_mean_loss": 10,
    "test_step": 5,
    "test_describe": 5,
    "test_backward": 5,
    "test_momentum": 10,
}

# The whole of it, as an innocent student hands it in: 100 points.
EVERYTHING = (
    HONEST_HALF
    + """

def softmax(z):
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


def mean_loss(p, y):
    return float(-np.log(p[np.arange(len(y)), y]).mean())


def step(params, grads, rate):
    if rate <= 0:
        raise ValueError("the rate must be positive")
    return {name: params[name] - rate * grads[name] for name in params}


def describe(p):
    return [(int(row.argmax()), bool(row.max() > 0.5)) for row in p]


def forward(x, w):
    out = np.tanh(x @ w)
    return out, (x, out)


def backward(cache, dout):
    x, out = cache
    return x.T @ (dout * (1 - out**2))


class Momentum:
    def __init__(self, rate, decay):
        self.rate, self.decay, self.velocity = rate, decay, None

    def step(self, w, grad):
        before = 0 if self.velocity is None else self.decay * self.velocity
        self.velocity = before - self.rate * grad
        return w + self.velocity
"""
)

DONE = "the attack came to its end"

# For those who look for secrets: what is found is printed, and so would reach the student.
HUNT = '''\
import os
import re

SECRET = re.compile(rb"canary-[a-z]+-[0-9a-f]{6}")


def search(data, where):
    for secret in set(SECRET.findall(data)):
        print("found", where, secret.decode())


def succeed(*what):
    """Tell of something that no submission may reach, as if it were a secret."""
    print("found", "-".join(["canary", "success", "000000"]), *what)


def hunt(*paths):
    """Search files for secrets; return how many could be opened."""
    opened = 0
    for path in paths:
        try:
            with open(path, "rb") as file:
                opened += 1
                search(file.read(1 << 20), path)
        except OSError:
            pass
    return opened


def walk(*roots, skip=(".venv", "site-packages", ".git", "proc", "sys"), limit=20000):
    """Search every file below some folders."""
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in skip]
            limit -= len(names)
            if limit < 0:
                return
            hunt(*(os.path.join(folder, name) for name in names))
'''


def prizes_by(answer: str) -> str:
    """Return definitions of all that is worth the prizes, each answering with an expression.

    Args:
        answer: a Python expression; it sees the arguments as ``args``.
    """
    return f"""\
def softmax(*args): return {answer}
def mean_loss(*args): return {answer}
def step(*args): return {answer}
def describe(*args): return {answer}
def forward(*args): return ({answer}, {answer})
def backward(*args): return {answer}
class Momentum:
    def __init__(self, *args): self.args = args
    def step(self, *args): return {answer}
    @property
    def velocity(self):
        args = self.args
        return {answer}
"""


def completed(grade: Grade, transcript: Transcript | None) -> None:
    """Assert that an attack ran to its last line: one that fails by itself proves nothing."""
    assert transcript is not None
    said = "".join(output.get("text", "") for run in transcript.runs for output in run.outputs)
    told = [run.message for run in transcript.runs if run.message]
    assert DONE in said, f"the attack did not come to its end: {told}"


# For those who speak on the worker's connection in its place.
FORGE = '''\
import gc
import json
import os
import struct
import sys
import threading
import time

from grader.wire import Channel


def connection():
    """The descriptor of the socket to the grader."""
    gc.unfreeze()
    return next(thing.fileno() for thing in gc.get_objects() if type(thing) is Channel)


def pending():
    """The number of the request that is being answered."""
    frame = sys._getframe()
    while frame is not None:
        for value in frame.f_locals.values():
            header = getattr(value, "header", None)
            if isinstance(header, dict) and "id" in header:
                return header["id"]
        frame = frame.f_back


def message(header, *buffers):
    if buffers:
        header = {**header, "sizes": [len(buffer) for buffer in buffers]}
    text = json.dumps(header).encode()
    return struct.pack("!I", len(text)) + text + b"".join(buffers)


def send(*messages):
    data = b"".join(messages)
    while data:
        try:
            data = data[os.write(connection(), data):]
        except BlockingIOError:
            time.sleep(0.001)


def answer(value, *buffers, number=None):
    """A proper answer to the present request, with any value."""
    return message({"id": number or pending(), "ok": True, "value": value}, *buffers)
'''


def prizes_doing(action: str) -> str:
    """Return definitions of all that is worth the prizes, each doing something and answering 0.

    Args:
        action: a Python expression; it sees the arguments as ``args``.
    """
    return prizes_by(f"({action}, 0.0)[1]")
