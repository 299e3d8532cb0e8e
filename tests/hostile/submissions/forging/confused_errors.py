"""Raises what means something to the grader."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "raises exceptions named like the grader's and pytest's, and forges error reports"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    """
def raised(name, *bases, **members):
    raise type(name, bases or (BaseException,), members)("the grader's own fault")


def softmax(z):
    raised("SandboxError")


def mean_loss(p, y):
    raised("Skipped", type("OutcomeException", (BaseException,), {}), msg="x", __module__="pytest")


def step(params, grads, rate):
    # The class that the test waits for, before the test has seen a right answer.
    raised("ValueError", ValueError, __str__=lambda self: self.missing)


def describe(p):
    raised("SpecError", SystemExit, __module__="grader.errors")


def forward(x, w):
    raise BaseExceptionGroup("x" * 10**6, [KeyboardInterrupt(), GeneratorExit()])


class Momentum:
    def __init__(self, *args):
        pass

    def step(self, w, grad):
        error = AssertionError("passed")
        error.__traceback__ = None
        type(error).__name__
        raise error

    def __getattr__(self, name):
        raised("DeadlineExceeded")
""",
]
