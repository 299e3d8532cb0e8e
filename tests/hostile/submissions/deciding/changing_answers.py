"""Changes an answer after it was given."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "changes what it returned from a thread, and has properties that differ each time"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
import itertools
import threading

given = []
numbers = itertools.count()


def change():
    for value in itertools.count():
        for array in given:
            array += value
        threading.Event().wait(0.001)


threading.Thread(target=change, daemon=True).start()


def answer(shape):
    array = np.zeros(shape)
    given.append(array)
    return array


def softmax(z):
    return answer(z.shape)


def mean_loss(p, y):
    return answer(())


def step(params, grads, rate):
    for name in params:  # the arguments too
        params[name] *= 0
    return params


def forward(x, w):
    given.extend([x, w])
    return answer((len(x), w.shape[1])), answer(x.shape)


def backward(cache, dout):
    return answer((cache.shape[1], dout.shape[1]))


class Momentum:
    def __init__(self, rate, decay):
        pass

    def step(self, w, grad):
        return answer(w.shape)

    @property
    def velocity(self):
        return float(next(numbers))
""",
]
