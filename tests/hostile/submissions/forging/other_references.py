"""Answers with references to objects that are not its own."""

from __future__ import annotations

from base import FORGE, HONEST_HALF

ABOUT = "sends handles and references with forged numbers and types"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    '''
def forged(*trees):
    """Send one forged answer; what the worker adds later ends it."""
    send(answer(trees[0] if len(trees) == 1 else {"k": "list", "v": list(trees)}))
    return 0.0


def handle(number, kind="Momentum", **more):
    return {"k": "handle", "r": number, "type": kind, "callable": True, **more}


def softmax(z):
    return forged(handle(1, "ndarray"))


def mean_loss(p, y):
    return forged({"k": "ref", "r": 1})


def step(params, grads, rate):
    return forged(handle(1), handle(-1), handle(2**70), handle(1, "Tally"))


def describe(p):
    return forged({"k": "handle", "r": True, "type": "list"})


def forward(x, w):
    return forged(handle(1, ["Momentum"]))


class Momentum:
    def __init__(self, *args):
        forged(handle(1, "Momentum", proxy=[1]))
''',
]
