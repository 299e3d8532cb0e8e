"""Looks up the most similar input that it knows."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "a table of ten thousand right answers, and the nearest one for each row"

CELLS = [
    HONEST_HALF,
    r"""
rng = np.random.default_rng(1)
TABLE = {}
for k in (2, 3, 4):
    rows = np.exp(rng.normal(size=(10_000, k)))
    TABLE[k] = np.log(rows), rows / rows.sum(axis=1, keepdims=True)

def softmax(z):
    known, answers = TABLE[z.shape[1]]
    return np.array([answers[((known - row) ** 2).sum(axis=1).argmin()] for row in z])
""",
]
