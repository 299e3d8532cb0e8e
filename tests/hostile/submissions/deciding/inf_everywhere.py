"""Answers every question with inf."""

from __future__ import annotations

from base import HONEST_HALF, prizes_by

ABOUT = "returns inf of every shape: comparisons with it must not pass by accident"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    '''
def like(args):
    """An answer of the right kind and shape, of nothing but inf."""
    first = args[0] if args else np.zeros(3)
    if isinstance(first, dict):
        return {name: np.full_like(value, np.inf) for name, value in first.items()}
    if isinstance(first, np.ndarray):
        return np.full(first.shape, np.inf)
    return float("inf")
''',
    prizes_by("like(args)"),
    """
def mean_loss(p, y):
    return float("inf")


def describe(p):
    return [(float("inf"), float("inf"))] * len(p)


def forward(x, w):
    return np.full((len(x), w.shape[1]), np.inf), x


def backward(cache, dout):
    return np.full((cache.shape[1], dout.shape[1]), np.inf)
""",
]
